//! Questions of a federator to the DNS, watched around its resolver.

use std::fmt::Display;
use std::net::IpAddr;
use std::time::Instant;

use federation_api::Domain;
use federation_federator::{
    Discovery, DiscoveryError, DnsDiscovery, Found, SrvTarget, service_name,
};
use futures_util::future::BoxFuture;

/// The target of the events that say what was asked; the [tap](super::Tap) knows for which request.
pub(super) const TARGET: &str = "federation::demo::dns";

/// Asks the DNS for the federator of a backend, and tells of it.
#[derive(Debug)]
pub(crate) struct WatchedDns {
    pub(crate) inner: DnsDiscovery,
    pub(crate) at: Domain,
}

impl Discovery for WatchedDns {
    fn targets<'a>(
        &'a self,
        domain: &'a Domain,
    ) -> BoxFuture<'a, Result<Found<SrvTarget>, DiscoveryError>> {
        Box::pin(async move {
            let begun = Instant::now();
            let found = self.inner.targets(domain).await;
            let question = format!("SRV {}", service_name(domain));
            self.tell(&question, &found, begun, |target| {
                format!("{}:{}", target.name(), target.port)
            });
            found
        })
    }

    fn addresses<'a>(
        &'a self,
        host: &'a str,
    ) -> BoxFuture<'a, Result<Found<IpAddr>, DiscoveryError>> {
        Box::pin(async move {
            let begun = Instant::now();
            let found = self.inner.addresses(host).await;
            self.tell(&format!("A {host}"), &found, begun, IpAddr::to_string);
            found
        })
    }
}

impl WatchedDns {
    fn tell<T>(
        &self,
        question: &str,
        found: &Result<Found<T>, impl Display>,
        begun: Instant,
        text: impl Fn(&T) -> String,
    ) {
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let at = &self.at;
        match found {
            Ok(found) => {
                let records: Vec<_> = found.records.iter().map(text).collect();
                let answer = records.join(", ");
                tracing::debug!(target: TARGET, %at, question, answer, micros, "the DNS answered");
            }
            Err(error) => {
                tracing::debug!(target: TARGET, %at, question, %error, micros, "the DNS gave nothing");
            }
        }
    }
}
