//! Between the two federators: stage 3, hop 2.

use std::time::Duration;

use federation_clients::CallError;
use rcgen::ExtendedKeyUsagePurpose;
use tokio::net::{TcpSocket, TcpStream};

use super::B;
use crate::odd_peer::{Tls, odd_peer, published_at, saying, saying_in_tls};
use crate::rows::is_row;
use crate::support::{Authority, Component, Gate, Leaf, Setup, World};

/// D39, D55.
#[tokio::test]
async fn connection_refused() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    b.federator.shutdown().await;
    is_row("connection_refused", a.look_up(B).await);
}

#[tokio::test]
async fn host_without_address() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let record = (0, 0, "nowhere.example.com", 443);
    world.dns.service(B, &[record]).await;
    is_row("host_without_address", a.look_up(B).await);
}

/// A listener that accepts nothing, and whose queue is full.
#[tokio::test]
async fn connect_timeout() {
    let world = World::new().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) =
        tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        queue.push(stream.unwrap());
    }
    let a = published_at(&world, address.port()).await;
    let error = is_row("connect_timeout", a.look_up(B).await);
    let text = format!(":{} took longer than 1000000 microseconds", address.port());
    assert!(error.failure().message.ends_with(&text), "{error}");
}

#[tokio::test]
async fn remote_dies_before_the_headers() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let hanging = Component::after(|_| std::future::pending());
    let setup = Setup {
        component: Some(hanging.await),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    let gate = Gate::before(b.federator.inward()).await;
    let record = (0, 1, "infra.b.example.com", gate.address.port());
    world.dns.service(B, &[record]).await;
    let (failed, ()) = tokio::join!(a.look_up(B), async {
        while b.component.seen().is_empty() {
            tokio::task::yield_now().await;
        }
        gate.cut();
    });
    is_row("remote_dies_before_the_headers", failed);
    // It may have been seen, so it was not sent again.
    assert_eq!(b.component.seen().len(), 1);
}

#[tokio::test]
async fn plain_http_peer() {
    let world = World::new().await;
    let a = odd_peer(&world, saying(HTTP1)).await;
    is_row("plain_http_peer", a.look_up(B).await);
}

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

const HOST: [&str; 1] = ["infra.b.example.com"];

/// D37, D59.
#[tokio::test]
async fn certificate_of_another_name() {
    let failed = with_server_certificate(Leaf::of(&["other.example.com"])).await;
    is_row("certificate_of_another_name", failed);
}

#[tokio::test]
async fn certificate_of_the_backend_domain() {
    let failed = with_server_certificate(Leaf::of(&[B])).await;
    is_row("certificate_of_the_backend_domain", failed);
}

/// D36.
#[tokio::test]
async fn certificate_with_a_dot_at_its_end() {
    let failed = with_server_certificate(Leaf::of(&["infra.b.example.com."])).await;
    is_row("certificate_with_a_dot_at_its_end", failed);
}

#[tokio::test]
async fn expired_certificate() {
    let expired = Leaf {
        expired: true,
        ..Leaf::of(&HOST)
    };
    is_row(
        "expired_certificate",
        with_server_certificate(expired).await,
    );
}

#[tokio::test]
async fn certificate_of_another_authority() {
    let world = World::new().await;
    let setup = Setup {
        trusted: Authority::new("another").pem(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let _b = world.start(B).await;
    is_row("certificate_of_another_authority", a.look_up(B).await);
}

/// D38.
#[tokio::test]
async fn certificate_for_clients_only() {
    let usages = &[ExtendedKeyUsagePurpose::ClientAuth];
    let leaf = Leaf {
        usages,
        ..Leaf::of(&HOST)
    };
    is_row(
        "certificate_for_clients_only",
        with_server_certificate(leaf).await,
    );
}

#[tokio::test]
async fn no_common_cipher() {
    let world = World::new().await;
    let a = odd_peer(&world, saying_in_tls(&world, Tls::WeakCipher, b"")).await;
    is_row("no_common_cipher", a.look_up(B).await);
}

#[tokio::test]
async fn silent_peer() {
    let world = World::new().await;
    let a = odd_peer(&world, saying(b"")).await;
    is_row("silent_peer", a.look_up(B).await);
}

const HTTP1: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[tokio::test]
async fn no_http2_agreed() {
    let world = World::new().await;
    let a = odd_peer(&world, saying_in_tls(&world, Tls::Offering(&[]), HTTP1)).await;
    is_row("no_http2_agreed", a.look_up(B).await);
}

#[tokio::test]
async fn http1_after_the_handshake() {
    let world = World::new().await;
    let a = odd_peer(
        &world,
        saying_in_tls(&world, Tls::Offering(&[b"h2"]), HTTP1),
    )
    .await;
    is_row("http1_after_the_handshake", a.look_up(B).await);
}

/// SETTINGS, then HEADERS on the first stream with the one field `x: y` (RFC 9113 §6.5, §6.2; RFC 7541
/// §6.2.2).
const WITHOUT_STATUS: &[u8] = &[
    0, 0, 0, 4, 0, 0, 0, 0, 0, //
    0, 0, 5, 1, 5, 0, 0, 0, 1, 0, 1, b'x', 1, b'y',
];

#[tokio::test]
async fn response_without_status() {
    let world = World::new().await;
    let tls = Tls::Offering(&[b"h2"]);
    let acceptor = saying_in_tls(&world, tls, WITHOUT_STATUS);
    let a = odd_peer(&world, acceptor).await;
    is_row("response_without_status", a.look_up(B).await);
}

/// After the handshake nothing comes: it takes its time and no more.
#[tokio::test]
async fn no_response_in_time() {
    let world = World::new().await;
    let a = odd_peer(&world, saying_in_tls(&world, Tls::Offering(&[b"h2"]), b"")).await;
    is_row("no_response_in_time", a.look_up(B).await);
}
