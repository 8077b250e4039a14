//! Before anything leaves the backend: stages 1 and 2.

use federation_clients::Stage;

use super::B;
use crate::support::{Component, Setup, World, connection, has_data, is, json, look_up, raw};

#[tokio::test]
async fn the_local_federator_is_down() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let (connection, call) = (a.connection(), a.call(B));
    a.federator.shutdown().await;
    let error = look_up(&connection, &call).await;
    let error = is(
        error,
        Stage::LocalFederator,
        500,
        "federation-not-available",
    );
    assert!(error.failure().data.is_none());
}

#[tokio::test]
async fn the_target_is_denied() {
    let world = World::new().await;
    let setup = Setup {
        policy: Some("{ strategy: allowNone }".into()),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let error = is(
        a.look_up(B).await,
        Stage::LocalFederator,
        400,
        "federation-denied",
    );
    let text = "origin domain [b.example.com] not in the federation allow list";
    assert_eq!(error.failure().message, text);
    has_data(&error);
}

#[tokio::test]
async fn brig_is_down_at_our_side() {
    let world = World::new().await;
    let setup = Setup {
        policy: None,
        component: Some(Component::down().await),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let error = is(
        a.look_up(B).await,
        Stage::LocalFederator,
        500,
        "server-error",
    );
    assert_eq!(error.failure().message, "Internal Server Error");
    has_data(&error);
}

#[tokio::test]
async fn no_srv_record() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let error = is(a.look_up(B).await, Stage::Discovery, 422, "invalid-domain");
    has_data(&error);
    // A single target of `.` says the same.
    world.dns.service("c.example.com", &[(0, 0, "", 0)]).await;
    is(
        a.look_up("c.example.com").await,
        Stage::Discovery,
        422,
        "invalid-domain",
    );
}

#[tokio::test]
async fn the_dns_fails() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    // Not a domain of that server, which refuses.
    let error = a.look_up("b.example.org").await;
    let error = is(error, Stage::Discovery, 400, "discovery-failure");
    let text = "DNS error: _wire-server-federator._tcp.b.example.org";
    assert_eq!(error.failure().message, text);
    has_data(&error);

    // Nobody there.
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let setup = Setup {
        dns: socket.local_addr().unwrap(),
        limits: "dnsTime: 100".into(),
        ..world.setup("d.example.com")
    };
    let d = setup.start().await;
    is(
        d.look_up(B).await,
        Stage::Discovery,
        400,
        "discovery-failure",
    );
}

/// A 403 of our own federator is a fault of ours, whatever it says.
#[tokio::test]
async fn the_local_federator_refuses() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let path = "/rpc/b.example.com/brig/x?a=b";
    let refused = raw::send(a.federator.outward(), "POST", path, &[]).await;
    assert_eq!(refused.status, 403);
    // The client never sends a query, so its federator is played with what ours said.
    let body = refused.body.clone();
    let fake = Component::answering(move |_| json(403, body.clone())).await;
    let connection = connection(&format!("http://{}", fake.address));
    let error = look_up(&connection, &a.call(B)).await;
    let error = is(error, Stage::LocalFederator, 500, "federation-local-error");
    assert_eq!(
        error.failure().message,
        format!("Local federator failure: {}", refused.body)
    );
}
