//! HTTP/2 on a connection with another backend's federator.
//!
//! The protocol is spoken without the client that usually stands in front of it: a request is handed to
//! the connection with its head and its body together, so that they leave in one write, and its response
//! comes without a task in between.
//!
//! Source: `transport.md` §4, RFC 9113.

use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::client::{Builder, Connection, SendRequest};
use h2::{Ping, PingPong, Reason, RecvStream};
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Request, Response};
use http_body::{Body, Frame};
use tokio::io::{AsyncRead, AsyncWrite};

/// What a peer may send of one response, and of all of them, before it is read.
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;
/// What a peer may send in one frame.
const FRAME: u32 = 128 * 1024;
/// A peer that has gone without a word is noticed: it is asked this often …
const ASKED_EVERY: Duration = Duration::from_secs(15);
/// … and has this long to answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// A connection with another backend's federator.
#[derive(Debug)]
pub(crate) struct Wire {
    /// Dropping the last one ends the connection.
    sender: SendRequest<Bytes>,
    ended: Arc<AtomicBool>,
    /// The address at which the peer was reached.
    pub(crate) ip: IpAddr,
    /// The version of TLS.
    pub(crate) tls: Option<&'static str>,
    /// Which credentials it was made with.
    pub(crate) generation: u64,
    pub(crate) opened: Instant,
}

/// A request that got no response.
#[derive(Debug)]
pub(crate) struct NoResponse {
    pub(crate) error: h2::Error,
    /// Nothing of the request has been sent.
    pub(crate) unsent: bool,
}

/// What [`Wire::new`] is told of the connection.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) ip: IpAddr,
    pub(crate) tls: Option<&'static str>,
    pub(crate) generation: u64,
    pub(crate) opened: Instant,
}

impl Wire {
    /// Begins HTTP/2 on a stream.
    pub(crate) async fn new<S>(stream: S, header_bytes: u32, made: Made) -> Result<Self, h2::Error>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let begun = Builder::new()
            .enable_push(false)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_frame_size(FRAME)
            .max_header_list_size(header_bytes)
            .handshake(stream)
            .await;
        let (sender, connection) = begun?;
        let ended = Arc::new(AtomicBool::new(false));
        tokio::spawn(drive(connection, EndsWith(Arc::clone(&ended))));
        Ok(Self {
            sender,
            ended,
            ip: made.ip,
            tls: made.tls,
            generation: made.generation,
            opened: made.opened,
        })
    }

    /// Whether the connection is over.
    pub(crate) fn is_closed(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Sends a request and waits for the head of its response.
    pub(crate) async fn send(
        &self,
        mut head: Request<()>,
        body: Bytes,
    ) -> Result<Response<Received>, NoResponse> {
        let unsent = |error| NoResponse {
            error,
            unsent: true,
        };
        let mut sender = self.sender.clone().ready().await.map_err(unsent)?;
        let length = HeaderValue::from(body.len());
        head.headers_mut().insert(CONTENT_LENGTH, length);
        let is_whole = body.is_empty();
        let (response, mut rest) = sender.send_request(head, is_whole).map_err(unsent)?;
        drop(sender);
        if !is_whole {
            // Why this failed is what the response will say.
            drop(rest.send_data(body, true));
        }
        let response = response.await.map_err(|error| NoResponse {
            error,
            unsent: false,
        })?;
        Ok(response.map(|stream| Received {
            stream,
            failed: false,
        }))
    }
}

/// Lets the connection do its work until it ends.
async fn drive<S>(mut connection: Connection<S, Bytes>, _ended: EndsWith)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let pings = connection.ping_pong();
    let mut connection = pin!(connection);
    let mut silent = pin!(silence(pings));
    tokio::select! {
        biased;
        ended = connection.as_mut() => if let Err(error) = ended {
            tracing::debug!(%error, "a connection to another backend ended");
        },
        () = silent.as_mut() => tracing::debug!("another backend has gone without a word"),
    }
}

/// Ends when the peer leaves a ping without an answer.
async fn silence(pings: Option<PingPong>) {
    let Some(mut pings) = pings else {
        return std::future::pending().await;
    };
    loop {
        tokio::time::sleep(ASKED_EVERY).await;
        let asked = pings.ping(Ping::opaque());
        match tokio::time::timeout(ANSWERED_WITHIN, asked).await {
            Ok(Ok(_)) => {}
            // The connection is ending by itself.
            Ok(Err(_)) => return std::future::pending().await,
            Err(_) => return,
        }
    }
}

/// Says that a connection has ended, however it did.
struct EndsWith(Arc<AtomicBool>);

impl Drop for EndsWith {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// The body of a response.
#[derive(Debug)]
pub(crate) struct Received {
    stream: RecvStream,
    failed: bool,
}

impl Body for Received {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        if self.failed {
            return Poll::Ready(None);
        }
        // Trailers have no meaning here.
        let Some(data) = ready!(self.stream.poll_data(cx)) else {
            return Poll::Ready(None);
        };
        let data = data.and_then(|data| {
            let window = self.stream.flow_control();
            window.release_capacity(data.len()).map(|()| data)
        });
        match data {
            Ok(data) => Poll::Ready(Some(Ok(Frame::data(data)))),
            // The response is whole; the peer does not want the rest of the request.
            Err(error) if error.reason() == Some(Reason::NO_ERROR) => Poll::Ready(None),
            Err(error) => {
                self.failed = true;
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.failed || self.stream.is_end_stream()
    }
}
