//! Who waits for messages, and is told when there are some.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use federation_api::Domain;
use tokio::sync::Notify;

/// A bell for each target, and one for targets without.
#[derive(Default)]
pub(super) struct News {
    bells: Mutex<HashMap<Domain, Arc<Notify>>>,
    pub(super) new_target: Notify,
}

impl News {
    /// The bell that rings when there is something for this target.
    pub(super) fn of(&self, target: &Domain) -> Arc<Notify> {
        self.lock().entry(target.clone()).or_default().clone()
    }

    /// There is something for this target.
    pub(super) fn tell(&self, target: &Domain) {
        let bell = self.lock().get(target).cloned();
        match bell {
            // One ring is kept for who is just not listening.
            Some(bell) => bell.notify_one(),
            None => self.new_target.notify_one(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Domain, Arc<Notify>>> {
        self.bells.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
