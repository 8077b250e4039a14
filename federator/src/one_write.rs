//! One write for what is written together.
//!
//! The client of the HTTP/2 library flushes the head of a request, and its body when the next task has had
//! its turn: two TLS records and two writes for a small call, and two reads at the other side. Here a
//! flush lets the tasks that are ready have their turn before anything is sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// As much as is gathered; more is sent at once.
const MOST: usize = 16 * 1024;

/// A connection whose flushes wait for one turn of the tasks that are ready.
#[derive(Debug)]
pub(crate) struct OneWrite<S> {
    stream: S,
    gathered: BytesMut,
    /// Others have had their turn since the first byte was gathered.
    turned: bool,
}

impl<S: AsyncWrite + Unpin> OneWrite<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            gathered: BytesMut::new(),
            turned: false,
        }
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.gathered.has_remaining() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.gathered))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.gathered.advance(sent);
        }
        self.turned = false;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for OneWrite<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for OneWrite<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.gathered.len() >= MOST {
            ready!(self.poll_send(cx))?;
        }
        let taken = bytes.len().min(MOST - self.gathered.len());
        self.gathered.extend_from_slice(&bytes[..taken]);
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.gathered.has_remaining() && !self.turned {
            self.turned = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        ready!(self.poll_send(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::Poll;

    use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

    use super::{MOST, OneWrite};

    #[tokio::test]
    async fn what_is_gathered_arrives_in_order_and_whole() {
        let (near, mut far) = tokio::io::duplex(1000);
        let sent: Vec<u8> = (0..3 * MOST + 5).map(|n| (n % 251) as u8).collect();
        let bytes = sent.clone();
        let sending = async move {
            let mut near = OneWrite::new(near);
            near.write_all(&bytes[..10]).await.unwrap();
            near.flush().await.unwrap();
            near.write_all(&bytes[10..]).await.unwrap();
            near.shutdown().await.unwrap();
        };
        let mut received = Vec::new();
        let ((), read) = tokio::join!(sending, far.read_to_end(&mut received));
        assert_eq!(read.unwrap(), sent.len());
        assert_eq!(received, sent);
    }

    #[tokio::test]
    async fn two_writes_with_a_flush_between_them_are_one() {
        let (near, mut far) = tokio::io::duplex(1000);
        let mut near = OneWrite::new(near);
        let flushed = async {
            near.write_all(b"head").await.unwrap();
            let flushing = std::future::poll_fn(|cx| {
                let polled = Pin::new(&mut near).poll_flush(cx);
                Poll::Ready(polled.is_pending())
            });
            assert!(flushing.await, "others have their turn first");
            near.write_all(b" body").await.unwrap();
            near.flush().await.unwrap();
        };
        let mut first = [0; 64];
        let ((), read) = tokio::join!(flushed, far.read(&mut first));
        assert_eq!(&first[..read.unwrap()], b"head body");
    }
}
