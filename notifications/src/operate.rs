//! What operators do with a queue.

use std::time::SystemTime;

use bytes::Bytes;
use federation_api::Domain;
use futures_util::future::BoxFuture;

use crate::queue::QueueError;

/// Looking into a queue and mending it by hand.
pub trait Operate: Send + Sync + 'static {
    /// What waits for each target.
    fn overview(&self) -> BoxFuture<'_, Result<Vec<Overview>, QueueError>>;

    /// The first messages on a shelf, oldest first, which stay where they are. A broker gives 1000 of them at
    /// most, and none behind the first 64 MiB.
    fn peek(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<Kept>, QueueError>>;

    /// Takes the first messages off a shelf for good; says how many there were.
    fn discard(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> BoxFuture<'_, Result<usize, QueueError>>;

    /// Puts the first dead letters at the end of the queue again; says how many there were.
    fn revive(&self, target: &Domain, most: usize) -> BoxFuture<'_, Result<usize, QueueError>>;
}

/// Where messages are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// Those that wait to be delivered.
    Waiting,
    /// Those that the target can never accept.
    Dead,
}

/// What is kept for one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The backend.
    pub target: Domain,
    /// How many messages wait.
    pub waiting: u64,
    /// How many dead letters there are.
    pub dead: u64,
    /// When the message was published that has waited longest, where the queue can tell.
    pub oldest: Option<SystemTime>,
}

/// A message that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What was published.
    pub body: Bytes,
    /// When.
    pub published: Option<SystemTime>,
    /// Why it is dead.
    pub reason: Option<String>,
}
