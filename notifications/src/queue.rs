//! The seam between what publishes and delivers, and what keeps messages in between.

use std::fmt;
use std::time::SystemTime;

use bytes::Bytes;
use federation_api::Domain;
use futures_util::future::BoxFuture;

/// A durable queue for each backend that is to be told something.
///
/// Messages for one target keep the order in which they were published; targets have nothing to do with
/// each other. [`Embedded`](crate::Embedded) keeps them in a file, [`Amqp`](crate::Amqp) on RabbitMQ.
pub trait Queue: Send + Sync + 'static {
    /// Takes messages. When it returns without an error they are durable: neither `kill -9` nor a loss
    /// of power loses them. After an error some of them may be there, so publishing again may double
    /// them.
    fn publish(&self, messages: Vec<Message>) -> BoxFuture<'_, Result<(), QueueError>>;

    /// The targets for which there is a queue, empty or not.
    fn targets(&self) -> BoxFuture<'_, Result<Vec<Domain>, QueueError>>;

    /// Done when there may be a target that [`targets`](Queue::targets) did not name before; never, if
    /// the queue cannot tell.
    fn new_target(&self) -> BoxFuture<'_, ()>;

    /// The messages for one target, to be delivered one after the other. Of all consumers of a target, in
    /// whatever process, one at a time gets them.
    fn consume(&self, target: &Domain) -> BoxFuture<'_, Result<Box<dyn Consumer>, QueueError>>;
}

/// What takes the messages for one target out of its queue.
///
/// A message that was given out and not settled when the consumer ends, for whatever reason, is given out
/// again to the next consumer, in its place.
pub trait Consumer: Send {
    /// The next message, as soon as there is one. Giving up the future loses nothing.
    fn next(&mut self) -> BoxFuture<'_, Result<Delivery, QueueError>>;

    /// Takes the message out of the queue for good. This may be done a little later; until then a crash
    /// means that it is delivered once more.
    fn settle(&mut self, delivery: Delivery, end: End) -> BoxFuture<'_, Result<(), QueueError>>;

    /// Gives the message back as the next one.
    fn put_back(&mut self, delivery: Delivery);

    /// Ends, when everything that was settled is out of the queue.
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), QueueError>>;
}

/// A message to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The backend that it is for.
    pub target: Domain,
    /// A [`PayloadBundle`](crate::PayloadBundle) in JSON. Cheap to clone for another target.
    pub body: Bytes,
}

/// A message on its way out.
pub struct Delivery {
    /// What was published.
    pub body: Bytes,
    /// When it was published, where the queue knows.
    pub published: Option<SystemTime>,
    #[cfg_attr(
        not(any(feature = "amqp", feature = "embedded")),
        expect(dead_code, reason = "no queue is compiled in")
    )]
    pub(crate) receipt: Receipt,
}

/// What its queue knows a delivery by.
#[allow(clippy::large_enum_variant, reason = "one at a time for each target")]
pub(crate) enum Receipt {
    #[cfg(feature = "embedded")]
    Row(i64),
    #[cfg(feature = "amqp")]
    Amqp(lapin::message::Delivery),
}

/// How the way of a message through the queue ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The target has it.
    Delivered,
    /// Nobody will ever get it.
    Dropped,
    /// The target can never accept it; it is kept with the dead letters, for this reason.
    Dead(String),
}

/// A queue that cannot do what was asked of it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// The queue cannot be reached or opened.
    #[error("the queue {queue} cannot be reached: {reason}")]
    Unreachable {
        /// Which one.
        queue: String,
        /// Why, and what helps.
        reason: String,
    },
    /// The queue does not take what it was given, for example because the disk is full.
    #[error("the queue {queue} failed: {reason}")]
    Failed {
        /// Which one.
        queue: String,
        /// Why.
        reason: String,
    },
    /// Somebody else is taking messages out.
    #[error("somebody else is delivering from {queue}; stop it first")]
    Busy {
        /// Which one.
        queue: String,
    },
    /// The queue of this target is gone: somebody has deleted it.
    #[error("the queue for {0} is gone")]
    Gone(Domain),
    /// This cannot be a queue.
    #[error(
        "`{0}` is no queue: name a file, or amqp://user:password@host:5672/vhost (amqps:// for TLS)"
    )]
    Address(String),
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("bytes", &self.body.len())
            .field("published", &self.published)
            .finish_non_exhaustive()
    }
}
