//! A DNS server on loopback that knows where the federators of the demonstration are.

use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use federation_api::Domain;
use federation_federator::service_name;
use hickory_server::Server;
use hickory_server::net::runtime::TokioRuntimeProvider;
use hickory_server::proto::rr::rdata::{A, SOA, SRV};
use hickory_server::proto::rr::{Name, RData, Record};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneHandler, ZoneType};
use tokio::net::UdpSocket;

use crate::fault::Fault;

/// What the zone is.
const ZONE: &str = "example.com.";
/// How long answers may be kept, in seconds: longer than a slow machine takes for one act.
const TTL: u32 = 300;

/// A DNS server for `example.com`; it ends when this is dropped.
pub(super) struct Dns {
    address: SocketAddr,
    zone: Arc<InMemoryZoneHandler<TokioRuntimeProvider>>,
    _server: Server<Catalog>,
}

impl Dns {
    /// Starts on a free UDP port.
    pub(super) async fn start() -> Result<Self, Fault> {
        let origin: Name = ZONE.parse().map_err(unusable)?;
        let zone = InMemoryZoneHandler::empty(origin.clone(), ZoneType::Primary, AxfrPolicy::Deny);
        let zone = Arc::new(zone);
        let start_of_authority = SOA::new(origin.clone(), origin.clone(), 1, 60, 60, 60, 1);
        let record = Record::from_rdata(origin.clone(), TTL, RData::SOA(start_of_authority));
        zone.upsert(record, 1).await;
        let mut catalog = Catalog::new();
        let handler: Arc<dyn ZoneHandler> = Arc::clone(&zone) as _;
        catalog.upsert(origin.into(), vec![handler]);
        let socket = UdpSocket::bind("127.0.0.1:0").await.map_err(unusable)?;
        let address = socket.local_addr().map_err(unusable)?;
        let mut server = Server::new(catalog);
        server.register_socket(socket);
        Ok(Self {
            address,
            zone,
            _server: server,
        })
    }

    /// Where it answers.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Publishes that the federator of `domain` is reached at `host`, which is this machine.
    pub(super) async fn publish(
        &self,
        domain: &Domain,
        host: &str,
        port: u16,
    ) -> Result<(), Fault> {
        let host: Name = format!("{host}.").parse().map_err(unusable)?;
        let service: Name = format!("{}.", service_name(domain))
            .parse()
            .map_err(unusable)?;
        let target = RData::SRV(SRV::new(0, 10, port, host.clone()));
        let address = RData::A(A(Ipv4Addr::LOCALHOST));
        for (name, data) in [(service, target), (host, address)] {
            self.zone
                .upsert(Record::from_rdata(name, TTL, data), 1)
                .await;
        }
        Ok(())
    }
}

fn unusable(error: impl Display) -> Fault {
    Fault::Failed(format!("the DNS server cannot be set up: {error}"))
}

impl std::fmt::Debug for Dns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dns")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
