//! Where the broker and its management API are.

use std::fmt;

use lapin::tcp::OwnedTLSConfig;
use lapin::uri::{AMQPScheme, AMQPUri};

use crate::queue::QueueError;

/// The ports of the management API, without and with TLS, unless something else is said.
const MANAGEMENT_PORT: u16 = 15_672;
const SECURE_MANAGEMENT_PORT: u16 = 15_671;

/// What a certificate begins with.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

/// Where a broker is, and who we are there.
#[derive(Clone)]
pub struct Address {
    pub(super) uri: AMQPUri,
    pub(super) tls: OwnedTLSConfig,
    pub(super) management: String,
}

impl Address {
    /// Reads `amqp://user:password@host:port/vhost`, or `amqps://…` for TLS, where the authorities of the
    /// system vouch for the broker. The management API is expected on port 15672 of the same host; with TLS
    /// on port 15671, with TLS as well.
    ///
    /// # Errors
    ///
    /// When it is no such URL.
    pub fn parse(url: &str) -> Result<Self, QueueError> {
        let refused = || QueueError::Address(without_password(url));
        let uri: AMQPUri = url.parse().map_err(|_| refused())?;
        let host = &uri.authority.host;
        let management = match uri.scheme {
            AMQPScheme::AMQP => format!("http://{host}:{MANAGEMENT_PORT}"),
            AMQPScheme::AMQPS => format!("https://{host}:{SECURE_MANAGEMENT_PORT}"),
        };
        Ok(Self {
            uri,
            tls: OwnedTLSConfig::default(),
            management,
        })
    }

    /// The same, with the management API at this URL, `http://` or `https://`. It gets the password.
    #[must_use]
    pub fn with_management(self, url: &str) -> Self {
        Self {
            management: url.trim_end_matches('/').to_owned(),
            ..self
        }
    }

    /// The same; these certificates, in PEM, vouch for a broker with TLS besides those of the system.
    ///
    /// # Errors
    ///
    /// When there is no certificate in it.
    pub fn with_authorities(mut self, pem: String) -> Result<Self, QueueError> {
        if !pem.contains(CERTIFICATE) {
            return Err(QueueError::Unreachable {
                queue: self.to_string(),
                reason: format!(
                    "what is to vouch for it has no certificate: no line `{CERTIFICATE}`"
                ),
            });
        }
        self.tls.cert_chain = Some(pem);
        Ok(self)
    }
}

/// Never with the password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, at) = (&self.uri.scheme, &self.uri.authority);
        write!(f, "{scheme}://{}:{}/{}", at.host, at.port, self.uri.vhost)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            format!("{}…{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    }
}
