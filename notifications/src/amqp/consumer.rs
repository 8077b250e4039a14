//! What takes messages for one target off the broker.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use federation_api::Domain;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use lapin::ErrorKind;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions};
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::FieldTable;

use super::lines::{Line, Lines};
use super::names;
use super::sending::{self, Outgoing};
use crate::queue::{Consumer, Delivery, End, QueueError, Receipt};

/// How often the connection of a consumer without messages is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// After how many looks such a consumer begins anew, at least and at most. Where a queue is deleted and made
/// again within some 30 ms, a broker (seen in 3.10) moves its consumers to the new one without a word, and
/// then forgets them half: it counts out messages to them that it never sends. Nothing tells such a consumer
/// from one that has nothing to do. One that ends gives the messages back.
const LOOKS: std::ops::Range<u32> = 15..25;

pub(super) struct Reader {
    lines: Lines,
    target: Domain,
    prefetch: u16,
    /// Both until it ends.
    running: Option<(Line, lapin::Consumer)>,
    given_back: Option<Delivery>,
}

impl Reader {
    /// Begins to consume, as one of perhaps several of which the broker picks one. The queue must be there:
    /// making it is for publishers, which must notice when it was deleted.
    pub(super) async fn begin(
        lines: Lines,
        target: Domain,
        prefetch: u16,
    ) -> Result<Self, QueueError> {
        let running = Some(begin(&lines, &target, prefetch).await?);
        Ok(Self {
            lines,
            target,
            prefetch,
            running,
            given_back: None,
        })
    }

    /// Ends and begins again.
    async fn renew(&mut self) -> Result<(), QueueError> {
        if let Some(running) = self.running.take() {
            // In a task: it ends in its order also where nobody waits for it any more.
            let ended = tokio::spawn(end(running));
            self.lines
                .in_time(ended.map(|ended| ended.unwrap_or(Ok(()))))
                .await?;
        }
        self.running = Some(begin(&self.lines, &self.target, self.prefetch).await?);
        Ok(())
    }
}

async fn begin(
    lines: &Lines,
    target: &Domain,
    prefetch: u16,
) -> Result<(Line, lapin::Consumer), QueueError> {
    let line = lines.consuming().await?;
    let channel = &line.channel;
    let begun = async {
        channel
            .basic_qos(prefetch, BasicQosOptions::default())
            .await?;
        let queue = names::waiting(target);
        let options = BasicConsumeOptions::default();
        let consuming = channel.basic_consume(queue, "".into(), options, FieldTable::default());
        match consuming.await {
            Err(error) if is_not_found(&error) => Ok(None),
            consuming => consuming.map(Some),
        }
    };
    match lines.in_time(begun).await? {
        Some(consumer) => Ok((line, consumer)),
        None => Err(QueueError::Gone(target.clone())),
    }
}

/// Whether the broker has no such queue.
fn is_not_found(error: &lapin::Error) -> bool {
    let not_found = AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND);
    matches!(error.kind(), ErrorKind::ProtocolError(error) if *error.kind() == not_found)
}

/// Ends the channel first. A consumer that is cancelled keeps the messages that it has not acknowledged while
/// the broker hands those behind them to the next one; a channel that ends gives them back before.
async fn end((line, consumer): (Line, lapin::Consumer)) -> lapin::Result<()> {
    let closed = match line.channel.status().connected() {
        true => line.channel.close(200, "bye".into()).await,
        false => Ok(()),
    };
    drop(consumer);
    closed
}

/// A reader that is given up in the middle of something ends in the same order.
impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(running) = self.running.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(end(running));
        }
    }
}

impl Consumer for Reader {
    fn next(&mut self) -> BoxFuture<'_, Result<Delivery, QueueError>> {
        async move {
            let mut looks = fastrand::u32(LOOKS);
            loop {
                let Some((line, consumer)) = &mut self.running else {
                    return Err(self.lines.unreachable("it has ended"));
                };
                // What is here of a connection that broke is with another consumer already, or will be.
                if !line.channel.status().connected() {
                    return Err(self.lines.unreachable("the connection is gone"));
                }
                if let Some(delivery) = self.given_back.take() {
                    return Ok(delivery);
                }
                // A connection can break without its consumers being told.
                let Ok(next) = tokio::time::timeout(LOOK, consumer.next()).await else {
                    looks -= 1;
                    if looks == 0 {
                        self.renew().await?;
                        looks = fastrand::u32(LOOKS);
                    }
                    continue;
                };
                return match next {
                    Some(Ok(mut delivery)) => Ok(Delivery {
                        body: Bytes::from(std::mem::take(&mut delivery.data)),
                        published: published(&delivery),
                        receipt: Receipt::Amqp(delivery),
                    }),
                    Some(Err(error)) => Err(self.lines.failed(&error)),
                    // The broker has cancelled the consumer, or the connection is gone.
                    None if line.channel.status().connected() => {
                        Err(QueueError::Gone(self.target.clone()))
                    }
                    None => Err(self.lines.unreachable("the connection is gone")),
                };
            }
        }
        .boxed()
    }

    fn settle(&mut self, delivery: Delivery, end: End) -> BoxFuture<'_, Result<(), QueueError>> {
        async move {
            let Receipt::Amqp(received) = &delivery.receipt else {
                return Ok(());
            };
            let acker = &received.acker;
            match end {
                End::Delivered => {
                    self.lines
                        .in_time(acker.ack(BasicAckOptions::default()))
                        .await
                }
                End::Dropped => {
                    let rejected = acker.reject(BasicRejectOptions { requeue: false });
                    self.lines.in_time(rejected).await
                }
                End::Dead(reason) => {
                    let letter = Outgoing {
                        queue: names::dead(&self.target),
                        arguments: names::dead_arguments,
                        body: delivery.body.clone(),
                        published: delivery.published.unwrap_or_else(SystemTime::now),
                        reason: Some(reason),
                    };
                    // First there, then away from here.
                    sending::send(&self.lines, &[letter]).await?;
                    self.lines
                        .in_time(acker.ack(BasicAckOptions::default()))
                        .await
                }
            }
            .map(drop)
        }
        .boxed()
    }

    fn put_back(&mut self, delivery: Delivery) {
        self.given_back = Some(delivery);
    }

    fn close(mut self: Box<Self>) -> BoxFuture<'static, Result<(), QueueError>> {
        async move {
            match self.running.take() {
                Some(running) => self.lines.in_time(end(running)).await,
                None => Ok(()),
            }
        }
        .boxed()
    }
}

pub(super) fn published(delivery: &lapin::message::Delivery) -> Option<SystemTime> {
    let seconds = Duration::from_secs((*delivery.properties.timestamp())?);
    SystemTime::UNIX_EPOCH.checked_add(seconds)
}
