//! What a response means: a success to decode, or the error of a stage.
//!
//! Source: `transport.md` §8.4 and §8.5.

use bytes::Bytes;
use federation_api::{Call, Failure, json};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use crate::address::{Callee, Route};
use crate::error::{CallError, Stage};
use crate::stream;
use crate::transport::{BodyError, ResponseBody, TransportError};

/// The most of a text in place of an error body that is passed on.
const MAX_TEXT: usize = 4096;

/// The most of an error body that is read.
const MAX_ERROR_BODY: usize = 1024 * 1024;

/// The body of an answer, whole.
pub(crate) async fn collect(
    body: ResponseBody,
    limit: usize,
    route: Route,
    rpc: Callee<'_>,
    call: &Call,
) -> Result<Bytes, CallError> {
    stream::collect(body, limit)
        .await
        .map_err(|error| match error {
            BodyError::TooLarge(_) => CallError::new(
                Stage::Answer,
                Failure::new(
                    533,
                    "federation-invalid-body",
                    format!("Could not parse remote federator response: {error}"),
                ),
            )
            .caused_by(error),
            error => no_response(TransportError::Broken(error.into()), route, rpc, call),
        })
}

/// The error that a response with another status than 2xx stands for.
pub(crate) async fn refused(
    status: StatusCode,
    body: ResponseBody,
    route: Route,
    rpc: Callee<'_>,
    call: &Call,
) -> CallError {
    // An error body that is not whole says nothing; the status still does.
    let body = stream::collect(body, MAX_ERROR_BODY)
        .await
        .unwrap_or_default();
    match route {
        Route::Federator => refused_by_federator(status, &body, rpc, call),
        Route::Direct => {
            let inner = json::decode(&body)
                .unwrap_or_else(|_| Failure::new(status.as_u16(), "unknown-error", text(&body)));
            let failure = with_data(remote_error(status.as_u16()).with_inner(inner), rpc, call);
            CallError::new(Stage::RemoteComponent, failure)
        }
    }
}

fn refused_by_federator(
    status: StatusCode,
    body: &[u8],
    rpc: Callee<'_>,
    call: &Call,
) -> CallError {
    if status == StatusCode::FORBIDDEN {
        // A refusal of our own federator is always a fault of ours.
        let message = format!("Local federator failure: {}", text(body));
        let failure = Failure::new(500, "federation-local-error", message);
        return CallError::new(Stage::LocalFederator, failure);
    }
    let told = json::decode::<Failure>(body);
    let failure = match told {
        Ok(failure) if (400..600).contains(&failure.code) => failure,
        // No error body, or one that calls itself a success.
        _ => Failure::new(status.as_u16(), "unknown-federation-error", text(body)),
    };
    CallError::new(stage_of(&failure), with_data(failure, rpc, call))
}

/// Where an error that the local federator reports happened.
fn stage_of(failure: &Failure) -> Stage {
    let of_federator = |label: &str| {
        matches!(
            label,
            "federation-denied"
                | "invalid-domain"
                | "discovery-failure"
                | "authentication-failure"
                | "invalid-endpoint"
        )
    };
    match &*failure.label {
        "invalid-domain" | "discovery-failure" => Stage::Discovery,
        "federation-connection-refused" | "federation-tls-error" | "federation-http2-error" => {
            Stage::RemoteFederator
        }
        "federation-remote-error" => match &failure.inner {
            Some(inner) if of_federator(&inner.label) => Stage::RemoteFederator,
            _ => Stage::RemoteComponent,
        },
        _ => Stage::LocalFederator,
    }
}

/// The error of a request that got no response.
pub(crate) fn no_response(
    error: TransportError,
    route: Route,
    rpc: Callee<'_>,
    call: &Call,
) -> CallError {
    let message = error.to_string();
    let error = match (route, error) {
        (Route::Federator, TransportError::Connect(error)) => {
            let failure = Failure::new(500, "federation-not-available", message);
            CallError::new(Stage::LocalFederator, failure).caused_by(error)
        }
        (Route::Federator, TransportError::Broken(error)) => {
            let failure = Failure::new(500, "federation-local-error", message);
            CallError::new(Stage::LocalFederator, failure).caused_by(error)
        }
        (_, TransportError::NotEnabled) => {
            let failure = Failure::new(400, "federation-not-enabled", message);
            CallError::new(Stage::NotSent, failure)
        }
        (Route::Direct, TransportError::Connect(error)) => {
            let failure = Failure::new(521, "federation-connection-refused", message);
            CallError::new(Stage::RemoteComponent, with_data(failure, rpc, call)).caused_by(error)
        }
        (Route::Direct, TransportError::Broken(error)) => {
            let failure = Failure::new(533, "federation-http2-error", message);
            CallError::new(Stage::RemoteComponent, with_data(failure, rpc, call)).caused_by(error)
        }
    };
    tracing::debug!(%rpc, target = %call.target(), %error, "no response");
    error
}

/// Whether the body is of the kind that the RPC answers. Without a header it is bytes.
pub(crate) fn check_content_type(headers: &HeaderMap, expected: &str) -> Result<(), CallError> {
    let refused = |label, message| {
        Err(CallError::new(
            Stage::Answer,
            Failure::new(533, label, message),
        ))
    };
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return if expected == "application/octet-stream" {
            Ok(())
        } else {
            let message = "Content-type: , Media-Type: application/octet-stream";
            refused("federation-unsupported-content-type", message.to_owned())
        };
    };
    let lossy = || String::from_utf8_lossy(value.as_bytes()).into_owned();
    let media_type = value
        .to_str()
        .ok()
        .and_then(|text| text.split(';').next())
        .map(str::trim);
    match media_type {
        Some(media_type) if media_type.eq_ignore_ascii_case(expected) => Ok(()),
        Some(media_type) if is_media_type(media_type) => refused(
            "federation-unsupported-content-type",
            format!("Content-type: {}, Media-Type: {media_type}", lossy()),
        ),
        _ => refused(
            "federation-invalid-content-type",
            format!("Content-type: {}", lossy()),
        ),
    }
}

fn is_media_type(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, subtype)| {
        !kind.is_empty() && !subtype.is_empty() && !subtype.contains('/')
    })
}

/// What a federator makes of a remote status.
pub(crate) fn remote_error(status: u16) -> Failure {
    Failure::new(
        533,
        "federation-remote-error",
        format!("A remote federator failed with status code: {status}"),
    )
}

fn with_data(failure: Failure, rpc: Callee<'_>, call: &Call) -> Failure {
    failure.with_data(call.target().clone(), format!("/federation/{}", rpc.name))
}

/// What an error body says that is none of the protocol: its beginning.
fn text(body: &[u8]) -> String {
    let beginning = &body[..body.len().min(MAX_TEXT)];
    let mut text = String::from_utf8_lossy(beginning).into_owned();
    if beginning.len() < body.len() {
        text.push('…');
    }
    text
}
