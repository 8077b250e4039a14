//! Small writes that leave together, to readers that take them.
//!
//! HTTP/2 hands a writer that takes several buffers at once each body of more than 256 bytes by itself, so
//! that responses which are ready together still leave one by one. A writer that takes one buffer gets
//! bodies of up to a kibibyte together with all else that waits; but of a larger body it gets the frame's
//! head and the rest in two writes, which this one puts together again.
//!
//! Whoever calls and never reads would keep a connection for ever: it ends when nothing was taken for a
//! while.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Writes of at most so many bytes are held until the next one, or until they are flushed.
const MOST: usize = 2048;

/// Holds a small write until more is written, or it is flushed.
#[derive(Debug)]
pub struct Gathered<W> {
    writer: W,
    held: Vec<u8>,
    /// So many of the bytes that are held have left.
    gone: usize,
    /// How long nothing may be taken.
    patience: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<W: AsyncWrite + Unpin> Gathered<W> {
    /// Writes to this writer, which may take nothing for so long.
    pub fn new(writer: W, patience: Duration) -> Self {
        Self {
            writer,
            held: Vec::new(),
            gone: 0,
            patience,
            waiting: None,
        }
    }

    /// What came of writing, if the reader takes something in time.
    fn in_time<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let patience = self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(cx));
        let message = "what was written was not read";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, message)))
    }

    fn poll_all(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match ready!(self.poll_held(cx, bytes))? {
            0 => Pin::new(&mut self.writer).poll_write(cx, bytes),
            written => Poll::Ready(Ok(written)),
        }
    }

    /// Writes what is held, and with it as much of `more` as is taken: so many bytes.
    fn poll_held(&mut self, cx: &mut Context<'_>, more: &[u8]) -> Poll<io::Result<usize>> {
        while self.gone < self.held.len() {
            let held = &self.held[self.gone..];
            let both = [IoSlice::new(held), IoSlice::new(more)];
            let missing = held.len();
            let written = ready!(Pin::new(&mut self.writer).poll_write_vectored(cx, &both))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            if written > missing {
                self.forget();
                return Poll::Ready(Ok(written - missing));
            }
            self.gone += written;
        }
        self.forget();
        Poll::Ready(Ok(0))
    }

    fn forget(&mut self) {
        self.held.clear();
        self.gone = 0;
    }
}

impl<W: AsyncRead + Unpin> AsyncRead for Gathered<W> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.writer).poll_read(cx, buffer)
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Gathered<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.held.len() + bytes.len() <= MOST {
            self.held.extend_from_slice(bytes);
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = self.poll_all(cx, bytes);
        self.in_time(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = match self.poll_held(cx, &[]) {
            Poll::Ready(Ok(_)) => Pin::new(&mut self.writer).poll_flush(cx),
            other => other.map_ok(|_| ()),
        };
        self.in_time(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = match self.poll_held(cx, &[]) {
            Poll::Ready(Ok(_)) => Pin::new(&mut self.writer).poll_shutdown(cx),
            other => other.map_ok(|_| ()),
        };
        self.in_time(cx, ended)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, IoSlice};
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::Duration;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
    use tokio::time::{Instant, sleep};

    use super::{Gathered, MOST};

    /// Takes a few bytes at a time, and notes what it was given at once.
    #[derive(Default)]
    struct Slow {
        taken: Vec<u8>,
        offered: Vec<usize>,
        most: usize,
    }

    impl AsyncWrite for Slow {
        fn poll_write(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            let all: Vec<u8> = slices
                .iter()
                .flat_map(|slice| slice.iter().copied())
                .collect();
            let taken = all.len().min(self.most);
            self.offered.push(all.len());
            self.taken.extend_from_slice(&all[..taken]);
            Poll::Ready(Ok(taken))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn writer(most: usize) -> Gathered<Slow> {
        let slow = Slow {
            most,
            ..Slow::default()
        };
        Gathered::new(slow, Duration::from_secs(30))
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_reads_is_given_up() {
        let (here, mut there) = tokio::io::duplex(4 * MOST);
        let mut writer = Gathered::new(here, Duration::from_secs(30));
        let begun = Instant::now();
        writer.write_all(&[7; 3 * MOST]).await.unwrap();
        let written = tokio::join!(writer.write_all(&[7; 3 * MOST]), async {
            sleep(Duration::from_secs(29)).await;
            there.read_exact(&mut [0; 3 * MOST]).await.unwrap();
        });
        written.0.unwrap();
        assert_eq!(
            begun.elapsed(),
            Duration::from_secs(29),
            "slow is not never"
        );
        writer.write_all(&[7; 2 * MOST]).await.unwrap();
        let error = writer.flush().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun.elapsed(), Duration::from_secs(59));
    }

    #[tokio::test]
    async fn small_writes_leave_together_and_with_a_large_one() {
        let mut writer = writer(usize::MAX);
        for text in ["one", "two", "three"] {
            writer.write_all(text.as_bytes()).await.unwrap();
        }
        assert_eq!(writer.writer.offered, [0_usize; 0]);
        writer.flush().await.unwrap();
        assert_eq!(writer.writer.offered, [11]);
        writer.write_all(b"head").await.unwrap();
        writer.write_all(&[7; MOST]).await.unwrap();
        assert_eq!(writer.writer.offered, [11, 4 + MOST]);
        writer.write_all(b"last").await.unwrap();
        writer.shutdown().await.unwrap();
        assert_eq!(writer.writer.offered, [11, 4 + MOST, 4]);
    }

    proptest! {
        /// Whatever is written, flushed and taken in which pieces: it arrives as it was written.
        #[test]
        fn nothing_is_lost_or_reordered(
            writes in vec((0..3 * MOST, any::<bool>()), 0..20),
            most in 1..2 * MOST,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (written, taken) = runtime.block_on(async {
                let mut writer = writer(most);
                let mut written = Vec::new();
                for (size, flushed) in writes {
                    let bytes: Vec<u8> = (written.len()..).map(|n| n as u8).take(size).collect();
                    writer.write_all(&bytes).await.unwrap();
                    written.extend(bytes);
                    if flushed {
                        writer.flush().await.unwrap();
                        assert_eq!(writer.writer.taken, written);
                    }
                }
                writer.shutdown().await.unwrap();
                (written, writer.writer.taken)
            });
            prop_assert_eq!(written, taken);
        }
    }
}
