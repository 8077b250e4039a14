//! A server that plays the components of a backend.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request that a component got.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A server that plays the components of a backend; it ends when this is dropped.
pub(crate) struct Component {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    server: JoinHandle<()>,
}

impl Component {
    /// Answers at once.
    pub(crate) async fn answering<F>(answer: F) -> Self
    where
        F: Fn(&Seen) -> Response + Clone + Send + Sync + 'static,
    {
        Self::after(move |seen| {
            let response = answer(&seen);
            async move { response }
        })
        .await
    }

    /// Answers when a future is done.
    pub(crate) async fn after<F, R>(answer: F) -> Self
    where
        F: Fn(Seen) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Response> + Send,
    {
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let memory = Arc::clone(&seen);
        let router = axum::Router::new().fallback(move |request: axum::extract::Request| {
            let (memory, answer) = (Arc::clone(&memory), answer.clone());
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await.expect("a body").to_bytes();
                let seen = Seen {
                    method: head.method.to_string(),
                    path: head.uri.to_string(),
                    headers: head.headers,
                    body,
                };
                memory.lock().unwrap().push(seen.clone());
                answer(seen).await
            }
        });
        let mut component = Self::serving(router).await;
        component.seen = seen;
        component
    }

    /// A router of a real component.
    pub(crate) async fn serving(router: axum::Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            seen: Arc::default(),
            server,
        }
    }

    /// A port where nothing listens.
    pub(crate) async fn down() -> Self {
        let mut component = Self::answering(|_| json(200, "null")).await;
        component.server.abort();
        drop((&mut component.server).await);
        component
    }

    /// What it was asked, oldest first.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Component {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A response with a JSON body.
pub(crate) fn json(status: u16, body: impl Into<Body>) -> Response {
    response(status, "application/json;charset=utf-8", body)
}

pub(crate) fn response(status: u16, content_type: &str, body: impl Into<Body>) -> Response {
    let response = Response::builder()
        .status(status)
        .header("content-type", content_type);
    response.body(body.into()).unwrap()
}
