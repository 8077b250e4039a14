//! From checked headers to the [`Call`] that a handler sees.

use std::net::IpAddr;

use federation_api::{Call, Domain, Failure, RequestId, Version, headers};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName};

// Names that are looked up as text are checked and hashed byte by byte, for every request again.
static API_VERSION: HeaderName = HeaderName::from_static(headers::API_VERSION);
static ORIGIN_DOMAIN: HeaderName = HeaderName::from_static(headers::ORIGIN_DOMAIN);
static ORIGIN_IP: HeaderName = HeaderName::from_static(headers::ORIGIN_IP);
static ORIGIN_REQUEST_ID: HeaderName = HeaderName::from_static(headers::ORIGIN_REQUEST_ID);
static REQUEST_ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);

/// What the version header says; see [`stated_version`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stated {
    /// Missing or unreadable, which both mean version 0.
    Nothing,
    /// A version that this API has.
    Known(Version),
    /// A number that it does not have: a caller that has not negotiated.
    Unknown,
}

impl Stated {
    /// The version of the caller, as far as we can follow it.
    pub(crate) fn version(self) -> Version {
        match self {
            Self::Nothing => Version::V0,
            Self::Known(version) => version,
            Self::Unknown => Version::NEWEST,
        }
    }
}

/// Source: `transport.md` §9.5.
pub(crate) fn stated_version(headers: &HeaderMap) -> Stated {
    let Some(text) = text_of(headers, &API_VERSION) else {
        return Stated::Nothing;
    };
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Stated::Nothing;
    }
    text.parse()
        .ok()
        .and_then(Version::from_number)
        .map_or(Stated::Unknown, Stated::Known)
}

/// Builds the call from the headers.
pub(crate) fn call(
    headers: &HeaderMap,
    own_domain: &Domain,
    stated: Stated,
) -> Result<Call, Failure> {
    let call = Call::under(request_id(headers), origin(headers)?, own_domain.clone())
        .with_origin_ip(origin_ip(headers)?);
    Ok(match stated {
        Stated::Nothing => call,
        stated => call.with_version(stated.version()),
    })
}

/// The calling backend. One header, or nobody knows who is calling.
fn origin(headers: &HeaderMap) -> Result<Domain, Failure> {
    let mut values = headers.get_all(&ORIGIN_DOMAIN).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value,
        (None, _) => {
            return Err(Failure::bad_request(
                "Header Wire-Origin-Domain is required",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(Failure::bad_request(
                "Header Wire-Origin-Domain is given more than once; send it once",
            ));
        }
    };
    value
        .to_str()
        .map_err(|_| "not ASCII".to_owned())
        .and_then(|text| text.parse().map_err(|error| format!("{error}")))
        .map_err(|error| {
            Failure::bad_request(format!(
                "Error parsing header Wire-Origin-Domain failed: {error}"
            ))
        })
}

/// The federator hands the id on under another name than the one that the caller gave it.
/// An id that cannot be logged is replaced: it must not keep a call from being answered.
pub(crate) fn request_id(headers: &HeaderMap) -> RequestId {
    [&REQUEST_ID, &ORIGIN_REQUEST_ID]
        .into_iter()
        .find_map(|name| text_of(headers, name)?.parse().ok())
        .unwrap_or_else(RequestId::random)
}

fn origin_ip(headers: &HeaderMap) -> Result<Option<IpAddr>, Failure> {
    text_of(headers, &ORIGIN_IP)
        .map(|text| {
            text.parse().map_err(|_| {
                Failure::bad_request(
                    "Error parsing header Wire-Origin-IP failed: not an IPv4 or IPv6 address",
                )
            })
        })
        .transpose()
}

/// JSON, or nothing said about it.
pub(crate) fn check_content_type(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    let media_type = value
        .as_bytes()
        .split(|b| *b == b';')
        .next()
        .unwrap_or_default();
    if media_type
        .trim_ascii()
        .eq_ignore_ascii_case(b"application/json")
    {
        Ok(())
    } else {
        Err(Failure::client_error(
            415,
            "Header Content-Type: requests are JSON; send application/json or leave the header out",
        ))
    }
}

fn text_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}
