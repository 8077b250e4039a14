//! What a request's path asks of a listener.
//!
//! The raw path is split at its slashes and each segment is percent-decoded, once. A slash or dot
//! that comes out of the decoding is part of its segment and fails that segment's grammar.
//!
//! Source: `transport.md` §3.1, §3.2, §5.2.

use std::borrow::Cow;

use federation_api::{Component, Domain};
use http::{Method, Uri, Version};
use percent_encoding::percent_decode_str;

use crate::answer::Answer;
use crate::rpc_name::RpcName;

/// What Outward is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OutwardRoute {
    /// `/rpc/:domain/:component/:rpc`
    Rpc(Domain, Component, RpcName),
    /// One of the routes for operators.
    Operation(Operation),
}

/// What Inward is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InwardRoute {
    /// `/federation/:component/:rpc`
    Rpc(Component, RpcName),
    /// One of the routes for operators.
    Operation(Operation),
}

/// The routes that both listeners have for operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// `GET /i/status[?standalone]`
    Status {
        /// Whether the other listener is left alone.
        standalone: bool,
    },
    /// `GET /i/metrics`
    Metrics,
}

impl OutwardRoute {
    pub(crate) fn of(method: &Method, uri: &Uri, version: Version) -> Result<Self, Answer> {
        let segments = segments(uri, version)?;
        match segments.iter().map(AsRef::as_ref).collect::<Vec<&str>>()[..] {
            ["rpc", domain, component, rpc] => Ok(Self::Rpc(
                domain.parse().map_err(Answer::unparsable)?,
                component.parse().map_err(Answer::unparsable)?,
                rpc.parse().map_err(Answer::unparsable)?,
            )),
            ["i", name] => Operation::of(method, name, uri.query()).map(Self::Operation),
            _ => Err(Answer::NotFound),
        }
    }
}

impl InwardRoute {
    pub(crate) fn of(method: &Method, uri: &Uri, version: Version) -> Result<Self, Answer> {
        let segments = segments(uri, version)?;
        match segments.iter().map(AsRef::as_ref).collect::<Vec<&str>>()[..] {
            ["federation", component, rpc] => Ok(Self::Rpc(
                component.parse().map_err(Answer::unparsable)?,
                rpc.parse().map_err(Answer::unparsable)?,
            )),
            ["i", name] => Operation::of(method, name, uri.query()).map(Self::Operation),
            _ => Err(Answer::NotFound),
        }
    }
}

impl Operation {
    fn of(method: &Method, name: &str, query: Option<&str>) -> Result<Self, Answer> {
        match name {
            _ if method != Method::GET => Err(Answer::NotFound),
            "status" => {
                let mut parameters = query.unwrap_or_default().split('&');
                let standalone = parameters.any(|one| one.split('=').next() == Some("standalone"));
                Ok(Self::Status { standalone })
            }
            "metrics" => Ok(Self::Metrics),
            _ => Err(Answer::NotFound),
        }
    }

    /// The template of the route, for metrics.
    pub(crate) const fn template(self) -> &'static str {
        match self {
            Self::Status { .. } => "/i/status",
            Self::Metrics => "/i/metrics",
        }
    }
}

/// The decoded segments; a single slash at the end is no segment.
fn segments(uri: &Uri, version: Version) -> Result<Vec<Cow<'_, str>>, Answer> {
    // In HTTP/1 an absolute URI is how one speaks to a proxy, which this is not. HTTP/2 has the scheme
    // in every request.
    if version < Version::HTTP_2 && uri.scheme().is_some() {
        return Err(Answer::NotFound);
    }
    let path = uri.path().strip_prefix('/').ok_or(Answer::NotFound)?;
    let path = path.strip_suffix('/').unwrap_or(path);
    // What is not UTF-8 becomes a character that no grammar has.
    let decoded = |segment| percent_decode_str(segment).decode_utf8_lossy();
    Ok(path.split('/').map(decoded).collect())
}

#[cfg(test)]
mod tests {
    use super::{Answer, InwardRoute};
    use http::{Method, Uri, Version};

    fn inward(path: &str) -> Result<InwardRoute, Answer> {
        let uri: Uri = path.parse().unwrap();
        InwardRoute::of(&Method::POST, &uri, Version::HTTP_11)
    }

    #[test]
    fn one_slash_at_the_end_is_tolerated() {
        assert!(inward("/federation/brig/get-users").is_ok());
        assert!(inward("/federation/brig/get-users/").is_ok());
        assert!(inward("/federation/brig/get-users//").is_err());
        assert!(matches!(inward("/federation/brig/"), Err(Answer::NotFound)));
    }

    #[test]
    fn segments_are_decoded_once() {
        assert!(inward("/federation/%62rig/get%2Dusers").is_ok());
        for inside in [
            "..%2Fi%2Fusers",
            "%2e%2e",
            "%252e%252e",
            "%c0%ae",
            "²",
            "a.b",
        ] {
            let refused = inward(&format!("/federation/brig/{inside}"));
            assert!(matches!(refused, Err(Answer::Text(_))), "{inside}");
        }
    }
}
