//! A response of raw bytes that is passed on chunk by chunk.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

/// Why a byte stream broke off. What was read until then is not the whole.
pub type StreamError = Box<dyn Error + Send + Sync>;

/// Raw bytes, chunk by chunk, of a length that is not announced.
///
/// The end of the stream is the end of the bytes; an `Err` item means that it broke off, and that
/// what came before must not be taken for the whole. Nothing is buffered: the reader's pace is the
/// writer's.
///
/// Source: `transport.md` §12.
pub struct ByteStream {
    chunks: Pin<Box<dyn Stream<Item = Result<Bytes, StreamError>> + Send>>,
    remote_ip: Option<IpAddr>,
}

impl ByteStream {
    /// A stream of these chunks.
    pub fn new<S, E>(chunks: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<StreamError>,
    {
        Self {
            chunks: Box::pin(BoxedErrors(Box::pin(chunks))),
            remote_ip: None,
        }
    }

    /// A stream of bytes that are all in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self {
            chunks: Box::pin(Once(Some(bytes.into()))),
            remote_ip: None,
        }
    }

    /// The same stream, with the address at which the remote backend was reached.
    #[must_use]
    pub fn with_remote_ip(self, remote_ip: Option<IpAddr>) -> Self {
        Self { remote_ip, ..self }
    }

    /// The address at which the local federator reached the remote backend, if it said so. For
    /// audit logs only: it may be a load balancer's.
    #[must_use]
    pub fn remote_ip(&self) -> Option<IpAddr> {
        self.remote_ip
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.as_mut().poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.chunks.size_hint()
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("remote_ip", &self.remote_ip)
            .finish_non_exhaustive()
    }
}

struct BoxedErrors<S>(Pin<Box<S>>);

impl<S, E> Stream for BoxedErrors<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<StreamError>,
{
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0
            .as_mut()
            .poll_next(cx)
            .map(|item| item.map(|chunk| chunk.map_err(Into::into)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}
