//! Connections between backends.

use std::time::Duration;

use federation_clients::Stage;
use futures_util::future::join_all;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::support::{Backend, Component, Gate, Setup, World, is, json, look_up};

/// A pair with a gate between them.
async fn gated(world: &World, pooled: bool, limits: &str) -> (Backend, Backend, Gate) {
    let setup = Setup {
        pooled,
        limits: limits.into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let component = Component::after(|_| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        json(200, "null")
    });
    let setup = Setup {
        component: Some(component.await),
        ..world.setup("b.example.com")
    };
    let b = world.with(setup).await;
    let gate = Gate::before(b.federator.inward()).await;
    let record = (0, 1, "infra.b.example.com", gate.address.port());
    world.dns.service("b.example.com", &[record]).await;
    (a, b, gate)
}

async fn calls(a: &Backend, number: usize) {
    let (connection, call) = (a.connection(), a.call("b.example.com"));
    for answer in join_all((0..number).map(|_| look_up(&connection, &call))).await {
        answer.unwrap();
    }
}

/// D55.
#[tokio::test]
async fn one_connection_for_calls_after_and_beside_each_other() {
    let world = World::new().await;
    let (a, _b, gate) = gated(&world, true, "").await;
    for _ in 0..10 {
        calls(&a, 1).await;
    }
    calls(&a, 60).await;
    assert_eq!((gate.accepted(), a.opened().await), (1, 1));
    // More than fit on one.
    calls(&a, 90).await;
    assert_eq!(gate.accepted(), 2);
}

#[tokio::test]
async fn without_a_pool_every_call_has_its_own() {
    let world = World::new().await;
    let (a, _b, gate) = gated(&world, false, "").await;
    calls(&a, 5).await;
    calls(&a, 1).await;
    assert_eq!(gate.accepted(), 6);
}

/// A connection that died is replaced without the caller noticing.
/// D57.
#[tokio::test]
async fn after_a_cut() {
    let world = World::new().await;
    let (a, _b, gate) = gated(&world, true, "").await;
    for round in 1..=3 {
        calls(&a, 1).await;
        assert_eq!(gate.accepted(), round);
        gate.cut();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn idle_connections_end() {
    let world = World::new().await;
    let (a, _b, gate) = gated(&world, true, "idleConnection: 100").await;
    calls(&a, 1).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    calls(&a, 1).await;
    assert_eq!(gate.accepted(), 2);
}

#[tokio::test]
async fn old_connections_are_renewed_under_load() {
    let world = World::new().await;
    let (a, b, gate) = gated(&world, true, "connectionLife: 100").await;
    for _ in 0..20 {
        calls(&a, 3).await;
    }
    assert!(gate.accepted() >= 2);
    assert_eq!(b.component.seen().len(), 60);
}

/// The accepting side may ask for a new connection too; no call is lost by that.
#[tokio::test]
async fn the_remote_ends_connections_in_an_orderly_way() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        limits: "acceptedLife: 60".into(),
        ..world.setup("b.example.com")
    };
    let b = world.with(setup).await;
    for _ in 0..200 {
        calls(&a, 2).await;
    }
    assert_eq!(b.component.seen().len(), 400);
    assert!(a.opened().await > 1);
}

/// Nobody says that it has ended: the first who waits in vain finds out, for all who come after.
#[tokio::test]
async fn a_dead_connection_is_left_behind_by_the_first_who_waits_in_vain() {
    let world = World::new().await;
    let (a, _b, gate) = gated(&world, true, "remoteTime: 1000").await;
    calls(&a, 1).await;
    gate.go_dead();
    let error = a.look_up("b.example.com").await;
    is(error, Stage::RemoteFederator, 533, "federation-http2-error");
    calls(&a, 5).await;
    assert_eq!(gate.accepted(), 2);
}

/// A component whose connection Outward ends in an orderly way notices nothing of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_do_not_notice_that_their_connection_is_renewed() {
    let world = World::new().await;
    let setup = Setup {
        limits: "acceptedLife: 10".into(),
        ..world.setup("a.example.com")
    };
    let (a, _b) = (world.with(setup).await, world.start("b.example.com").await);
    let (connection, call) = (a.connection(), a.call("b.example.com"));
    let callers = (0..8).map(|_| async {
        for _ in 0..100 {
            look_up(&connection, &call).await.unwrap();
        }
    });
    join_all(callers).await;
}

/// A connection that nobody waits for any more takes no place for ever.
#[tokio::test]
async fn all_who_wait_for_a_connection_give_up() {
    let world = World::new().await;
    let setup = Setup {
        limits: "peers: 1, idleConnection: 100, handshakeTime: 300".into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let _c = world.start("c.example.com").await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.dns.host("infra.b.example.com").await;
    let port = silent.local_addr().unwrap().port();
    let record = (0, 1, "infra.b.example.com", port);
    world.dns.service("b.example.com", &[record]).await;
    let begun = tokio::select! {
        accepted = silent.accept() => accepted.unwrap(),
        _ = a.look_up("b.example.com") => panic!("the peer says nothing"),
    };
    let error = a.look_up("c.example.com").await.unwrap_err();
    assert_eq!(error.status(), 503);
    let free = async { while a.look_up("c.example.com").await.is_err() {} };
    timeout(Duration::from_secs(20), free).await.unwrap();
    drop(begun);
}
