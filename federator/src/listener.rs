//! Accepting connections: HTTP/1.1 and HTTP/2, cleartext or TLS, with limits.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use federation_net::{Activity, Gathered, HeadReader, Paced, Turn, Turns};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use rustls::pki_types::UnixTime;
use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::answer::Body;
use crate::certificate_names::CertificateNames;
use crate::credentials::{Current, ServerSide};
use crate::first_line;
use crate::held_body::HeldBody;
use crate::limits::Limits;
use crate::metrics::Meters;
use crate::tls::{READ_AT_ONCE, WRITTEN_AT_ONCE};

/// Answers the requests of a listener.
pub(crate) trait Service: Send + Sync + 'static {
    fn answer(
        &self,
        peer: &Peer,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response<Body>> + Send;
}

/// Who is at the other end of a connection.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    pub(crate) certificate: PeerCertificate,
}

/// What is known of the certificate of the peer.
#[derive(Debug)]
pub(crate) enum PeerCertificate {
    /// An ingress hands it over with each request.
    InHeader,
    /// Verified by ourselves.
    Verified(CertificateNames),
    /// There is none, or none that can be trusted.
    Unusable(String),
}

impl PeerCertificate {
    /// Whether it comes from a TLS connection that ends here.
    pub(crate) fn is_of_tls(&self) -> bool {
        !matches!(self, Self::InHeader)
    }
}

/// A listener and what it needs.
pub(crate) struct Listener<S> {
    pub(crate) socket: TcpListener,
    pub(crate) service: Arc<S>,
    /// Where this listener ends TLS itself.
    pub(crate) tls: Option<Arc<Current>>,
    pub(crate) limits: Limits,
    pub(crate) meters: Arc<Meters>,
}

impl<S: Service> Listener<S> {
    /// Accepts connections until `stop` changes, then finishes the running requests.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let Self {
            socket,
            service,
            tls,
            limits,
            meters,
        } = self;
        let limits = Arc::new(limits);
        let places = Arc::new(Semaphore::new(
            limits.connections.min(Semaphore::MAX_PERMITS),
        ));
        let turns = Turns::new();
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = accept(&socket, &places) => accepted,
                Some(_) = connections.join_next() => continue,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            // A flood of connections does not keep others from their turn either.
            tokio::task::yield_now().await;
            let (stream, address, place) = accepted;
            let turn = turns.of(address.ip());
            if turn.connections() >= limits.connections_per_address {
                tracing::debug!(%address, "too many connections of one address");
                continue;
            }
            let connection = Connection {
                service: Arc::clone(&service),
                tls: tls.clone(),
                limits: Arc::clone(&limits),
                meters: Arc::clone(&meters),
                turn,
                stop: stop.clone(),
            };
            connections.spawn(async move {
                let turn = connection.turn.clone();
                turn.take(connection.serve(stream, address)).await;
                drop(place);
            });
        }
        drop(socket);
        let finished = async { while connections.join_next().await.is_some() {} };
        if timeout(limits.shutdown, finished).await.is_err() {
            tracing::warn!("requests were still running when the time for shutting down was over");
        }
        connections.shutdown().await;
    }
}

