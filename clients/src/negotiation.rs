//! Agreeing with a target on a version, once for a while and not before every call.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use federation_api::{Domain, Rpc, Version};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use crate::error::CallError;

/// The RPC that answers which versions a backend speaks. Always brig's, whatever is called
/// afterwards (`transport.md` §9.3).
pub(crate) const API_VERSION: Rpc = Rpc::new("brig", "api-version").idempotent();

/// As many backends as one installation is meant to know.
const MAX_TARGETS: usize = 10_000;

/// A negotiation that is going on; all who want to call the target wait for the same one.
type Running = Shared<BoxFuture<'static, Result<Version, CallError>>>;

/// What was agreed with each target.
#[derive(Default)]
pub(crate) struct Agreements(Mutex<HashMap<Domain, Agreement>>);

enum Agreement {
    Reached { version: Version, at: Instant },
    Running(Running),
}

impl Agreements {
    /// The version agreed on with `target`, from memory if it is younger than `keep`, else from
    /// `ask`.
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
                Some(Agreement::Running(running)) => running.clone(),
                _ => {
                    let running = ask().shared();
                    make_room(&mut agreements, keep);
                    agreements.insert(target.clone(), Agreement::Running(running.clone()));
                    running
                }
            }
        };
        let reached = running.clone().await;
        let mut agreements = self.lock();
        let still_ours = matches!(
            agreements.get(target),
            Some(Agreement::Running(current)) if current.ptr_eq(&running)
        );
        if still_ours {
            match reached {
                Ok(version) => {
                    let at = Instant::now();
                    agreements.insert(target.clone(), Agreement::Reached { version, at });
                }
                // A failure is not remembered: the next call asks again.
                Err(_) => {
                    agreements.remove(target);
                }
            }
        }
        reached
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
        Agreement::Running(_) => true,
    });
    if agreements.len() >= MAX_TARGETS {
        agreements.retain(|_, agreement| matches!(agreement, Agreement::Running(_)));
    }
}

impl std::fmt::Debug for Agreements {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agreements")
            .field("targets", &self.lock().len())
            .finish()
    }
}
