//! The memory that request bodies take.

use std::sync::atomic::{AtomicUsize, Ordering};

use federation_api::Failure;

/// What is left of the memory for the request bodies of a component, in bytes.
#[derive(Debug)]
pub(crate) struct Memory(AtomicUsize);

impl Memory {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    /// For a body of which nothing has come yet.
    pub(crate) fn for_body(&self) -> Held<'_> {
        let (memory, bytes) = (self, 0);
        Held { memory, bytes }
    }
}

/// The memory of one body, given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    memory: &'a Memory,
    bytes: usize,
}

impl Held<'_> {
    /// Takes so much more; 503 if it is not there.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Failure> {
        let left = |left: usize| left.checked_sub(bytes);
        let taken = self
            .memory
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
        if taken.is_err() {
            let message = "Service Unavailable: the bodies of running calls are too large together; \
                           try again later";
            return Err(Failure::new(503, "server-error", message));
        }
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.memory.0.fetch_add(self.bytes, Ordering::Relaxed);
    }
}
