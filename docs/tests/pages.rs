//! The pages as files and on a socket.

#![allow(clippy::unwrap_used, reason = "a fault may panic here")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use federation_docs::{Settings, SettingsError, Site, serve};
use http::{HeaderMap, Request, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::ServiceExt;

/// The values of `href` and `src` in a page.
fn links(html: &str) -> BTreeSet<&str> {
    ["href=\"", "src=\""]
        .into_iter()
        .flat_map(|attribute| html.split(attribute).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[test]
fn every_link_leads_to_a_file_of_the_site() {
    let site = Site::new().unwrap();
    let mut seen = 0;
    for (path, file) in site.files().filter(|(path, _)| path.ends_with(".html")) {
        let html = str::from_utf8(&file.content).unwrap();
        for link in links(html).into_iter().filter(|link| *link != "data:,") {
            let target = link.split('#').next().unwrap();
            assert!(site.get(target).is_some(), "{path}: {link}");
            seen += 1;
        }
    }
    assert!(seen > 100, "the matrix has a link for each RPC and version");
}

#[test]
fn the_matrix_says_variants_and_gaps() {
    let site = Site::new().unwrap();
    let html = str::from_utf8(&site.get("matrix.html").unwrap().content).unwrap();
    assert!(html.contains("href=\"index.html#v0/brig/getMlsClients\""));
    assert!(html.contains("get-mls-clients in V0: variant 1"));
    assert!(html.contains("get-mls-clients in V3: variant 2"));
    assert!(html.contains("get-mls-client in V3: yes"));
    assert!(!html.contains("get-mls-client in V2"));
}

async fn get(router: &Router, path: &str) -> (StatusCode, HeaderMap) {
    let request = Request::get(path)
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    (response.status(), response.headers().clone())
}

#[tokio::test]
async fn the_pages_are_served() {
    let router = serve(&Settings::default()).unwrap();
    for (path, content_type) in [
        ("/", "text/html; charset=utf-8"),
        ("/v2/galley.json", "application/json"),
        ("/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    ] {
        let (status, headers) = get(&router, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(headers["content-type"], content_type, "{path}");
    }
    assert_eq!(
        get(&router, "/../Cargo.toml").await.0,
        StatusCode::NOT_FOUND
    );
}

type Seen = Arc<Mutex<Vec<(String, HeaderMap)>>>;

/// A backend that remembers what it was asked; its address.
async fn backend(seen: Seen) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .fallback(async |State(seen): State<Seen>, request: Request<Body>| {
            let call = (request.uri().path().to_owned(), request.headers().clone());
            seen.lock().unwrap().push(call);
            (
                StatusCode::from_u16(533).unwrap(),
                [("set-cookie", "no"), ("content-type", "application/json")],
                "{}",
            )
        })
        .with_state(seen);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn trial(path: &str) -> http::request::Builder {
    Request::post(path)
        .header("host", "127.0.0.1:8080")
        .header("content-type", "application/json")
        .header("cookie", "secret")
}

#[tokio::test]
async fn a_call_is_passed_on_with_the_headers_of_the_protocol_and_no_others() {
    let seen = Seen::default();
    let settings = Settings {
        backend: Some(backend(Arc::clone(&seen)).await),
        origin: None,
    };
    let router = serve(&settings).unwrap();
    let request = trial("/try/federation/get-asset")
        .header("wire-origin-domain", "a.example.com")
        .header("x-wire-api-version", "3");
    let request = request.body(Body::from("{}")).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status().as_u16(), 533);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(!response.headers().contains_key("set-cookie"));

    let calls = seen.lock().unwrap().clone();
    let [(path, headers)] = &calls[..] else {
        panic!("one call, not {}", calls.len())
    };
    assert_eq!(path, "/federation/get-asset");
    assert_eq!(headers["wire-origin-domain"], "a.example.com");
    assert_eq!(headers["x-wire-api-version"], "3");
    assert!(!headers.contains_key("cookie"));
}

#[tokio::test]
async fn what_another_page_could_send_is_not_passed_on() {
    let seen = Seen::default();
    let settings = Settings {
        backend: Some(backend(Arc::clone(&seen)).await),
        origin: None,
    };
    let router = serve(&settings).unwrap();
    let without_origin = trial("/try/federation/get-asset");
    let elsewhere = trial("/try/federation/..%2Fi%2Fstatus").header("wire-origin-domain", "a.b");
    for request in [without_origin, elsewhere] {
        let request = request.body(Body::from("{}")).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }
    let request = trial("/try/federation/get-asset").header("wire-origin-domain", "a.b");
    let request = request.body(Body::from(vec![b' '; (1 << 20) + 1])).unwrap();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(seen.lock().unwrap().is_empty());
}

/// The status line and the headers of the answer to a request as it goes over the wire.
async fn raw(address: std::net::SocketAddr, request: String) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer);
    text.split("\r\n\r\n").next().unwrap().to_lowercase()
}

#[tokio::test]
async fn only_pages_of_this_server_by_a_name_of_this_machine_reach_anything() {
    let seen = Seen::default();
    let settings = Settings {
        backend: Some(backend(Arc::clone(&seen)).await),
        origin: None,
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = serve(&settings).unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let port = address.port();
    let call = |headers: &str| {
        format!(
            "POST /try/federation/get-asset HTTP/1.1\r\n{headers}Wire-Origin-Domain: a.b\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
        )
    };
    let mut passed_on = 0;
    for (headers, status) in [
        (format!("Host: evil.example:{port}\r\n"), 421),
        (format!("Host: localhost.evil.example:{port}\r\n"), 421),
        (format!("Host: localhost@evil.example:{port}\r\n"), 421),
        (format!("Host: evil.example@localhost:{port}\r\n"), 421),
        ("Host: localhost\r\nHost: evil.example\r\n".to_owned(), 421),
        (
            format!("Host: evil.example:{port}\r\nOrigin: http://evil.example:{port}\r\n"),
            421,
        ),
        (
            "Host: localhost\r\nOrigin: http://evil.example\r\n".to_owned(),
            403,
        ),
        (
            "Host: localhost\r\nOrigin: https://localhost\r\n".to_owned(),
            403,
        ),
        (
            "Host: localhost\r\nOrigin: http://localhost:1\r\n".to_owned(),
            403,
        ),
        ("Host: localhost\r\nOrigin: null\r\n".to_owned(), 403),
        (
            "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n".to_owned(),
            403,
        ),
        (
            format!("Host: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"),
            533,
        ),
        (
            format!("Host: 127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n"),
            533,
        ),
        (format!("Host: [::1]:{port}\r\n"), 533),
    ] {
        let answer = raw(address, call(&headers)).await;
        let expected = format!("http/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{headers}: {answer}");
        passed_on += usize::from(status == 533);
    }
    assert_eq!(seen.lock().unwrap().len(), passed_on);

    for (host, status) in [("evil.example", 421), ("localhost", 200)] {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = raw(address, request).await;
        assert!(
            answer.starts_with(&format!("http/1.1 {status} ")),
            "{answer}"
        );
        assert!(
            answer.contains("content-security-policy: default-src 'self'"),
            "{answer}"
        );
        assert!(answer.contains("frame-ancestors 'none'"), "{answer}");
    }
}

#[tokio::test]
async fn a_backend_that_is_not_there_is_said() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let settings = Settings {
        backend: Some(format!("http://{address}")),
        origin: None,
    };
    let request = trial("/try/federation/get-asset").header("wire-origin-domain", "a.b");
    let request = request.body(Body::from("{}")).unwrap();
    let response = serve(&settings).unwrap().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
}

#[test]
fn an_address_that_is_none_is_refused() {
    for backend in ["b.example.com", "ftp://b", "http://", "http://b/?q"] {
        let settings = Settings {
            backend: Some(backend.to_owned()),
            origin: None,
        };
        let error = serve(&settings).expect_err(backend);
        assert!(matches!(error, SettingsError::Backend(_)), "{backend}");
    }
}
