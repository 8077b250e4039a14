//! Requests over the network, by reqwest.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::BodyExt;
use tokio::sync::Semaphore;

use crate::base_url::Base;
use crate::http_settings::{CONNECTION_WINDOW, FRAME, HttpSettings, STREAM_WINDOW};
use crate::lanes::{InPlace, Lanes};
use crate::transport::{BodyError, ResponseBody, Transport, TransportError};

/// Requests over the network, by [reqwest].
///
/// Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    lanes: Arc<Lanes<reqwest::Client>>,
    base: Base,
}

impl HttpTransport {
    /// A transport with these settings. Connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be set up.
    pub fn new(settings: &HttpSettings) -> Result<Self, reqwest::Error> {
        Ok(Self {
            lanes: Lanes::new(settings, client)?,
            base: Base::default(),
        })
    }

    /// A transport over a client that was set up elsewhere, with TLS or proxies for example.
    #[must_use]
    pub fn from_client(client: reqwest::Client) -> Self {
        Self {
            lanes: Lanes::of(vec![client], Semaphore::MAX_PERMITS),
            base: Base::default(),
        }
    }
}

fn client(settings: &HttpSettings) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .connect_timeout(settings.connect_timeout)
        .tcp_nodelay(true)
        .redirect(reqwest::redirect::Policy::none())
        // Its default policy for retries stays: it repeats what the server says not to have looked at, as
        // when it ends a connection in an orderly way (RFC 9113 §8.7). That is safe for every call.
        .no_proxy();
    if settings.http1 {
        builder.http1_only()
    } else {
        builder
            .http2_prior_knowledge()
            .http2_adaptive_window(false)
            .http2_initial_stream_window_size(STREAM_WINDOW)
            .http2_initial_connection_window_size(CONNECTION_WINDOW)
            .http2_max_frame_size(FRAME)
    }
    .build()
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let place = self.lanes.place().await?;
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
