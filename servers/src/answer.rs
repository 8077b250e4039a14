//! From what a handler gave back to an HTTP response.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use federation_api::{Audience, ByteStream, Call, Failure, json};
use futures_util::{StreamExt, TryStreamExt, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::deadline;

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=utf-8");
const ERROR_JSON: HeaderValue = HeaderValue::from_static("application/json");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// How long the responses of an RPC have been of late.
#[derive(Debug, Default)]
pub(crate) struct UsualLength(AtomicUsize);

impl UsualLength {
    /// A short response after a long one must not hold much memory for nothing.
    const MOST: usize = 128 * 1024;

    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Follows long responses at once, and short ones little by little.
    fn note(&self, length: usize) {
        let known = self.get();
        let usual = length.max(known - known / 8).min(Self::MOST);
        if usual != known {
            self.0.store(usual, Ordering::Relaxed);
        }
    }
}

/// A success.
pub(crate) fn json<T>(value: &T, call: &Call, length: &UsualLength) -> Result<Response, Failure>
where
    T: Serialize,
{
    let body = json::encode_sized(value, Audience::origin_of(call), length.get());
    let body = body.map_err(|error| {
        Failure::server_error(format!("the response has no JSON form: {error}"))
    })?;
    length.note(body.len());
    Ok(response(StatusCode::OK, JSON, Body::from(body)))
}

/// A stream of bytes. The headers wait for the first chunk, so that a stream that fails at once is
/// still answered with an error. Each further chunk must come within `time`. Empty chunks are left out:
/// peers count them, and end a connection of HTTP/2 that carries many.
pub(crate) async fn byte_stream(bytes: ByteStream, time: Duration) -> Result<Response, Failure> {
    let mut bytes = bytes.try_filter(|chunk| std::future::ready(!chunk.is_empty()));
    let first: Option<Bytes> = bytes
        .next()
        .await
        .transpose()
        .map_err(|error| Failure::server_error(format!("the stream broke off: {error}")))?;
    let rest = stream::unfold(Some(bytes), move |bytes| async move {
        let mut bytes = bytes?;
        match deadline::within(time, bytes.next()).await {
            Some(Some(Ok(chunk))) => Some((Ok(chunk), Some(bytes))),
            Some(Some(Err(error))) => Some((Err(broken(&error.to_string())), None)),
            Some(None) => None,
            None => Some((Err(broken("the next chunk took too long")), None)),
        }
    });
    let chunks = stream::iter(first.map(Ok)).chain(rest);
    Ok(response(StatusCode::OK, BYTES, Body::from_stream(chunks)))
}

fn broken(reason: &str) -> std::io::Error {
    tracing::error!("a stream broke off: {reason}");
    std::io::Error::other(reason.to_owned())
}

/// A failure, in the error body of the protocol.
///
/// What a 500 says is for our own log; the wire gets a message that gives nothing away, and nothing
/// else (`transport.md` §8.2). Other failures are meant for the caller and go out as they are. A
/// failure with a code that is no error would be taken for a success: it is a fault of ours.
pub(crate) fn failure(failure: &Failure) -> Response {
    let error = (400..600).contains(&failure.code).then_some(failure.code);
    let status = error.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = if status == StatusCode::INTERNAL_SERVER_ERROR {
        let label = failure.label.clone();
        serde_json::to_vec(&Failure::new(500, label, "Internal Server Error"))
    } else {
        serde_json::to_vec(failure)
    };
    let mut response = response(status, ERROR_JSON, Body::from(body.unwrap_or_default()));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let allow = HeaderValue::from_static("POST");
        response.headers_mut().insert(http::header::ALLOW, allow);
    }
    response
}

fn response(status: StatusCode, content_type: HeaderValue, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
