//! From a domain to a host: order, failover, cache.

use std::time::Duration;

use crate::support::{Gate, Setup, World};

/// A port where nothing listens.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The second record is used when the first cannot be reached, and the first is left alone for a while.
#[tokio::test]
async fn failover_to_the_next_record() {
    let world = World::new().await;
    let setup = Setup {
        limits: "avoidFailed: 600000".into(),
        ..world.setup("a.example.com")
    };
    let (a, b) = (world.with(setup).await, world.start("b.example.com").await);
    let port = b.federator.inward().port();
    world.dns.host("dead.b.example.com").await;
    let records = [
        (1, 1, "dead.b.example.com", closed_port()),
        (2, 1, "infra.b.example.com", port),
        (3, 1, "nowhere.example.com", 1),
    ];
    world.dns.service("b.example.com", &records).await;
    for _ in 0..5 {
        a.look_up("b.example.com").await.unwrap();
    }
    assert_eq!(b.component.seen().len(), 5);
    let metrics = a.metrics().await;
    assert!(
        metrics.lines().any(|line| line == "net_errors 1"),
        "{metrics}"
    );
}

/// A host that takes connections and says nothing costs its time once.
#[tokio::test]
async fn failover_from_a_silent_host() {
    let world = World::new().await;
    let setup = Setup {
        limits: "handshakeTime: 500, avoidFailed: 600000".into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let b = world.start("b.example.com").await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = silent
        .local_addr()
        .map(|address| (silent, address.port()))
        .unwrap();
    world.dns.host("dead.b.example.com").await;
    let port = b.federator.inward().port();
    let records = [
        (1, 1, "dead.b.example.com", silent.1),
        (2, 1, "infra.b.example.com", port),
    ];
    world.dns.service("b.example.com", &records).await;
    for _ in 0..5 {
        a.look_up("b.example.com").await.unwrap();
    }
    let metrics = a.metrics().await;
    assert!(
        metrics.lines().any(|line| line == "net_errors 1"),
        "{metrics}"
    );
}

/// A host that speaks but is not who it should be is passed over as well.
#[tokio::test]
async fn failover_from_a_wrong_certificate() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let port = b.federator.inward().port();
    world.dns.host("other.b.example.com").await;
    let records = [
        (1, 1, "other.b.example.com", port),
        (2, 1, "infra.b.example.com", port),
    ];
    world.dns.service("b.example.com", &records).await;
    a.look_up("b.example.com").await.unwrap();
}

/// If none can be reached, the error is that of the first in order.
#[tokio::test]
async fn when_all_fail() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let port = b.federator.inward().port();
    world.dns.host("other.b.example.com").await;
    let records = [
        (2, 1, "nowhere.example.com", port),
        (1, 1, "other.b.example.com", port),
    ];
    world.dns.service("b.example.com", &records).await;
    assert_eq!(
        a.look_up("b.example.com").await.unwrap_err().label(),
        "federation-tls-error"
    );
}

/// Any of the targets of the caller may be the one in its certificate (D30).
#[tokio::test]
async fn any_target_of_the_origin() {
    let world = World::new().await;
    let (a, _b) = world.pair().await;
    let port = a.federator.inward().port();
    let records = [
        (0, 1, "x.example.com", port),
        (9, 1, "infra.a.example.com", port),
    ];
    world.dns.service("a.example.com", &records).await;
    a.look_up("b.example.com").await.unwrap();
}

/// Answers live as long as their TTL.
#[tokio::test]
async fn the_ttl_counts() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let port = b.federator.inward().port();
    let record = [(0, 1, "infra.b.example.com", port)];
    world.dns.service_for("b.example.com", &record, 2).await;
    a.look_up("b.example.com").await.unwrap();
    let asked = world.dns.asked();
    a.look_up("b.example.com").await.unwrap();
    assert_eq!(world.dns.asked(), asked);
    // Gone from the DNS, gone from here when the time is over.
    world.dns.service_for("b.example.com", &[], 2).await;
    a.look_up("b.example.com").await.unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(
        a.look_up("b.example.com").await.unwrap_err().label(),
        "invalid-domain"
    );
    // And back: nothing remembers that it was gone.
    world.dns.service_for("b.example.com", &record, 2).await;
    a.look_up("b.example.com").await.unwrap();
}

/// Weights are shares.
#[tokio::test]
async fn load_is_shared_by_weight() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let (one, two) = (
        Gate::before(b.federator.inward()).await,
        Gate::before(b.federator.inward()).await,
    );
    let record = |gate: &Gate| (0, 10, "infra.b.example.com", gate.address.port());
    world
        .dns
        .service("b.example.com", &[record(&one), record(&two)])
        .await;
    for _ in 0..40 {
        a.look_up("b.example.com").await.unwrap();
    }
    assert_eq!((one.accepted(), two.accepted()), (1, 1));
}
