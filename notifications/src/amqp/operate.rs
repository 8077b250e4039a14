//! What operators do with queues on the broker.

use std::time::Duration;

use bytes::Bytes;
use federation_api::Domain;
use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicQosOptions, QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};

use super::Inner;
use super::consumer::published;
use super::lines::{Line, Lines};
use super::names;
use super::sending::{self, Outgoing};
use crate::operate::{Kept, Overview, Shelf};
use crate::queue::QueueError;

/// How long a broker may take to hand out the next message of a queue that has some.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How often it is looked whether nobody else consumes, and after which time again: a broker counts a consumer
/// for a moment after it has ended.
const LOOKS: u32 = 5;
const LOOK: Duration = Duration::from_millis(200);

/// How many messages are held while others are taken away or put back.
const WINDOW: u16 = 64;

/// How many messages, and bytes of messages, are looked at.
const MOST: u16 = 1000;
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// In the words of the protocol.
const NOT_FOUND: u16 = 404;

impl Inner {
    pub(super) async fn overview(&self) -> Result<Vec<Overview>, QueueError> {
        let listed = self.names().await?;
        let mut overview = Vec::new();
        for target in super::targets(&listed, &[names::WAITING, names::DEAD]) {
            let [waiting, dead] = [names::waiting(&target), names::dead(&target)];
            let mut counts = [0, 0];
            for (queue, count) in [waiting, dead].into_iter().zip(&mut counts) {
                // Asking for one that is not there is an error.
                if listed.iter().any(|name| name == queue.as_str()) {
                    *count = self.count(queue).await?.unwrap_or_default().0;
                }
            }
            overview.push(Overview {
                waiting: counts[0],
                dead: counts[1],
                // Only who takes the first message out can tell.
                oldest: None,
                target,
            });
        }
        Ok(overview)
    }

