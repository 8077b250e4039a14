//! Which certificates are good on either side: `transport.md` §4, §5.1, §5.5; scenarios D26 to D32, D34, D35.

use federation_clients::CallError;
use rcgen::ExtendedKeyUsagePurpose;

use crate::support::{Leaf, Setup, World, is_remote, raw};

const B: &str = "b.example.com";

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

/// D26, D28, D29, D32.
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

/// A bad client certificate is an answer of the ingress, no failure of TLS (D51).
#[tokio::test]
async fn a_certificate_for_servers_only() {
    let host = ["infra.a.example.com"];
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

/// D34, D35, D59: the host has a dot at its end in the DNS, the certificate has none.
#[tokio::test]
async fn wildcards_of_the_server() {
    with_server_certificate(Leaf::of(&["*.b.example.com"]))
        .await
        .unwrap();
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
