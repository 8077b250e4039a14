//! Headers that concern one connection only, and the id of a request.

use federation_api::{RequestId, headers};
use http::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue};

pub(crate) static ORIGIN_REQUEST_ID: HeaderName =
    HeaderName::from_static(headers::ORIGIN_REQUEST_ID);
pub(crate) static REQUEST_ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);

/// What an HTTP/1.1 connection says for itself must not reach the next one, least of all an HTTP/2 one.
/// Lengths are set anew from the body.
///
/// Source: RFC 9110 §7.6.1, RFC 9113 §8.2.2.
pub(crate) fn drop_connection_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in [
        CONNECTION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
        EXPECT,
        PROXY_AUTHORIZATION,
    ] {
        headers.remove(name);
    }
    for name in ["keep-alive", "proxy-connection", "http2-settings"] {
        headers.remove(name);
    }
}

/// The same for a request: host and length are those of the next hop.
pub(crate) fn drop_request_headers(headers: &mut HeaderMap) {
    drop_connection_headers(headers);
    headers.remove(HOST);
    headers.remove(CONTENT_LENGTH);
}

/// The id that the caller gave. One that cannot be logged, or none, is replaced by a fresh one.
///
/// Source: `transport.md` §3.3, §4.
pub(crate) fn request_id(headers: &HeaderMap) -> RequestId {
    headers
        .get(&ORIGIN_REQUEST_ID)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .unwrap_or_else(RequestId::random)
}

/// The id as a header. Its grammar leaves nothing that a header cannot hold.
pub(crate) fn id_value(id: &RequestId) -> HeaderValue {
    HeaderValue::from_str(id.as_str()).unwrap_or_else(|_| HeaderValue::from_static("N/A"))
}
