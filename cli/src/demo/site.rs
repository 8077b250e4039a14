//! One backend of the demonstration: components and a federator, each behind a socket of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use federation_api::{Domain, UserId};
use federation_backend::{Backend, FederationPolicy, LocalUser, Nobody, Strategy};
use federation_federator::{Config, DnsDiscovery, Federator, Parts};
use federation_servers::{Settings, brig, cargohold, galley};
use serde_json::json;
use tempfile::TempDir;

use super::authority::{Authority, Files};
use super::callers::Callers;
use super::clock::ForwardClock;
use super::courier::Courier;
use super::dns::Dns;
use super::hop::{Place, Recorder, Role};
use super::watch::{WatchedDns, watched};
use crate::fault::Fault;
use crate::running::Running;
use crate::seed;

/// How long the DNS server may take to answer.
const DNS_TIME: Duration = Duration::from_secs(3);

/// What all backends of the demonstration share.
#[derive(Debug)]
pub(super) struct World {
    pub(super) authority: Authority,
    pub(super) dns: Dns,
    pub(super) clock: Arc<ForwardClock>,
    pub(super) recorder: Recorder,
    /// The RabbitMQ through which notifications go, in place of files.
    pub(super) amqp: Option<String>,
}

/// A running backend.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) backend: Backend,
    /// What its components call others with.
    pub(super) callers: Callers,
    /// What delivers its notifications.
    pub(super) courier: Courier,
    pub(super) brig: Running,
    pub(super) galley: Running,
    pub(super) cargohold: Running,
    /// Where its Outward and its Inward listen.
    outward: SocketAddr,
    pub(super) inward: SocketAddr,
    /// None while the backend cannot be reached.
    federator: Option<federation_federator::Running>,
    /// Under which name its federator is found.
    pub(super) host: String,
    recorder: Recorder,
    config: Config,
    /// The keys; deleted at the end.
    _directory: TempDir,
}

impl Site {
    /// Starts the backend of a seed and publishes it.
    pub(super) async fn start(name: &str, world: &World) -> Result<Self, Fault> {
        let backend = seed::read(name)?.load()?;
        let domain = backend.domain().clone();
        let settings = Settings::default;
        let routes = [
            brig::routes(backend.brig(), domain.clone(), settings()),
            galley::routes(backend.galley(), domain.clone(), settings()),
            cargohold::routes(backend.cargohold(), domain.clone(), settings()),
        ];
        let mut running = Vec::new();
        for (routes, role) in routes
            .into_iter()
            .zip([Role::Brig, Role::Galley, Role::Cargohold])
        {
            let (sender, receiver) = (Place::at(Role::Inward, &domain), Place::at(role, &domain));
            let router = watched(
                routes.into_router(),
                sender,
                receiver,
                world.recorder.clone(),
            );
            running.push(Running::on_loopback(router).await.map_err(Fault::failed)?);
        }
        let Ok([brig, galley, cargohold]) = <[Running; 3]>::try_from(running) else {
            return Err(Fault::failed("three components were to be started"));
        };

        let host = format!("federator.{domain}");
        let directory = TempDir::new().map_err(Fault::failed)?;
        let files = world.authority.issue(&host, directory.path())?;
        let ports = [&brig, &galley, &cargohold].map(Running::port);
        let config = config(ports, &files, &backend.policy())?;
        let federator = federator(&config, &domain, world).await?;
        world
            .dns
            .publish(&domain, &host, federator.inward().port())
            .await?;

        let (outward, inward) = (federator.outward(), federator.inward());
        let mut courier = Courier::new(directory.path(), world.amqp.as_deref())?;
        let callers = Callers::new(
            &domain,
            &format!("http://{outward}"),
            courier.outlet(),
            &world.recorder,
        )?;
        backend.set_peers(callers.peers());
        courier.begin(callers.courier());
        Ok(Self {
            backend,
            callers,
            courier,
            brig,
            galley,
            cargohold,
            outward,
            inward,
            federator: Some(federator),
            host,
            recorder: world.recorder.clone(),
            config,
            _directory: directory,
        })
    }

