//! Everything that is bounded, in one place.

use std::time::Duration;

use serde::Deserialize;

/// The limits of a federator. In YAML under `limits`, times in milliseconds.
///
/// ```
/// use federation_federator::Limits;
///
/// let limits = Limits::default();
/// assert_eq!(limits.requests_per_peer, 100);
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// Open connections per listener; more wait to be accepted. 10 000.
    pub connections: usize,
    /// Open connections from one address (of IPv6 a network of 64 bits) per listener; more are closed at
    /// once. All that comes through an ingress comes from its address. 5000.
    pub connections_per_address: usize,
    /// Requests that run at once per listener; more are 503. 4096.
    pub requests: usize,
    /// Streams that one HTTP/2 connection of a caller may have open. 256.
    pub streams_per_connection: u32,
    /// The headers of a request, in bytes. 64 KiB.
    pub header_bytes: u32,
    /// A request body, in bytes; a larger one is 413. 16 MiB.
    pub request_body: usize,
    /// All request bodies that one listener holds at once, in bytes; when that is used up, requests are
    /// 503. 256 MiB.
    pub buffered_bodies: usize,
    /// The body of an error response that is read to be rewritten, in bytes; the rest is cut off. 1 MiB.
    pub error_body: usize,

    /// Requests of one other backend that Inward has at once; more are 429. 1024.
    pub requests_per_origin: usize,
    /// Requests under way to one local component; more wait within `component_time`. 1024.
    pub requests_per_component: usize,
    /// Requests under way to one target host; more wait. 100.
    pub requests_per_peer: usize,
    /// Requests that wait for one target host; more are 503. 1024.
    pub waiting_per_peer: usize,
    /// Requests under way on one connection to a target host; another is opened for more. 64, which is
    /// what existing servers allow.
    pub requests_per_peer_connection: usize,
    /// Target hosts with connections of their own; more are 503 until others fall idle. 10 000.
    pub peers: usize,
    /// Targets of one backend that are tried after each other. 4.
    pub targets_tried: usize,

    /// The headers of a request from their first byte, and the first request of a connection. 10 s.
    #[serde(with = "millis")]
    pub header_time: Duration,
    /// A request body after its headers; a slower one is 408. 30 s.
    #[serde(with = "millis")]
    pub body_time: Duration,
    /// A TLS handshake, on either side. 10 s.
    #[serde(with = "millis")]
    pub handshake_time: Duration,
    /// One DNS question; it is asked twice. 3 s.
    #[serde(with = "millis")]
    pub dns_time: Duration,
    /// Asking brig for the policy. 5 s.
    #[serde(with = "millis")]
    pub policy_time: Duration,
    /// Waiting for a place at a target host. 10 s.
    #[serde(with = "millis")]
    pub waiting_time: Duration,
    /// A local component, until the head of its response (`transport.md` §6.1). 10 s.
    #[serde(with = "millis")]
    pub component_time: Duration,
    /// A remote federator, until the head of its response. 30 s.
    #[serde(with = "millis")]
    pub remote_time: Duration,
    /// Silence in the body of a response, or a reader that takes nothing, whose connection ends. 30 s.
    #[serde(with = "millis")]
    pub idle_stream: Duration,
    /// A connection without requests, on either side. 60 s.
    #[serde(with = "millis")]
    pub idle_connection: Duration,
    /// A connection to a target host before a new one takes its place, so that changes of addresses and
    /// certificates are noticed. 300 s.
    #[serde(with = "millis")]
    pub connection_life: Duration,
    /// A connection of a caller before it is asked to make a new one, so that its certificate is verified
    /// again. 600 s.
    #[serde(with = "millis")]
    pub accepted_life: Duration,
    /// A target host that could not be reached stands behind its alternatives. 5 s.
    #[serde(with = "millis")]
    pub avoid_failed: Duration,
    /// How long a shutdown waits for running requests. 15 s.
    #[serde(with = "millis")]
    pub shutdown: Duration,

    /// Answers of the DNS live as long as their TTL, but no longer. 300 s.
    #[serde(with = "millis")]
    pub dns_cache: Duration,
    /// Names in the DNS cache. 10 000.
    pub dns_entries: usize,
    /// The policy of brig lives as long as its `update_interval`, but no longer. 10 s.
    #[serde(with = "millis")]
    pub policy_cache: Duration,
    /// How often certificate files are looked at. 5 s.
    #[serde(with = "millis")]
    pub reload_interval: Duration,
    /// Domains that metrics tell apart; the rest is counted as `other`. 1000.
    pub metric_domains: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connections: 10_000,
            connections_per_address: 5000,
            requests: 4096,
            streams_per_connection: 256,
            header_bytes: 64 * 1024,
            request_body: 16 * 1024 * 1024,
            buffered_bodies: 256 * 1024 * 1024,
            error_body: 1024 * 1024,
            requests_per_origin: 1024,
            requests_per_component: 1024,
            requests_per_peer: 100,
            waiting_per_peer: 1024,
            requests_per_peer_connection: 64,
            peers: 10_000,
            targets_tried: 4,
            header_time: seconds(10),
            body_time: seconds(30),
            handshake_time: seconds(10),
            dns_time: seconds(3),
            policy_time: seconds(5),
            waiting_time: seconds(10),
            component_time: seconds(10),
            remote_time: seconds(30),
            idle_stream: seconds(30),
            idle_connection: seconds(60),
            connection_life: seconds(300),
            accepted_life: seconds(600),
            avoid_failed: seconds(5),
            shutdown: seconds(15),
            dns_cache: seconds(300),
            dns_entries: 10_000,
            policy_cache: seconds(10),
            reload_interval: seconds(5),
            metric_domains: 1000,
        }
    }
}

mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}
