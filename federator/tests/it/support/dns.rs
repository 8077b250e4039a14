//! A DNS server on loopback, for `example.com` and nothing else.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hickory_server::Server;
use hickory_server::net::runtime::{Time, TokioRuntimeProvider};
use hickory_server::proto::rr::rdata::{A, SOA, SRV};
use hickory_server::proto::rr::{Name, RData, Record, RecordType, RrKey};
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneHandler, ZoneType};
use tokio::net::UdpSocket;

type Zone = InMemoryZoneHandler<TokioRuntimeProvider>;

/// A DNS server; it ends when this is dropped.
pub(crate) struct Dns {
    pub(crate) address: SocketAddr,
    zone: Arc<Zone>,
    asked: Arc<AtomicUsize>,
    _server: Server<Counting>,
}

struct Counting {
    catalog: Catalog,
    asked: Arc<AtomicUsize>,
}

#[async_trait::async_trait]
impl RequestHandler for Counting {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        response: R,
    ) -> ResponseInfo {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.catalog.handle_request::<R, T>(request, response).await
    }
}

impl Dns {
    pub(crate) async fn start() -> Self {
        let origin: Name = "example.com.".parse().unwrap();
        let zone: Zone = Zone::empty(origin.clone(), ZoneType::Primary, AxfrPolicy::Deny);
        let zone = Arc::new(zone);
        let soa = SOA::new(origin.clone(), origin.clone(), 1, 60, 60, 60, 1);
        zone.upsert(Record::from_rdata(origin.clone(), 60, RData::SOA(soa)), 1)
            .await;
        let mut catalog = Catalog::new();
        let handler: Arc<dyn ZoneHandler> = Arc::clone(&zone) as _;
        catalog.upsert(origin.into(), vec![handler]);
        let asked = Arc::default();
        let mut server = Server::new(Counting {
            catalog,
            asked: Arc::clone(&asked),
        });
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        server.register_socket(socket);
        Self {
            address,
            zone,
            asked,
            _server: server,
        }
    }

    /// Questions that were asked so far.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// A host on loopback.
    pub(crate) async fn host(&self, host: &str) {
        let record = RData::A(A(Ipv4Addr::LOCALHOST));
        self.add(host, 60, record).await;
    }

    /// Publishes where a backend is reached: priority, weight, host and port. What was published is
    /// forgotten.
    pub(crate) async fn service(&self, domain: &str, targets: &[(u16, u16, &str, u16)]) {
        self.service_for(domain, targets, 60).await;
    }

    pub(crate) async fn service_for(
        &self,
        domain: &str,
        targets: &[(u16, u16, &str, u16)],
        ttl: u32,
    ) {
        let name = format!("_wire-server-federator._tcp.{domain}");
        let key: Name = format!("{name}.").parse().unwrap();
        self.zone
            .records_mut()
            .await
            .remove(&RrKey::new(key.into(), RecordType::SRV));
        for (priority, weight, host, port) in targets {
            let host: Name = format!("{host}.").parse().unwrap();
            let record = RData::SRV(SRV::new(*priority, *weight, *port, host));
            self.add(&name, ttl, record).await;
        }
    }

    async fn add(&self, name: &str, ttl: u32, data: RData) {
        let name: Name = format!("{name}.").parse().unwrap();
        self.zone
            .upsert(Record::from_rdata(name, ttl, data), 1)
            .await;
    }
}
