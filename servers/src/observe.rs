//! What operators see of a call: a span, a log line where something is wrong, and metrics.
//!
//! | metric | type | labels |
//! |---|---|---|
//! | `federation_server_calls_total` | counter | `component`, `rpc`, `status` |
//! | `federation_server_call_duration_seconds` | histogram | `component`, `rpc` |
//! | `federation_undecodable_documents_total` | counter | `component`, `rpc`, `direction` (`request`) |
//! | `federation_unknown_alternatives_total` | counter | `component`, `rpc`, `direction` (`request`) |
//!
//! The last two tell of peers that are newer: the first counts requests that could not be read, the second
//! alternatives and words that were kept although nobody here knows them. Which ones they are is in
//! the log, and not in labels, since the peer chooses them.

use std::time::Instant;

use federation_api::json::{DecodeError, Noted};
use federation_api::{Call, Failure, Rpc};
use http::StatusCode;
use metrics::{Key, Label, Level, Metadata, SharedString};
use tracing::Span;

/// Where the metrics come from, for recorders that filter.
static METADATA: Metadata<'_> =
    Metadata::new("federation_servers", Level::INFO, Some(module_path!()));

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

/// Logs a call that was refused before anybody knew whose it is.
pub(crate) fn refused(rpc: &Rpc, failure: &Failure) {
    tracing::info!(
        component = rpc.component,
        rpc = rpc.name,
        code = failure.code,
        "refused: {}",
        failure.message
    );
}

/// Logs a failure; those of our own side as errors.
pub(crate) fn failed(failure: &Failure) {
    if failure.code >= 500 {
        tracing::error!(code = failure.code, label = %failure.label, "{}", failure.message);
    } else {
        tracing::info!(code = failure.code, label = %failure.label, "{}", failure.message);
    }
}

/// Counts a request that could not be read, or in which something is unknown.
pub(crate) fn decoded<T>(rpc: &Rpc, read: &Result<Noted<T>, DecodeError>) {
    let (metric, count) = match read {
        Ok(noted) if noted.unknown == 0 => return,
        Ok(noted) => {
            tracing::debug!(
                count = noted.unknown,
                "the request says what is unknown here"
            );
            (
                "federation_unknown_alternatives_total",
                noted.unknown as u64,
            )
        }
        // The failure is logged as every other.
        Err(_) => ("federation_undecodable_documents_total", 1),
    };
    metrics::counter!(
        metric, "component" => rpc.component, "rpc" => rpc.name, "direction" => "request"
    )
    .increment(count);
}

/// The meters of an RPC. Their keys are made once; which recorder they go to is looked up each time.
pub(crate) struct Meters {
    /// Calls with status 200.
    good_calls: Key,
    durations: Key,
    rpc: Rpc,
}

impl Meters {
    pub(crate) fn new(rpc: &Rpc) -> Self {
        Self {
            good_calls: Self::calls(rpc, "200".into()),
            durations: Key::from_parts(
                "federation_server_call_duration_seconds",
                vec![
                    Label::from_static_parts("component", rpc.component),
                    Label::from_static_parts("rpc", rpc.name),
                ],
            ),
            rpc: *rpc,
        }
    }

    fn calls(rpc: &Rpc, status: SharedString) -> Key {
        Key::from_parts(
            "federation_server_calls_total",
            vec![
                Label::from_static_parts("component", rpc.component),
                Label::from_static_parts("rpc", rpc.name),
                Label::new("status", status),
            ],
        )
    }

    /// Counts a call that was answered.
    pub(crate) fn answered(&self, status: StatusCode, begun: Instant) {
        metrics::with_recorder(|recorder| {
            let counter = if status == StatusCode::OK {
                recorder.register_counter(&self.good_calls, &METADATA)
            } else {
                let key = Self::calls(&self.rpc, status.as_str().to_owned().into());
                recorder.register_counter(&key, &METADATA)
            };
            counter.increment(1);
            recorder
                .register_histogram(&self.durations, &METADATA)
                .record(begun.elapsed());
        });
    }
}
