//! Requests to the components of this backend: HTTP/1.1 without TLS, over kept connections.
//!
//! Source: `transport.md` §6.1.

use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::config::Endpoint;
use crate::limits::Limits;

/// Connections that are kept to one component while nobody needs them.
const IDLE_CONNECTIONS: usize = 256;

/// How long they are kept at most: for less time than any component keeps them. One that the component
/// closes just as a request goes out on it costs that request, because it may have been seen. Components on
/// `federation-servers` keep them for two minutes, others for as little as their frameworks do; a new
/// connection after some seconds of silence costs less than a request now and then.
const IDLE: Duration = Duration::from_secs(5);

/// Requests to the components of this backend. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub(crate) struct Local(Client<HttpConnector, Full<Bytes>>);

impl Local {
    pub(crate) fn new(limits: &Limits) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(limits.component_time));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(limits.idle_connection.min(IDLE))
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build(connector);
        Self(client)
    }

    /// Sends a request, whose URI is set from `endpoint` and `path`, and waits for the head of its
    /// response. Redirects are answers like any other.
    pub(crate) async fn send(
        &self,
        endpoint: &Endpoint,
        path: &str,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, String> {
        let uri = Uri::builder()
            .scheme("http")
            .authority(endpoint.to_string())
            .path_and_query(path);
        *request.uri_mut() = uri
            .build()
            .map_err(|error| format!("{endpoint}: {error}"))?;
        let sent = self.0.request(request).await;
        sent.map_err(|error| format!("{endpoint}: {}", chain(&error)))
    }
}

/// An error with all its causes.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let causes: Vec<String> = causes.map(ToString::to_string).collect();
    causes.join(": ")
}
