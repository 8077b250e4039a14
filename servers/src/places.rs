//! How many calls may be under way at once: on a component, and of each backend that calls; and how much
//! memory their bodies take.

use federation_api::{Domain, Failure};
use federation_net::{Crowd, Member};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::memory::Memory;

/// The places for calls on a component, of which no backend may take more than its share.
#[derive(Debug)]
pub(crate) struct Places {
    all: Semaphore,
    origins: Crowd,
    /// For the bodies of the calls that have places.
    pub(crate) memory: Memory,
}

impl Places {
    /// `all` calls at once, `each` of one backend, and so many bytes for all their bodies.
    pub(crate) fn new(all: usize, each: usize, bytes: usize) -> Self {
        Self {
            all: Semaphore::new(all.min(Semaphore::MAX_PERMITS)),
            origins: Crowd::new(each),
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
    pub(crate) fn of(&self, origin: &Domain) -> Result<Member, Failure> {
        let member = self.origins.enter(origin);
        member.ok_or_else(|| too_many_of(origin))
    }
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
    fn a_backend_has_its_share() {
        let places = Places::new(4, 2, 0);
        let domains = ["a.example", "b.example"].map(|name| name.parse().unwrap());
        let [a, b] = &domains;
        let first = places.of(a).unwrap();
        let _second = places.of(a).unwrap();
        let failure = places.of(a).unwrap_err();
        assert_eq!((failure.code, &*failure.label), (429, "client-error"));
        drop(places.of(b).unwrap());
        drop(first);
        let _third = places.of(a).unwrap();
        places.of(a).unwrap_err();
    }

    #[test]
    fn no_share_is_no_place() {
        let places = Places::new(4, 0, 0);
        assert!(places.of(&"a.example".parse().unwrap()).is_err());
        assert!(places.any().is_ok());
    }
}