/// The next connection, when there is a place for it. A shortage (of file descriptors, say) passes.
async fn accept(
    socket: &TcpListener,
    places: &Arc<Semaphore>,
) -> (
    TcpStream,
    SocketAddr,
    Option<tokio::sync::OwnedSemaphorePermit>,
) {
    // Never closed, so there always comes a place.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match socket.accept().await {
            Ok((stream, address)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
                return (stream, address, place);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
}

/// Bytes in both directions: a socket, with or without TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

struct Connection<S> {
    service: Arc<S>,
    tls: Option<Arc<Current>>,
    limits: Arc<Limits>,
    meters: Arc<Meters>,
    turn: Turn,
    stop: watch::Receiver<bool>,
}

impl<S: Service> Connection<S> {
    async fn serve(self, stream: TcpStream, address: SocketAddr) {
        let mut stop = self.stop.clone();
        let prepared = tokio::select! {
            prepared = self.prepare(stream, address) => prepared,
            // As long as no request has begun there is nothing to finish.
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match prepared {
            Ok(Some((stream, peer))) => self.requests(stream, peer).await,
            Ok(None) => {}
            Err(error) => self.failed(address, &error),
        }
    }

    /// The TLS handshake, where TLS ends here, and a look at the first line.
    async fn prepare(
        &self,
        stream: TcpStream,
        address: SocketAddr,
    ) -> io::Result<Option<(Box<dyn Stream>, Peer)>> {
        let (stream, certificate): (Box<dyn Stream>, _) = match &self.tls {
            None => (Box::new(stream), PeerCertificate::InHeader),
            Some(tls) => {
                let server = tls.get().server.clone();
                let server = server.ok_or_else(|| io::Error::other("no certificate for TLS"))?;
                let acceptor = TlsAcceptor::from(Arc::clone(&server.config));
                let stream = BufReader::with_capacity(READ_AT_ONCE, stream);
                let accepted = acceptor.accept_with(stream, |tls| {
                    tls.set_buffer_limit(Some(WRITTEN_AT_ONCE));
                });
                let stream = timeout(self.limits.handshake_time, accepted).await??;
                let certificate = certificate_of(&server, &stream);
                (Box::new(stream), certificate)
            }
        };
        let peer = Peer {
            address,
            certificate,
        };
        let looked = timeout(self.limits.header_time, first_line::look(stream)).await;
        // A connection that stays silent is nobody's fault.
        let stream = looked.unwrap_or(Ok(None))?;
        Ok(stream.map(|stream| (Box::new(stream) as Box<dyn Stream>, peer)))
    }

    fn failed(&self, address: SocketAddr, error: &dyn std::fmt::Display) {
        self.meters.net_error();
        self.turn.fault();
        tracing::debug!(%address, %error, "a connection failed");
    }

    async fn requests(self, stream: Box<dyn Stream>, peer: Peer) {
        let address = peer.address;
        let peer = Arc::new(peer);
        let activity = Arc::new(Activity::default());
        let service = service_fn(|request| {
            let (service, peer) = (Arc::clone(&self.service), Arc::clone(&peer));
            let busy = activity.begin(&request);
            // In a box: it is large, and moved about ten times before it is polled, and afterwards.
            Box::pin(async move {
                let response = service.answer(&peer, request).await;
                Ok::<_, Infallible>(response.map(|body| HeldBody::new(body, busy)))
            })
        });
        let (reader, writer) = tokio::io::split(stream);
        let reader = HeadReader::new(
            Paced::new(reader),
            Arc::clone(&activity),
            self.limits.header_time,
        );
        let writer = Gathered::new(writer, self.limits.idle_stream);
        let io = TokioIo::new(tokio::io::join(reader, writer));
        let builder = builder(&self.limits, self.turn.clone());
        let mut connection = pin!(builder.serve_connection(io, service));
        let mut stop = self.stop.clone();
        let mut life = pin!(sleep(self.limits.accepted_life));
        let mut seen = 0;
        let mut ending = false;
        let ended = loop {
            tokio::select! {
                ended = connection.as_mut() => break ended,
                () = life.as_mut(), if !ending => {
                    ending = true;
                    connection.as_mut().graceful_shutdown();
                }
                _ = stop.wait_for(|stop| *stop), if !ending => {
                    ending = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = sleep(self.limits.idle_connection), if !ending => {
                    // Nothing is running and nothing came since one last looked.
                    let begun = activity.begun();
                    if activity.is_quiet() && begun == seen {
                        ending = true;
                        connection.as_mut().graceful_shutdown();
                    }
                    seen = begun;
                }
            }
        };
        if let Err(error) = ended {
            self.failed(address, &error);
        }
    }
}

/// The certificate of a client is verified here, after the handshake, in resumed sessions too.
fn certificate_of<S>(server: &ServerSide, stream: &TlsStream<S>) -> PeerCertificate {
    let unusable = PeerCertificate::Unusable;
    let Some([leaf, intermediates @ ..]) = stream.get_ref().1.peer_certificates() else {
        return unusable("none was sent".to_owned());
    };
    let verified = server
        .verifier
        .verify_client_cert(leaf, intermediates, UnixTime::now());
    if let Err(error) = verified {
        return unusable(error.to_string());
    }
    match CertificateNames::of(leaf) {
        Ok(names) => PeerCertificate::Verified(names),
        Err(error) => unusable(error.to_string()),
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
        .max_header_list_size(limits.header_bytes)
        .max_concurrent_streams(limits.streams_per_connection)
        .initial_stream_window_size(256 * 1024)
        .initial_connection_window_size(4 * 1024 * 1024)
        // Whoever gives up on all its requests at once has done nothing wrong.
        .max_pending_accept_reset_streams(limits.streams_per_connection as usize)
        .keep_alive_interval(limits.idle_connection / 2)
        .keep_alive_timeout(limits.idle_connection / 2);
    builder
}
