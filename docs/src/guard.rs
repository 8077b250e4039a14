//! Who may ask this server: pages of its own, by a name of this machine.
//!
//! A page from elsewhere can make its own name lead to this machine after it was loaded (DNS rebinding), and is then
//! of one origin with this server as far as the browser knows. Its name still stands in `Host`.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::html::CONTENT_SECURITY_POLICY;

/// The names of this machine.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Answers requests to another host with 421, and says what the pages may load and that no other may show them.
pub(crate) async fn of_this_machine(request: Request, next: Next) -> Response {
    let mut response = if is_this_machine(&request) {
        next.run(request).await
    } else {
        let text = "This server answers to localhost, 127.0.0.1 and [::1]; write one of them into the address.\n";
        (StatusCode::MISDIRECTED_REQUEST, text).into_response()
    };
    let policy = format!("{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Answers calls that a page of another origin makes with 403.
pub(crate) async fn of_this_origin(request: Request, next: Next) -> Response {
    if comes_from_elsewhere(request.headers()) {
        let text = "Calls are passed on only from the pages of this server.\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    next.run(request).await
}

/// Each host that is named, of which there is exactly one in `Host`, is this machine.
fn is_this_machine(request: &Request) -> bool {
    let is_local = |name: &str| NAMES.iter().any(|local| local.eq_ignore_ascii_case(name));
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let host = host
        .to_str()
        .ok()
        .and_then(|host| host.parse::<Authority>().ok());
    // Who is named before an `@` is no host.
    host.is_some_and(|host| is_local(host.host()) && !host.as_str().contains('@'))
        && request.uri().host().is_none_or(is_local)
}

/// A browser says the origin of the page with each call; other programs need not.
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let own = host.map(|host| format!("http://{host}"));
    let is_own = |origin: &HeaderValue| {
        let origin = origin.to_str().ok();
        origin
            .zip(own.as_deref())
            .is_some_and(|(origin, own)| origin.eq_ignore_ascii_case(own))
    };
    let site = headers.get("sec-fetch-site");
    site.is_some_and(|site| site == "cross-site")
        || !headers.get_all(header::ORIGIN).iter().all(is_own)
}
