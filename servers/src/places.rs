//! How many calls may be under way at once: on a component, and of each backend that calls; and how much
//! memory their bodies take.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use federation_api::{Domain, Failure};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::memory::Memory;

/// Calls of different backends seldom meet at the same lock.
const SHARDS: usize = 16;

/// The running calls of some of the backends. One without a running call has no entry.
type Shard = Mutex<HashMap<Domain, usize>>;

/// The places for calls on a component, of which no backend may take more than its share.
#[derive(Debug)]
pub(crate) struct Places {
    all: Semaphore,
    each: usize,
    shards: [Shard; SHARDS],
    /// For the bodies of the calls that have places.
    pub(crate) memory: Memory,
}

impl Places {
    /// `all` calls at once, `each` of one backend, and so many bytes for all their bodies.
    pub(crate) fn new(all: usize, each: usize, bytes: usize) -> Self {
        Self {
            all: Semaphore::new(all.min(Semaphore::MAX_PERMITS)),
            each,
            shards: Default::default(),
            memory: Memory::new(bytes),
        }
    }

    /// A place for a call of anybody, until it is dropped.
    pub(crate) fn any(&self) -> Result<SemaphorePermit<'_>, Failure> {
        self.all.try_acquire().map_err(|_| {
            let message = "Service Unavailable: too many calls are under way; try again later";
            Failure::new(503, "server-error", message)
        })
    }

    /// One of the places of a backend, until it is dropped.
    pub(crate) fn of(&self, origin: &Domain) -> Result<Share<'_>, Failure> {
        // What decides is only who meets at a lock: it need not be a good hash.
        let sum: usize = origin.as_str().bytes().map(usize::from).sum();
        let shard = &self.shards[sum % SHARDS];
        match lock(shard).entry(origin.clone()) {
            Entry::Occupied(count) if *count.get() < self.each => *count.into_mut() += 1,
            Entry::Vacant(none) if self.each > 0 => _ = none.insert(1),
            _ => return Err(too_many_of(origin)),
        }
        let origin = origin.clone();
        Ok(Share { shard, origin })
    }
}

/// A running call of a backend.
#[derive(Debug)]
pub(crate) struct Share<'a> {
    shard: &'a Shard,
    origin: Domain,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        if let Entry::Occupied(mut count) = lock(self.shard).entry(self.origin.clone()) {
            match *count.get() {
                2.. => *count.get_mut() -= 1,
                _ => _ = count.remove(),
            }
        }
    }
}

fn lock(shard: &Shard) -> MutexGuard<'_, HashMap<Domain, usize>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn too_many_of(origin: &Domain) -> Failure {
    let message =
        format!("Too Many Requests: too many calls of {origin} are under way; try again later");
    Failure::client_error(429, message)
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn a_backend_has_its_share_and_leaves_no_trace() {
        let places = Places::new(4, 2, 0);
        let domains = ["a.example", "b.example"].map(|name| name.parse().unwrap());
        let [a, b] = &domains;
        let first = places.of(a).unwrap();
        let second = places.of(a).unwrap();
        let failure = places.of(a).unwrap_err();
        assert_eq!((failure.code, &*failure.label), (429, "client-error"));
        drop(places.of(b).unwrap());
        drop(first);
        let third = places.of(a).unwrap();
        places.of(a).unwrap_err();
        drop((second, third));
        for shard in &places.shards {
            assert!(super::lock(shard).is_empty());
        }
    }

    #[test]
    fn no_share_is_no_place() {
        let places = Places::new(4, 0, 0);
        assert!(places.of(&"a.example".parse().unwrap()).is_err());
        assert!(places.any().is_ok());
    }
}
