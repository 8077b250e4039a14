//! At the ingress and the federator of the remote backend: stages 3 and 4.

use federation_clients::{CallError, Stage};
use rcgen::ExtendedKeyUsagePurpose;

use super::B;
use crate::support::{Authority, Component, Dns, Leaf, Setup, World, is_remote, raw};

/// A backend that presents this certificate; what calling another gives.
async fn with_client_certificate(leaf: Leaf<'_>) -> Result<(), CallError> {
    let world = World::new().await;
    let _b = world.start(B).await;
    let setup = Setup {
        server_material: Some(world.authority.issue(&Leaf::of(&["infra.a.example.com"]))),
        material: world.authority.issue(&leaf),
        ..world.setup("a.example.com")
    };
    world.with(setup).await.look_up(B).await
}

#[tokio::test]
async fn the_certificate_of_the_client_names_another_host() {
    let other = ["infra.c.example.com"];
    let error = is_remote(
        with_client_certificate(Leaf::of(&other)).await,
        403,
        "authentication-failure",
    );
    let text = "none of the domain names match the certificate, errors: \
                [[NameMismatch \"infra.a.example.com\"]]";
    assert_eq!(error.failure().inner.as_ref().unwrap().message, text);
    assert_eq!(error.stage(), Stage::RemoteFederator);
    // The backend domain is not what must be named.
    let own = ["a.example.com"];
    is_remote(
        with_client_certificate(Leaf::of(&own)).await,
        403,
        "authentication-failure",
    );
}

#[tokio::test]
async fn certificates_of_clients_that_do() {
    for names in [
        &["infra.a.example.com"][..],
        &["x.example.com", "infra.a.example.com", "y.example.com"],
        &["*.a.example.com"],
    ] {
        with_client_certificate(Leaf::of(names)).await.unwrap();
    }
    // No subject alternative name: the common name counts, and only then.
    let common = "infra.a.example.com";
    with_client_certificate(Leaf {
        common,
        ..Leaf::of(&[])
    })
    .await
    .unwrap();
    let both = Leaf {
        common,
        ..Leaf::of(&["other.example.com"])
    };
    is_remote(
        with_client_certificate(both).await,
        403,
        "authentication-failure",
    );
}

/// A bad client certificate is an answer of the ingress, no failure of TLS (D7.51).
#[tokio::test]
async fn the_certificate_of_the_client_is_not_good() {
    let host = ["infra.a.example.com"];
    let expired = Leaf {
        expired: true,
        ..Leaf::of(&host)
    };
    is_remote(with_client_certificate(expired).await, 400, "unknown-error");
    let usages = &[ExtendedKeyUsagePurpose::ServerAuth];
    let server_only = Leaf {
        usages,
        ..Leaf::of(&host)
    };
    is_remote(
        with_client_certificate(server_only).await,
        400,
        "unknown-error",
    );

    let world = World::new().await;
    let _b = world.start(B).await;
    let unknown = Authority::new("another").issue(&Leaf::of(&host));
    let setup = Setup {
        server_material: Some(world.authority.issue(&Leaf::of(&host))),
        material: unknown,
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let error = is_remote(a.look_up(B).await, 400, "unknown-error");
    assert!(
        error
            .failure()
            .inner
            .as_ref()
            .unwrap()
            .message
            .contains("<html>")
    );
}

#[tokio::test]
async fn no_client_certificate_at_all() {
    let world = World::new().await;
    let b = world.start(B).await;
    let inward = b.federator.inward();
    let stream = raw::tls(inward, &b.host(), &world.authority, None, b"http/1.1").await;
    let headers = [("wire-origin-domain", "a.example.com")];
    let request = raw::request("POST", "/federation/brig/x", &headers);
    let answer = raw::exchange(stream, &request).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("<html>"), "{answer:?}");
    assert!(b.component.seen().is_empty());
}

#[tokio::test]
async fn the_origin_is_denied() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        policy: Some("{ strategy: allowDynamic, remotes: [{ domain: c.example.com }] }".into()),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    let error = is_remote(a.look_up(B).await, 400, "federation-denied");
    let text = "origin domain [a.example.com] not in the federation allow list";
    assert_eq!(error.failure().inner.as_ref().unwrap().message, text);
    assert!(b.component.seen().is_empty());
}

/// Our own record, as the remote backend sees it.
#[tokio::test]
async fn the_remote_backend_does_not_find_us() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let other_dns = Dns::start().await;
    let setup = Setup {
        dns: other_dns.address,
        ..world.setup(B)
    };
    let _b = world.with(setup).await;
    is_remote(a.look_up(B).await, 422, "invalid-domain");

    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let setup = Setup {
        dns: socket.local_addr().unwrap(),
        limits: "dnsTime: 100".into(),
        ..world.setup("c.example.com")
    };
    let _c = world.with(setup).await;
    is_remote(a.look_up("c.example.com").await, 400, "discovery-failure");
}

#[tokio::test]
async fn brig_is_down_at_the_remote_side() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        policy: None,
        component: Some(Component::down().await),
        ..world.setup(B)
    };
    let _b = world.with(setup).await;
    is_remote(a.look_up(B).await, 500, "server-error");
}
