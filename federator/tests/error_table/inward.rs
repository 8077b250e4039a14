//! At the federator of the remote backend: stage 4.

use bytes::Bytes;
use federation_api::Version;
use federation_clients::{
    Address, BoxFuture, Connection, HttpSettings, HttpTransport, Options, ResponseBody, Transport,
    TransportError, Versions,
};

use super::B;
use crate::ingress::{behind_an_ingress, with_client_certificate};
use crate::rows::is_row;
use crate::support::{Backend, Component, Dns, Leaf, Rules, Setup, World, look_up};

/// D25.
#[tokio::test]
async fn denied_there() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        policy: Some("{ strategy: allowDynamic, remotes: [{ domain: c.example.com }] }".into()),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    let error = is_row("denied_there", a.look_up(B).await);
    let text = "origin domain [a.example.com] not in the federation allow list";
    assert_eq!(error.failure().inner.as_ref().unwrap().message, text);
    assert!(b.component.seen().is_empty());
}

#[tokio::test]
async fn own_record_not_found_there() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let other = Dns::start().await;
    let setup = Setup {
        dns: other.address,
        ..world.setup(B)
    };
    let _b = world.with(setup).await;
    is_row("own_record_not_found_there", a.look_up(B).await);
}

/// D31.
#[tokio::test]
async fn dns_error_there() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let setup = Setup {
        dns: socket.local_addr().unwrap(),
        limits: "dnsTime: 100".into(),
        ..world.setup(B)
    };
    let _b = world.with(setup).await;
    is_row("dns_error_there", a.look_up(B).await);
}

/// D27.
#[tokio::test]
async fn certificate_mismatch() {
    // A good certificate, but of another host.
    let other = |world: &World| world.authority.issue(&Leaf::of(&["infra.c.example.com"]));
    let error = is_row("certificate_mismatch", with_client_certificate(other).await);
    let text = "none of the domain names match the certificate, errors: \
                [[NameMismatch \"infra.a.example.com\"]]";
    assert_eq!(error.failure().inner.as_ref().unwrap().message, text);
}

/// An ingress with a rule that somebody got wrong.
#[tokio::test]
async fn query_there() {
    let world = World::new().await;
    let rules = |b: &Backend| Rules {
        query: "?via=ingress",
        ..Rules::before(b.federator.inward())
    };
    let (a, b, _ingress) = behind_an_ingress(&world, rules).await;
    is_row("query_there", a.look_up(B).await);
    assert!(b.component.seen().is_empty());
}

/// A client that does not say who calls, which no generated one does.
struct Anonymous(HttpTransport);

impl Transport for Anonymous {
    fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        request.headers_mut().remove("wire-origin-domain").unwrap();
        self.0.send(request)
    }
}

#[tokio::test]
async fn header_missing_there() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let transport = HttpTransport::new(&HttpSettings::default()).unwrap();
    let options = Options::default().versions(Versions::Fixed(Version::NEWEST));
    let address = Address::via_federator(&a.outward()).unwrap();
    let connection = Connection::new(address, Anonymous(transport), options);
    let error = is_row(
        "header_missing_there",
        look_up(&connection, &a.call(B)).await,
    );
    let text = "Header Wire-Origin-Domain is required";
    assert_eq!(error.failure().inner.as_ref().unwrap().message, text);
    assert!(b.component.seen().is_empty());
}

#[tokio::test]
async fn brig_down_there() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        policy: None,
        component: Some(Component::down().await),
        ..world.setup(B)
    };
    let _b = world.with(setup).await;
    is_row("brig_down_there", a.look_up(B).await);
}
