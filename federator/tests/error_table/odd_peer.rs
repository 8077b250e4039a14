//! Servers in place of the federator of `b.example.com`, which do with each connection what they like.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring::{cipher_suite, default_provider};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::B;
use crate::support::{Backend, Leaf, Setup, World};

/// A backend whose `b.example.com` is a server that does this with each connection.
pub(crate) async fn odd_peer<F, R>(world: &World, serve: F) -> Backend
where
    F: Fn(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream));
        }
    });
    published_at(world, port).await
}

/// A backend whose `b.example.com` is at this port.
pub(crate) async fn published_at(world: &World, port: u16) -> Backend {
    world.dns.host("infra.b.example.com").await;
    let record = (0, 1, "infra.b.example.com", port);
    world.dns.service(B, &[record]).await;
    let setup = Setup {
        limits: "remoteTime: 300, handshakeTime: 300".into(),
        ..world.setup("a.example.com")
    };
    world.with(setup).await
}

/// Sends bytes and waits for the end.
pub(crate) fn saying(bytes: &'static [u8]) -> impl Fn(TcpStream) -> Saying + Send + 'static {
    move |mut stream| {
        Box::pin(async move {
            drop(stream.write_all(bytes).await);
            drop(stream.read_to_end(&mut Vec::new()).await);
        })
    }
}

pub(crate) type Saying = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// How a server with a good certificate speaks TLS.
#[derive(Clone, Copy)]
pub(crate) enum Tls {
    /// As it should, but for this list of protocols.
    Offering(&'static [&'static [u8]]),
    /// In TLS 1.2 with a cipher that is not ours.
    WeakCipher,
}

/// Makes a TLS connection and then sends bytes and waits for the end.
pub(crate) fn saying_in_tls(
    world: &World,
    tls: Tls,
    bytes: &'static [u8],
) -> impl Fn(TcpStream) -> Saying + Send + 'static {
    let acceptor = acceptor(world, tls);
    move |stream| {
        let accepted = acceptor.accept(stream);
        Box::pin(async move {
            if let Ok(mut stream) = accepted.await {
                drop(stream.write_all(bytes).await);
                drop(stream.flush().await);
                drop(stream.read_to_end(&mut Vec::new()).await);
            }
        })
    }
}

fn acceptor(world: &World, tls: Tls) -> TlsAcceptor {
    let material = world.authority.issue(&Leaf::of(&["infra.b.example.com"]));
    let mut provider = default_provider();
    let mut version = &TLS13;
    let mut protocols: &[&[u8]] = &[b"h2"];
    match tls {
        Tls::Offering(offered) => protocols = offered,
        Tls::WeakCipher => {
            provider.cipher_suites = vec![cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];
            version = &TLS12;
        }
    }
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(material.certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(material.key.as_bytes()).unwrap(),
        )
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}
