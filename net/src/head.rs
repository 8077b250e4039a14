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
    /// Something was waited for: what comes now was not sent with the request before.
    waited: bool,
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
            waited: true,
            begun: false,
            timer: None,
        }
    }

    fn forget_heads_that_are_whole(&mut self) {
        let requests = self.activity.begun();
        if requests != self.requests {
            self.requests = requests;
            self.waited = false;
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
            // What comes while a request is running is its body; and so is what is there at once when it
            // was refused before its body had come.
            let came = buffer.filled().len() > before;
            self.begun |= came && self.waited && self.activity.waits_for_head();
            return Poll::Ready(read);
        }
        self.waited = true;
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::timeout;

    use super::*;

    const TIME: Duration = Duration::from_secs(10);

    fn connection() -> (DuplexStream, HeadReader<DuplexStream>, Arc<Activity>) {
        let (there, here) = duplex(1024);
        let activity = Arc::new(Activity::default());
        let reader = HeadReader::new(here, Arc::clone(&activity), TIME);
        (there, reader, activity)
    }

    async fn read(reader: &mut HeadReader<DuplexStream>) -> io::Result<usize> {
        reader.read(&mut [0; 1024]).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_is_never_whole_ends_the_connection() -> io::Result<()> {
        let (mut there, mut reader, activity) = connection();
        there.write_all(b"POST / HTTP/1.1").await?;
        read(&mut reader).await?;
        let busy = activity.begin(&http::Request::new(()));
        // It was whole: a body may take its time.
        assert!(timeout(10 * TIME, read(&mut reader)).await.is_err());
        drop(busy);
        // Nor does silence between requests count.
        assert!(timeout(10 * TIME, read(&mut reader)).await.is_err());
        there.write_all(b"POST").await?;
        read(&mut reader).await?;
        let error = timeout(2 * TIME, read(&mut reader)).await?;
        assert_eq!(
            error.map_err(|error| error.kind()),
            Err(io::ErrorKind::TimedOut)
        );
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_of_a_refused_request_is_no_head() -> io::Result<()> {
        let (mut there, mut reader, activity) = connection();
        there.write_all(b"POST / HTTP/1.1\r\n\r\n").await?;
        read(&mut reader).await?;
        drop(activity.begin(&http::Request::new(())));
        there.write_all(b"its body").await?;
        read(&mut reader).await?;
        assert!(timeout(10 * TIME, read(&mut reader)).await.is_err());
        Ok(())
    }
}