    /// The domain.
    pub(super) fn domain(&self) -> &Domain {
        self.backend.domain()
    }

    /// Where its components send their calls to other backends.
    pub(super) fn outward(&self) -> String {
        format!("http://{}", self.outward)
    }

    /// Its components forget with whom they have agreed on which version, and let their connections go.
    pub(super) async fn forget(&mut self) -> Result<(), Fault> {
        self.courier.end().await;
        let outlet = self.courier.outlet();
        self.callers = Callers::new(self.domain(), &self.outward(), outlet, &self.recorder)?;
        self.backend.set_peers(self.callers.peers());
        self.courier.begin(self.callers.courier());
        Ok(())
    }

    /// Does something while nobody reaches the backend: its federator ends, and another begins where it was.
    pub(super) async fn without_federator<T>(
        &mut self,
        world: &World,
        meanwhile: impl Future<Output = T>,
    ) -> Result<T, Fault> {
        if let Some(federator) = self.federator.take() {
            federator.shutdown().await;
        }
        let happened = meanwhile.await;
        let mut config = self.config.clone();
        config.federator_internal.port = self.outward.port();
        config.federator_external.port = self.inward.port();
        self.federator = Some(federator(&config, self.domain(), world).await?);
        Ok(happened)
    }

    /// The user that owns this handle.
    pub(super) fn user(&self, handle: &str) -> Result<LocalUser, Fault> {
        let owner: Option<UserId> = handle
            .parse()
            .ok()
            .and_then(|handle| self.backend.user_of_handle(&handle));
        let owner = owner.ok_or_else(|| {
            let domain = self.domain();
            Fault::Failed(format!("the seed of {domain} has no user `{handle}`"))
        })?;
        self.backend.local_user(owner).map_err(Fault::failed)
    }

    /// Finishes what runs and ends: first what calls, then what answers.
    pub(super) async fn end(mut self) -> Result<(), Fault> {
        self.courier.end().await;
        let tidied = self.courier.tidy().await;
        self.backend.set_peers(Nobody);
        drop(self.callers);
        if let Some(federator) = self.federator {
            federator.shutdown().await;
        }
        for component in [self.brig, self.galley, self.cargohold] {
            component.stop().await.map_err(Fault::failed)?;
        }
        tidied
    }
}

/// The federator of a backend, which tells of its questions to the DNS.
async fn federator(
    config: &Config,
    domain: &Domain,
    world: &World,
) -> Result<federation_federator::Running, Fault> {
    let mut parts = Parts::default();
    let discovery = DnsDiscovery::at(world.dns.address(), DNS_TIME).map_err(Fault::failed)?;
    parts.discovery = Some(Arc::new(WatchedDns {
        inner: discovery,
        at: domain.clone(),
    }));
    parts.clock = Some(Arc::clone(&world.clock) as _);
    Federator::start_with(config.clone(), parts)
        .await
        .map_err(Fault::failed)
}

/// Outward and Inward on free ports; Inward ends TLS itself. JSON is YAML.
fn config(ports: [u16; 3], files: &Files, policy: &FederationPolicy) -> Result<Config, Fault> {
    let here = |port: u16| json!({ "host": "127.0.0.1", "port": port });
    let [brig, galley, cargohold] = ports.map(here);
    let strategy = match policy.strategy {
        Strategy::AllowNone => "allowNone",
        Strategy::AllowAll => "allowAll",
        Strategy::AllowDynamic => "allowDynamic",
    };
    let remotes: Vec<_> = policy
        .remotes
        .keys()
        .map(|domain| json!({ "domain": domain }))
        .collect();
    let config = json!({
        "federatorInternal": here(0),
        "federatorExternal": here(0),
        "brig": brig,
        "galley": galley,
        "cargohold": cargohold,
        "optSettings": {
            "useSystemCAStore": false,
            "remoteCAStore": files.authority,
            "clientCertificate": files.certificate,
            "clientPrivateKey": files.key,
            "tcpConnectionTimeout": 1_000_000,
        },
        "inwardTls": {},
        "policy": { "strategy": strategy, "remotes": remotes },
    });
    Config::from_yaml(&config.to_string()).map_err(Fault::failed)
}