    /// How many messages and consumers a queue has; none if there is no such queue.
    pub(super) async fn count(&self, queue: ShortString) -> Result<Option<(u64, u32)>, QueueError> {
        // A queue that is not there ends the channel.
        let line = self.lines.consuming().await?;
        let passive = QueueDeclareOptions {
            passive: true,
            ..names::durable()
        };
        let counting = async {
            let declared = line
                .channel
                .queue_declare(queue, passive, FieldTable::default());
            match declared.await {
                Ok(queue) => {
                    let _ = line.channel.close(200, "bye".into()).await;
                    Ok(Some((queue.message_count().into(), queue.consumer_count())))
                }
                Err(error) if is_missing(&error) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.lines.in_time(counting).await
    }

    pub(super) async fn delete(&self, target: &Domain) -> Result<(), QueueError> {
        let line = self.lines.consuming().await?;
        for queue in [names::waiting(target), names::dead(target)] {
            let deleted = line
                .channel
                .queue_delete(queue, QueueDeleteOptions::default());
            self.lines.in_time(deleted).await?;
        }
        let closed = line.channel.close(200, "bye".into());
        self.lines.in_time(closed).await
    }

    /// Begins to take the first messages out, as far as they are there, some in advance.
    async fn take(
        &self,
        queue: ShortString,
        most: usize,
        in_advance: u16,
    ) -> Result<Taking, QueueError> {
        let there = self.unused(&queue).await?;
        let left = most.min(usize::try_from(there).unwrap_or(usize::MAX));
        let line = self.lines.consuming().await?;
        if left == 0 {
            let consumer = None;
            return Ok(Taking {
                line,
                consumer,
                left,
            });
        }
        let prefetch = in_advance.min(u16::try_from(left).unwrap_or(u16::MAX));
        let begun = async {
            line.channel
                .basic_qos(prefetch, BasicQosOptions::default())
                .await?;
            let options = BasicConsumeOptions::default();
            line.channel
                .basic_consume(queue, "".into(), options, FieldTable::default())
                .await
        };
        let consumer = Some(self.lines.in_time(begun).await?);
        Ok(Taking {
            line,
            consumer,
            left,
        })
    }

    /// How many messages a queue has that nobody consumes from.
    async fn unused(&self, queue: &ShortString) -> Result<u64, QueueError> {
        for look in 1.. {
            let (there, consumers) = self.count(queue.clone()).await?.unwrap_or_default();
            if consumers == 0 {
                return Ok(there);
            }
            if look == LOOKS {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        let queue = format!("the queue {queue}");
        Err(QueueError::Busy { queue })
    }

    pub(super) async fn peek(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> Result<Vec<Kept>, QueueError> {
        let most = most.min(MOST.into());
        let mut taking = self.take(name(target, shelf), most, MOST).await?;
        let (mut kept, mut bytes) = (Vec::new(), 0);
        while let Some(delivery) = taking.next(&self.lines).await? {
            bytes += delivery.data.len();
            if bytes > MOST_BYTES && !kept.is_empty() {
                break;
            }
            kept.push(Kept {
                published: published(&delivery),
                reason: reason(&delivery),
                body: Bytes::from(delivery.data),
            });
        }
        taking.end(&self.lines).await?;
        Ok(kept)
    }

    pub(super) async fn discard(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> Result<usize, QueueError> {
        let mut taking = self.take(name(target, shelf), most, WINDOW).await?;
        let mut discarded = 0;
        while let Some(delivery) = taking.next(&self.lines).await? {
            self.remove(&delivery).await?;
            discarded += 1;
        }
        taking.end(&self.lines).await?;
        Ok(discarded)
    }

    pub(super) async fn revive(&self, target: &Domain, most: usize) -> Result<usize, QueueError> {
        let mut taking = self.take(names::dead(target), most, WINDOW).await?;
        let mut revived = 0;
        while let Some(mut delivery) = taking.next(&self.lines).await? {
            let again = Outgoing {
                queue: names::waiting(target),
                arguments: names::waiting_arguments,
                body: Bytes::from(std::mem::take(&mut delivery.data)),
                published: published(&delivery).unwrap_or_else(std::time::SystemTime::now),
                reason: None,
            };
            // First there, then away from here.
            sending::send(&self.lines, &[again]).await?;
            self.remove(&delivery).await?;
            revived += 1;
        }
        taking.end(&self.lines).await?;
        Ok(revived)
    }

    async fn remove(&self, delivery: &Delivery) -> Result<(), QueueError> {
        let acknowledged = delivery.acker.ack(BasicAckOptions::default());
        self.lines.in_time(acknowledged).await.map(drop)
    }
}

/// Messages that are being taken out, one after the other.
struct Taking {
    line: Line,
    /// Not cancelled before the channel has ended: the broker would hand out the messages behind those that
    /// are not acknowledged, and those afterwards.
    consumer: Option<lapin::Consumer>,
    left: usize,
}

impl Taking {
    /// The next one; none if there are no more, or somebody else was faster.
    async fn next(&mut self, lines: &Lines) -> Result<Option<Delivery>, QueueError> {
        let Some(consumer) = self.consumer.as_mut().filter(|_| self.left > 0) else {
            return Ok(None);
        };
        self.left -= 1;
        match tokio::time::timeout(TIMEOUT, consumer.next()).await {
            Ok(Some(delivery)) => delivery.map(Some).map_err(|error| lines.failed(&error)),
            Ok(None) | Err(_) => Ok(None),
        }
    }

    /// What is not acknowledged goes back to its place.
    async fn end(self, lines: &Lines) -> Result<(), QueueError> {
        let closed = self.line.channel.close(200, "bye".into());
        lines.in_time(closed).await
    }
}

/// The broker knows no such queue.
fn is_missing(error: &lapin::Error) -> bool {
    matches!(error.kind(), lapin::ErrorKind::ProtocolError(error) if error.get_id() == NOT_FOUND)
}

fn name(target: &Domain, shelf: Shelf) -> ShortString {
    match shelf {
        Shelf::Waiting => names::waiting(target),
        Shelf::Dead => names::dead(target),
    }
}

fn reason(delivery: &Delivery) -> Option<String> {
    let headers = delivery.properties.headers().as_ref()?;
    match headers.inner().get(names::REASON)? {
        AMQPValue::LongString(reason) => Some(reason.to_string()),
        _ => None,
    }
}
