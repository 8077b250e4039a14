//! What operators do with queues on the broker.

use std::time::Duration;

use bytes::Bytes;
use federation_api::Domain;
use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, QueueDeclareOptions};
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

/// In the words of the protocol.
const NOT_FOUND: u16 = 404;

impl Inner {
    pub(super) async fn overview(&self) -> Result<Vec<Overview>, QueueError> {
        let mut overview = Vec::new();
        for target in self.targets_of_all().await? {
            overview.push(Overview {
                waiting: self.count(names::waiting(&target)).await?.0,
                dead: self.count(names::dead(&target)).await?.0,
                // Only who takes the first message out can tell.
                oldest: None,
                target,
            });
        }
        Ok(overview)
    }

    /// How many messages and consumers a queue has; none if there is no such queue.
    async fn count(&self, queue: ShortString) -> Result<(u64, u32), QueueError> {
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
                    Ok((queue.message_count().into(), queue.consumer_count()))
                }
                Err(error) if is_missing(&error) => Ok((0, 0)),
                Err(error) => Err(error),
            }
        };
        self.lines.in_time(counting).await
    }

    /// Takes the first messages out, as far as they are there. They go back when the line ends.
    async fn take(&self, queue: ShortString, most: usize) -> Result<Taken, QueueError> {
        let (there, consumers) = self.count(queue.clone()).await?;
        if consumers > 0 {
            let queue = format!("the queue {queue}");
            return Err(QueueError::Busy { queue });
        }
        let there = usize::try_from(there).unwrap_or(usize::MAX);
        let wanted = most.min(there).min(u16::MAX.into());
        let line = self.lines.consuming().await?;
        if wanted == 0 {
            return Ok(Taken {
                line,
                deliveries: Vec::new(),
                _consumer: None,
            });
        }
        let mut deliveries = Vec::with_capacity(wanted);
        let prefetch = u16::try_from(wanted).unwrap_or(u16::MAX);
        let begun = async {
            line.channel
                .basic_qos(prefetch, BasicQosOptions::default())
                .await?;
            let options = BasicConsumeOptions::default();
            line.channel
                .basic_consume(queue, "".into(), options, FieldTable::default())
                .await
        };
        let mut consumer = self.lines.in_time(begun).await?;
        while deliveries.len() < wanted {
            match tokio::time::timeout(TIMEOUT, consumer.next()).await {
                Ok(Some(Ok(delivery))) => deliveries.push(delivery),
                Ok(Some(Err(error))) => return Err(self.lines.failed(&error)),
                // Somebody else was faster.
                Ok(None) | Err(_) => break,
            }
        }
        Ok(Taken {
            line,
            deliveries,
            _consumer: Some(consumer),
        })
    }

    pub(super) async fn peek(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> Result<Vec<Kept>, QueueError> {
        let taken = self.take(name(target, shelf), most).await?;
        let kept = taken.deliveries.iter().map(|delivery| Kept {
            body: Bytes::copy_from_slice(&delivery.data),
            published: published(delivery),
            reason: reason(delivery),
        });
        let kept = kept.collect();
        taken.end(&self.lines).await?;
        Ok(kept)
    }

    pub(super) async fn discard(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> Result<usize, QueueError> {
        let taken = self.take(name(target, shelf), most).await?;
        self.remove(&taken).await?;
        Ok(taken.deliveries.len())
    }

    pub(super) async fn revive(&self, target: &Domain, most: usize) -> Result<usize, QueueError> {
        let mut taken = self.take(names::dead(target), most).await?;
        let again = taken.deliveries.iter_mut().map(|delivery| Outgoing {
            queue: names::waiting(target),
            arguments: names::waiting_arguments,
            body: Bytes::from(std::mem::take(&mut delivery.data)),
            published: published(delivery).unwrap_or_else(std::time::SystemTime::now),
            reason: None,
        });
        let again: Vec<_> = again.collect();
        // First there, then away from here.
        sending::send(&self.lines, &again).await?;
        self.remove(&taken).await?;
        Ok(taken.deliveries.len())
    }

    async fn remove(&self, taken: &Taken) -> Result<(), QueueError> {
        for delivery in &taken.deliveries {
            let acknowledged = delivery.acker.ack(BasicAckOptions::default());
            self.lines.in_time(acknowledged).await?;
        }
        taken.end(&self.lines).await
    }
}

/// Messages that were taken out.
struct Taken {
    line: Line,
    deliveries: Vec<Delivery>,
    /// Not cancelled before the channel has ended: the broker would hand out the messages behind those that
    /// are not acknowledged, and those afterwards.
    _consumer: Option<lapin::Consumer>,
}

impl Taken {
    /// What is not acknowledged goes back to its place.
    async fn end(&self, lines: &Lines) -> Result<(), QueueError> {
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
