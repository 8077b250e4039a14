//! Passing a response body on, chunk by chunk, in constant memory.
//!
//! A body that is complete when its first chunk arrives is passed on whole. Any other gets a task that
//! moves chunks, which notices both silence of the sender and a receiver that takes nothing; either
//! ends the stream with an error, never as if it were complete.
//!
//! Source: `transport.md` §3.6, §5.6, §12.

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::mpsc;

use crate::answer::{Body, BoxError, empty, full};
use crate::local::chain;

/// Chunks on their way between the task and the receiver.
const IN_FLIGHT: usize = 2;

/// A body as it comes from another process.
pub(crate) trait Arriving:
    HttpBody<Data = Bytes, Error: std::error::Error + 'static> + Send + Unpin + 'static
{
}

impl<B> Arriving for B where
    B: HttpBody<Data = Bytes, Error: std::error::Error + 'static> + Send + Unpin + 'static
{
}

/// A body that broke off before anything of it could be passed on.
#[derive(Debug)]
pub(crate) struct BrokeOff(pub(crate) String);

/// Waits for the first chunk and gives a body that passes on that one and all others. `held` is dropped
/// when the last chunk has arrived, or the body was given up.
pub(crate) async fn relay<B>(
    mut body: B,
    idle: Duration,
    held: impl Any + Send,
) -> Result<Body, BrokeOff>
where
    B: Arriving,
{
    let size = body.size_hint();
    // The head of the response waits for this, so that a failure at once is still answered as one.
    let first = next(&mut body, idle).await.map_err(BrokeOff)?;
    let Some(first) = first else {
        return Ok(empty());
    };
    if body.is_end_stream() {
        return Ok(full(first));
    }
    // In HTTP/2 the end often stands in a frame of its own, right behind the data.
    let (sender, receiver) = mpsc::channel(IN_FLIGHT);
    match body.frame().now_or_never() {
        None => {}
        Some(None) => return Ok(full(first)),
        Some(Some(Err(error))) => return Err(BrokeOff(chain(&error))),
        Some(Some(Ok(frame))) => match frame.into_data() {
            // The channel is empty: there is room.
            Ok(data) if !data.is_empty() => drop(sender.try_send(Ok(Some(data)))),
            _ if body.is_end_stream() => return Ok(full(first)),
            _ => {}
        },
    }
    let pumped = Pumped {
        first: Some(first),
        receiver,
        size,
        done: false,
    };
    tokio::spawn(pump(body, sender, idle, held));
    Ok(pumped.boxed_unsync())
}

/// The next chunk; frames that are no data, or have none, are left out. (In HTTP/2 the last one may be
/// empty. Passed on, it would not be the last, and readers take a hundred of those for an attack.)
async fn next<B: Arriving>(body: &mut B, idle: Duration) -> Result<Option<Bytes>, String> {
    loop {
        return match tokio::time::timeout(idle, body.frame()).await {
            Err(_) => Err(format!("nothing came for {idle:?}")),
            Ok(None) => Ok(None),
            Ok(Some(Err(error))) => Err(chain(&error)),
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) if !data.is_empty() => Ok(Some(data)),
                _ => continue,
            },
        };
    }
}

/// `None` at the end, so that a task that died does not look like the end.
type Chunk = Result<Option<Bytes>, String>;

async fn pump<B: Arriving>(
    mut body: B,
    sender: mpsc::Sender<Chunk>,
    idle: Duration,
    held: impl Any + Send,
) {
    loop {
        let chunk = tokio::select! {
            chunk = next(&mut body, idle) => chunk,
            // Nobody reads any more: the sender is told at once.
            () = sender.closed() => break,
        };
        let last = !matches!(chunk, Ok(Some(_)));
        if let Err(error) = &chunk {
            tracing::warn!(%error, "a response broke off");
        }
        let sent = sender.send_timeout(chunk, idle).await;
        if last || sent.is_err() {
            break;
        }
    }
    drop(held);
}

struct Pumped {
    first: Option<Bytes>,
    receiver: mpsc::Receiver<Chunk>,
    size: SizeHint,
    done: bool,
}

impl HttpBody for Pumped {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        if self.done {
            return Poll::Ready(None);
        }
        let Poll::Ready(chunk) = self.receiver.poll_recv(cx) else {
            return Poll::Pending;
        };
        let chunk = chunk.unwrap_or_else(|| Err("the receiver took nothing".to_owned()));
        Poll::Ready(match chunk {
            Ok(Some(data)) => Some(Ok(Frame::data(data))),
            Ok(None) => {
                self.done = true;
                None
            }
            Err(error) => {
                self.done = true;
                Some(Err(error.into()))
            }
        })
    }

    fn size_hint(&self) -> SizeHint {
        // Only what is known of the whole body, and only before anything was taken.
        if self.first.is_some() {
            self.size
        } else {
            SizeHint::default()
        }
    }
}
