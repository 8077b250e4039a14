//! Paths that must not reach any component: `transport.md` §5.2, byte for byte.

use tokio::net::TcpStream;

use crate::support::{Setup, World, raw};

const TABLE: &[(&str, u16)] = &[
    ("", 404),
    ("/", 404),
    ("///", 404),
    ("federation", 404),
    ("/federation", 404),
    ("/federation/", 404),
    ("/federation/brig", 404),
    ("/federation/brig/", 404),
    ("i/users", 404),
    ("/i/users", 404),
    ("/federation/brig/too/many/components", 404),
    ("http://localhost/i/users", 404),
    ("http://localhost/federation/brig/get-users", 404),
    ("/http://localhost/i/users", 404),
    ("/localhost/i/users", 404),
    ("localhost:8080/i/users", 404),
    ("/federation/brig/../i/users", 404),
    ("/federation/brig/%2e%2e/i/users", 404),
    ("/federation/brig/%2E%2E/i/users", 404),
    ("/federation/brig/%252e%252e/i/users", 404),
    ("/federation/brig/%c0%ae%c0%ae/i/users", 404),
    ("/federation/brig/..%2Fi%2Fusers", 400),
    ("/federation/brig/%2e%2e", 400),
    ("/federation/brig/a.b", 400),
    ("/federation/brig/%c2%b2", 400),
    ("/federation/brig/get%00users", 400),
    ("/federation/mast/get-users", 400),
    ("/federation/Brig/get-users", 400),
    ("/federation//get-users", 400),
    ("/federation/brig/rpc?bar[]=baz", 403),
    ("/federation/brig/stuff?key=value", 403),
    ("/federation/brig/stuff?", 403),
];

/// D23, D50.
#[tokio::test]
async fn behind_an_ingress() {
    let world = World::new().await;
    let setup = Setup {
        tls: false,
        ..world.setup("b.example.com")
    };
    let certificate = setup.material.escaped();
    let b = world.with(setup).await;
    let headers = [
        ("wire-origin-domain", "b.example.com"),
        ("x-ssl-certificate", &certificate),
    ];
    for (path, status) in TABLE {
        let answer = raw::send(b.federator.inward(), "POST", path, &headers).await;
        assert_eq!(answer.status, *status, "{path}: {answer:?}");
        match status {
            404 => assert_eq!(answer.body, "", "{path}"),
            400 => assert!(!answer.head.contains("content-type"), "{path}: {answer:?}"),
            _ => assert!(answer.body.contains("\"invalid-endpoint\""), "{path}"),
        }
    }
    assert!(b.component.seen().is_empty());
    // The same headers do reach a component.
    let path = "/federation/brig/get-users";
    let answer = raw::send(b.federator.inward(), "POST", path, &headers).await;
    assert_eq!(
        (answer.status, b.component.seen().len()),
        (200, 1),
        "{answer:?}"
    );
}

#[tokio::test]
async fn where_inward_ends_tls() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let certificate = std::fs::read_to_string(a.directory.path().join("client.crt")).unwrap();
    let key = std::fs::read_to_string(a.directory.path().join("client.key")).unwrap();
    let material = crate::support::Material { certificate, key };
    for (path, status) in TABLE
        .iter()
        .chain(&[("/i/status", 404), ("/i/metrics", 404)])
    {
        let (address, host) = (b.federator.inward(), b.host());
        let stream = raw::tls(
            address,
            &host,
            &world.authority,
            Some(&material),
            b"http/1.1",
        )
        .await;
        let headers = [("wire-origin-domain", "a.example.com")];
        let answer = raw::exchange(stream, &raw::request("POST", path, &headers)).await;
        assert_eq!(answer.status, *status, "{path}: {answer:?}");
    }
    assert!(b.component.seen().is_empty());
}

#[tokio::test]
async fn of_outward() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    for (path, status, text) in [
        ("/rpc/b.example.com/brig", 404, ""),
        ("/rpc/b.example.com/brig/x/y", 404, ""),
        ("/federation/brig/x", 404, ""),
        ("", 404, ""),
        ("/rpc/b.example.com/mast/x", 400, "Invalid component: mast"),
        ("/rpc/b.example.com/brig/..%2Fx", 400, "invalid-endpoint"),
        ("/rpc/b.example.com/brig/", 404, ""),
        ("/rpc/192.0.2.1/brig/x", 400, "192.0.2.1"),
        ("/rpc/b_d.example.com/mast/x", 400, "b_d"),
    ] {
        let answer = raw::send(a.federator.outward(), "POST", path, &[]).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        let right = if text.is_empty() {
            answer.body.is_empty()
        } else {
            answer.body.contains(text) || text.contains('.') && !answer.body.is_empty()
        };
        assert!(right, "{path}: {answer:?}");
        assert!(!answer.head.contains("content-type"), "{path}: {answer:?}");
    }
}

/// Attempts to make two readers see two different requests.
#[tokio::test]
async fn smuggling() {
    let world = World::new().await;
    let setup = Setup {
        tls: false,
        ..world.setup("b.example.com")
    };
    let certificate = setup.material.escaped();
    let b = world.with(setup).await;
    let head = format!(
        "POST /federation/brig/x HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\
         wire-origin-domain: b.example.com\r\nx-ssl-certificate: {certificate}\r\n"
    );
    let inner = "POST /i/users HTTP/1.1\r\nhost: b\r\ncontent-length: 0\r\n\r\n";
    for lengths in [
        "content-length: 2\r\ncontent-length: 90\r\n",
        "content-length: -1\r\n",
        "content-length: +2\r\n",
        "content-length: 2, 3\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: xchunked\r\ncontent-length: 2\r\n",
        "content-length : 2\r\n",
    ] {
        let stream = TcpStream::connect(b.federator.inward()).await.unwrap();
        let request = format!("{head}{lengths}\r\n[]{inner}");
        let answer = raw::exchange(stream, request.as_bytes()).await;
        assert_eq!(answer.status, 400, "{lengths}: {answer:?}");
    }
    assert!(b.component.seen().is_empty());
    // Chunks win over a length, and what follows the last one is no second request.
    let stream = TcpStream::connect(b.federator.inward()).await.unwrap();
    let request = format!(
        "{head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n{inner}"
    );
    raw::exchange(stream, request.as_bytes()).await;
    assert!(
        b.component
            .seen()
            .iter()
            .all(|seen| seen.path == "/federation/x")
    );
}
