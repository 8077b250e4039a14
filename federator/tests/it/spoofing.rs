//! Callers that are not who they say.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::support::{Leaf, Setup, World, is_remote, raw};

const PATH: &str = "/federation/brig/x";

/// A peer with a good certificate for one domain that claims another.
#[tokio::test]
async fn another_domain() {
    let world = World::new().await;
    let (_, b) = world.pair().await;
    let mallory = world.start("mallory.example.com").await;
    mallory.look_up("b.example.com").await.unwrap();
    let call = federation_api::Call::new(
        "a.example.com".parse().unwrap(),
        "b.example.com".parse().unwrap(),
    );
    let spoofed = crate::support::look_up(&mallory.connection(), &call).await;
    is_remote(spoofed, 403, "authentication-failure");
    assert_eq!(b.component.seen().len(), 1);
}

/// Where TLS ends at Inward, no header says anything about the certificate.
#[tokio::test]
async fn the_header_of_the_ingress_from_outside() {
    let world = World::new().await;
    let setup = world.setup("a.example.com");
    let theirs = setup.material.escaped();
    let _a = world.with(setup).await;
    let b = world.start("b.example.com").await;
    let mallory = world
        .authority
        .issue(&Leaf::of(&["infra.mallory.example.com"]));
    for material in [Some(&mallory), None] {
        let (address, host) = (b.federator.inward(), b.host());
        let stream = raw::tls(address, &host, &world.authority, material, b"http/1.1").await;
        let headers = [
            ("wire-origin-domain", "a.example.com"),
            ("x-ssl-certificate", &*theirs),
            ("x-forwarded-for", "192.0.2.1"),
        ];
        let answer = raw::exchange(stream, &raw::request("POST", PATH, &headers)).await;
        assert_eq!(
            answer.status,
            if material.is_some() { 403 } else { 400 },
            "{answer:?}"
        );
    }
    assert!(b.component.seen().is_empty());
}

#[tokio::test]
async fn headers_given_twice() {
    let world = World::new().await;
    let setup = Setup {
        tls: false,
        ..world.setup("b.example.com")
    };
    let ours = setup.material.escaped();
    let b = world.with(setup).await;
    let other = world
        .authority
        .issue(&Leaf::of(&["infra.a.example.com"]))
        .escaped();
    let domain = ("wire-origin-domain", "b.example.com");
    let certificate = ("x-ssl-certificate", &*ours);
    for headers in [
        [domain, certificate, ("wire-origin-domain", "a.example.com")],
        [domain, certificate, domain],
        [domain, certificate, ("x-ssl-certificate", &*other)],
        [domain, ("x-ssl-certificate", &*other), certificate],
    ] {
        let answer = raw::send(b.federator.inward(), "POST", PATH, &headers).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.body.contains("more than once"), "{answer:?}");
    }
    assert!(b.component.seen().is_empty());
}

/// The table of §6.2, through an Inward behind an ingress.
/// D17.
#[tokio::test]
async fn the_address_that_the_ingress_noted() {
    let world = World::new().await;
    let setup = Setup {
        tls: false,
        ..world.setup("b.example.com")
    };
    let certificate = setup.material.escaped();
    let b = world.with(setup).await;
    for (noted, wanted) in [
        (Some(" 127.0.0.1 "), Some("127.0.0.1")),
        (Some("192.0.2.10:8443"), Some("192.0.2.10")),
        (Some("[2001:db8::1]"), Some("2001:db8::1")),
        (Some("[2001:db8::2]:443"), Some("2001:db8::2")),
        (Some("2001:db8::3"), Some("2001:db8::3")),
        (Some("[::ffff:192.168.0.1]:123"), Some("::ffff:192.168.0.1")),
        (Some("unknown"), None),
        (
            Some("unknown, [2001:db8::1]:443, 127.0.0.43"),
            Some("2001:db8::1"),
        ),
        (None, None),
    ] {
        let mut headers = vec![
            ("wire-origin-domain", "b.example.com"),
            ("x-ssl-certificate", &*certificate),
            // From outside, it is no more than any other header.
            ("wire-origin-ip", "203.0.113.66"),
        ];
        headers.extend(noted.map(|noted| ("x-forwarded-for", noted)));
        let answer = raw::send(b.federator.inward(), "POST", PATH, &headers).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let seen = b.component.seen();
        assert_eq!(
            seen.last().unwrap().header("wire-origin-ip"),
            wanted,
            "{noted:?}"
        );
    }
}

/// HTTP/2 with headers that only HTTP/1.1 has ends the stream; nothing reaches a component.
#[tokio::test]
async fn http2_with_headers_of_http1() {
    let world = World::new().await;
    let setup = Setup {
        tls: false,
        ..world.setup("b.example.com")
    };
    let certificate = setup.material.escaped();
    let b = world.with(setup).await;
    for (name, value, good) in [
        ("connection", "keep-alive", false),
        ("transfer-encoding", "chunked", false),
        ("te", "gzip", false),
        ("content-length", "7", false),
        ("x-other", "1", true),
    ] {
        let stream = tokio::net::TcpStream::connect(b.federator.inward())
            .await
            .unwrap();
        let io = TokioIo::new(stream);
        let (mut sender, connection) = h2::client::handshake(io.into_inner()).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        let request = Request::post(format!("http://b{PATH}"))
            .header("wire-origin-domain", "b.example.com")
            .header("x-ssl-certificate", &certificate)
            .header(name, value)
            .body(())
            .unwrap();
        std::future::poll_fn(|cx| sender.poll_ready(cx))
            .await
            .unwrap();
        let sent = sender.send_request(request, false);
        let answered = match sent {
            Err(_) => false,
            Ok((response, mut body)) => {
                let sent = body.send_data(Bytes::from_static(b"[]"), true);
                sent.is_ok() && response.await.is_ok_and(|head| head.status() == 200)
            }
        };
        assert_eq!(answered, good, "{name}: {value}");
    }
    assert_eq!(b.component.seen().len(), 1);
}

/// A good certificate does not open any other door.
#[tokio::test]
async fn http2_over_tls_is_the_same() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let certificate = std::fs::read_to_string(a.directory.path().join("client.crt")).unwrap();
    let key = std::fs::read_to_string(a.directory.path().join("client.key")).unwrap();
    let material = crate::support::Material { certificate, key };
    let (address, host) = (b.federator.inward(), b.host());
    let stream = raw::tls(address, &host, &world.authority, Some(&material), b"h2").await;
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    for (path, origin, status) in [
        ("/federation/brig/../i/users", "a.example.com", 404),
        ("/federation/brig/..%2Fi%2Fusers", "a.example.com", 400),
        ("/i/metrics", "a.example.com", 404),
        ("/federation/brig/x", "b.example.com", 403),
        ("/federation/brig/x", "a.example.com", 200),
    ] {
        let request = Request::post(format!("https://{host}{path}"))
            .header("wire-origin-domain", origin)
            .body(Full::new(Bytes::from_static(b"[]")))
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        drop(response.into_body().collect().await);
    }
    assert_eq!(b.component.seen().len(), 1);
}
