//! The metrics, under the names of `transport.md` §11.4.

use std::time::{Duration, SystemTime};

use federation_api::Domain;
use metrics::{Counter, Gauge, counter, gauge};

/// A message was left for so many targets, or for none of them.
pub(crate) fn published(targets: usize, taken: bool) {
    let result = if taken { "taken" } else { "failed" };
    counter!("federation_notifications_published", "result" => result)
        .increment(targets.try_into().unwrap_or(u64::MAX));
}

/// What is counted of one target.
pub(crate) struct Watched {
    pushed: Counter,
    errors: Counter,
    dead: Counter,
    stuck: Gauge,
    age: Gauge,
}

impl Watched {
    pub(crate) fn new(target: &Domain) -> Self {
        let label = || ("targetDomain", target.to_string());
        let labels = || [label()];
        Self {
            pushed: counter!("wire_backend_notifications_pushed", &labels()),
            errors: counter!("wire_backend_notifications_errors", &labels()),
            dead: counter!("federation_notifications_dead", &labels()),
            stuck: gauge!("wire_backend_notifications_stuck_queues", &labels()),
            age: gauge!("federation_notifications_age_seconds", &labels()),
        }
    }

    /// The first message of the queue was published then.
    pub(crate) fn head(&self, published: Option<SystemTime>) {
        if let Some(published) = published {
            let age = published.elapsed().unwrap_or(Duration::ZERO);
            self.age.set(age.as_secs_f64());
        }
    }

    pub(crate) fn delivered(&self) {
        self.pushed.increment(1);
        self.stuck.set(0.0);
        self.age.set(0.0);
    }

    /// Delivering failed and will be tried again.
    pub(crate) fn failed(&self) {
        self.errors.increment(1);
        self.stuck.set(1.0);
    }

    /// Delivering failed and will not be tried again.
    pub(crate) fn given_up(&self, kept: bool) {
        self.errors.increment(1);
        self.dead.increment(kept.into());
        self.stuck.set(0.0);
        self.age.set(0.0);
    }
}

/// Whether the pusher of this process runs.
pub(crate) fn pusher_runs(runs: bool) {
    gauge!("wire_background_worker_running_workers", "worker" => "backend-notification-pusher")
        .set(if runs { 1.0 } else { 0.0 });
}
