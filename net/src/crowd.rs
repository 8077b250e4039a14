//! How many requests of each backend are running.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use federation_api::Domain;

/// Requests of different backends seldom meet at the same lock.
const SHARDS: usize = 16;

/// The running requests of some of the backends. One without a running request has no entry.
type Shard = Mutex<HashMap<Domain, usize>>;

/// How many requests of each backend are running, none of which may have more than its share.
#[derive(Debug)]
pub struct Crowd {
    shards: Arc<[Shard; SHARDS]>,
    most: usize,
}

/// A running request, until it is dropped.
#[derive(Debug)]
pub struct Member {
    shards: Arc<[Shard; SHARDS]>,
    domain: Domain,
}

impl Crowd {
    /// At most so many of one backend at once.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            shards: Arc::default(),
            most,
        }
    }

    /// Lets one more request of `domain` run, if it may.
    #[must_use]
    pub fn enter(&self, domain: &Domain) -> Option<Member> {
        match lock(&self.shards, domain).entry(domain.clone()) {
            Entry::Occupied(count) if *count.get() < self.most => *count.into_mut() += 1,
            Entry::Vacant(none) if self.most > 0 => _ = none.insert(1),
            _ => return None,
        }
        Some(Member {
            shards: Arc::clone(&self.shards),
            domain: domain.clone(),
        })
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut running = lock(&self.shards, &self.domain);
        if let Entry::Occupied(mut count) = running.entry(self.domain.clone()) {
            match *count.get() {
                2.. => *count.get_mut() -= 1,
                _ => _ = count.remove(),
            }
        }
    }
}

/// What decides is only who meets at a lock: it need not be a good hash.
fn lock<'a>(
    shards: &'a [Shard; SHARDS],
    domain: &Domain,
) -> MutexGuard<'a, HashMap<Domain, usize>> {
    let sum: usize = domain.as_str().bytes().map(usize::from).sum();
    shards[sum % SHARDS]
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::Crowd;

    #[test]
    fn one_backend_does_not_take_the_places_of_another_and_leaves_no_trace() {
        let crowd = Crowd::new(2);
        let (a, b) = ("a.example".parse().unwrap(), "b.example".parse().unwrap());
        let first = crowd.enter(&a).unwrap();
        let second = crowd.enter(&a).unwrap();
        assert!(crowd.enter(&a).is_none());
        assert!(crowd.enter(&b).is_some());
        drop(first);
        let third = crowd.enter(&a).unwrap();
        assert!(crowd.enter(&a).is_none());
        drop((second, third));
        for shard in crowd.shards.iter() {
            assert!(shard.lock().unwrap().is_empty());
        }
    }

    #[test]
    fn no_share_is_no_place() {
        let crowd = Crowd::new(0);
        assert!(crowd.enter(&"a.example".parse().unwrap()).is_none());
    }
}
