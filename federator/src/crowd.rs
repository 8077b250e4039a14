//! How many requests of each backend are running.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use federation_api::Domain;

/// How many requests of each backend are running, none of which may have more than its share.
#[derive(Debug)]
pub(crate) struct Crowd {
    running: Arc<Mutex<HashMap<Domain, usize>>>,
    most: usize,
}

/// A running request.
#[derive(Debug)]
pub(crate) struct Member {
    running: Arc<Mutex<HashMap<Domain, usize>>>,
    domain: Domain,
}

impl Crowd {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            running: Arc::default(),
            most,
        }
    }

    /// Lets one more request of `domain` run, if it may.
    pub(crate) fn enter(&self, domain: &Domain) -> Option<Member> {
        let mut running = lock(&self.running);
        let count = running.get(domain).copied().unwrap_or_default();
        if count >= self.most {
            return None;
        }
        running.insert(domain.clone(), count + 1);
        Some(Member {
            running: Arc::clone(&self.running),
            domain: domain.clone(),
        })
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut running = lock(&self.running);
        let left = running.get(&self.domain).map_or(0, |count| count - 1);
        if left == 0 {
            running.remove(&self.domain);
        } else if let Some(count) = running.get_mut(&self.domain) {
            *count = left;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::Crowd;

    #[test]
    fn one_backend_does_not_take_the_places_of_another() {
        let crowd = Crowd::new(2);
        let (a, b) = ("a.example".parse().unwrap(), "b.example".parse().unwrap());
        let first = crowd.enter(&a).unwrap();
        let _second = crowd.enter(&a).unwrap();
        assert!(crowd.enter(&a).is_none());
        assert!(crowd.enter(&b).is_some());
        drop(first);
        assert!(crowd.enter(&a).is_some());
    }
}
