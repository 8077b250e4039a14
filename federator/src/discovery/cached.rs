//! A cache in front of any discovery.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use federation_api::Domain;

use super::{Discovery, DiscoveryError, SrvTarget};
use crate::cache::Cache;
use crate::clock::Clock;
use crate::limits::Limits;

/// A cache in front of any discovery: entries live as long as their TTL, 300 seconds at most.
pub(crate) struct CachedDiscovery {
    inner: Arc<dyn Discovery>,
    targets: Cache<Domain, Arc<[SrvTarget]>, DiscoveryError>,
    addresses: Cache<String, Arc<[IpAddr]>, DiscoveryError>,
}

impl CachedDiscovery {
    pub(crate) fn new(inner: Arc<dyn Discovery>, limits: &Limits, clock: &Arc<dyn Clock>) -> Self {
        let (most, longest) = (limits.dns_entries, limits.dns_cache);
        Self {
            inner,
            targets: Cache::new(most, longest, Arc::clone(clock)),
            addresses: Cache::new(most, longest, Arc::clone(clock)),
        }
    }

    pub(crate) async fn targets(
        &self,
        domain: &Domain,
    ) -> Result<Arc<[SrvTarget]>, DiscoveryError> {
        let ask = || {
            let (inner, domain) = (Arc::clone(&self.inner), domain.clone());
            async move {
                let found = inner.targets(&domain).await?;
                Ok((found.records.into(), found.ttl))
            }
        };
        self.targets.get(domain, ask).await
    }

    pub(crate) async fn addresses(&self, host: &str) -> Result<Arc<[IpAddr]>, DiscoveryError> {
        let host = host.to_owned();
        let ask = || {
            let (inner, host) = (Arc::clone(&self.inner), host.clone());
            async move {
                let found = inner.addresses(&host).await?;
                Ok((found.records.into(), found.ttl))
            }
        };
        self.addresses.get(&host, ask).await
    }
}

impl fmt::Debug for CachedDiscovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedDiscovery").finish_non_exhaustive()
    }
}
