//! Opening a connection to another backend: TCP, TLS, HTTP/2.
//!
//! Source: `transport.md` §4.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::clock::Clock;
use crate::credentials::Current;
use crate::discovery::{CachedDiscovery, SrvTarget};
use crate::limits::Limits;
use crate::metrics::Meters;
use crate::one_write::OneWrite;
use crate::remote_error::RemoteError;

/// Opens connections.
#[derive(Debug)]
pub(crate) struct Dialer {
    pub(crate) discovery: Arc<CachedDiscovery>,
    pub(crate) credentials: Arc<Current>,
    pub(crate) connect_time: Duration,
    pub(crate) handshake_time: Duration,
    pub(crate) header_bytes: u32,
    pub(crate) meters: Arc<Meters>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A connection to another backend's federator.
#[derive(Debug)]
pub(crate) struct Wire {
    /// Cloning it is how requests share the connection; dropping the last ends it.
    pub(crate) sender: SendRequest<Full<Bytes>>,
    /// The address at which the peer was reached.
    pub(crate) ip: IpAddr,
    /// The version of TLS.
    pub(crate) tls: Option<&'static str>,
    /// Which credentials it was made with.
    pub(crate) generation: u64,
    pub(crate) opened: Instant,
}

impl Dialer {
    /// Opens a connection to a target.
    pub(crate) async fn dial(&self, target: &SrvTarget) -> Result<Wire, RemoteError> {
        let dialed = self.open(target).await;
        match &dialed {
            Ok(_) => self.meters.opened(),
            Err(error) => {
                self.meters.net_error();
                tracing::info!(host = target.name(), port = target.port, %error, "no connection");
            }
        }
        dialed
    }

    async fn open(&self, target: &SrvTarget) -> Result<Wire, RemoteError> {
        let credentials = self.credentials.get();
        let tcp = self.connect(target).await?;
        let peer = tcp.peer_addr().map_err(|error| broken(&error))?;
        let begun = Instant::now();
        let connector = TlsConnector::from(Arc::clone(&credentials.client));
        let tls = self.handshake(&connector, target, tcp).await?;
        let agreed = tls.get_ref().1;
        if agreed.alpn_protocol() != Some(b"h2") {
            let message = "the remote federator did not agree on HTTP/2";
            return Err(RemoteError::Http2(message.to_owned()));
        }
        let version = agreed
            .protocol_version()
            .and_then(|version| version.as_str());
        tracing::debug!(
            target: "federation_federator::connected",
            host = target.name(), address = %peer, tls = version,
            cipher = agreed.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()),
            handshake = agreed.handshake_kind().map(tracing::field::debug),
            micros = micros(begun),
            "connected with another backend"
        );
        let sender = self.http2(tls).await?;
        Ok(Wire {
            sender,
            ip: peer.ip(),
            tls: version,
            generation: credentials.generation,
            opened: self.clock.now(),
        })
    }

    /// The first address that takes the connection. All of them share the time.
    async fn connect(&self, target: &SrvTarget) -> Result<TcpStream, RemoteError> {
        let (host, port) = (target.name(), target.port);
        let addresses = self.discovery.addresses(host).await.map_err(|error| {
            RemoteError::Connection(format!("no address of {host} is known: {error}"))
        })?;
        let attempt = async {
            let mut last = None;
            for address in addresses.iter() {
                match TcpStream::connect(SocketAddr::new(*address, port)).await {
                    Ok(stream) => return Ok(stream),
                    Err(error) => last = Some(format!("{address}:{port}: {error}")),
                }
            }
            Err(RemoteError::Connection(last.unwrap_or_else(|| {
                format!("no address of {host} is known")
            })))
        };
        let stream = timeout(self.connect_time, attempt).await.map_err(|_| {
            let time = self.connect_time.as_micros();
            RemoteError::Connection(format!(
                "TCP connection with {host}:{port} took longer than {time} microseconds"
            ))
        })??;
        stream.set_nodelay(true).map_err(|error| broken(&error))?;
        Ok(stream)
    }

    async fn handshake(
        &self,
        connector: &TlsConnector,
        target: &SrvTarget,
        tcp: TcpStream,
    ) -> Result<TlsStream<TcpStream>, RemoteError> {
        let name = ServerName::try_from(target.name().to_owned())
            .map_err(|error| RemoteError::Tls(format!("{}: {error}", target.name())))?;
        let shaken = timeout(self.handshake_time, connector.connect(name, tcp)).await;
        match shaken {
            Ok(Ok(tls)) => Ok(tls),
            Ok(Err(error)) => Err(RemoteError::Tls(format!("{}: {error}", target.name()))),
            Err(_) => Err(RemoteError::Tls(format!(
                "TLS handshake with {} took longer than {:?}",
                target.name(),
                self.handshake_time
            ))),
        }
    }

    async fn http2(
        &self,
        tls: TlsStream<TcpStream>,
    ) -> Result<SendRequest<Full<Bytes>>, RemoteError> {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .initial_stream_window_size(1024 * 1024)
            .initial_connection_window_size(16 * 1024 * 1024)
            .max_header_list_size(self.header_bytes)
            // A peer that has gone without a word is noticed while somebody waits for it.
            .keep_alive_interval(Duration::from_secs(15))
            .keep_alive_timeout(Duration::from_secs(10));
        let shaken = timeout(
            self.handshake_time,
            builder.handshake(TokioIo::new(OneWrite::new(tls))),
        )
        .await;
        let shaken = shaken.map_err(|_| {
            RemoteError::Http2("the remote federator did not begin HTTP/2 in time".to_owned())
        })?;
        let (sender, connection) = shaken.map_err(|error| RemoteError::of_connection(&error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to another backend ended");
            }
        });
        Ok(sender)
    }
}

/// How long ago that was, in microseconds.
pub(crate) fn micros(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn broken(error: &std::io::Error) -> RemoteError {
    RemoteError::Connection(error.to_string())
}

impl Dialer {
    pub(crate) fn new(
        discovery: Arc<CachedDiscovery>,
        credentials: Arc<Current>,
        connect_time: Duration,
        limits: &Limits,
        meters: Arc<Meters>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            discovery,
            credentials,
            connect_time,
            handshake_time: limits.handshake_time,
            header_bytes: limits.header_bytes,
            meters,
            clock,
        }
    }
}
