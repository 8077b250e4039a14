//! Accepting connections: HTTP/1.1 and HTTP/2 cleartext on one port, with limits.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use federation_net::{Gathered, HeadReader, Paced, Turn, Turns};
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower_service::Service;

use crate::watch::{Watch, Watched};

/// The largest HTTP/2 frame that is taken, in bytes: a body that comes in one frame need not be put
/// together.
const FRAME: u32 = 128 * 1024;

/// Limits of a listener, in addition to those of its routers ([`Settings`](crate::Settings)).
///
/// ```
/// use federation_servers::Limits;
///
/// let limits = Limits::default().connections(1000).header_bytes(16 * 1024);
/// ```
#[derive(Debug, Clone)]
pub struct Limits {
    connections: usize,
    connections_per_address: usize,
    header_deadline: Duration,
    idle: Duration,
    header_bytes: u32,
    concurrent_streams: u32,
    pending_resets: usize,
    shutdown: Duration,
}

impl Default for Limits {
    /// 10 000 connections, half of them from one address; headers of 64 KiB within 10 seconds; 256 streams
    /// and as many pending resets on an HTTP/2 connection; 2 minutes without anything happening; 15 seconds
    /// for running calls when shutting down.
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 5000,
            header_deadline: Duration::from_secs(10),
            idle: Duration::from_secs(120),
            header_bytes: 64 * 1024,
            concurrent_streams: 256,
            pending_resets: 256,
            shutdown: Duration::from_secs(15),
        }
    }
}

impl Limits {
    /// Open connections; more wait to be accepted.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// Open connections from one address (of IPv6 a network of 64 bits); more are closed at once. All that
    /// comes through a proxy comes from its address.
    #[must_use]
    pub fn connections_per_address(mut self, connections: usize) -> Self {
        self.connections_per_address = connections;
        self
    }

    /// How long the headers of a request may take to arrive, from their first byte, and the first request
    /// of a connection. A slower connection is closed.
    #[must_use]
    pub fn header_deadline(mut self, deadline: Duration) -> Self {
        self.header_deadline = deadline;
        self
    }

    /// How long nothing may happen on a connection (no request, no response, no chunk of a stream) before
    /// it is closed. Keep it above the handler deadlines of the routers, and above what clients keep
    /// idle connections for.
    #[must_use]
    pub fn idle(mut self, time: Duration) -> Self {
        self.idle = time;
        self
    }

    /// The size of a request's headers, in bytes.
    #[must_use]
    pub fn header_bytes(mut self, bytes: u32) -> Self {
        self.header_bytes = bytes;
        self
    }

    /// Calls that run at once on one HTTP/2 connection; more are refused by HTTP/2 itself.
    #[must_use]
    pub fn concurrent_streams(mut self, streams: u32) -> Self {
        self.concurrent_streams = streams;
        self
    }

    /// Streams that a peer may reset before they were answered, beyond which the connection is closed.
    #[must_use]
    pub fn pending_resets(mut self, resets: usize) -> Self {
        self.pending_resets = resets;
        self
    }

    /// How long a shutdown waits for running calls; then they are cut off.
    #[must_use]
    pub fn shutdown(mut self, time: Duration) -> Self {
        self.shutdown = time;
        self
    }
}

/// Serves a router, or an [`RpcService`](crate::RpcService), on a listener until `shutdown` is done, then
/// finishes the running calls.
///
/// HTTP/1.1 and HTTP/2 with prior knowledge are told apart by their first bytes. Sockets get
/// `TCP_NODELAY`, without which answers of more than one write would wait.
///
/// ```no_run
/// # async fn example(router: axum::Router) -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8082").await?;
/// let shutdown = std::future::pending();
/// federation_servers::serve(listener, router, federation_servers::Limits::default(), shutdown).await
/// # }
/// ```
///
/// # Errors
///
/// When the listener itself fails. A fault of one connection ends that connection.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    let turns = Turns::new();
    let places = limits.connections.min(Semaphore::MAX_PERMITS);
    let places = Arc::new(Semaphore::new(places));
    let graceful = GracefulShutdown::new();
    // Dropped with this future, and all connections with it.
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place.map_err(io::Error::other)?,
            () = &mut shutdown => break,
        };
        let (stream, address) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut shutdown => break,
        };
        // A flood of connections does not keep others from their turn either.
        tokio::task::yield_now().await;
        while connections.try_join_next().is_some() {}
        let turn = turns.of(address.ip());
        if turn.connections() >= limits.connections_per_address {
            tracing::debug!(%address, "too many connections of one address");
            continue;
        }
        let watch = Watch::new();
        let watched = Watched {
            service: service.clone(),
            watch: watch.clone(),
        };
        let (head, idle) = (limits.header_deadline, limits.idle);
        let (reader, writer) = stream.into_split();
        let reader = HeadReader::new(Paced::new(reader), watch.activity(), head);
        let stream = TokioIo::new(tokio::io::join(reader, Gathered::new(writer, idle)));
        let connection = builder(&limits, turn.clone())
            .serve_connection(stream, TowerToHyperService::new(watched))
            .into_owned();
        let connection = graceful.watch(connection);
        let connection = turn.clone().take(async move {
            if let Err(error) = connection.await {
                turn.fault();
                tracing::debug!(%error, "connection ended");
            }
        });
        connections.spawn(async move {
            tokio::select! {
                () = connection => {}
                () = watch.is_over(head, idle) => tracing::debug!("silent connection closed"),
            }
            drop(place);
        });
    }
    drop(listener);
    let finished = tokio::time::timeout(limits.shutdown, graceful.shutdown()).await;
    if finished.is_err() {
        tracing::warn!("calls were still running when the time for shutting down was over");
    }
    Ok(())
}

/// The next connection. A shortage (of file descriptors, say) passes; a listener does not end for it.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
                return (stream, address);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn builder(limits: &Limits, turn: Turn) -> auto::Builder<Turn> {
    let mut builder = auto::Builder::new(turn);
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_buf_size((limits.header_bytes as usize).max(8192));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_frame_size(FRAME)
        .max_header_list_size(limits.header_bytes)
        .max_concurrent_streams(limits.concurrent_streams)
        .max_pending_accept_reset_streams(limits.pending_resets);
    builder
}
