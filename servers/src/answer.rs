//! From what a handler gave back to an HTTP response.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use federation_api::{Audience, ByteStream, Call, Failure, json};
use futures_util::{StreamExt, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

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
/// still answered with an error.
pub(crate) async fn byte_stream(mut bytes: ByteStream) -> Result<Response, Failure> {
    let first: Option<Bytes> = bytes
        .next()
        .await
        .transpose()
        .map_err(|error| Failure::server_error(format!("the stream broke off: {error}")))?;
    let chunks = stream::iter(first.map(Ok)).chain(bytes);
    Ok(response(StatusCode::OK, BYTES, Body::from_stream(chunks)))
}

/// A failure, in the error body of the protocol.
///
/// The message of a 500 is for our own log; the wire gets one that gives nothing away
/// (`transport.md` §8.2).
pub(crate) fn failure(failure: &Failure) -> Response {
    let status = StatusCode::from_u16(failure.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = if failure.code == 500 {
        let mut hidden = failure.clone();
        hidden.message = "Internal Server Error".into();
        serde_json::to_vec(&hidden)
    } else {
        serde_json::to_vec(failure)
    };
    let mut response = response(status, ERROR_JSON, Body::from(body.unwrap_or_default()));
    if failure.code == 405 {
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
