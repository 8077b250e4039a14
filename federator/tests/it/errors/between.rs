//! Between the federators: stage 3.

use std::sync::Arc;
use std::time::Duration;

use federation_clients::{CallError, Stage};
use rcgen::ExtendedKeyUsagePurpose;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::B;
use crate::support::{
    Authority, Backend, Component, Gate, Leaf, Setup, World, has_data, is, json, raw,
};

/// A backend whose Inward shows this certificate; what calling it gives.
async fn with_server_certificate(leaf: Leaf<'_>) -> Result<(), CallError> {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        server_material: Some(world.authority.issue(&leaf)),
        ..world.setup(B)
    };
    let _b = world.with(setup).await;
    a.look_up(B).await
}

#[tokio::test]
async fn the_connection_is_refused() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    b.federator.shutdown().await;
    let error = a.look_up(B).await;
    let error = is(
        error,
        Stage::RemoteFederator,
        521,
        "federation-connection-refused",
    );
    has_data(&error);
    // A host without an address.
    world
        .dns
        .service(B, &[(0, 0, "nowhere.example.com", 443)])
        .await;
    let c = world.start("c.example.com").await;
    is(
        c.look_up(B).await,
        Stage::RemoteFederator,
        521,
        "federation-connection-refused",
    );
}

/// With the raw response: `data` names the infrastructure domain there (§8.3), the client overwrites it.
#[tokio::test]
async fn what_outward_says_of_a_refused_connection() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    b.federator.shutdown().await;
    let path = "/rpc/b.example.com/galley/x";
    let answer = raw::send(a.federator.outward(), "POST", path, &[]).await;
    assert_eq!(answer.status, 521);
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["code"], 521);
    let data = serde_json::json!({
        "type": "federation", "domain": "infra.b.example.com", "path": "/federation/galley/x"
    });
    assert_eq!(body["data"], data);
}

#[tokio::test]
async fn the_certificate_of_the_server_is_wrong() {
    let tls = |error| is(error, Stage::RemoteFederator, 525, "federation-tls-error");
    has_data(&tls(with_server_certificate(Leaf::of(&[
        "other.example.com",
    ]))
    .await));
    // The backend domain instead of the infrastructure domain.
    tls(with_server_certificate(Leaf::of(&[B])).await);
    // A dot at its end: a documented limitation (D5.36).
    tls(with_server_certificate(Leaf::of(&["infra.b.example.com."])).await);
    let host = ["infra.b.example.com"];
    let expired = Leaf {
        expired: true,
        ..Leaf::of(&host)
    };
    tls(with_server_certificate(expired).await);
    let usages = &[ExtendedKeyUsagePurpose::ClientAuth];
    tls(with_server_certificate(Leaf {
        usages,
        ..Leaf::of(&host)
    })
    .await);
}

#[tokio::test]
async fn the_authority_of_the_server_is_unknown() {
    let world = World::new().await;
    let setup = Setup {
        trusted: Authority::new("another").pem(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let _b = world.start(B).await;
    is(
        a.look_up(B).await,
        Stage::RemoteFederator,
        525,
        "federation-tls-error",
    );
}

#[tokio::test]
async fn wildcards_of_the_server() {
    with_server_certificate(Leaf::of(&["*.b.example.com"]))
        .await
        .unwrap();
}

/// A server on a port that `b.example.com` publishes, which does with each connection what it likes.
async fn odd_peer<F, R>(world: &World, serve: F) -> Backend
where
    F: Fn(tokio::net::TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    world.dns.host("infra.b.example.com").await;
    world
        .dns
        .service(B, &[(0, 1, "infra.b.example.com", port)])
        .await;
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream));
        }
    });
    let setup = Setup {
        limits: "remoteTime: 300, handshakeTime: 300".into(),
        ..world.setup("a.example.com")
    };
    world.with(setup).await
}

