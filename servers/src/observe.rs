//! What operators see of a call: a span, a log line where something is wrong, and metrics.
//!
//! | metric | type | labels |
//! |---|---|---|
//! | `federation_server_calls_total` | counter | `component`, `rpc`, `status` |
//! | `federation_server_call_duration_seconds` | histogram | `component`, `rpc` |

use std::time::Instant;

use federation_api::{Call, Failure, Rpc};
use http::StatusCode;
use tracing::Span;

/// The span of a call; everything that the handler logs is in it.
pub(crate) fn span(rpc: &Rpc, call: &Call) -> Span {
    tracing::info_span!(
        "federation_call",
        component = rpc.component,
        rpc = rpc.name,
        origin = %call.origin(),
        version = call.version().number(),
        request_id = %call.request_id(),
    )
}

/// Logs a failure; those of our own side as errors.
pub(crate) fn failed(failure: &Failure) {
    if failure.code >= 500 {
        tracing::error!(code = failure.code, label = %failure.label, "{}", failure.message);
    } else {
        tracing::info!(code = failure.code, label = %failure.label, "{}", failure.message);
    }
}

/// Counts a call that was answered.
pub(crate) fn answered(
    component: &'static str,
    rpc: &'static str,
    status: StatusCode,
    begun: Instant,
) {
    let status = if status == StatusCode::OK {
        metrics::SharedString::const_str("200")
    } else {
        status.as_str().to_owned().into()
    };
    metrics::counter!(
        "federation_server_calls_total",
        "component" => component, "rpc" => rpc, "status" => status
    )
    .increment(1);
    metrics::histogram!(
        "federation_server_call_duration_seconds",
        "component" => component, "rpc" => rpc
    )
    .record(begun.elapsed());
}
