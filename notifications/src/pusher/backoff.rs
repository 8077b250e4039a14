//! How long to wait before trying again.

use std::time::Duration;

/// Waits that double from one failure to the next, up to a limit, and differ by chance, so that not all
/// try again at once.
///
/// The wait after failure n, from 0, lies between d and 2d with d = `min` · 2ⁿ / 2, and never beyond
/// `max`.
///
/// Source: `transport.md` §11.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The most that is waited after the first failure.
    pub min: Duration,
    /// The most that is ever waited.
    pub max: Duration,
}

impl Backoff {
    /// How long to wait after this many failures, counted from 0.
    #[must_use]
    pub fn wait(&self, failures: u32) -> Duration {
        let doubled = self
            .min
            .saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX));
        let most = doubled.min(self.max);
        most / 2 + (most / 2).mul_f64(fastrand::f64())
    }
}

impl Default for Backoff {
    /// 10 milliseconds to 300 seconds, as existing backends do it.
    fn default() -> Self {
        Self {
            min: Duration::from_millis(10),
            max: Duration::from_secs(300),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_limit() {
        let backoff = Backoff::default();
        for failures in 0..100 {
            let most = (0.01 * 2_f64.powi(failures.try_into().expect("small"))).min(300.0);
            let wait = backoff.wait(failures).as_secs_f64();
            assert!(
                wait >= most * 0.499 && wait <= most * 1.001,
                "{failures}: {wait}"
            );
        }
    }
}
