//! Publishing until the broker has confirmed every message.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::future::{join_all, try_join_all};
use lapin::options::BasicPublishOptions;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Confirmation};

use super::lines::{Lines, Publishing};
use super::names;
use crate::pusher::Backoff;
use crate::queue::QueueError;

/// How often it is tried, and how long is waited in between.
const TRIES: u32 = 8;
const BACKOFF: Backoff = Backoff {
    min: Duration::from_millis(20),
    max: Duration::from_secs(2),
};

/// How long a broker may take to confirm what it was sent. One that has no room stops reading instead.
const TIMEOUT: Duration = Duration::from_secs(15);

/// How long all tries may take together. Publishers that wait for one connection wait for each other.
const DEADLINE: Duration = Duration::from_secs(60);

/// How long a queue that was deleted stays away. A broker (seen in 3.10) that finds it again within some 30 ms
/// moves its consumers there without a word, and then sends them nothing until they begin anew.
const MOURNING: Duration = Duration::from_millis(300);

/// The most messages, and bytes of messages, that wait for being confirmed.
const WINDOW: usize = 1000;
const WINDOW_BYTES: usize = 16 * 1024 * 1024;

/// How many queues are remembered as declared.
const MOST_DECLARED: usize = 20_000;

/// Persistent, in the words of the protocol.
const PERSISTENT: u8 = 2;

/// A message on its way to one queue.
pub(super) struct Outgoing {
    pub(super) queue: ShortString,
    pub(super) arguments: fn() -> FieldTable,
    pub(super) body: Bytes,
    pub(super) published: SystemTime,
    pub(super) reason: Option<String>,
}

impl Outgoing {
    fn properties(&self) -> BasicProperties {
        let since = self
            .published
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let properties = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_delivery_mode(PERSISTENT)
            .with_timestamp(since.as_secs());
        match &self.reason {
            None => properties,
            Some(reason) => {
                let mut headers = FieldTable::default();
                let reason = AMQPValue::LongString(reason.as_str().into());
                headers.insert(names::REASON.into(), reason);
                properties.with_headers(headers)
            }
        }
    }
}

/// Sends all messages, those for one queue in their order. Those that were not confirmed when a connection
/// broke are sent again, from the first one on.
pub(super) async fn send(lines: &Lines, messages: &[Outgoing]) -> Result<(), QueueError> {
    let mut rest = messages;
    while !rest.is_empty() {
        let window = window(rest);
        let sent = tokio::time::timeout(DEADLINE, send_tried(lines, &rest[..window])).await;
        sent.unwrap_or_else(|_| Err(lines.unreachable("it does not answer in time")))?;
        rest = &rest[window..];
    }
    Ok(())
}

async fn send_tried(lines: &Lines, messages: &[Outgoing]) -> Result<(), QueueError> {
    let mut failures = 0;
    loop {
        match send_window(lines, messages).await {
            Ok(()) => return Ok(()),
            Err(error) if failures + 1 >= TRIES => return Err(error),
            Err(error) => {
                tracing::debug!(%error, "publishing is tried again");
                // A channel that fails, or does not answer any more, is not used again.
                lines.forget_publishing();
                tokio::time::sleep(BACKOFF.wait(failures)).await;
                failures += 1;
            }
        }
    }
}

fn window(messages: &[Outgoing]) -> usize {
    let mut bytes = 0;
    let fitting = messages.iter().take(WINDOW).take_while(|message| {
        bytes += message.body.len();
        bytes <= WINDOW_BYTES
    });
    fitting.count().max(1)
}

async fn send_window(lines: &Lines, messages: &[Outgoing]) -> Result<(), QueueError> {
    let messages: Vec<&Outgoing> = messages.iter().collect();
    let unrouted = send_once(lines, &messages).await?;
    if unrouted.is_empty() {
        return Ok(());
    }
    // Their queues were deleted. A new channel has not declared them and makes them again.
    lines.forget_publishing();
    tokio::time::sleep(MOURNING).await;
    match send_once(lines, &unrouted).await?.is_empty() {
        true => Ok(()),
        false => Err(lines.failed(&"the queue vanishes as soon as it is made")),
    }
}

/// Sends the messages and waits until all are confirmed. Gives those whose queues are not there.
async fn send_once<'a>(
    lines: &Lines,
    messages: &[&'a Outgoing],
) -> Result<Vec<&'a Outgoing>, QueueError> {
    let failed = |error: lapin::Error| lines.failed(&error);
    let line = lines.publishing().await?;
    let all = async {
        declare(&line, messages).await.map_err(failed)?;
        let confirmed = publish(&line.channel, messages).await.map_err(failed)?;
        let mut unrouted = Vec::new();
        for (message, confirmed) in messages.iter().zip(confirmed) {
            match confirmed {
                Confirmation::Ack(None) => {}
                Confirmation::Ack(Some(_)) => unrouted.push(*message),
                Confirmation::Nack(_) | Confirmation::NotRequested => {
                    return Err(lines.failed(&"the broker did not take a message"));
                }
            }
        }
        Ok(unrouted)
    };
    let sent = tokio::time::timeout(TIMEOUT, all).await;
    sent.unwrap_or_else(|_| {
        Err(lines.failed(&"the broker confirms nothing; it may be out of disk or memory"))
    })
}

/// Declares what this connection has not declared yet. A message that comes before its queue would be
/// sent again, perhaps after the one behind it.
async fn declare(line: &Publishing, messages: &[&Outgoing]) -> Result<(), lapin::Error> {
    let mut declared = line.declared.lock().await;
    let queues = messages.iter().map(|message| &message.queue);
    let new: HashSet<_> = queues.filter(|queue| !declared.contains(*queue)).collect();
    let arguments = messages.first().map(|message| message.arguments);
    let Some(arguments) = arguments.filter(|_| !new.is_empty()) else {
        return Ok(());
    };
    let declaring = new.iter().map(|queue| {
        line.channel
            .queue_declare((*queue).clone(), names::durable(), arguments())
    });
    try_join_all(declaring).await?;
    if declared.len() > MOST_DECLARED {
        declared.clear();
    }
    declared.extend(new.into_iter().cloned());
    Ok(())
}

/// Sends without waiting in between, then waits for all.
async fn publish(
    channel: &Channel,
    messages: &[&Outgoing],
) -> Result<Vec<Confirmation>, lapin::Error> {
    let options = BasicPublishOptions {
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let mut confirms = Vec::with_capacity(messages.len());
    for message in messages {
        let queue = message.queue.clone();
        let sent = channel.basic_publish(
            "".into(),
            queue,
            options,
            &message.body,
            message.properties(),
        );
        confirms.push(sent.await?);
    }
    join_all(confirms).await.into_iter().collect()
}
