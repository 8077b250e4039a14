//! Requests over the network, by hyper's pooled client and nothing above it.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::http_settings::{CONNECTION_WINDOW, FRAME, HttpSettings, STREAM_WINDOW};
use crate::lanes::{InPlace, Lanes};
use crate::transport::{BodyError, ResponseBody, Transport, TransportError};

/// Requests over the network in plain HTTP, without the layers of reqwest: leaner, and without TLS and
/// proxies. With the feature `hyper`.
///
/// The same lanes, limits and errors as [`HttpTransport`](crate::HttpTransport), except that the time to
/// connect is for each address that the name of the host stands for.
///
/// ```no_run
/// use federation_clients::{Address, Connection, HttpSettings, HyperTransport, Options};
///
/// # fn example() -> Result<(), federation_clients::AddressError> {
/// let connection = Connection::new(
///     Address::via_federator("http://127.0.0.1:8097")?,
///     HyperTransport::new(&HttpSettings::default()),
///     Options::default(),
/// );
/// # Ok(())
/// # }
/// ```
///
/// Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct HyperTransport(Arc<Lanes<PooledClient>>);

type PooledClient = Client<HttpConnector, Full<Bytes>>;

impl HyperTransport {
    /// A transport with these settings. Connections are made when they are needed.
    #[must_use]
    pub fn new(settings: &HttpSettings) -> Self {
        let lanes = Lanes::new(settings, |settings| Ok::<_, Infallible>(client(settings)));
        Self(match lanes {
            Ok(lanes) => lanes,
        })
    }
}

fn client(settings: &HttpSettings) -> PooledClient {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(settings.connect_timeout));
    connector.set_nodelay(true);
    let mut builder = Client::builder(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new());
    if !settings.http1 {
        builder
            .http2_only(true)
            .http2_initial_stream_window_size(STREAM_WINDOW)
            .http2_initial_connection_window_size(CONNECTION_WINDOW)
            .http2_max_frame_size(FRAME);
    }
    builder.build(connector)
}

impl Transport for HyperTransport {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let place = self.0.place().await?;
            let request = request.map(Full::new);
            let response = place.client().request(request).await.map_err(no_response)?;
            Ok(response.map(|body| {
                let body = body.map_err(|error| BodyError::Broken(error.into()));
                InPlace {
                    body,
                    _place: place,
                }
                .boxed_unsync()
            }))
        })
    }
}

fn no_response(error: legacy::Error) -> TransportError {
    if error.is_connect() {
        TransportError::Connect(error.into())
    } else {
        TransportError::Broken(error.into())
    }
}
