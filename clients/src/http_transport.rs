//! Requests over the network, by reqwest.

use std::pin::Pin;
use std::sync::Arc;
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
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HttpSettings {
    /// HTTP/1.1 in place of HTTP/2 with prior knowledge.
    pub http1: bool,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// Requests under way on one HTTP/2 connection; another is opened for more. Old servers stop
    /// answering when the request bodies in flight on one connection pass some 64 KiB.
    pub calls_per_connection: usize,
    /// Connections that are opened; beyond that, requests wait.
    pub connections: usize,
}

impl Default for HttpSettings {
    /// HTTP/2, 64 calls on each of up to 16 connections, 30 seconds to connect.
    fn default() -> Self {
        Self {
            http1: false,
            connect_timeout: Duration::from_secs(30),
            calls_per_connection: 64,
            connections: 16,
        }
    }
}

/// Requests over the network, by [reqwest].
///
/// Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    lanes: Arc<[Lane]>,
    /// A place for every request that may be under way on any lane.
    places: Arc<Semaphore>,
    base: Base,
}

/// One HTTP/2 connection, kept by a client of its own.
#[derive(Debug)]
struct Lane {
    client: reqwest::Client,
    places: Arc<Semaphore>,
}

impl HttpTransport {
    /// A transport with these settings. Connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be set up.
    pub fn new(settings: &HttpSettings) -> Result<Self, reqwest::Error> {
        // HTTP/1.1 carries one request per connection; the pool of one client takes as many.
        let (lanes, places) = if settings.http1 {
            (1, settings.connections.max(1))
        } else {
            (
                settings.connections.max(1),
                settings.calls_per_connection.max(1),
            )
        };
        let clients = (0..lanes)
            .map(|_| client(settings))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(clients, places))
    }

    /// A transport over a client that was set up elsewhere, with TLS or proxies for example.
    #[must_use]
    pub fn from_client(client: reqwest::Client) -> Self {
        Self::of(vec![client], Semaphore::MAX_PERMITS)
    }

    fn of(clients: Vec<reqwest::Client>, places: usize) -> Self {
        let all = places
            .saturating_mul(clients.len())
            .min(Semaphore::MAX_PERMITS);
        let lanes = clients.into_iter().map(|client| Lane {
            client,
            places: Arc::new(Semaphore::new(places)),
        });
        Self {
            lanes: lanes.collect(),
            places: Arc::new(Semaphore::new(all)),
            base: Base::default(),
        }
    }

    /// The first connection with a place: the fewest connections that the load needs.
    async fn lane(&self) -> Result<(&Lane, Place), TransportError> {
        let closed = |_| TransportError::Connect("the transport is closed".into());
        let all = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(closed)?;
        for lane in &*self.lanes {
            if let Ok(one) = Arc::clone(&lane.places).try_acquire_owned() {
                return Ok((
                    lane,
                    Place {
                        _all: all,
                        _one: one,
                    },
                ));
            }
        }
        // There is a place on some lane for whoever has one of all; it is being given back.
        let lane = &self.lanes[0];
        let one = Arc::clone(&lane.places)
            .acquire_owned()
            .await
            .map_err(closed)?;
        Ok((
            lane,
            Place {
                _all: all,
                _one: one,
            },
        ))
    }
}

fn client(settings: &HttpSettings) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .connect_timeout(settings.connect_timeout)
        .tcp_nodelay(true)
        .redirect(reqwest::redirect::Policy::none())
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
            let (lane, place) = self.lane().await?;
            let request = self.base.request(request)?;
            let response = lane.client.execute(request).await.map_err(|error| {
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

/// The right to be under way.
struct Place {
    _all: OwnedSemaphorePermit,
    _one: OwnedSemaphorePermit,
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
