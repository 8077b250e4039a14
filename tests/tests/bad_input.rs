//! What comes over the wire and should not have: each fault gets the error of the protocol, nothing
//! panics, memory stays bounded, and the next request on the same server works.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::{Duration, Instant};

use axum::Router;
use federation_api::Failure;
use federation_clients::brig::Mock;
use federation_servers::{Limits, Settings};
use federation_tests::{Misbehaving, Server, asset_request, domain};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SETTINGS: fn() -> Settings = || {
    Settings::default()
        .max_body(64 * 1024)
        .max_body_of("get-asset", 4 * 1024)
        .body_deadline(Duration::from_millis(300))
        .handler_deadline(Duration::from_millis(300))
};

/// A brig and a misbehaving cargohold on one port.
async fn server() -> Server {
    let own = || domain("b.example.com");
    let router: Router = federation_servers::brig::routes(Mock::default(), own(), SETTINGS())
        .and(federation_servers::cargohold::routes(
            Misbehaving,
            own(),
            SETTINGS(),
        ))
        .into_router();
    let limits = Limits::default().header_deadline(Duration::from_millis(500));
    Server::start_with(router, limits).await
}

/// One HTTP/1.1 request, byte for byte.
struct Raw {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Raw {
    fn post(rpc: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self {
            method: "POST",
            path: format!("/federation/{rpc}"),
            headers: vec![
                ("Wire-Origin-Domain", "a.example.com".to_owned()),
                ("Content-Type", "application/json".to_owned()),
                ("Content-Length", body.len().to_string()),
            ],
            body,
        }
    }

