//! Accepting connections: HTTP/1.1 and HTTP/2 cleartext on one port, with limits.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Limits of a listener, in addition to those of its routers ([`Settings`](crate::Settings)).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// Open connections; more wait to be accepted.
    pub connections: usize,
    /// How long the headers of an HTTP/1.1 request may take to arrive.
    pub header_deadline: Duration,
    /// The size of a request's headers, in bytes.
    pub header_bytes: u32,
    /// Calls that run at once on one HTTP/2 connection; more are refused by HTTP/2 itself.
    pub concurrent_streams: u32,
    /// Streams that a peer may reset before they were answered, beyond which the connection is
    /// closed.
    pub pending_resets: usize,
    /// How long a silent HTTP/2 connection goes on before it is probed, and how long the probe waits.
    pub keep_alive: Duration,
    /// How long a shutdown waits for running calls.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            header_deadline: Duration::from_secs(10),
            header_bytes: 64 * 1024,
            concurrent_streams: 256,
            pending_resets: 20,
            keep_alive: Duration::from_secs(30),
            shutdown: Duration::from_secs(15),
        }
    }
}

/// Serves a router on a listener until `shutdown` is done, then finishes the running calls.
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
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let builder = Arc::new(builder(&limits));
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place.map_err(io::Error::other)?,
            () = &mut shutdown => break,
        };
        let stream = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut shutdown => break,
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = builder
            .serve_connection(TokioIo::new(stream), service)
            .into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.shutdown, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("calls were still running when the time for shutting down was over");
    }
    Ok(())
}

/// The next connection. A shortage (of file descriptors, say) passes; a listener does not end for it.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
                return stream;
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_deadline)
        .max_buf_size((limits.header_bytes as usize).max(8192));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(limits.header_bytes)
        .max_concurrent_streams(limits.concurrent_streams)
        .max_pending_accept_reset_streams(limits.pending_resets)
        .keep_alive_interval(limits.keep_alive)
        .keep_alive_timeout(limits.keep_alive);
    builder
}
