//! Opening a connection to another backend: TCP, TLS, HTTP/2.
//!
//! Source: `transport.md` §4.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use tokio::io::BufReader;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::clock::Clock;
use crate::credentials::Current;
use crate::discovery::{CachedDiscovery, SrvTarget};
use crate::limits::Limits;
use crate::metrics::Meters;
use crate::remote_error::RemoteError;
use crate::tls::{READ_AT_ONCE, WRITTEN_AT_ONCE};
use crate::wire::{Made, Wire};

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
        let made = Made {
            ip: peer.ip(),
            tls: version,
            generation: credentials.generation,
            opened: self.clock.now(),
        };
        let begun = timeout(self.handshake_time, Wire::new(tls, self.header_bytes, made)).await;
        let begun = begun.map_err(|_| {
            RemoteError::Http2("the remote federator did not begin HTTP/2 in time".to_owned())
        })?;
        begun.map_err(|error| RemoteError::of_connection(&error))
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
    ) -> Result<TlsStream<BufReader<TcpStream>>, RemoteError> {
        let name = ServerName::try_from(target.name().to_owned())
            .map_err(|error| RemoteError::Tls(format!("{}: {error}", target.name())))?;
        let tcp = BufReader::with_capacity(READ_AT_ONCE, tcp);
        let shaking = connector.connect_with(name, tcp, |tls| {
            tls.set_buffer_limit(Some(WRITTEN_AT_ONCE));
        });
        match timeout(self.handshake_time, shaking).await {
            Ok(Ok(tls)) => Ok(tls),
            Ok(Err(error)) => Err(RemoteError::Tls(format!("{}: {error}", target.name()))),
            Err(_) => Err(RemoteError::Tls(format!(
                "TLS handshake with {} took longer than {:?}",
                target.name(),
                self.handshake_time
            ))),
        }
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
