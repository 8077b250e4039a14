//! Who delivers from the file: one process, and in it one consumer of each target.

use std::collections::HashSet;
use std::fs::File;
use std::sync::{Arc, PoisonError, Weak};

use federation_api::Domain;

use super::Inner;
use crate::queue::QueueError;

/// What this process delivers.
#[derive(Default)]
pub(super) struct Delivering {
    /// The lock of this process, as long as anything is delivered.
    lock: Weak<File>,
    targets: HashSet<Domain>,
}

/// The right to deliver to a target. The lock of the process is free when all its claims have ended, or the
/// process has, in whatever way.
pub(super) struct Claim {
    inner: Arc<Inner>,
    target: Domain,
    _lock: Arc<File>,
}

impl Claim {
    pub(super) fn on(inner: &Arc<Inner>, target: &Domain) -> Result<Self, QueueError> {
        let busy = |queue| Err(QueueError::Busy { queue });
        let path = inner.path.display();
        let delivering = &mut *inner
            .delivering
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if delivering.targets.contains(target) {
            return busy(format!("{path} to {target}"));
        }
        let lock = match delivering.lock.upgrade() {
            Some(lock) => lock,
            None => {
                let mut name = inner.path.clone().into_os_string();
                name.push("-delivering");
                let options = &mut File::options();
                let file = options.create(true).append(true).open(&name);
                let file = file.map_err(|error| inner.failed(&error))?;
                match file.try_lock() {
                    Ok(()) => {}
                    Err(std::fs::TryLockError::WouldBlock) => return busy(path.to_string()),
                    Err(std::fs::TryLockError::Error(error)) => return Err(inner.failed(&error)),
                }
                Arc::new(file)
            }
        };
        delivering.lock = Arc::downgrade(&lock);
        delivering.targets.insert(target.clone());
        Ok(Self {
            inner: inner.clone(),
            target: target.clone(),
            _lock: lock,
        })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let delivering = self.inner.delivering.lock();
        let mut delivering = delivering.unwrap_or_else(PoisonError::into_inner);
        delivering.targets.remove(&self.target);
    }
}
