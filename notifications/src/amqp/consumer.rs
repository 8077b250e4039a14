//! What takes messages for one target off the broker.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use federation_api::Domain;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions,
};
use lapin::types::FieldTable;

use super::lines::{Line, Lines};
use super::names;
use super::sending::{self, Outgoing};
use crate::queue::{Consumer, Delivery, End, QueueError, Receipt};

/// How long taking leave of the broker may take.
const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct Reader {
    lines: Arc<Lines>,
    target: Domain,
    line: Line,
    consumer: lapin::Consumer,
    given_back: Option<Delivery>,
}

impl Reader {
    /// Declares the queue and begins to consume, as one of perhaps several of which the broker picks one.
    pub(super) async fn begin(
        lines: Arc<Lines>,
        target: Domain,
        prefetch: u16,
    ) -> Result<Self, QueueError> {
        let line = lines.consuming().await?;
        let channel = &line.channel;
        let begun = async {
            channel
                .basic_qos(prefetch, BasicQosOptions::default())
                .await?;
            let queue = names::waiting(&target);
            channel
                .queue_declare(queue.clone(), names::durable(), names::waiting_arguments())
                .await?;
            let options = BasicConsumeOptions::default();
            channel
                .basic_consume(queue, "".into(), options, FieldTable::default())
                .await
        };
        let consumer = begun
            .await
            .map_err(|error: lapin::Error| lines.failed(&error))?;
        Ok(Self {
            lines,
            target,
            line,
            consumer,
            given_back: None,
        })
    }
}

impl Consumer for Reader {
    fn next(&mut self) -> BoxFuture<'_, Result<Delivery, QueueError>> {
        async move {
            if let Some(delivery) = self.given_back.take() {
                return Ok(delivery);
            }
            match self.consumer.next().await {
                Some(Ok(mut delivery)) => Ok(Delivery {
                    body: Bytes::from(std::mem::take(&mut delivery.data)),
                    published: published(&delivery),
                    receipt: Receipt::Amqp(delivery),
                }),
                Some(Err(error)) => Err(self.lines.failed(&error)),
                // The broker has cancelled the consumer, or the connection is gone.
                None if self.line.channel.status().connected() => {
                    Err(QueueError::Gone(self.target.clone()))
                }
                None => Err(self.lines.unreachable("the connection is gone")),
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
            let settled = match end {
                End::Delivered => acker.ack(BasicAckOptions::default()).await,
                End::Dropped => acker.reject(BasicRejectOptions { requeue: false }).await,
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
                    acker.ack(BasicAckOptions::default()).await
                }
            };
            settled.map(drop).map_err(|error| self.lines.failed(&error))
        }
        .boxed()
    }

    fn put_back(&mut self, delivery: Delivery) {
        self.given_back = Some(delivery);
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), QueueError>> {
        async move {
            if !self.line.channel.status().connected() {
                return Ok(());
            }
            let left = async {
                let tag = self.consumer.tag();
                self.line
                    .channel
                    .basic_cancel(tag, BasicCancelOptions::default())
                    .await?;
                self.line.channel.close(200, "bye".into()).await
            };
            match tokio::time::timeout(TIMEOUT, left).await {
                Ok(left) => left.map_err(|error| self.lines.failed(&error)),
                Err(_) => Err(self.lines.unreachable("it does not answer")),
            }
        }
        .boxed()
    }
}

pub(super) fn published(delivery: &lapin::message::Delivery) -> Option<SystemTime> {
    let seconds = Duration::from_secs((*delivery.properties.timestamp())?);
    SystemTime::UNIX_EPOCH.checked_add(seconds)
}
