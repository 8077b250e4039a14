//! At the ingress of the remote backend: stage 3. Where Inward ends TLS itself, it is its own ingress.

use std::time::Duration;

use federation_clients::CallError;
use tokio::net::TcpListener;

use super::B;
use crate::rows::is_row;
use crate::support::{Authority, Backend, Component, Ingress, Leaf, Material, Rules, Setup, World};

/// A backend that presents this certificate; what calling another gives.
pub(crate) async fn with_client_certificate(
    material: impl Fn(&World) -> Material,
) -> Result<(), CallError> {
    let world = World::new().await;
    let _b = world.start(B).await;
    let setup = Setup {
        server_material: Some(world.authority.issue(&Leaf::of(&["infra.a.example.com"]))),
        material: material(&world),
        ..world.setup("a.example.com")
    };
    world.with(setup).await.look_up(B).await
}

#[tokio::test]
async fn client_certificate_of_another_authority() {
    let other = |_: &World| Authority::new("another").issue(&Leaf::of(&["infra.a.example.com"]));
    let failed = with_client_certificate(other).await;
    let error = is_row("client_certificate_of_another_authority", failed);
    // The page of an ingress.
    let inner = error.failure().inner.as_ref().unwrap();
    assert!(inner.message.contains("<html>"), "{error}");
}

#[tokio::test]
async fn expired_client_certificate() {
    let failed = with_client_certificate(|world| {
        world.authority.issue(&Leaf {
            expired: true,
            ..Leaf::of(&["infra.a.example.com"])
        })
    });
    is_row("expired_client_certificate", failed.await);
}

/// Two backends, the second behind an ingress with these rules.
pub(crate) async fn behind_an_ingress(
    world: &World,
    rules: impl FnOnce(&Backend) -> Rules,
) -> (Backend, Backend, Ingress) {
    let a = world.start("a.example.com").await;
    let setup = Setup {
        tls: false,
        component: Some(Component::answering(|_| crate::support::json(200, "null")).await),
        ..world.setup(B)
    };
    let material = setup.material.clone();
    let b = world.with(setup).await;
    let ingress = Ingress::start(&material, &world.authority, rules(&b)).await;
    let record = (0, 1, "infra.b.example.com", ingress.address.port());
    world.dns.service(B, &[record]).await;
    (a, b, ingress)
}

#[tokio::test]
async fn ingress_413() {
    let world = World::new().await;
    let rules = |b: &Backend| Rules {
        body: 3,
        ..Rules::before(b.federator.inward())
    };
    let (a, b, _ingress) = behind_an_ingress(&world, rules).await;
    is_row("ingress_413", a.look_up(B).await);
    assert!(b.component.seen().is_empty());
}

#[tokio::test]
async fn ingress_502() {
    let world = World::new().await;
    let rules = |b: &Backend| Rules::before(b.federator.inward());
    let (a, b, _ingress) = behind_an_ingress(&world, rules).await;
    // With an Inward behind it, it works.
    a.look_up(B).await.unwrap();
    b.federator.shutdown().await;
    is_row("ingress_502", a.look_up(B).await);
}

#[tokio::test]
async fn ingress_503() {
    let world = World::new().await;
    let rules = |b: &Backend| Rules {
        upstream: None,
        ..Rules::before(b.federator.inward())
    };
    let (a, _b, _ingress) = behind_an_ingress(&world, rules).await;
    is_row("ingress_503", a.look_up(B).await);
}

#[tokio::test]
async fn ingress_504() {
    let world = World::new().await;
    // Takes connections, and nothing more.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let rules = |_: &Backend| Rules {
        patience: Duration::from_millis(100),
        ..Rules::before(address)
    };
    let (a, _b, _ingress) = behind_an_ingress(&world, rules).await;
    is_row("ingress_504", a.look_up(B).await);
}
