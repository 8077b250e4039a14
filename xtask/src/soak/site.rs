//! One backend: components, a federator behind a cable, and a queue of notifications with its pusher.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use bench_harness::Failed;
use federation_api::{Domain, Version};
use federation_backend::{Backend, Settings, derived};
use federation_clients::{Address, Connection, HttpSettings, HttpTransport, Options, Versions};
use federation_servers::{brig, cargohold, galley};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::authority::Authority;
use super::broker::Broker;
use super::cable::Cable;
use super::dns::Dns;
use super::federator::Restartable;
use super::notices::{Inbox, recording};
use super::post::{Place, Post};

/// A backend that nobody has published.
pub(super) const NOWHERE: &str = "nowhere.example.com";
/// A backend with which nobody federates.
pub(super) const DENIED: &str = "denied.example.com";
/// The handle of the user that each backend has.
pub(super) const HANDLE: &str = "rosa";
/// How large the asset is that each backend has, in bytes.
pub(super) const FILM: u64 = 300_000;

/// A running backend.
pub(super) struct Site {
    pub(super) domain: Domain,
    pub(super) backend: Backend,
    pub(super) federator: Mutex<Restartable>,
    pub(super) cable: Cable,
    /// The connection of its components.
    pub(super) connection: Connection,
    pub(super) inbox: Arc<Inbox>,
    pub(super) post: Post,
    host: String,
    directory: TempDir,
    components: Vec<JoinHandle<io::Result<()>>>,
}

impl Site {
    pub(super) async fn start(
        domain: &str,
        other: &str,
        authority: &Authority,
        dns: &Dns,
        broker: Option<&Broker>,
    ) -> Result<Self, Failed> {
        let backend = Backend::from_seed(&seed(domain, other), Settings::default())?;
        let domain: Domain = domain.parse()?;
        let inbox = Arc::new(Inbox::default());
        let routers = [
            brig::router(backend.brig(), domain.clone()),
            recording(galley::router(backend.galley(), domain.clone()), &inbox),
            cargohold::router(backend.cargohold(), domain.clone()),
        ];
        let mut ports = [0; 3];
        let mut components = Vec::new();
        for (router, port) in routers.into_iter().zip(&mut ports) {
            let (at, served) = serve(router).await?;
            *port = at;
            components.push(served);
        }

        let host = format!("federator.{domain}");
        let directory = TempDir::new()?;
        fs::write(directory.path().join("ca.pem"), authority.pem())?;
        authority.issue(&host, directory.path())?;
        let remotes = [other, NOWHERE];
        let federator = Restartable::start(directory.path(), ports, dns.address, &remotes).await?;
        let cable = Cable::to(federator.inward).await?;
        dns.publish(&domain, &host, cable.address.port()).await?;
        let outward = federator.outward;
        let place = match broker {
            None => Place::File(directory.path().join("queue.db")),
            Some(broker) => Place::Broker(Box::new(broker.virtual_host(&domain).await?)),
        };
        let post = Post::open(place, connection(outward)?)?;
        Ok(Self {
            domain,
            backend,
            federator: Mutex::new(federator),
            cable,
            connection: connection(outward)?,
            inbox,
            post,
            host,
            directory,
            components,
        })
    }

    /// Trusts these authorities from now on.
    pub(super) async fn trust(&self, authorities: &[&Authority]) -> Result<(), Failed> {
        let pems: Vec<_> = authorities.iter().map(|one| one.pem()).collect();
        fs::write(self.file("ca.pem"), pems.concat())?;
        self.federator.lock().await.reload();
        Ok(())
    }

    /// Gets a new certificate.
    pub(super) async fn certify(&self, authority: &Authority) -> Result<(), Failed> {
        authority.issue(&self.host, self.directory.path())?;
        self.federator.lock().await.reload();
        Ok(())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Its asset.
    pub(super) fn film(&self) -> Result<federation_backend::Asset, Failed> {
        let film = derived::asset_id(&self.domain, "film");
        self.backend.asset(film).ok_or("no film".into())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.components.iter().for_each(JoinHandle::abort);
    }
}

/// A connection to an Outward, which asks for versions often.
fn connection(outward: std::net::SocketAddr) -> Result<Connection, Failed> {
    let address = Address::via_federator(&format!("http://{outward}"))?;
    let transport = HttpTransport::new(&HttpSettings::default())?;
    let versions = Versions::Negotiate {
        own: Version::ALL.to_vec(),
        keep: Duration::from_secs(5),
    };
    Ok(Connection::new(
        address,
        transport,
        Options::default().versions(versions),
    ))
}

async fn serve(router: Router) -> Result<(u16, JoinHandle<io::Result<()>>), Failed> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let limits = federation_servers::Limits::default();
    let served = federation_servers::serve(listener, router, limits, std::future::pending::<()>());
    Ok((port, tokio::spawn(served)))
}

fn seed(domain: &str, other: &str) -> String {
    let remote = |domain| {
        json!({
            "domain": domain, "search_policy": "full_search",
            "restriction": { "tag": "allow_all", "value": null },
        })
    };
    json!({
        "domain": domain,
        "federation": {
            "strategy": "allowDynamic",
            "remotes": [remote(other), remote(NOWHERE)],
        },
        "teams": [],
        "users": [{
            "name": "Rosa Rossi", "handle": HANDLE, "accent_id": 2,
            "clients": [
                { "name": "phone", "class": "phone", "generated_prekeys": 2, "last_resort_prekey": true },
                { "name": "laptop", "class": "desktop", "generated_prekeys": 2, "last_resort_prekey": true },
            ],
        }],
        "connections": [],
        "conversations": [],
        "assets": [{
            "name": "film", "owner": HANDLE, "content_type": "video/mp4",
            "generated": { "length": FILM, "seed": 7 },
        }],
    })
    .to_string()
}
