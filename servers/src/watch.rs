//! Connections on which nothing happens.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use federation_net::{Activity, Busy};
use http::Request;
use http_body::{Body as _, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_service::Service;

/// Notices when something happens on a connection: a request, its response, a chunk of a stream.
#[derive(Clone)]
pub(crate) struct Watch(Arc<Seen>);

struct Seen {
    begun: Instant,
    activity: Arc<Activity>,
    /// When something happened last, in milliseconds since the beginning.
    last: AtomicU64,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Seen {
            begun: Instant::now(),
            activity: Arc::default(),
            last: AtomicU64::new(0),
        }))
    }

    fn touch(&self) {
        let now = u64::try_from(self.0.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.last.store(now, Ordering::Relaxed);
    }

    /// A request whose head is whole.
    fn begin<B>(&self, request: &Request<B>) -> Running {
        self.touch();
        Running {
            watch: self.clone(),
            _busy: self.0.activity.begin(request),
        }
    }

    /// What happens on the connection.
    pub(crate) fn activity(&self) -> Arc<Activity> {
        Arc::clone(&self.0.activity)
    }

    /// Done when no request came within `first`, or nothing happened for `idle` after one.
    pub(crate) async fn is_over(&self, first: Duration, idle: Duration) {
        loop {
            let limit = match self.0.activity.begun() {
                0 => first,
                _ => idle,
            };
            let last = Duration::from_millis(self.0.last.load(Ordering::Relaxed));
            let quiet = self.0.begun.elapsed().saturating_sub(last);
            if quiet >= limit {
                return;
            }
            // The first request may come meanwhile, and then the other limit counts.
            tokio::time::sleep((limit - quiet).min(idle)).await;
        }
    }
}

/// A request under way, until the end of its response.
struct Running {
    watch: Watch,
    _busy: Busy,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.watch.touch();
    }
}

/// A service whose connection is watched.
#[derive(Clone)]
pub(crate) struct Watched<S> {
    pub(crate) service: S,
    pub(crate) watch: Watch,
}

impl<S, B> Service<Request<B>> for Watched<S>
where
    S: Service<Request<B>, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Watching<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let running = Some(self.watch.begin(&request));
        let answered = self.service.call(request);
        Watching { answered, running }
    }
}

pin_project! {
    /// A request that is being answered.
    pub(crate) struct Watching<F> {
        #[pin]
        answered: F,
        running: Option<Running>,
    }
}

impl<F> Future for Watching<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.answered.poll(cx))?;
        Poll::Ready(Ok(match this.running.take() {
            Some(running) if response.body().size_hint().exact().is_none() => {
                response.map(|body| Body::new(WatchedBody { body, running }))
            }
            // What is all there needs no watching.
            _ => response,
        }))
    }
}

/// A body that says when a chunk of it goes out.
struct WatchedBody {
    body: Body,
    running: Running,
}

impl http_body::Body for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.running.watch.touch();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
