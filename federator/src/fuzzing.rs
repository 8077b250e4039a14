//! What reads the bytes of strangers, open to the fuzzers (`fuzz/`) and to nobody else.

use hickory_resolver::proto::op::Message;
use http::{HeaderMap, Method, Uri, Version};

use crate::discovery::{SrvTarget, offered};
use crate::path::{InwardRoute, OutwardRoute};
use crate::{certificate_header, origin_ip};

/// Reads the headers that an ingress sets.
pub fn headers(headers: &HeaderMap) {
    // Either has an answer or none; what counts is that it comes back.
    let _ = certificate_header::names(headers);
    let _ = origin_ip::of(headers);
}

/// Routes a request as both listeners do.
pub fn path(method: &Method, uri: &Uri) {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let _ = OutwardRoute::of(method, uri, version);
        let _ = InwardRoute::of(method, uri, version);
    }
}

/// The targets in a message of the DNS; `None` if it is no message.
pub fn srv_targets(message: &[u8]) -> Option<Vec<SrvTarget>> {
    let message = Message::from_vec(message).ok()?;
    Some(offered(&message.answers))
}
