//! Trying again, where it can help and does no harm.

use std::future::Future;
use std::time::{Duration, Instant};

use federation_api::{Call, Rpc};

use crate::error::CallError;

/// An error that says whether the same call can succeed later.
pub trait Retryable {
    /// Whether trying again can help.
    fn is_retryable(&self) -> bool;
}

impl Retryable for CallError {
    fn is_retryable(&self) -> bool {
        CallError::is_retryable(self)
    }
}

/// How often and how soon a call is tried again.
///
/// The pause before attempt *n* is random between nothing and `base`·2ⁿ⁻¹, at most `max`. No attempt
/// begins after the deadline of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    base: Duration,
    max: Duration,
}

impl Default for Retry {
    /// Three attempts, pauses of up to 100 and 200 milliseconds.
    fn default() -> Self {
        Self {
            attempts: 3,
            base: Duration::from_millis(100),
            max: Duration::from_secs(5),
        }
    }
}

impl Retry {
    /// How often a call is tried in all; 1 means once.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The longest pause before the second attempt, and before any.
    #[must_use]
    pub fn pauses(mut self, base: Duration, max: Duration) -> Self {
        self.base = base;
        self.max = max;
        self
    }

    /// Makes attempts until one succeeds, fails for good, or is the last. For emitted code.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    pub async fn run<Request, T, E, Running>(
        &self,
        rpc: &Rpc,
        call: &Call,
        request: Request,
        attempt: impl Fn(Request) -> Running,
    ) -> Result<T, E>
    where
        Request: Clone,
        E: Retryable,
        Running: Future<Output = Result<T, E>>,
    {
        let mut number = 1;
        loop {
            let error = match attempt(request.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = self.pause(number);
            let in_time = call
                .deadline()
                .is_none_or(|deadline| pause < deadline.saturating_duration_since(Instant::now()));
            if number >= self.attempts || !error.is_retryable() || !in_time {
                return Err(error);
            }
            tracing::debug!(%rpc, target = %call.target(), number, ?pause, "trying again");
            tokio::time::sleep(pause).await;
            number += 1;
        }
    }

    fn pause(&self, number: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(number.saturating_sub(1));
        let longest = self.base.saturating_mul(doubled).min(self.max);
        longest.mul_f64(fastrand::f64())
    }
}