const HTTP1: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[tokio::test]
async fn the_peer_speaks_no_tls() {
    let world = World::new().await;
    let a = odd_peer(&world, |mut stream| async move {
        drop(stream.write_all(HTTP1).await);
        drop(stream.read_to_end(&mut Vec::new()).await);
    });
    is(
        a.await.look_up(B).await,
        Stage::RemoteFederator,
        525,
        "federation-tls-error",
    );
}

#[tokio::test]
async fn the_peer_says_nothing() {
    let world = World::new().await;
    let a = odd_peer(&world, |mut stream| async move {
        drop(stream.read_to_end(&mut Vec::new()).await);
    });
    is(
        a.await.look_up(B).await,
        Stage::RemoteFederator,
        525,
        "federation-tls-error",
    );
}

fn odd_tls(world: &World, adjust: impl FnOnce(&mut ServerConfig), weak: bool) -> TlsAcceptor {
    let material = world.authority.issue(&Leaf::of(&["infra.b.example.com"]));
    let mut provider = rustls::crypto::ring::default_provider();
    if weak {
        provider.cipher_suites =
            vec![rustls::crypto::ring::cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];
    }
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[if weak { &TLS12 } else { &TLS13 }])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(material.certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(material.key.as_bytes()).unwrap(),
        )
        .unwrap();
    adjust(&mut config);
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test]
async fn the_peer_offers_only_a_cipher_that_is_not_ours() {
    let world = World::new().await;
    let acceptor = odd_tls(
        &world,
        |config| config.alpn_protocols = vec![b"h2".to_vec()],
        true,
    );
    let a = odd_peer(&world, move |stream| {
        let accepted = acceptor.accept(stream);
        async move { drop(accepted.await) }
    });
    is(
        a.await.look_up(B).await,
        Stage::RemoteFederator,
        525,
        "federation-tls-error",
    );
}

#[tokio::test]
async fn the_peer_speaks_no_http2() {
    let world = World::new().await;
    for alpn in [vec![], vec![b"h2".to_vec()]] {
        let acceptor = odd_tls(&world, |config| config.alpn_protocols = alpn, false);
        let a = odd_peer(&world, move |stream| {
            let accepted = acceptor.accept(stream);
            async move {
                let Ok(mut stream) = accepted.await else {
                    return;
                };
                drop(stream.write_all(HTTP1).await);
                drop(stream.read_to_end(&mut Vec::new()).await);
            }
        });
        let error = a.await.look_up(B).await;
        has_data(&is(
            error,
            Stage::RemoteFederator,
            533,
            "federation-http2-error",
        ));
    }
}

/// After the handshake nothing comes: it takes its time and no more.
#[tokio::test]
async fn the_peer_gives_no_response() {
    let world = World::new().await;
    let acceptor = odd_tls(
        &world,
        |config| config.alpn_protocols = vec![b"h2".to_vec()],
        false,
    );
    let a = odd_peer(&world, move |stream| {
        let accepted = acceptor.accept(stream);
        async move {
            let Ok(mut stream) = accepted.await else {
                return;
            };
            drop(stream.read_to_end(&mut Vec::new()).await);
        }
    });
    is(
        a.await.look_up(B).await,
        Stage::RemoteFederator,
        533,
        "federation-http2-error",
    );
}

#[tokio::test]
async fn the_remote_dies_before_the_headers() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let hanging = Component::after(|_| async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        json(200, "null")
    });
    let setup = Setup {
        component: Some(hanging.await),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    let gate = Gate::before(b.federator.inward()).await;
    world
        .dns
        .service(B, &[(0, 1, "infra.b.example.com", gate.address.port())])
        .await;
    let (error, ()) = tokio::join!(a.look_up(B), async {
        while b.component.seen().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        gate.cut();
    });
    // An I/O error on hop 2. It may have been seen, so it was not sent again.
    is(
        error,
        Stage::RemoteFederator,
        521,
        "federation-connection-refused",
    );
    assert_eq!(b.component.seen().len(), 1);
}
