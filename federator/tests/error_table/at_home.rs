//! Before anything leaves the backend: stages 0 to 2.

use std::time::Duration;

use bytes::Bytes;
use federation_api::mls::MlsClientRequest;
use federation_api::{Brig, Rpc, Version};
use federation_clients::{
    Address, BoxFuture, Connection, HttpSettings, HttpTransport, Options, ResponseBody, Transport,
    TransportError, Versions, brig,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::B;
use crate::rows::is_row;
use crate::support::{Component, Setup, World, connection, json, look_up};

#[tokio::test]
async fn no_federator_configured() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let failed = look_up(&Connection::not_enabled(), &a.call(B)).await;
    is_row("no_federator_configured", failed);
}

#[tokio::test]
async fn no_variant_for_the_version() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let old =
        Component::answering(|_| json(200, r#"{"supported": [0, 1], "supported_versions": [2]}"#));
    let setup = Setup {
        component: Some(old.await),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    let client = brig::Client::new(Connection::via_federator(&a.outward()).unwrap());
    let request: MlsClientRequest = serde_json::from_str(
        r#"{"user_id": "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31", "client_id": "1f", "cipher_suite": 1}"#,
    )
    .unwrap();
    let failed = client.get_mls_client(&a.call(B), request).await;
    is_row("no_variant_for_the_version", failed.map(drop));
    assert_eq!(b.component.seen().len(), 1, "only the negotiation was sent");
}

/// D8.
#[tokio::test]
async fn local_federator_down() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let (connection, call) = (a.connection(), a.call(B));
    a.federator.shutdown().await;
    is_row("local_federator_down", look_up(&connection, &call).await);
}

/// A server that does with each connection what it likes, in place of the local federator.
async fn in_place_of_the_federator(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                drop(stream.write_all(answer).await);
                drop(stream.read_to_end(&mut Vec::new()).await);
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn local_federator_speaks_no_http2() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let url = in_place_of_the_federator(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let failed = look_up(&connection(&url), &a.call(B)).await;
    is_row("local_federator_speaks_no_http2", failed);
}

#[tokio::test]
async fn local_federator_is_silent() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let url = in_place_of_the_federator(b"").await;
    let call = a.call(B).with_timeout(Duration::from_millis(200));
    is_row(
        "local_federator_is_silent",
        look_up(&connection(&url), &call).await,
    );
}

/// A client that puts a query behind its paths, which no generated one does.
struct WithQuery(HttpTransport);

impl Transport for WithQuery {
    fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        *request.uri_mut() = format!("{}?a=b", request.uri()).parse().unwrap();
        self.0.send(request)
    }
}

/// D6.
#[tokio::test]
async fn local_federator_refuses() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let transport = HttpTransport::new(&HttpSettings::default()).unwrap();
    let options = Options::default().versions(Versions::Fixed(Version::NEWEST));
    let address = Address::via_federator(&a.outward()).unwrap();
    let connection = Connection::new(address, WithQuery(transport), options);
    let error = is_row(
        "local_federator_refuses",
        look_up(&connection, &a.call(B)).await,
    );
    assert!(
        error.failure().message.contains("\"invalid-endpoint\""),
        "{error}"
    );
    assert!(b.component.seen().is_empty());
}

#[tokio::test]
async fn bad_path_segment() {
    let world = World::new().await;
    let (a, _b) = world.pair().await;
    let rpc = Rpc::new("weather", "get-report");
    let answered = a.connection().call::<_, ()>(&rpc, &a.call(B), "here").await;
    is_row("bad_path_segment", answered);
}

#[tokio::test]
async fn target_denied() {
    let world = World::new().await;
    let setup = Setup {
        policy: Some("{ strategy: allowNone }".into()),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    is_row("target_denied", a.look_up(B).await);
    assert_eq!(world.dns.asked(), 0);
}

/// D5.
#[tokio::test]
async fn no_srv_record() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    is_row("no_srv_record", a.look_up(B).await);
}

#[tokio::test]
async fn service_not_offered() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    world.dns.service(B, &[(0, 0, "", 0)]).await;
    is_row("service_not_offered", a.look_up(B).await);
}

#[tokio::test]
async fn dns_server_refuses() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    // Not a domain of that server.
    is_row("dns_server_refuses", a.look_up("b.example.org").await);
}

#[tokio::test]
async fn dns_server_down() {
    let world = World::new().await;
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let setup = Setup {
        dns: socket.local_addr().unwrap(),
        limits: "dnsTime: 100".into(),
        ..world.setup("a.example.com")
    };
    is_row("dns_server_down", setup.start().await.look_up(B).await);
}

/// D7.
#[tokio::test]
async fn own_brig_down() {
    let world = World::new().await;
    let setup = Setup {
        policy: None,
        component: Some(Component::down().await),
        ..world.setup("a.example.com")
    };
    is_row("own_brig_down", world.with(setup).await.look_up(B).await);
}
