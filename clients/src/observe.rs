//! What operators see of a call: a span and metrics.
//!
//! | metric | type | labels |
//! |---|---|---|
//! | `federation_client_calls_total` | counter | `component`, `rpc`, `result` (`ok` or the label of the error) |
//! | `federation_client_call_duration_seconds` | histogram | `component`, `rpc` |
//! | `federation_undecodable_documents_total` | counter | `component`, `rpc`, `direction` (`response`) |
//! | `federation_unknown_alternatives_total` | counter | `component`, `rpc`, `direction` (`response`) |
//!
//! The last two tell of peers that are newer: the first counts answers that could not be read, the second
//! alternatives and words that were kept although nobody here knows them. Which ones they are is in
//! the error of the call or in the value, and not in labels, since the peer chooses them.

use std::time::Instant;

use federation_api::json::{DecodeError, Noted};
use federation_api::{Call, Rpc};
use tracing::Span;

use crate::error::CallError;

/// The span of a call.
pub(crate) fn span(rpc: &Rpc, call: &Call) -> Span {
    tracing::info_span!(
        "federation_client_call",
        component = rpc.component,
        rpc = rpc.name,
        target = %call.target(),
        request_id = %call.request_id(),
    )
}

/// Counts a call that has an answer or an error.
pub(crate) fn answered(rpc: &Rpc, error: Option<&CallError>, begun: Instant) {
    let result = match error {
        None => metrics::SharedString::const_str("ok"),
        // What a remote backend calls its errors must not become time series of ours.
        Some(error) => own_label(error.label()).into(),
    };
    metrics::counter!(
        "federation_client_calls_total",
        "component" => rpc.component, "rpc" => rpc.name, "result" => result
    )
    .increment(1);
    metrics::histogram!(
        "federation_client_call_duration_seconds",
        "component" => rpc.component, "rpc" => rpc.name
    )
    .record(begun.elapsed());
}

/// Counts an answer that could not be read, or in which something is unknown.
pub(crate) fn decoded<T>(rpc: &Rpc, read: &Result<Noted<T>, DecodeError>) {
    let (metric, count) = match read {
        Ok(noted) if noted.unknown == 0 => return,
        Ok(noted) => {
            tracing::debug!(%rpc, count = noted.unknown, "the answer says what is unknown here");
            (
                "federation_unknown_alternatives_total",
                noted.unknown as u64,
            )
        }
        Err(error) => {
            tracing::debug!(%rpc, %error, "an answer that cannot be read");
            ("federation_undecodable_documents_total", 1)
        }
    };
    metrics::counter!(
        metric, "component" => rpc.component, "rpc" => rpc.name, "direction" => "response"
    )
    .increment(count);
}

fn own_label(label: &str) -> &'static str {
    [
        "internal-error",
        "federation-not-enabled",
        "federation-not-available",
        "federation-local-error",
        "federation-denied",
        "invalid-domain",
        "discovery-failure",
        "federation-connection-refused",
        "federation-tls-error",
        "federation-http2-error",
        "federation-remote-error",
        "federation-invalid-body",
        "federation-invalid-content-type",
        "federation-unsupported-content-type",
        "federation-version-error",
        "server-error",
    ]
    .into_iter()
    .find(|own| *own == label)
    .unwrap_or("other")
}
