//! Opening a connection to another backend: TCP, TLS, HTTP/2.
//!
//! Source: `transport.md` §4.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use federation_net::Gathered;
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
    pub(crate) idle_stream: Duration,
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
        let begun = timeout(
            self.handshake_time,
            Wire::new(
                Gathered::new(tls, self.idle_stream),
                self.header_bytes,
                made,
            ),
        )
        .await;
        let begun = begun.map_err(|_| {
            RemoteError::Http2("the remote federator did not begin HTTP/2 in time".to_owned())
        })?;
        begun.map_err(|error| RemoteError::of_connection(&error))
    }

    async fn connect(&self, target: &SrvTarget) -> Result<TcpStream, RemoteError> {
        let (host, port) = (target.name(), target.port);
        let addresses = self.discovery.addresses(host).await.map_err(|error| {
            RemoteError::Connection(format!("no address of {host} is known: {error}"))
        })?;
        let stream = first_of(&addresses, host, port, self.connect_time).await;
        let stream = stream.map_err(RemoteError::Connection)?;
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

/// The first address that takes the connection. Each gets an equal share of the time that those before it
/// left: behind one that is silent, such as IPv6 without a route, there may be one that is well.
async fn first_of(
    addresses: &[IpAddr],
    host: &str,
    port: u16,
    mut left: Duration,
) -> Result<TcpStream, String> {
    let count = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    let mut last = format!("no address of {host} is known");
    for (untried, address) in (1..=count).rev().zip(addresses) {
        let (begun, share) = (Instant::now(), left / untried);
        let connecting = TcpStream::connect(SocketAddr::new(*address, port));
        last = match timeout(share, connecting).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => format!("{address}:{port}: {error}"),
            Err(_) => format!(
                "TCP connection with {host}:{port} took longer than {} microseconds",
                share.as_micros()
            ),
        };
        left = left.saturating_sub(begun.elapsed());
    }
    Err(last)
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
            idle_stream: limits.idle_stream,
            header_bytes: limits.header_bytes,
            meters,
            clock,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpSocket, TcpStream};
    use tokio::time::timeout;

    use super::first_of;

    #[tokio::test]
    async fn behind_a_silent_address_the_next_is_tried() {
        let well = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = well.local_addr().unwrap().port();
        let silent = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((silent, port).into()).unwrap();
        let full = socket.listen(1).unwrap();
        // Once its queue is full, it does not answer any more.
        let mut queue = Vec::new();
        let connect = || {
            timeout(
                Duration::from_millis(300),
                TcpStream::connect((silent, port)),
            )
        };
        while let Ok(queued) = connect().await {
            queue.push(queued.unwrap());
        }
        let addresses = [silent, IpAddr::V4(Ipv4Addr::LOCALHOST)];
        let stream = first_of(&addresses, "b", port, Duration::from_secs(1)).await;
        assert_eq!(stream.unwrap().peer_addr().unwrap().ip(), addresses[1]);
        let error = first_of(&[silent], "b", port, Duration::from_millis(100)).await;
        let expected = format!("TCP connection with b:{port} took longer than 100000 microseconds");
        assert_eq!(error.unwrap_err(), expected);
        drop(full);
    }
}
