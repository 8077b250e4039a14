//! Request targets that no HTTP parser takes.
//!
//! A first line such as `POST i/users HTTP/1.1` is no HTTP, but the answer that existing federators give
//! to it is that of any unknown path: 404. It is given before the parser sees it.
//!
//! Source: `transport.md` §5.2.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

/// As much of the first line as is looked at.
const MOST: usize = 4096;

const NOT_FOUND: &[u8] =
    b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Looks at the first line of a connection. `None` if it was answered here, or nothing came.
pub(crate) async fn look<S>(mut stream: S) -> io::Result<Option<Prefixed<S>>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut read = BytesMut::with_capacity(MOST);
    let verdict = loop {
        if let Some(verdict) = judge(&read) {
            break verdict;
        }
        if stream.read_buf(&mut read).await? == 0 {
            break Verdict::Parse;
        }
    };
    if read.is_empty() {
        return Ok(None);
    }
    match verdict {
        Verdict::Parse => Ok(Some(Prefixed {
            prefix: read.freeze(),
            stream,
        })),
        Verdict::NotFound => {
            stream.write_all(NOT_FOUND).await?;
            stream.shutdown().await?;
            Ok(None)
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// The parser is to see it, whatever it is.
    Parse,
    /// A request whose target is no path.
    NotFound,
}

/// `None` as long as more has to be read.
fn judge(read: &[u8]) -> Option<Verdict> {
    let Some(end) = read.iter().position(|byte| *byte == b'\n') else {
        return (read.len() >= MOST).then_some(Verdict::Parse);
    };
    let line = read[..end].trim_ascii_end();
    let mut words = line.splitn(2, |byte| *byte == b' ');
    let method = words.next().unwrap_or_default();
    let rest = words.next().unwrap_or_default();
    let Some(target) = rest
        .strip_suffix(b" HTTP/1.1")
        .or_else(|| rest.strip_suffix(b" HTTP/1.0"))
        .or_else(|| rest.strip_prefix(b"HTTP/1.").map(|_| &b""[..]))
    else {
        return Some(Verdict::Parse);
    };
    let is_method = !method.is_empty() && method.iter().all(u8::is_ascii_uppercase);
    let is_word = !target.contains(&b' ');
    if is_method && is_word && !target.starts_with(b"/") {
        Some(Verdict::NotFound)
    } else {
        Some(Verdict::Parse)
    }
}

/// A connection some of whose bytes were read already.
#[derive(Debug)]
pub(crate) struct Prefixed<S> {
    prefix: Bytes,
    stream: S,
}

impl<S: AsyncRead + Unpin> AsyncRead for Prefixed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.prefix.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let taken = self.prefix.len().min(buffer.remaining());
        buffer.put_slice(&self.prefix[..taken]);
        self.prefix.advance(taken);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Prefixed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge};

    #[test]
    fn only_targets_that_are_no_path_are_answered() {
        for line in [
            "POST i/users HTTP/1.1",
            "POST  HTTP/1.1",
            "POST HTTP/1.1",
            "POST federation HTTP/1.0",
            "GET http://a.example/i/users HTTP/1.1",
        ] {
            assert_eq!(
                judge(format!("{line}\r\n").as_bytes()),
                Some(Verdict::NotFound),
                "{line}"
            );
        }
        for line in [
            "POST /i/users HTTP/1.1",
            "PRI * HTTP/2.0",
            "nonsense",
            "",
            "POST a b HTTP/1.1",
        ] {
            assert_eq!(
                judge(format!("{line}\r\n").as_bytes()),
                Some(Verdict::Parse),
                "{line}"
            );
        }
        assert_eq!(judge(b"POST /i/us"), None);
    }
}
