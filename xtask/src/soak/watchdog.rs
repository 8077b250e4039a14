//! Notices calls that outlive their deadline.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::callers::{DEADLINE, Kind};
use super::tally::Tally;

/// How much later than its deadline a call may end: this process shares the machine.
const GRACE: Duration = Duration::from_secs(3);
/// How often is looked.
const INTERVAL: Duration = Duration::from_millis(500);

/// The calls under way, by the number of whoever makes them.
#[derive(Default)]
pub(super) struct Watchdog(Mutex<HashMap<usize, (Kind, Instant)>>);

impl Watchdog {
    pub(super) fn begins(&self, caller: usize, kind: Kind, begun: Instant) {
        self.lock().insert(caller, (kind, begun));
    }

    pub(super) fn ends(&self, caller: usize) {
        self.lock().remove(&caller);
    }

    /// Complains of each call that is late, once, until it is given up.
    pub(super) async fn watch(&self, tally: &Tally) {
        loop {
            tokio::time::sleep(INTERVAL).await;
            self.lock().retain(|_, (kind, begun)| {
                let late = begun.elapsed() > DEADLINE + GRACE;
                if late {
                    let (name, took) = (kind.name(), begun.elapsed());
                    tally.complain(format!("{name} has not ended after {took:.1?}"));
                }
                !late
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<usize, (Kind, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
