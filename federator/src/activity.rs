//! What happens on a connection of a caller, and heads of requests that arrive too slowly.
//!
//! hyper's own deadline for heads begins when it waits for one. On a kept connection of HTTP/1.1 that is
//! the end of the request before, so that silence between requests would count as a slow head.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::{Request, Version};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::held_body::HeldBody;

/// What happens on a connection.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    begun: AtomicUsize,
    running: AtomicUsize,
    /// HTTP/2, which has frames between its requests.
    framed: AtomicBool,
}

impl Activity {
    /// The requests there were so far.
    pub(crate) fn begun(&self) -> usize {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether no request is running.
    pub(crate) fn is_quiet(&self) -> bool {
        self.running.load(Ordering::Relaxed) == 0
    }

    /// Whether the next thing that comes is the head of a request. In HTTP/2 nobody can tell.
    fn waits_for_head(&self) -> bool {
        self.is_quiet() && !self.framed.load(Ordering::Relaxed)
    }
}

/// A request that is running, until the end of its response.
pub(crate) struct Busy(Arc<Activity>);

impl Busy {
    pub(crate) fn begin<B>(activity: &Arc<Activity>, request: &Request<B>) -> Self {
        activity.begun.fetch_add(1, Ordering::Relaxed);
        activity.running.fetch_add(1, Ordering::Relaxed);
        if request.version() == Version::HTTP_2 {
            activity.framed.store(true, Ordering::Relaxed);
        }
        Self(Arc::clone(activity))
    }

    pub(crate) fn until_end_of<B>(self, body: B) -> HeldBody<B, Self> {
        HeldBody::new(body, self)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Reads a connection and ends it when a head is not whole `time` after its first bytes.
pub(crate) struct HeadReader<R> {
    reader: R,
    activity: Arc<Activity>,
    time: Duration,
    /// The requests there were when the connection was looked at last.
    requests: usize,
    /// Something of the next head is there.
    begun: bool,
    /// Made when there is something to wait for: most heads come whole.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<R> HeadReader<R> {
    pub(crate) fn new(reader: R, activity: &Arc<Activity>, time: Duration) -> Self {
        Self {
            reader,
            activity: Arc::clone(activity),
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
