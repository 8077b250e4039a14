//! Why another backend's federator gave no response.
//!
//! Source: `transport.md` §8.3.

use federation_api::{Domain, Failure};

use crate::local::chain;

/// Why another backend's federator gave no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RemoteError {
    /// 521: no name, no connection, or a connection that broke.
    #[error("{0}")]
    Connection(String),
    /// 525: the TLS handshake failed, or the peer ended it afterwards.
    #[error("{0}")]
    Tls(String),
    /// 533: the peer does not keep to HTTP/2, or does not answer.
    #[error("{0}")]
    Http2(String),
    /// 503: the limits of this federator.
    #[error("{0}")]
    Overloaded(&'static str),
}

impl RemoteError {
    /// The error of the protocol, saying at which host and path it happened.
    pub(crate) fn failure(self, host: &str, path: &str) -> Failure {
        let failure = match self {
            Self::Connection(what) => Failure::new(521, "federation-connection-refused", what),
            Self::Tls(what) => Failure::new(525, "federation-tls-error", what),
            Self::Http2(what) => Failure::new(533, "federation-http2-error", what),
            Self::Overloaded(what) => return Failure::new(503, "server-error", what),
        };
        at(failure, host, path)
    }

    /// The kind of an error of a connection that was up.
    pub(crate) fn of_connection(error: &(dyn std::error::Error + 'static)) -> Self {
        let text = chain(error);
        for cause in causes(error) {
            if cause.is::<rustls::Error>() {
                return Self::Tls(text);
            }
            let io = cause.downcast_ref::<std::io::Error>();
            let io = io.or_else(|| cause.downcast_ref::<h2::Error>()?.get_io());
            if let Some(io) = io {
                return Self::of_io(io, text);
            }
        }
        Self::Http2(text)
    }

    fn of_io(error: &std::io::Error, text: String) -> Self {
        match error.get_ref() {
            Some(inner) if inner.is::<rustls::Error>() => Self::Tls(text),
            _ => Self::Connection(text),
        }
    }
}

/// Whether the peer says that it has not looked at the request.
pub(crate) fn was_refused_unseen(error: &(dyn std::error::Error + 'static)) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<h2::Error>())
        .any(|error| {
            let reason = error.reason();
            error.is_remote()
                && (reason == Some(h2::Reason::REFUSED_STREAM)
                    || (error.is_go_away() && reason == Some(h2::Reason::NO_ERROR)))
        })
}

fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

/// The same error with `data`, if the host is a domain. The dot at the end of an SRV target does not
/// count.
pub(crate) fn at(failure: Failure, host: &str, path: &str) -> Failure {
    match host.parse::<Domain>() {
        Ok(domain) => failure.with_data(domain, path),
        Err(_) => failure,
    }
}
