//! What happens on a connection of a caller.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use federation_net::Requests;
use http::{Request, Version};

use crate::held_body::HeldBody;

/// What happens on a connection.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    begun: AtomicU64,
    running: AtomicUsize,
    /// HTTP/2, which has frames between its requests.
    framed: AtomicBool,
}

impl Activity {
    /// Whether no request is running.
    pub(crate) fn is_quiet(&self) -> bool {
        self.running.load(Ordering::Relaxed) == 0
    }
}

impl Requests for Activity {
    fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    fn waits_for_head(&self) -> bool {
        self.is_quiet() && !self.framed.load(Ordering::Relaxed)
    }
}

/// A request that is running, until the end of its response.
pub(crate) struct Busy(Arc<Activity>);

impl Busy {
    pub(crate) fn begin<B>(activity: &Arc<Activity>, request: &Request<B>) -> Self {
        activity.begun.fetch_add(1, Ordering::Relaxed);
        activity.running.fetch_add(1, Ordering::Relaxed);
        if request.version() == Version::HTTP_2 {
            activity.framed.store(true, Ordering::Relaxed);
        }
        Self(Arc::clone(activity))
    }

    pub(crate) fn until_end_of<B>(self, body: B) -> HeldBody<B, Self> {
        HeldBody::new(body, self)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}
