//! What operators do with queues on the broker.

use std::time::Duration;

use bytes::Bytes;
use federation_api::Domain;
use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};

use super::Inner;
use super::consumer::published;
use super::lines::Line;
use super::names;
use super::sending::{self, Outgoing};
use crate::operate::{Kept, Overview, Shelf};
use crate::queue::QueueError;

/// How long a broker may take to hand out the next message of a queue that has some.
const TIMEOUT: Duration = Duration::from_secs(10);

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
        match line
            .channel
            .queue_declare(queue, passive, FieldTable::default())
            .await
        {
            Ok(queue) => {
                let _ = line.channel.close(200, "bye".into()).await;
                Ok((queue.message_count().into(), queue.consumer_count()))
            }
            Err(_) if !line.channel.status().connected() => Ok((0, 0)),
            Err(error) => Err(self.lines.failed(&error)),
        }
    }

    /// Takes the first messages out, as far as they are there. They go back when the line ends.
    async fn take(
        &self,
        queue: ShortString,
        most: usize,
    ) -> Result<(Line, Vec<Delivery>), QueueError> {
        let (there, consumers) = self.count(queue.clone()).await?;
        if consumers > 0 {
            let queue = format!("the queue {queue}");
            return Err(QueueError::Busy { queue });
        }
        let there = usize::try_from(there).unwrap_or(usize::MAX);
        let wanted = most.min(there).min(u16::MAX.into());
        let line = self.lines.consuming().await?;
        let mut taken = Vec::with_capacity(wanted);
        if wanted == 0 {
            return Ok((line, taken));
        }
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
        let mut consumer = begun
            .await
            .map_err(|error: lapin::Error| self.lines.failed(&error))?;
        while taken.len() < wanted {
            match tokio::time::timeout(TIMEOUT, consumer.next()).await {
                Ok(Some(Ok(delivery))) => taken.push(delivery),
                Ok(Some(Err(error))) => return Err(self.lines.failed(&error)),
                // Somebody else was faster.
                Ok(None) | Err(_) => break,
            }
        }
        Ok((line, taken))
    }

    pub(super) async fn peek(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> Result<Vec<Kept>, QueueError> {
        let (line, taken) = self.take(name(target, shelf), most).await?;
        let kept = taken.iter().map(|delivery| Kept {
            body: Bytes::copy_from_slice(&delivery.data),
            published: published(delivery),
            reason: reason(delivery),
        });
        let kept = kept.collect();
        self.give_back(&line, &taken).await?;
        Ok(kept)
    }

    pub(super) async fn discard(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> Result<usize, QueueError> {
        let (line, taken) = self.take(name(target, shelf), most).await?;
        self.remove(&line, &taken).await?;
        Ok(taken.len())
    }

    pub(super) async fn revive(&self, target: &Domain, most: usize) -> Result<usize, QueueError> {
        let (line, mut taken) = self.take(names::dead(target), most).await?;
        let again = taken.iter_mut().map(|delivery| Outgoing {
            queue: names::waiting(target),
            arguments: names::waiting_arguments,
            body: Bytes::from(std::mem::take(&mut delivery.data)),
            published: published(delivery).unwrap_or_else(std::time::SystemTime::now),
            reason: None,
        });
        let again: Vec<_> = again.collect();
        // First there, then away from here.
        sending::send(&self.lines, &again).await?;
        self.remove(&line, &taken).await?;
        Ok(taken.len())
    }

    async fn remove(&self, line: &Line, taken: &[Delivery]) -> Result<(), QueueError> {
        for delivery in taken {
            let acknowledged = delivery.acker.ack(BasicAckOptions::default()).await;
            acknowledged.map_err(|error| self.lines.failed(&error))?;
        }
        let closed = line.channel.close(200, "bye".into()).await;
        closed.map_err(|error| self.lines.failed(&error))
    }

    /// Newest first, so that the broker puts each in front of those that it has back already.
    async fn give_back(&self, line: &Line, taken: &[Delivery]) -> Result<(), QueueError> {
        if let Some(last) = taken.last() {
            let all = BasicNackOptions {
                multiple: true,
                requeue: true,
            };
            let given = line.channel.basic_nack(last.delivery_tag, all).await;
            given.map_err(|error| self.lines.failed(&error))?;
        }
        let closed = line.channel.close(200, "bye".into()).await;
        closed.map_err(|error| self.lines.failed(&error))
    }
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
