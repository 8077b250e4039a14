//! A clock for the caches of the federators, which can be put forward: so that they forget.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use federation_federator::Clock;

/// Goes as the clock of the machine does, ahead of it by what it was put forward.
#[derive(Debug, Default)]
pub(super) struct ForwardClock(Mutex<Duration>);

impl ForwardClock {
    /// Puts it forward by an hour, which is longer than any cache keeps anything.
    pub(super) fn an_hour(&self) {
        let mut ahead = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *ahead += Duration::from_secs(3600);
    }
}

impl Clock for ForwardClock {
    fn now(&self) -> Instant {
        Instant::now() + *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
