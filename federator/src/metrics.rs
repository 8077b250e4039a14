//! What operators can count.
//!
//! | metric | type | labels |
//! |---|---|---|
//! | `com_wire_federator_outgoing_requests` | counter | `target_domain` |
//! | `com_wire_federator_incoming_requests` | counter | `origin_domain` |
//! | `http_request_duration_seconds` | histogram | `handler`, `method`, `status_code` |
//! | `net_errors` | counter | – |
//! | `federator_connections_opened` | counter | – |
//!
//! Each federator has a recorder of its own, which its `/i/metrics` shows; nothing is set for the
//! process. The last metric is our own: connections to other backends.
//!
//! Source: `transport.md` §18.1.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use federation_api::Domain;
use http::{Method, StatusCode};
use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder, SharedString};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusRecorder};

static METADATA: Metadata<'_> =
    Metadata::new("federation_federator", Level::INFO, Some(module_path!()));

/// The buckets of the histogram, in seconds.
const BUCKETS: [f64; 14] = [
    0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// The meters of one federator.
pub(crate) struct Meters {
    recorder: PrometheusRecorder,
    net_errors: Counter,
    opened: Counter,
    /// A peer chooses which domain it claims; it does not choose how much memory that takes.
    known: Mutex<HashMap<Domain, Known>>,
    most: usize,
    /// By handler, method and status, so that nothing is looked up by its text for every request.
    answered: Mutex<HashMap<(&'static str, &'static str, StatusCode), Histogram>>,
}

/// The counters of a domain, as far as there was something to count.
#[derive(Default)]
struct Known {
    outgoing: Option<Counter>,
    incoming: Option<Counter>,
}

impl Meters {
    pub(crate) fn new(domains: usize) -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets(&BUCKETS)?
            .build_recorder();
        let counter = |name| recorder.register_counter(&Key::from_static_name(name), &METADATA);
        Ok(Self {
            net_errors: counter("net_errors"),
            opened: counter("federator_connections_opened"),
            recorder,
            known: Mutex::default(),
            most: domains,
            answered: Mutex::default(),
        })
    }

    /// Counts a request to another backend.
    pub(crate) fn outgoing(&self, target: &Domain) {
        let counter = |domain| {
            let name = "com_wire_federator_outgoing_requests";
            self.counter(name, Label::new("target_domain", domain))
        };
        self.count(target, counter, |known| &mut known.outgoing);
    }

    /// Counts a request that claims to be of another backend.
    pub(crate) fn incoming(&self, origin: &Domain) {
        let counter = |domain| {
            let name = "com_wire_federator_incoming_requests";
            self.counter(name, Label::new("origin_domain", domain))
        };
        self.count(origin, counter, |known| &mut known.incoming);
    }

    fn counter(&self, name: &'static str, label: Label) -> Counter {
        let key = Key::from_parts(name, vec![label]);
        self.recorder.register_counter(&key, &METADATA)
    }

    fn count(
        &self,
        domain: &Domain,
        counter: impl Fn(String) -> Counter,
        of: impl Fn(&mut Known) -> &mut Option<Counter>,
    ) {
        let mut known = lock(&self.known);
        if !known.contains_key(domain) {
            if known.len() >= self.most {
                return counter("other".to_owned()).increment(1);
            }
            known.insert(domain.clone(), Known::default());
        }
        if let Some(known) = known.get_mut(domain) {
            let counter = of(known).get_or_insert_with(|| counter(domain.to_string()));
            counter.increment(1);
        }
    }

    /// Counts a request that was answered, under the template of its route.
    pub(crate) fn answered(
        &self,
        handler: &'static str,
        method: &Method,
        status: StatusCode,
        begun: Instant,
    ) {
        let method = known_method(method);
        let mut answered = lock(&self.answered);
        let histogram = answered
            .entry((handler, method, status))
            .or_insert_with(|| self.histogram(handler, method, status));
        histogram.record(begun.elapsed());
    }

    fn histogram(&self, handler: &'static str, method: &'static str, of: StatusCode) -> Histogram {
        let labels = vec![
            Label::from_static_parts("handler", handler),
            Label::from_static_parts("method", method),
            Label::new("status_code", SharedString::from(of.as_str().to_owned())),
        ];
        let key = Key::from_parts("http_request_duration_seconds", labels);
        self.recorder.register_histogram(&key, &METADATA)
    }

    /// Counts a connection, on either side, that failed.
    pub(crate) fn net_error(&self) {
        self.net_errors.increment(1);
    }

    /// Counts a connection to another backend.
    pub(crate) fn opened(&self) {
        self.opened.increment(1);
    }

    /// The Prometheus text.
    pub(crate) fn render(&self) -> String {
        let handle = self.recorder.handle();
        handle.run_upkeep();
        handle.render()
    }

    /// Moves what was recorded into the buckets, which otherwise happens when somebody reads them.
    pub(crate) fn upkeep(&self) {
        self.recorder.handle().run_upkeep();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A method as a label; what a peer makes up is no label.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

impl fmt::Debug for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meters").finish_non_exhaustive()
    }
}
