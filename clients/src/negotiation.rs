//! Agreeing with a target on a version, once for a while and not before every call.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use federation_api::{Domain, Rpc, Version};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use crate::error::CallError;

/// The RPC that answers which versions a backend speaks. Always brig's, whatever is called
/// afterwards (`transport.md` §9.3).
pub(crate) const API_VERSION: Rpc = Rpc::new("brig", "api-version").idempotent();

/// Tells negotiations with the same target apart.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// As many backends as one installation is meant to know.
const MAX_TARGETS: usize = 10_000;

/// A negotiation that is going on; all who want to call the target wait for the same one.
type Running = Shared<BoxFuture<'static, Result<Version, CallError>>>;

/// What was agreed with each target.
#[derive(Clone, Default)]
pub(crate) struct Agreements(Arc<Mutex<HashMap<Domain, Agreement>>>);

enum Agreement {
    Reached { version: Version, at: Instant },
    Running { number: u64, running: Running },
}

impl Agreements {
    /// The version agreed on with `target`, from memory if it is younger than `keep`, else from
    /// `ask`.
    ///
    /// Whoever asks may give up at any time: a negotiation is a task of its own, which ends in its own
    /// time and leaves its result for the next.
    pub(crate) async fn version(
        &self,
        target: &Domain,
        keep: Duration,
        ask: impl FnOnce() -> BoxFuture<'static, Result<Version, CallError>>,
    ) -> Result<Version, CallError> {
        let running = {
            let mut agreements = self.lock();
            match agreements.get(target) {
                Some(Agreement::Reached { version, at }) if at.elapsed() < keep => {
                    return Ok(*version);
                }
                Some(Agreement::Running { running, .. }) => running.clone(),
                _ => {
                    make_room(&mut agreements, keep);
                    let number = NEXT.fetch_add(1, Ordering::Relaxed);
                    let running = self.clone().spawn(target.clone(), number, ask());
                    let agreement = Agreement::Running {
                        number,
                        running: running.clone(),
                    };
                    agreements.insert(target.clone(), agreement);
                    running
                }
            }
        };
        running.await
    }

    fn spawn(
        self,
        target: Domain,
        number: u64,
        ask: BoxFuture<'static, Result<Version, CallError>>,
    ) -> Running {
        let task = tokio::spawn(async move {
            let reached = ask.await;
            self.settle(&target, number, reached.as_ref().ok().copied());
            reached
        });
        async move {
            task.await
                .unwrap_or_else(|error| Err(CallError::negotiation_lost(error)))
        }
        .boxed()
        .shared()
    }

    /// Keeps the result of a negotiation, unless another has begun since. A failure is not
    /// remembered: the next call asks again.
    fn settle(&self, target: &Domain, settled: u64, version: Option<Version>) {
        let mut agreements = self.lock();
        let current = matches!(
            agreements.get(target),
            Some(Agreement::Running { number, .. }) if *number == settled
        );
        if !current {
            return;
        }
        match version {
            Some(version) => {
                let at = Instant::now();
                agreements.insert(target.clone(), Agreement::Reached { version, at });
            }
            None => {
                agreements.remove(target);
            }
        }
    }

    /// Forgets what was agreed with `target`, because it answers as if it had changed.
    pub(crate) fn forget(&self, target: &Domain) {
        let mut agreements = self.lock();
        if matches!(agreements.get(target), Some(Agreement::Reached { .. })) {
            agreements.remove(target);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Domain, Agreement>> {
        // Nothing can panic while the lock is held; the map is whole in any case.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps memory bounded whatever domains are called.
fn make_room(agreements: &mut HashMap<Domain, Agreement>, keep: Duration) {
    if agreements.len() < MAX_TARGETS {
        return;
    }
    agreements.retain(|_, agreement| match agreement {
        Agreement::Reached { at, .. } => at.elapsed() < keep,
        Agreement::Running { .. } => true,
    });
    if agreements.len() >= MAX_TARGETS {
        // Who waits for a negotiation goes on waiting; only its result will not be kept.
        agreements.clear();
    }
}

impl std::fmt::Debug for Agreements {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agreements")
            .field("targets", &self.lock().len())
            .finish()
    }
}
