//! A queue on RabbitMQ.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use federation_api::Domain;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::operate::{Kept, Operate, Overview, Shelf};
use crate::queue::{Consumer, Message, Queue, QueueError};

mod address;
mod attempt;
mod consumer;
mod lines;
mod management;
mod names;
mod operate;
mod sending;

pub use address::Address;
use consumer::Reader;
use lines::Lines;
use management::Management;
use sending::Outgoing;

/// A durable queue on RabbitMQ: a quorum queue with a single active consumer for each target, under the
/// names and with the arguments of existing backends, whose broker it can share.
///
/// A publish returns when the broker has confirmed every message. Which targets there are is asked of the
/// broker's management API. Dead letters are in a queue of their own for each target
/// (`federation-dead-notifications.<domain>`), which existing backends do not look at.
///
/// A broker gives a message out only so often where a delivery limit is set (20 by default from RabbitMQ
/// 4.0 on), and drops it then: a pusher that is killed again and again would lose it. Where that can
/// happen, set a policy with `delivery-limit` -1 for `^backend-notifications\.`.
///
/// Nobody should delete a queue while it is used: what was in it, and what was under way to it, is gone. What
/// is published next makes it again and is delivered, at the latest when the consumer begins anew: one without
/// messages does so every 15 to 25 seconds.
///
/// A node of RabbitMQ 3.10 that is killed within a second or so of the first message to a target has been
/// seen to come back with an empty queue that has no leader: what it had confirmed is gone, and the queue
/// takes and gives nothing until it is deleted. Older queues come back whole.
///
/// Cheap to clone; clones share the connections.
///
/// Source: `transport.md` §11.3.
#[derive(Clone)]
pub struct Amqp(Arc<Inner>);

pub(crate) struct Inner {
    address: Address,
    prefetch: u16,
    lines: Lines,
    management: Management,
}

impl Amqp {
    /// How many messages a consumer holds that are not acknowledged, unless something else is said.
    pub const PREFETCH: u16 = 16;

    /// A queue on the broker at this address. It is connected to when there is something to do.
    ///
    /// A consumer holds `prefetch` messages, 1 at least. Existing backends hold one, which costs a way to
    /// the broker and back for each message; the order is the same whatever the number.
    ///
    /// # Errors
    ///
    /// When TLS for the management API cannot be set up.
    pub fn new(address: Address, prefetch: u16) -> Result<Self, QueueError> {
        let management =
            Management::new(address.clone()).map_err(|error| QueueError::Unreachable {
                queue: address.to_string(),
                reason: error.to_string(),
            })?;
        Ok(Self(Arc::new(Inner {
            lines: Lines::new(address.clone()),
            management,
            address,
            prefetch: prefetch.max(1),
        })))
    }

    /// Whether there is a queue for this target, or one with dead letters of it.
    ///
    /// # Errors
    ///
    /// When the broker cannot be reached or does not say.
    pub async fn has(&self, target: &Domain) -> Result<bool, QueueError> {
        for queue in [names::waiting(target), names::dead(target)] {
            if self.0.count(queue).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Deletes the queue of this target and its dead letters, with all that is in them. Nobody should use
    /// them any more.
    ///
    /// # Errors
    ///
    /// When the broker cannot be reached or does not do it.
    pub async fn delete(&self, target: &Domain) -> Result<(), QueueError> {
        self.0.delete(target).await
    }
}

impl Inner {
    async fn names(&self) -> Result<Vec<String>, QueueError> {
        let listed = self.management.queues().await;
        listed.map_err(|reason| self.lines.unreachable(&reason))
    }
}

/// The domains of queues whose names begin like this. Others with such a name are nobody's.
fn targets(names: &[String], prefixes: &[&str]) -> Vec<Domain> {
    let mut targets = BTreeSet::new();
    for name in names {
        let Some(domain) = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)) else {
            continue;
        };
        match domain.parse() {
            Ok(domain) => drop(targets.insert(domain)),
            Err(_) => tracing::warn!(queue = name, "not the queue of any domain"),
        }
    }
    targets.into_iter().collect()
}

impl Queue for Amqp {
    fn publish(&self, messages: Vec<Message>) -> BoxFuture<'_, Result<(), QueueError>> {
        async move {
            let now = SystemTime::now();
            let messages = messages.into_iter().map(|message| Outgoing {
                queue: names::waiting(&message.target),
                arguments: names::waiting_arguments,
                body: message.body,
                published: now,
                reason: None,
            });
            sending::send(&self.0.lines, &messages.collect::<Vec<_>>()).await
        }
        .boxed()
    }

    fn targets(&self) -> BoxFuture<'_, Result<Vec<Domain>, QueueError>> {
        async move { Ok(targets(&self.0.names().await?, &[names::WAITING])) }.boxed()
    }

    /// Only the management API knows of new queues.
    fn new_target(&self) -> BoxFuture<'_, ()> {
        std::future::pending().boxed()
    }

    fn consume(&self, target: &Domain) -> BoxFuture<'_, Result<Box<dyn Consumer>, QueueError>> {
        let begun = Reader::begin(self.0.lines.clone(), target.clone(), self.0.prefetch);
        async move { Ok(Box::new(begun.await?) as Box<dyn Consumer>) }.boxed()
    }
}

impl Operate for Amqp {
    fn overview(&self) -> BoxFuture<'_, Result<Vec<Overview>, QueueError>> {
        self.0.overview().boxed()
    }

    fn peek(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<Kept>, QueueError>> {
        let target = target.clone();
        async move { self.0.peek(&target, shelf, most).await }.boxed()
    }

    fn discard(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> BoxFuture<'_, Result<usize, QueueError>> {
        let target = target.clone();
        async move { self.0.discard(&target, shelf, most).await }.boxed()
    }

    fn revive(&self, target: &Domain, most: usize) -> BoxFuture<'_, Result<usize, QueueError>> {
        let target = target.clone();
        async move { self.0.revive(&target, most).await }.boxed()
    }
}

impl std::fmt::Debug for Amqp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Amqp").field(&self.0.address).finish()
    }
}
