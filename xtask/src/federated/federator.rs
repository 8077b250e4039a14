//! A federator as a process, that knows where the others are.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use federation_api::Domain;
use federation_clients::BoxFuture;
use federation_federator::{Config, Discovery, DiscoveryError, Federator, Found, Parts, SrvTarget};

use bench_harness::Failed;

/// In place of the DNS, whose answers are kept for minutes: asking it is not what is measured.
struct Known(HashMap<Domain, u16>);

const FOREVER: Duration = Duration::from_secs(300);

impl Discovery for Known {
    fn targets<'a>(
        &'a self,
        domain: &'a Domain,
    ) -> BoxFuture<'a, Result<Found<SrvTarget>, DiscoveryError>> {
        let found = self.0.get(domain).map(|port| Found {
            records: vec![SrvTarget {
                priority: 0,
                weight: 1,
                host: format!("infra.{domain}."),
                port: *port,
            }],
            ttl: FOREVER,
        });
        Box::pin(std::future::ready(
            found.ok_or(DiscoveryError::NotAvailable),
        ))
    }

    fn addresses<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Found<IpAddr>, DiscoveryError>> {
        Box::pin(std::future::ready(Ok(Found {
            records: vec![Ipv4Addr::LOCALHOST.into()],
            ttl: FOREVER,
        })))
    }
}

/// Says where Outward and Inward listen, and relays until the process ends.
pub(super) async fn run(config: &Path, targets: &[String]) -> Result<(), Failed> {
    let known = targets.iter().map(|target| {
        let (domain, port) = target.split_once('=').ok_or("a target is DOMAIN=PORT")?;
        Ok::<_, Failed>((domain.parse()?, port.parse()?))
    });
    let mut parts = Parts::default();
    parts.discovery = Some(Arc::new(Known(known.collect::<Result<_, _>>()?)));
    let running = Federator::start_with(Config::read(config)?, parts).await?;
    println!("{}", running.outward());
    println!("{}", running.inward());
    std::future::pending::<()>().await;
    Ok(())
}
