//! Requests to a service in the same process, without a socket.

use std::fmt;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use tower_service::Service;

use crate::transport::{BodyError, BoxError, ResponseBody, Transport, TransportError};

/// Hands requests to a tower service, such as the router of a component.
///
/// Requests and responses are what they are over the network, headers and JSON included; only the
/// socket is missing.
#[derive(Clone)]
pub struct InProcess<S>(S);

impl<S> InProcess<S> {
    /// Hands requests to clones of `service`.
    pub fn new(service: S) -> Self {
        Self(service)
    }
}

impl<S> fmt::Debug for InProcess<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}

impl<S, B> Transport for InProcess<S>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Clone,
    S: Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        let mut service = self.0.clone();
        async move {
            std::future::poll_fn(|cx| service.poll_ready(cx))
                .await
                .map_err(|error| TransportError::Connect(error.into()))?;
            let response = service
                .call(request.map(Full::new))
                .await
                .map_err(|error| TransportError::Broken(error.into()))?;
            Ok(response.map(|body| {
                body.map_err(|error| BodyError::Broken(error.into()))
                    .boxed_unsync()
            }))
        }
        .boxed()
    }
}
