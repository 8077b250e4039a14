//! Which hosts stand for a backend.
//!
//! A backend domain is looked up as `SRV _wire-server-federator._tcp.<domain>`; the targets are the
//! infrastructure domains at which its federation ingress is reached, and one of which its
//! certificate must name.
//!
//! Source: `transport.md` §10.

mod cached;
mod dns;
mod order;

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use federation_api::{Domain, Failure};
use futures_util::future::BoxFuture;

pub(crate) use cached::CachedDiscovery;
#[cfg(fuzzing)]
pub(crate) use dns::offered;
pub use dns::{DnsDiscovery, DnsSetupError};
pub use order::in_order;

/// One SRV record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SrvTarget {
    /// Targets of a lower priority are tried first.
    pub priority: u16,
    /// The share of this target among those of its priority.
    pub weight: u16,
    /// The infrastructure domain as the DNS gave it, usually with a dot at the end.
    pub host: String,
    /// The port of the federation ingress.
    pub port: u16,
}

impl SrvTarget {
    /// The host without the dot at its end: what the certificate must name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.host.strip_suffix('.').unwrap_or(&self.host)
    }
}

/// What was found, and how long it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The records, in the order of the resolver.
    pub records: Vec<T>,
    /// The least TTL of the records.
    pub ttl: Duration,
}

/// Why nothing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscoveryError {
    /// The DNS says that there is no such record, or that the service is not offered (a target of `.`).
    NotAvailable,
    /// The DNS could not be asked, or answered with an error.
    Failed,
}

impl DiscoveryError {
    /// The error of the protocol: 422 `invalid-domain` or 400 `discovery-failure`.
    #[must_use]
    pub fn failure(self, domain: &Domain) -> Failure {
        let name = service_name(domain);
        match self {
            Self::NotAvailable => Failure::new(
                422,
                "invalid-domain",
                format!("srv record not found: {name}"),
            ),
            Self::Failed => Failure::new(400, "discovery-failure", format!("DNS error: {name}")),
        }
    }
}

impl fmt::Display for DiscoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAvailable => "no such record",
            Self::Failed => "the DNS could not be asked",
        })
    }
}

impl std::error::Error for DiscoveryError {}

/// Finds the hosts of a backend, and the addresses of a host.
///
/// [`DnsDiscovery`] asks the DNS. Whatever it is, a federator puts a cache in front of it.
pub trait Discovery: Send + Sync + 'static {
    /// The federation targets of a backend; never an empty list.
    fn targets<'a>(
        &'a self,
        domain: &'a Domain,
    ) -> BoxFuture<'a, Result<Found<SrvTarget>, DiscoveryError>>;

    /// The addresses of a target's host; never an empty list.
    fn addresses<'a>(
        &'a self,
        host: &'a str,
    ) -> BoxFuture<'a, Result<Found<IpAddr>, DiscoveryError>>;
}

/// The name under which a backend publishes where it is reached.
#[must_use]
pub fn service_name(domain: &Domain) -> String {
    format!("_wire-server-federator._tcp.{domain}")
}
