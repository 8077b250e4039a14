//! Where the broker and its management API are.

use std::fmt;

use lapin::uri::AMQPUri;

use crate::queue::QueueError;

/// The port of the management API unless something else is said.
const MANAGEMENT_PORT: u16 = 15_672;

/// Where a broker is, and who we are there.
#[derive(Clone)]
pub struct Address {
    pub(super) uri: AMQPUri,
    pub(super) management: String,
}

impl Address {
    /// Reads `amqp://user:password@host:port/vhost`. The management API is expected on port 15672 of the
    /// same host.
    ///
    /// # Errors
    ///
    /// When it is no such URL. TLS towards the broker (`amqps`) is not supported.
    pub fn parse(url: &str) -> Result<Self, QueueError> {
        if url.starts_with("amqps://") {
            return Err(QueueError::Unreachable {
                queue: without_password(url),
                reason: "TLS to a broker is not supported yet; name a proxy on this machine that speaks it, \
                         as amqp://user:password@127.0.0.1:5672/vhost"
                    .to_owned(),
            });
        }
        let refused = || QueueError::Address(without_password(url));
        let uri: AMQPUri = url.parse().map_err(|_| refused())?;
        if !url.starts_with("amqp://") {
            return Err(refused());
        }
        let management = format!("http://{}:{MANAGEMENT_PORT}", uri.authority.host);
        Ok(Self { uri, management })
    }

    /// The same, with the management API at this URL.
    #[must_use]
    pub fn with_management(self, url: &str) -> Self {
        Self {
            management: url.trim_end_matches('/').to_owned(),
            ..self
        }
    }
}

/// Never with the password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = &self.uri.authority;
        write!(f, "amqp://{}:{}/{}", at.host, at.port, self.uri.vhost)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_refused_with_a_remedy_and_without_the_password() {
        let refused = Address::parse("amqps://me:secret@there/x").unwrap_err();
        let refused = refused.to_string();
        assert!(refused.contains("proxy"), "{refused}");
        assert!(!refused.contains("secret"), "{refused}");
    }
}
