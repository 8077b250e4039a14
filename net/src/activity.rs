//! What happens on a connection of a caller.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use http::{Request, Version};

/// What is known of the requests of a connection.
#[derive(Debug, Default)]
pub struct Activity {
    begun: AtomicU64,
    running: AtomicUsize,
    /// HTTP/2, which has frames between its requests.
    framed: AtomicBool,
}

impl Activity {
    /// A request whose head is whole; it runs until what this gives is dropped.
    pub fn begin<B>(self: &Arc<Self>, request: &Request<B>) -> Busy {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.running.fetch_add(1, Ordering::Relaxed);
        if request.version() == Version::HTTP_2 {
            self.framed.store(true, Ordering::Relaxed);
        }
        Busy(Arc::clone(self))
    }

    /// How many requests there were so far.
    #[must_use]
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether no request is running.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.running.load(Ordering::Relaxed) == 0
    }

    /// Whether the next thing that comes is the head of a request. In HTTP/2 nobody can tell.
    pub(crate) fn waits_for_head(&self) -> bool {
        self.is_quiet() && !self.framed.load(Ordering::Relaxed)
    }
}

/// A request that is running.
#[derive(Debug)]
pub struct Busy(Arc<Activity>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}