    fn asset(token: Option<&str>) -> Self {
        let body = serde_json::to_vec(&asset_request(token)).unwrap();
        Self::post("get-asset", body)
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    fn twice(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = format!(
            "{} {} HTTP/1.1\r\nHost: b\r\nConnection: close\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    async fn send(&self, server: &Server) -> Answer {
        let mut socket = TcpStream::connect(server.address()).await.unwrap();
        socket.write_all(&self.bytes()).await.unwrap();
        read(socket).await
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn failure(&self) -> Failure {
        assert!(
            self.head.contains("content-type: application/json"),
            "{self:?}"
        );
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    fn is(&self, status: u16, label: &str) -> Failure {
        let failure = self.failure();
        assert_eq!(
            (self.status, failure.code, &*failure.label),
            (status, status, label),
            "{failure}"
        );
        failure
    }
}

async fn read(mut socket: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let reading = socket.read_to_end(&mut bytes);
    tokio::time::timeout(Duration::from_secs(20), reading)
        .await
        .expect("an answer")
        .unwrap();
    let end = bytes
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("a head");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        head: head.to_lowercase(),
        body: bytes[end + 4..].to_vec(),
    }
}

/// The server is alive and well.
async fn works(server: &Server) {
    let answer = Raw::asset(None).send(server).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(body, serde_json::json!({"available": true}));
}

#[tokio::test]
async fn paths_and_methods() {
    let server = server().await;
    for path in [
        "/federation/no-such-rpc",
        "/federation/",
        "/federation",
        "/federation/get-asset/more",
        "/federation/Get-Asset",
        "/federation/get-asset/",
        "/federation/%67et-asset/..%2Fi",
    ] {
        let mut request = Raw::asset(None);
        request.path = path.to_owned();
        request.send(&server).await.is(404, "no-endpoint");
    }
    for method in ["GET", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"] {
        let mut request = Raw::asset(None);
        request.method = method;
        let answer = request.send(&server).await;
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.head.contains("allow: post"), "{method}: {answer:?}");
        if method != "HEAD" {
            answer.is(405, "method-not-allowed");
        }
    }
    works(&server).await;
}

#[tokio::test]
async fn origin_headers() {
    let server = server().await;
    let missing = Raw::asset(None)
        .without("Wire-Origin-Domain")
        .send(&server)
        .await;
    assert_eq!(
        missing.is(400, "bad-request").message,
        "Header Wire-Origin-Domain is required"
    );
    for domain in [
        "",
        "nodots",
        "a_b.example",
        "192.0.2.1",
        "a..b",
        "a.example.com:443",
        "ä.example",
    ] {
        let answer = Raw::asset(None)
            .with("Wire-Origin-Domain", domain)
            .send(&server)
            .await;
        let failure = answer.is(400, "bad-request");
        assert!(failure.message.contains("Wire-Origin-Domain"), "{failure}");
    }
    let twice = Raw::asset(None)
        .twice("Wire-Origin-Domain", "c.example.com")
        .send(&server)
        .await;
    assert!(
        twice
            .is(400, "bad-request")
            .message
            .contains("more than once")
    );
    let ip = Raw::asset(None)
        .with("Wire-Origin-IP", "300.1.1.1")
        .send(&server)
        .await;
    assert!(ip.is(400, "bad-request").message.contains("Wire-Origin-IP"));
    works(&server).await;
}

#[tokio::test]
async fn content_types() {
    let server = server().await;
    for fine in [
        "application/json;charset=utf-8",
        "Application/JSON",
        "application/json ; x=y",
    ] {
        let answer = Raw::asset(None)
            .with("Content-Type", fine)
            .send(&server)
            .await;
        assert_eq!(answer.status, 200, "{fine}");
    }
    assert_eq!(
        Raw::asset(None)
            .without("Content-Type")
            .send(&server)
            .await
            .status,
        200
    );
    for other in [
        "text/plain",
        "application/octet-stream",
        "",
        "application/jsonp",
    ] {
        Raw::asset(None)
            .with("Content-Type", other)
            .send(&server)
            .await
            .is(415, "client-error");
    }
}

#[tokio::test]
async fn versions() {
    let server = server().await;
    let suite = r#"{"user_id": "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11", "client_id": "2b", "cipher_suite": 1}"#;
    for (version, status) in [
        (None, 404),
        (Some("0"), 404),
        (Some("2"), 404),
        (Some("v3"), 404),
        (Some(""), 404),
        (Some("4"), 404),
        (Some("-1"), 404),
        (Some("99999999999999999999"), 404),
    ] {
        let mut request = Raw::post("get-mls-client", suite);
        if let Some(version) = version {
            request = request.with("X-Wire-API-Version", version);
        }
        let answer = request.send(&server).await;
        assert_eq!(answer.status, status, "{version:?}");
        answer.is(404, "no-endpoint");
    }
    // In its version the RPC is there: the mock is reached, and has no answer.
    let request = Raw::post("get-mls-client", suite).with("X-Wire-API-Version", "3");
    assert_eq!(request.send(&server).await.status, 500);
    // Where there is no restriction, the header does not matter.
    for version in ["7", "v1", "x", "3"] {
        let answer = Raw::asset(None)
            .with("X-Wire-API-Version", version)
            .send(&server)
            .await;
        assert_eq!(answer.status, 200, "{version}");
    }
}

#[tokio::test]
async fn undecodable_bodies_name_the_place() {
    let server = server().await;
    let id = "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11";
    let cases = [
        ("get-users-by-ids", String::new(), "EOF"),
        ("get-users-by-ids", "not json".into(), "expected"),
        ("get-users-by-ids", "\u{feff}[]".into(), "expected value"),
        ("get-users-by-ids", "[] []".into(), "trailing"),
        (
            "get-users-by-ids",
            format!(r#"["{id}", "{id}", 7]"#),
            "[2]: ",
        ),
        ("claim-prekey", format!(r#"["{id}"]"#), "2"),
        (
            "claim-prekey",
            format!(r#"["{id}", "2b", "2b"]"#),
            "trailing",
        ),
        (
            "claim-multi-prekey-bundle",
            format!(r#"{{"{id}": ["2b", "xyz"]}}"#),
            &format!("{id}[1]: "),
        ),
        ("get-user-by-handle", r#""Mira""#.into(), ""),
        ("get-asset", r#"{"user": null}"#.into(), "user: "),
    ];
    for (rpc, body, place) in cases {
        let failure = Raw::post(rpc, body.clone())
            .send(&server)
            .await
            .is(400, "bad-request");
        assert!(failure.message.contains(place), "{rpc} {body}: {failure}");
    }
    let not_utf8 = Raw::post("get-user-by-handle", b"\"mi\xffra\"".to_vec())
        .send(&server)
        .await;
    assert!(not_utf8.is(400, "bad-request").message.contains("UTF-8"));
    works(&server).await;
}

#[tokio::test]
async fn deep_nesting_is_refused_or_skipped() {
    let server = server().await;
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    for (rpc, body) in [
        ("get-users-by-ids", deep("[", "]")),
        (
            "claim-multi-prekey-bundle",
            deep(r#"{"a":"#, "}").replace("\"a\":}", "\"a\":0}"),
        ),
    ] {
        Raw::post(rpc, body)
            .send(&server)
            .await
            .is(400, "bad-request");
    }
    // Where anything goes, it is skipped: the mock is reached, and has no answer.
    let skipped = Raw::post("api-version", deep("[", "]")).send(&server).await;
    assert_eq!(skipped.status, 500, "{skipped:?}");
    works(&server).await;
}

#[tokio::test]
async fn bodies_over_the_limit() {
    let server = server().await;
    let padded = |rpc: &str, size: usize| Raw::post(rpc, format!("\"{}\"", "x".repeat(size)));
    padded("get-asset", 5 * 1024)
        .send(&server)
        .await
        .is(413, "client-error");
    padded("get-user-by-handle", 65 * 1024)
        .send(&server)
        .await
        .is(413, "client-error");
    // Its own limit is the RPC's, not the router's.
    padded("get-user-by-handle", 5 * 1024)
        .send(&server)
        .await
        .is(400, "bad-request");
    // Without an announced length, the limit holds while reading.
    let mut socket = TcpStream::connect(server.address()).await.unwrap();
    let chunked = Raw::asset(None)
        .without("Content-Length")
        .with("Transfer-Encoding", "chunked");
    let head = Raw {
        body: Vec::new(),
        ..chunked
    }
    .bytes();
    socket.write_all(&head).await.unwrap();
    for _ in 0..5 {
        let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
        if socket.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    read(socket).await.is(413, "client-error");
    works(&server).await;
}

#[tokio::test]
async fn slow_and_half_closed_senders() {
    let server = server().await;
    let begun = Instant::now();
    let mut slow = TcpStream::connect(server.address()).await.unwrap();
    let request = Raw::asset(None).with("Content-Length", "200").bytes();
    slow.write_all(&request[..request.len() - 40])
        .await
        .unwrap();
    read(slow).await.is(408, "client-error");
    assert!(begun.elapsed() < Duration::from_secs(5));

    let mut half = TcpStream::connect(server.address()).await.unwrap();
    let request = Raw::asset(None).with("Content-Length", "200").bytes();
    half.write_all(&request).await.unwrap();
    half.shutdown().await.unwrap();
    let mut rest = Vec::new();
    let _ = half.read_to_end(&mut rest).await;
    if !rest.is_empty() {
        assert!(
            rest.starts_with(b"HTTP/1.1 400"),
            "{}",
            String::from_utf8_lossy(&rest)
        );
    }

    // Headers that never end: the connection is closed.
    let mut endless = TcpStream::connect(server.address()).await.unwrap();
    endless
        .write_all(b"POST /federation/get-asset HTTP/1.1\r\nHost: b\r\n")
        .await
        .unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), endless.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "still open");
    works(&server).await;
}

#[tokio::test]
async fn giant_headers() {
    let server = server().await;
    let giant = "x".repeat(100 * 1024);
    let mut socket = TcpStream::connect(server.address()).await.unwrap();
    let request = Raw::asset(None).with("X-Giant", &giant).bytes();
    let _ = socket.write_all(&request).await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    assert!(
        answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    works(&server).await;
}

#[tokio::test]
async fn handlers_that_fail() {
    let server = server().await;
    let failed = Raw::asset(Some("fail"))
        .send(&server)
        .await
        .is(418, "teapot");
    assert_eq!(failed.message, "short and stout");
    for token in ["panic", "slow", "secret"] {
        let failure = Raw::asset(Some(token))
            .send(&server)
            .await
            .is(500, "server-error");
        assert_eq!(failure.message, "Internal Server Error", "{token}");
        works(&server).await;
    }
}

#[tokio::test]
async fn streams_that_fail() {
    let server = server().await;
    let stream = |token: Option<&str>| {
        let mut request = Raw::asset(token);
        request.path = "/federation/stream-asset".to_owned();
        request
    };
    let whole = stream(None).send(&server).await;
    assert!(
        whole
            .head
            .contains("content-type: application/octet-stream")
    );
    // Before the first byte there is still an error to be had.
    stream(Some("break-at-once"))
        .send(&server)
        .await
        .is(500, "server-error");
    stream(Some("fail")).send(&server).await.is(418, "teapot");
    // After it, the end of the chunked body is missing.
    let mut socket = TcpStream::connect(server.address()).await.unwrap();
    socket
        .write_all(&stream(Some("break")).bytes())
        .await
        .unwrap();
    let mut bytes = Vec::new();
    let _ = socket.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.contains("one, ") && !text.ends_with("0\r\n\r\n"),
        "{text}"
    );
    works(&server).await;
}

/// A cargohold, and a connection on which a call of `a.example.com` is under way as long as it is open.
async fn busy(settings: Settings) -> (Server, TcpStream) {
    let settings = settings.handler_deadline(Duration::from_secs(60));
    let own = domain("b.example.com");
    let router = federation_servers::cargohold::routes(Misbehaving, own, settings).into_router();
    let server = Server::start(router).await;
    let mut socket = TcpStream::connect(server.address()).await.unwrap();
    let slow = Raw::asset(Some("slow")).bytes();
    socket.write_all(&slow).await.unwrap();
    (server, socket)
}

/// Makes calls of an origin until one has this status.
async fn until(status: u16, server: &Server, origin: &str) -> Answer {
    let call = Raw::asset(None).with("Wire-Origin-Domain", origin);
    let answered = async {
        loop {
            let answer = call.send(server).await;
            if answer.status == status {
                return answer;
            }
        }
    };
    let answered = tokio::time::timeout(Duration::from_secs(20), answered).await;
    answered.unwrap_or_else(|_| panic!("no answer {status}"))
}

#[tokio::test]
async fn too_many_calls_are_refused() {
    let (server, slow) = busy(SETTINGS().max_calls(1)).await;
    let refused = until(503, &server, "c.example.com").await;
    assert_eq!(
        refused.is(503, "server-error").message,
        "Service Unavailable: too many calls are under way; try again later"
    );
    drop(slow);
    until(200, &server, "c.example.com").await;
}

#[tokio::test]
async fn no_origin_takes_the_places_of_others() {
    let (server, slow) = busy(SETTINGS().max_calls_per_origin(1)).await;
    let refused = until(429, &server, "A.Example.com").await;
    refused.is(429, "client-error");
    let body: Value = serde_json::from_slice(&refused.body).unwrap();
    let message =
        "Too Many Requests: too many calls of a.example.com are under way; try again later";
    let expected = serde_json::json!({"code": 429, "label": "client-error", "message": message});
    assert_eq!(body, expected);
    let other = Raw::asset(None).with("Wire-Origin-Domain", "c.example.com");
    assert_eq!(other.send(&server).await.status, 200);
    drop(slow);
    until(200, &server, "a.example.com").await;
}

#[tokio::test]
async fn bodies_that_are_too_large_together() {
    let one = Raw::asset(Some("slow")).body.len();
    let (server, slow) = busy(SETTINGS().max_bodies(one + one / 2)).await;
    let refused = until(503, &server, "a.example.com").await;
    assert_eq!(
        refused.is(503, "server-error").message,
        "Service Unavailable: the bodies of running calls are too large together; try again later"
    );
    drop(slow);
    until(200, &server, "a.example.com").await;
    // It is given back, whatever the answer.
    for _ in 0..5 {
        works(&server).await;
    }
}
