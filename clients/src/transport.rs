//! The seam between a connection and what carries its requests.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::combinators::UnsyncBoxBody;

/// Any error.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The body of a response, chunk by chunk.
pub type ResponseBody = UnsyncBoxBody<Bytes, BodyError>;

/// Why the body of a response is not whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The connection failed, or the sender gave up.
    #[error("the response broke off: {0}")]
    Broken(#[source] BoxError),
    /// Nothing came for too long.
    #[error("no data for {0:?}; the response counts as broken off")]
    Silent(Duration),
    /// More came than the limit of the connection allows.
    #[error("larger than {0} bytes, the limit of this connection")]
    TooLarge(usize),
}

/// Carries HTTP requests to where a connection sends them.
///
/// [`HttpTransport`](crate::HttpTransport) does it over the network, [`InProcess`](crate::InProcess)
/// by calling a service. Dropping the future gives the request up.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not carry requests",
    note = "use `HttpTransport` for the network and `InProcess` for a router in this process"
)]
pub trait Transport: Send + Sync + 'static {
    /// Sends one request and waits for the head of its response.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        (**self).send(request)
    }
}

/// A request that got no response.
#[derive(Debug)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection could be made; nothing was sent.
    Connect(BoxError),
    /// The connection failed before the head of the response was there.
    Broken(BoxError),
    /// There is nothing to send it through: this backend does not federate.
    NotEnabled,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, error) = match self {
            Self::Connect(error) => ("cannot connect", error),
            Self::Broken(error) => ("connection failed", error),
            Self::NotEnabled => return f.write_str("no federator configured"),
        };
        write!(f, "{what}: {error}")?;
        let mut cause = error.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connect(error) | Self::Broken(error) => error.source(),
            Self::NotEnabled => None,
        }
    }
}

/// Carries nothing, because this backend does not federate.
pub(crate) struct NotEnabled;

impl Transport for NotEnabled {
    fn send(
        &self,
        _: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(std::future::ready(Err(TransportError::NotEnabled)))
    }
}
