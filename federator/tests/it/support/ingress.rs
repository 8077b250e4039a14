//! What ends TLS before an Inward in existing installations: takes the client certificate out of the
//! connection and hands it over in a header.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::{Authority, Material, escape};

/// What an ingress does.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// Where Inward is; without it there is no upstream at all.
    pub(crate) upstream: Option<SocketAddr>,
    /// The most bytes of a request body.
    pub(crate) body: usize,
    /// How long Inward may take.
    pub(crate) patience: Duration,
    /// Put behind every path: a rule that somebody got wrong.
    pub(crate) query: &'static str,
}

impl Rules {
    pub(crate) fn before(upstream: SocketAddr) -> Self {
        Self {
            upstream: Some(upstream),
            body: 1024 * 1024,
            patience: Duration::from_secs(30),
            query: "",
        }
    }
}

/// See the [module](self). It ends when this is dropped.
pub(crate) struct Ingress {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Ingress {
    pub(crate) async fn start(material: &Material, authority: &Authority, rules: Rules) -> Self {
        let acceptor = acceptor(material, authority);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            loop {
                let (stream, peer) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let leaf = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
                    let service = service_fn(|request| {
                        let certificate = escape(&pem(&leaf));
                        async move {
                            let answered = forward(request, rules, &certificate, peer).await;
                            Ok::<_, Infallible>(answered.unwrap_or_else(page))
                        }
                    });
                    let served = auto::Builder::new(TokioExecutor::new());
                    drop(served.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        Self { address, task }
    }
}

impl Drop for Ingress {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn acceptor(material: &Material, authority: &Authority) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap())
        .unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(material.certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(material.key.as_bytes()).unwrap(),
        )
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

async fn forward(
    request: Request<Incoming>,
    rules: Rules,
    certificate: &str,
    peer: SocketAddr,
) -> Result<Response<Full<Bytes>>, StatusCode> {
    let upstream = rules.upstream.ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    let (mut head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    if body.len() > rules.body {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    head.version = Version::HTTP_11;
    head.uri = format!("{}{}", head.uri.path(), rules.query)
        .parse()
        .unwrap();
    head.headers.insert("host", "inward".parse().unwrap());
    // Whatever the peer said of it.
    head.headers
        .insert("x-ssl-certificate", certificate.parse().unwrap());
    head.headers
        .insert("x-forwarded-for", peer.ip().to_string().parse().unwrap());
    let stream = TcpStream::connect(upstream).await;
    let stream = stream.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let answered = async {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_| StatusCode::BAD_GATEWAY)?;
        tokio::spawn(connection);
        let request = Request::from_parts(head, Full::new(body));
        let response = sender.send_request(request).await;
        let (head, body) = response.map_err(|_| StatusCode::BAD_GATEWAY)?.into_parts();
        let body = body.collect().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
        let mut response = Response::new(Full::new(body.to_bytes()));
        *response.status_mut() = head.status;
        if let Some(kind) = head.headers.get("content-type") {
            response.headers_mut().insert("content-type", kind.clone());
        }
        Ok(response)
    };
    let answered = tokio::time::timeout(rules.patience, answered).await;
    answered.map_err(|_| StatusCode::GATEWAY_TIMEOUT)?
}

/// The page of an ingress: no error body of the protocol.
fn page(status: StatusCode) -> Response<Full<Bytes>> {
    let text = format!("<html><head><title>{status}</title></head></html>");
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let html = "text/html".parse().unwrap();
    response.headers_mut().insert("content-type", html);
    response
}

fn pem(der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let lines: Vec<&str> = encoded
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}
