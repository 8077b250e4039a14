//! Discovery by the DNS.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use federation_api::Domain;
use futures_util::future::BoxFuture;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, Record};

use super::{Discovery, DiscoveryError, Found, SrvTarget, service_name};

/// Discovery by the DNS: the name servers of the system, or one that the configuration names.
///
/// With a name server of its own, hosts that it does not know are looked up at those of the system:
/// it may know the SRV records and nothing else.
pub struct DnsDiscovery {
    resolver: TokioResolver,
    /// Asked for addresses after the first.
    fallback: Option<TokioResolver>,
}

/// A resolver that cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("the DNS resolver cannot be set up: {0}")]
pub struct DnsSetupError(#[from] NetError);

impl DnsDiscovery {
    /// Asks the name servers of the system's configuration; waits `timeout` for each answer, twice.
    ///
    /// # Errors
    ///
    /// When the system's configuration cannot be read.
    pub fn system(timeout: Duration) -> Result<Self, DnsSetupError> {
        Ok(Self {
            resolver: system(timeout)?,
            fallback: None,
        })
    }

    /// Asks this name server; waits `timeout` for each answer, twice.
    ///
    /// # Errors
    ///
    /// When the resolver refuses its settings.
    pub fn at(server: SocketAddr, timeout: Duration) -> Result<Self, DnsSetupError> {
        let mut name_server = NameServerConfig::udp_and_tcp(server.ip());
        for connection in &mut name_server.connections {
            connection.port = server.port();
        }
        let config = ResolverConfig::from_name_servers(vec![name_server]);
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        Ok(Self {
            resolver: build(builder, timeout)?,
            // A machine without name servers of its own does without.
            fallback: system(timeout).ok(),
        })
    }
}

fn system(timeout: Duration) -> Result<TokioResolver, NetError> {
    build(TokioResolver::builder_tokio()?, timeout)
}

fn build(
    mut builder: hickory_resolver::ResolverBuilder<TokioRuntimeProvider>,
    timeout: Duration,
) -> Result<TokioResolver, NetError> {
    let options = builder.options_mut();
    options.timeout = timeout;
    options.attempts = 2;
    // The federator has a cache of its own.
    options.cache_size = 0;
    builder.build()
}

impl Discovery for DnsDiscovery {
    fn targets<'a>(
        &'a self,
        domain: &'a Domain,
    ) -> BoxFuture<'a, Result<Found<SrvTarget>, DiscoveryError>> {
        Box::pin(async move {
            // With the dot at its end a name is what it is: no search list is tried.
            let name = format!("{}.", service_name(domain));
            let lookup = self.resolver.srv_lookup(name.as_str()).await;
            let lookup = lookup.map_err(|error| kind_of(&error, &name))?;
            let records = offered(lookup.answers());
            if records.is_empty() {
                return Err(DiscoveryError::NotAvailable);
            }
            let ttl = least_ttl(lookup.answers());
            Ok(Found { records, ttl })
        })
    }

    fn addresses<'a>(
        &'a self,
        host: &'a str,
    ) -> BoxFuture<'a, Result<Found<IpAddr>, DiscoveryError>> {
        Box::pin(async move {
            let absolute = format!("{}.", host.strip_suffix('.').unwrap_or(host));
            let mut answer = self.resolver.lookup_ip(absolute.as_str()).await;
            if answer.is_err()
                && let Some(fallback) = &self.fallback
            {
                answer = fallback.lookup_ip(absolute.as_str()).await;
            }
            let lookup = answer.map_err(|error| kind_of(&error, &absolute))?;
            let records: Vec<IpAddr> = lookup.iter().collect();
            if records.is_empty() {
                return Err(DiscoveryError::NotAvailable);
            }
            let ttl = least_ttl(lookup.as_lookup().answers());
            Ok(Found { records, ttl })
        })
    }
}

/// The targets among the records of an answer.
pub(crate) fn offered(answers: &[Record]) -> Vec<SrvTarget> {
    let targets = answers.iter().filter_map(target);
    // A target of `.` says that the service is not offered (RFC 2782).
    targets.filter(|target| target.host != ".").collect()
}

fn target(record: &Record) -> Option<SrvTarget> {
    match &record.data {
        RData::SRV(srv) => Some(SrvTarget {
            priority: srv.priority,
            weight: srv.weight,
            host: srv.target.to_ascii(),
            port: srv.port,
        }),
        _ => None,
    }
}

fn least_ttl(records: &[Record]) -> Duration {
    let least = records.iter().map(|record| record.ttl).min();
    Duration::from_secs(u64::from(least.unwrap_or_default()))
}

/// "There is none" is an answer; everything else is a failure.
fn kind_of(error: &NetError, name: &str) -> DiscoveryError {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none))
            if matches!(
                none.response_code,
                ResponseCode::NXDomain | ResponseCode::NoError
            ) =>
        {
            DiscoveryError::NotAvailable
        }
        error => {
            tracing::warn!(%name, %error, "a DNS question failed");
            DiscoveryError::Failed
        }
    }
}

impl std::fmt::Debug for DnsDiscovery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DnsDiscovery").finish_non_exhaustive()
    }
}
