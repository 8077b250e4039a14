//! Requests over the network, by reqwest.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::base_url::Base;
use crate::transport::{BodyError, ResponseBody, Transport, TransportError};

/// How requests go over the network.
///
/// ```
/// use federation_clients::HttpSettings;
///
/// let settings = HttpSettings::default().calls_per_connection(16).connections(4);
/// ```
#[derive(Debug, Clone)]
pub struct HttpSettings {
    http1: bool,
    connect_timeout: Duration,
    calls_per_connection: usize,
    connections: usize,
}

impl Default for HttpSettings {
    /// HTTP/2 with prior knowledge, 64 calls on each of up to 16 connections, 30 seconds to connect.
    fn default() -> Self {
        Self {
            http1: false,
            connect_timeout: Duration::from_secs(30),
            calls_per_connection: 64,
            connections: 16,
        }
    }
}

impl HttpSettings {
    /// HTTP/1.1 in place of HTTP/2.
    #[must_use]
    pub fn http1(mut self, http1: bool) -> Self {
        self.http1 = http1;
        self
    }

    /// How long making a connection may take.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Requests under way on one HTTP/2 connection, at least 1; another is opened for more. Old servers
    /// stop answering when the request bodies in flight on one connection pass some 64 KiB.
    #[must_use]
    pub fn calls_per_connection(mut self, calls: usize) -> Self {
        self.calls_per_connection = calls.max(1);
        self
    }

    /// Connections that are opened, at least 1; beyond that, requests wait.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }
}

/// Requests over the network, by [reqwest].
///
/// Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    lanes: Arc<Lanes>,
    /// One for every request that may be under way on any lane.
    places: Arc<Semaphore>,
    base: Base,
}

impl HttpTransport {
    /// A transport with these settings. Connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be set up.
    pub fn new(settings: &HttpSettings) -> Result<Self, reqwest::Error> {
        // HTTP/1.1 carries one request per connection; the pool of one client takes as many.
        let (lanes, calls) = if settings.http1 {
            (1, settings.connections)
        } else {
            (settings.connections, settings.calls_per_connection)
        };
        let clients = (0..lanes)
            .map(|_| client(settings))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(clients, calls))
    }

    /// A transport over a client that was set up elsewhere, with TLS or proxies for example.
    #[must_use]
    pub fn from_client(client: reqwest::Client) -> Self {
        Self::of(vec![client], Semaphore::MAX_PERMITS)
    }

    fn of(clients: Vec<reqwest::Client>, calls: usize) -> Self {
        let all = calls
            .saturating_mul(clients.len())
            .min(Semaphore::MAX_PERMITS);
        Self {
            lanes: Arc::new(Lanes {
                under_way: Mutex::new(vec![0; clients.len()]),
                calls,
                clients,
            }),
            places: Arc::new(Semaphore::new(all)),
            base: Base::default(),
        }
    }

    /// A place on the first connection that has one: the fewest connections that the load needs.
    async fn place(&self) -> Result<Place, TransportError> {
        let permit = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| TransportError::Connect("the transport is closed".into()))?;
        Ok(Place {
            lane: self.lanes.enter(),
            lanes: Arc::clone(&self.lanes),
            _permit: permit,
        })
    }
}

/// Connections side by side, each kept by a client of its own.
#[derive(Debug)]
struct Lanes {
    clients: Vec<reqwest::Client>,
    /// The requests that each of them carries at the moment.
    under_way: Mutex<Vec<usize>>,
    /// The most that each is to carry.
    calls: usize,
}

impl Lanes {
    /// Chooses a lane for whoever has a permit; there are as many permits as places.
    fn enter(&self) -> usize {
        let mut under_way = self.lock();
        let free = under_way.iter().position(|count| *count < self.calls);
        let lane = free.unwrap_or(0);
        under_way[lane] += 1;
        lane
    }

    fn lock(&self) -> MutexGuard<'_, Vec<usize>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to be under way on a lane.
struct Place {
    lanes: Arc<Lanes>,
    lane: usize,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    fn client(&self) -> &reqwest::Client {
        &self.lanes.clients[self.lane]
    }
}

impl Drop for Place {
    /// The lane is left before the permit is given back, so that whoever gets it finds the place.
    fn drop(&mut self) {
        self.lanes.lock()[self.lane] -= 1;
    }
}

fn client(settings: &HttpSettings) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .connect_timeout(settings.connect_timeout)
        .tcp_nodelay(true)
        .redirect(reqwest::redirect::Policy::none())
        // Its default repeats calls that a server refused on HTTP/2 level, whatever they do.
        .retry(reqwest::retry::never())
        .no_proxy();
    if settings.http1 {
        builder.http1_only()
    } else {
        builder
            .http2_prior_knowledge()
            .http2_adaptive_window(false)
            .http2_initial_stream_window_size(1024 * 1024)
            .http2_initial_connection_window_size(16 * 1024 * 1024)
    }
    .build()
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let place = self.place().await?;
            let request = self.base.request(request)?;
            let response = place.client().execute(request).await.map_err(|error| {
                if error.is_connect() {
                    TransportError::Connect(error.without_url().into())
                } else {
                    TransportError::Broken(error.without_url().into())
                }
            })?;
            let response: http::Response<reqwest::Body> = response.into();
            Ok(response.map(|body| {
                let body = body.map_err(|error| BodyError::Broken(error.without_url().into()));
                InPlace {
                    body,
                    _place: place,
                }
                .boxed_unsync()
            }))
        })
    }
}

/// A response body that keeps its request's place until it is read or dropped.
struct InPlace<B> {
    body: B,
    _place: Place,
}

impl<B: Body + Unpin> Body for InPlace<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
