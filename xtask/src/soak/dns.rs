//! A DNS server that can fail.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use bench_harness::Failed;
use federation_api::Domain;
use federation_federator::service_name;
use hickory_server::Server;
use hickory_server::net::runtime::{Time, TokioRuntimeProvider};
use hickory_server::proto::op::ResponseCode;
use hickory_server::proto::rr::rdata::{A, SOA, SRV};
use hickory_server::proto::rr::{Name, RData, Record};
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{
    AxfrPolicy, Catalog, MessageResponseBuilder, ZoneHandler, ZoneType,
};
use tokio::net::UdpSocket;

/// How long answers may be kept, in seconds: so short that failures are felt.
const TTL: u32 = 1;
/// An answer that comes so late is none.
const TOO_LATE: Duration = Duration::from_secs(5);

/// How the server answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mood {
    Well,
    /// `SERVFAIL`.
    Failing,
    /// Not in time.
    Silent,
}

/// A DNS server for `example.com`; it ends when this is dropped.
pub(super) struct Dns {
    pub(super) address: SocketAddr,
    zone: Arc<InMemoryZoneHandler<TokioRuntimeProvider>>,
    mood: Arc<AtomicU8>,
    _server: Server<Moody>,
}

struct Moody {
    catalog: Catalog,
    mood: Arc<AtomicU8>,
}

#[async_trait::async_trait]
impl RequestHandler for Moody {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut response: R,
    ) -> ResponseInfo {
        let mood = self.mood.load(Ordering::Relaxed);
        if mood == Mood::Failing as u8 {
            let failed = MessageResponseBuilder::from_message_request(request)
                .error_msg(&request.metadata, ResponseCode::ServFail);
            if let Ok(sent) = response.send_response(failed).await {
                return sent;
            }
        } else if mood == Mood::Silent as u8 {
            tokio::time::sleep(TOO_LATE).await;
        }
        self.catalog.handle_request::<R, T>(request, response).await
    }
}

impl Dns {
    /// Starts on a free UDP port.
    pub(super) async fn start() -> Result<Self, Failed> {
        let origin: Name = "example.com.".parse()?;
        let zone = InMemoryZoneHandler::empty(origin.clone(), ZoneType::Primary, AxfrPolicy::Deny);
        let zone = Arc::new(zone);
        let start_of_authority = SOA::new(origin.clone(), origin.clone(), 1, 60, 60, 60, TTL);
        let record = Record::from_rdata(origin.clone(), TTL, RData::SOA(start_of_authority));
        zone.upsert(record, 1).await;
        let mut catalog = Catalog::new();
        let handler: Arc<dyn ZoneHandler> = Arc::clone(&zone) as _;
        catalog.upsert(origin.into(), vec![handler]);
        let socket = UdpSocket::bind("127.0.0.1:0").await?;
        let address = socket.local_addr()?;
        let mood = Arc::new(AtomicU8::new(Mood::Well as u8));
        let mut server = Server::new(Moody {
            catalog,
            mood: Arc::clone(&mood),
        });
        server.register_socket(socket);
        Ok(Self {
            address,
            zone,
            mood,
            _server: server,
        })
    }

    pub(super) fn feel(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::Relaxed);
    }

    /// Publishes that the federator of `domain` is reached at `host`, which is this machine.
    pub(super) async fn publish(
        &self,
        domain: &Domain,
        host: &str,
        port: u16,
    ) -> Result<(), Failed> {
        let host: Name = format!("{host}.").parse()?;
        let service: Name = format!("{}.", service_name(domain)).parse()?;
        let target = RData::SRV(SRV::new(0, 10, port, host.clone()));
        let address = RData::A(A(Ipv4Addr::LOCALHOST));
        for (name, data) in [(service, target), (host, address)] {
            let record = Record::from_rdata(name, TTL, data);
            self.zone.upsert(record, 1).await;
        }
        Ok(())
    }
}
