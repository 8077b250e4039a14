//! The envelope of a call: who calls whom, in which version, until when.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::{Duration, Instant};

use smol_str::SmolStr;

use crate::{Domain, Parties, Version};

/// Who calls whom, in which version, under which request id and until when.
///
/// A server builds it from headers that it has checked and hands it to the handler; a caller builds
/// it with [`Call::new`] and hands it to a client. It is the only thing that can tell whose a bare id
/// of a request or response is ([`request`](Call::request), [`response`](Call::response)).
///
/// ```
/// use std::time::Duration;
/// use federation_api::Call;
///
/// let call = Call::new("a.example.com".parse()?, "b.example.com".parse()?)
///     .with_timeout(Duration::from_secs(5));
/// assert_eq!(call.target().as_str(), "b.example.com");
/// # Ok::<(), federation_api::DomainError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Call {
    origin: Domain,
    target: Domain,
    request_id: RequestId,
    version: Option<Version>,
    deadline: Option<Instant>,
    origin_ip: Option<IpAddr>,
}

impl Call {
    /// A call of the backend `origin` to the backend `target`, with a fresh request id and without a
    /// deadline of its own.
    #[must_use]
    pub fn new(origin: Domain, target: Domain) -> Self {
        Self::under(RequestId::random(), origin, target)
    }

    /// The same, for a call that has a request id already. For servers: making up an id, only to
    /// replace it by the caller's, asks the system for randomness.
    #[must_use]
    pub fn under(request_id: RequestId, origin: Domain, target: Domain) -> Self {
        Self {
            origin,
            target,
            request_id,
            version: None,
            deadline: None,
            origin_ip: None,
        }
    }

    /// The same call under this request id.
    #[must_use]
    pub fn with_request_id(self, request_id: RequestId) -> Self {
        Self { request_id, ..self }
    }

    /// The same call in this version.
    ///
    /// For servers; a client sends the version that it has negotiated with the target.
    #[must_use]
    pub fn with_version(self, version: Version) -> Self {
        Self {
            version: Some(version),
            ..self
        }
    }

    /// The same call, to be answered until this instant.
    #[must_use]
    pub fn with_deadline(self, deadline: Instant) -> Self {
        Self {
            deadline: Some(deadline),
            ..self
        }
    }

    /// The same call, to be answered within `timeout` from now. A time-out beyond what the clock can
    /// tell means no deadline.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self {
            deadline: Instant::now().checked_add(timeout),
            ..self
        }
    }

    /// The same call, seen to come from this address.
    #[must_use]
    pub fn with_origin_ip(self, origin_ip: Option<IpAddr>) -> Self {
        Self { origin_ip, ..self }
    }

    /// The backend that makes the call. Behind a federator this is authentic.
    #[must_use]
    pub const fn origin(&self) -> &Domain {
        &self.origin
    }

    /// The backend that answers the call.
    #[must_use]
    pub const fn target(&self) -> &Domain {
        &self.target
    }

    /// The id under which every party logs the call.
    #[must_use]
    pub const fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// The version that the call is made in. A caller that states none means version 0.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version.unwrap_or_default()
    }

    /// Whether the caller stated a version. Backends from before 2024 do not.
    #[must_use]
    pub const fn states_version(&self) -> bool {
        self.version.is_some()
    }

    /// When the answer must be there, if there is such a time.
    #[must_use]
    pub const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The address from which the calling backend reached the federator. For audit logs only, never
    /// for authorisation.
    #[must_use]
    pub const fn origin_ip(&self) -> Option<IpAddr> {
        self.origin_ip
    }

    /// The parties of the request: the origin sends it, the target receives it.
    #[must_use]
    pub const fn request(&self) -> Parties<'_> {
        Parties::new(&self.origin, &self.target)
    }

    /// The parties of the response: the target sends it, the origin receives it.
    #[must_use]
    pub const fn response(&self) -> Parties<'_> {
        Parties::new(&self.target, &self.origin)
    }
}

/// The id under which every party of a call logs it: 1 to 256 visible ASCII characters and blanks,
/// a UUID in practice.
///
/// Source: `transport.md` §3.3.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(SmolStr);

impl RequestId {
    /// A fresh id: a random UUID.
    #[must_use]
    pub fn random() -> Self {
        // Nothing depends on nobody guessing it, and the generator of the system takes a system call.
        let random = fastrand::u128(..).to_ne_bytes();
        let id = uuid::Builder::from_random_bytes(random).into_uuid();
        let mut buffer = uuid::Uuid::encode_buffer();
        Self(SmolStr::new(id.hyphenated().encode_lower(&mut buffer)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that cannot be a request id, because it would not survive in a header or a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a request id has 1 to 256 visible ASCII characters or blanks")]
pub struct RequestIdError;

impl FromStr for RequestId {
    type Err = RequestIdError;

    fn from_str(text: &str) -> Result<Self, RequestIdError> {
        let fits = (1..=256).contains(&text.len());
        if fits && text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            Ok(Self(SmolStr::new(text)))
        } else {
            Err(RequestIdError)
        }
    }
}
