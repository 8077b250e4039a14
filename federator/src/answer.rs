//! What a listener answers on its own account.
//!
//! Source: `transport.md` §3.2, §8.2, §8.3.

use std::fmt;

use bytes::Bytes;
use federation_api::{Domain, Failure};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};

/// Any error.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a response of a listener.
pub(crate) type Body = UnsyncBoxBody<Bytes, BoxError>;

/// What a listener answers instead of relaying.
#[derive(Debug)]
pub(crate) enum Answer {
    /// 404 without a body: no such route.
    NotFound,
    /// 400 with plain text, and no content type: a segment or header that cannot be read.
    Text(String),
    /// The error body of the protocol.
    Failure(Box<Failure>),
}

impl Answer {
    /// A segment that is not what its place wants.
    pub(crate) fn unparsable(error: impl fmt::Display) -> Self {
        Self::Text(error.to_string())
    }

    /// 403: another method than POST, or a query string.
    pub(crate) fn invalid_endpoint() -> Self {
        let message = "The requested endpoint does not exist";
        Failure::new(403, "invalid-endpoint", message).into()
    }

    /// 500, with a message for our own log.
    pub(crate) fn internal(message: impl fmt::Display) -> Self {
        Failure::server_error(message.to_string()).into()
    }

    /// 503: more is under way than the limits allow.
    pub(crate) fn overloaded(what: &'static str) -> Self {
        Failure::new(503, "server-error", what).into()
    }

    /// 429: more requests of one backend are under way than it may have.
    pub(crate) fn too_many_of(origin: &Domain) -> Self {
        let what = format!("Too many requests of {origin} are under way");
        Failure::client_error(429, what).into()
    }

    /// The response, logged (`transport.md` §18.4).
    pub(crate) fn into_response(self) -> Response<Body> {
        match self {
            Self::NotFound => with_status(StatusCode::NOT_FOUND, empty()),
            Self::Text(text) => {
                // Debug: it repeats what the caller sent, line breaks and all.
                tracing::info!(status = 400, "{text:?}");
                with_status(StatusCode::BAD_REQUEST, full(text))
            }
            Self::Failure(failure) => {
                log(&failure);
                failure_response(*failure)
            }
        }
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        Self::Failure(Box::new(failure))
    }
}

fn log(failure: &Failure) {
    let (code, label) = (failure.code, &failure.label);
    if label == "federation-denied" {
        tracing::warn!(code, %label, "{}", failure.message);
    } else {
        tracing::error!(code, %label, inner = failure.inner.as_ref().map(tracing::field::display), "{}", failure.message);
    }
}

/// The error body of the protocol. The message of a 500 stays in our log (`transport.md` §8.2).
pub(crate) fn failure_response(mut failure: Failure) -> Response<Body> {
    if failure.code == 500 {
        failure.message = "Internal Server Error".into();
    }
    let status = StatusCode::from_u16(failure.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&failure).unwrap_or_default();
    let mut response = with_status(status, full(body));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

pub(crate) fn with_status(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

pub(crate) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}
