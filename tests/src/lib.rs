//! What tests of the whole share: servers on loopback, and a cargohold that misbehaves on demand.
//!
//! The tests themselves are in `tests/`; this crate is never published.

mod network;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use federation_api::asset::{GetAsset, GetAssetResponse};
use federation_api::{ByteStream, Call, Cargohold, Domain, Failure};
use federation_servers::Limits;
use futures_util::StreamExt;
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use network::Network;

/// The example of the README is run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// A server on loopback; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Server {
    /// Serves a router on a free port.
    pub async fn start(router: Router) -> Self {
        Self::start_with(router, Limits::default()).await
    }

    /// Serves a router on a free port, within these limits.
    pub async fn start_with(router: Router, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let shutdown = async { drop(stopped.await) };
            federation_servers::serve(listener, router, limits, shutdown)
                .await
                .expect("the listener works");
        });
        Self {
            address,
            _stop: stop,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:<port>`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A request that a [`Fake`] took in.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The path, and the query if there was one.
    pub path: String,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The body.
    pub body: bytes::Bytes,
}

/// A server that answers every request as a function says, and remembers what it was asked: an odd
/// federator, or an old backend.
#[derive(Debug)]
pub struct Fake {
    server: Server,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Fake {
    /// Answers every request with what `answer` makes of its path.
    pub async fn start<F>(answer: F) -> Self
    where
        F: Fn(&Seen) -> http::Response<axum::body::Body> + Clone + Send + Sync + 'static,
    {
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let memory = Arc::clone(&seen);
        let router = Router::new().fallback(move |request: axum::extract::Request| {
            let (memory, answer) = (Arc::clone(&memory), answer.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.expect("a body").to_bytes();
                let path = parts
                    .uri
                    .path_and_query()
                    .map_or(String::new(), ToString::to_string);
                let seen = Seen {
                    path,
                    headers: parts.headers,
                    body,
                };
                memory.lock().expect("no panic").push(seen.clone());
                answer(&seen)
            }
        });
        Self {
            server: Server::start(router).await,
            seen,
        }
    }

    /// `http://127.0.0.1:<port>`
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What it was asked so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }
}

/// A response with a JSON body.
#[must_use]
pub fn json_response(status: u16, body: impl Into<String>) -> http::Response<axum::body::Body> {
    http::Response::builder()
        .status(status)
        .header("content-type", "application/json;charset=utf-8")
        .body(body.into().into())
        .expect("a response")
}

/// A domain of a test.
#[must_use]
pub fn domain(name: &str) -> Domain {
    name.parse().expect("a domain")
}

/// A call from `a.example.com` to `b.example.com`.
#[must_use]
pub fn call() -> Call {
    Call::new(domain("a.example.com"), domain("b.example.com"))
}

/// A cargohold whose answer depends on the token of the request.
///
/// | token | `get-asset` | `stream-asset` |
/// |---|---|---|
/// | none | available | three chunks |
/// | `panic` | panics | panics |
/// | `slow` | sleeps for a minute | sleeps for a minute |
/// | `fail` | 418 `teapot` | 418 `teapot` |
/// | `secret` | 500 with a message that is nobody's business | the same |
/// | `break` | available | breaks off after the first chunk |
/// | `break-at-once` | available | breaks off before the first chunk |
/// | `empty` | available | 200 chunks of nothing, and one that is something |
/// | `endless` | available | never ends |
#[derive(Debug, Clone, Copy)]
pub struct Misbehaving;

impl Misbehaving {
    async fn behave(request: &GetAsset) -> Result<(), Failure> {
        match token(request) {
            "panic" => panic!("as the test wants it"),
            "slow" => tokio::time::sleep(Duration::from_secs(60)).await,
            "fail" => return Err(Failure::new(418, "teapot", "short and stout")),
            "secret" => return Err(Failure::server_error("the database is at 10.0.0.7")),
            _ => {}
        }
        Ok(())
    }
}

fn token(request: &GetAsset) -> &str {
    request.token.as_ref().map_or("", |token| token.expose())
}

impl Cargohold for Misbehaving {
    type Error = Failure;

    async fn get_asset(&self, _: &Call, request: GetAsset) -> Result<GetAssetResponse, Failure> {
        Self::behave(&request).await?;
        Ok(GetAssetResponse { available: true })
    }

    async fn stream_asset(&self, _: &Call, request: GetAsset) -> Result<ByteStream, Failure> {
        Self::behave(&request).await?;
        let chunks = |chunks: Vec<Result<&'static str, &'static str>>| {
            let chunks = futures_util::stream::iter(chunks).then(|chunk| async move {
                // Time for what was sent to leave.
                tokio::time::sleep(Duration::from_millis(20)).await;
                chunk.map(bytes::Bytes::from).map_err(std::io::Error::other)
            });
            ByteStream::new(chunks)
        };
        Ok(match token(&request) {
            "break" => chunks(vec![Ok("one, "), Err("disk")]),
            "break-at-once" => chunks(vec![Err("disk")]),
            "empty" => {
                let nothing = std::iter::repeat_n("", 200);
                let all = nothing.chain(["something"]).map(bytes::Bytes::from);
                ByteStream::new(futures_util::stream::iter(all.map(Ok::<_, std::io::Error>)))
            }
            "endless" => ByteStream::new(futures_util::stream::repeat_with(|| {
                Ok::<_, std::io::Error>(bytes::Bytes::from_static(&[0; 16 * 1024]))
            })),
            _ => chunks(vec![Ok("one, "), Ok("two, "), Ok("three")]),
        })
    }
}

/// The body of a `get-asset` request with this token.
#[must_use]
pub fn asset_request(token: Option<&str>) -> GetAsset {
    serde_json::from_value(serde_json::json!({
        "user": "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31",
        "key": "3-1-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77",
        "token": token,
    }))
    .expect("a request")
}
