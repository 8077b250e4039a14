//! Names of the HTTP headers that carry what the body does not say.
//!
//! In lower case, as HTTP/2 has them; header names are compared without regard to case.
//!
//! Source: `transport.md` §3.3, §3.6, §5.3, §6.1.

/// The domain of the calling backend. Required on every federated request. Behind a federator it is
/// authentic: the federator has matched it with the peer's certificate.
pub const ORIGIN_DOMAIN: &str = "wire-origin-domain";

/// The caller's request id, from the calling component up to the remote federator. Free text.
pub const ORIGIN_REQUEST_ID: &str = "wire-origin-request-id";

/// The caller's request id as the federator hands it to the component.
pub const REQUEST_ID: &str = "request-id";

/// The version of the federation API that a call is made in: a bare decimal number. Missing or
/// unreadable means 0. Not sent with byte streams and with `api-version`.
pub const API_VERSION: &str = "x-wire-api-version";

/// The address from which the calling backend reached the federator. For audit logs only, never for
/// authorisation.
pub const ORIGIN_IP: &str = "wire-origin-ip";

/// The address at which the local federator reached the remote backend, on responses. For audit logs
/// only, never for authorisation.
pub const REMOTE_IP: &str = "wire-remote-ip";
