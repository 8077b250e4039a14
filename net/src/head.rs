//! Heads of requests that arrive too slowly.
//!
//! hyper's own deadline for heads begins when it waits for one. On a kept connection of HTTP/1.1 that is
//! the end of the request before, so that silence between requests would count as a slow head.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::activity::Activity;

/// Reads a connection and ends it when a head is not whole `time` after its first bytes.
#[derive(Debug)]
pub struct HeadReader<R> {
    reader: R,
    activity: Arc<Activity>,
    time: Duration,
    /// The requests there were when the connection was looked at last.
    requests: u64,
    /// Something of the next head is there.
    begun: bool,
    /// Made when there is something to wait for: most heads come whole.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<R> HeadReader<R> {
    /// Reads from `reader`, the connection on which this happens.
    pub fn new(reader: R, activity: Arc<Activity>, time: Duration) -> Self {
        Self {
            reader,
            activity,
            time,
            requests: 0,
            begun: false,
            timer: None,
        }
    }

    fn forget_heads_that_are_whole(&mut self) {
        let requests = self.activity.begun();
        if requests != self.requests {
            self.requests = requests;
            self.begun = false;
            self.timer = None;
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for HeadReader<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.forget_heads_that_are_whole();
        let before = buffer.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut self.reader).poll_read(cx, buffer) {
            // What comes while a request is running is its body.
            self.begun |= buffer.filled().len() > before && self.activity.waits_for_head();
            return Poll::Ready(read);
        }
        if !self.begun {
            return Poll::Pending;
        }
        let time = self.time;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(time)));
        ready!(timer.as_mut().poll(cx));
        let message = "the head of a request took too long";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, message)))
    }
}
