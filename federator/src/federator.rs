//! Starting and stopping a federator.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use federation_net::Crowd;
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;

use crate::body::Bodies;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Endpoint};
use crate::credentials::{Credentials, CredentialsError, Current, Files};
use crate::dial::Dialer;
use crate::discovery::{CachedDiscovery, Discovery, DnsDiscovery, DnsSetupError};
use crate::inward::{Components, Inward};
use crate::listener::{Listener, Service};
use crate::local::Local;
use crate::metrics::Meters;
use crate::operations::{Operations, Sibling};
use crate::outward::Outward;
use crate::policy::PolicySource;
use crate::pool::Pool;
use crate::reload;
use crate::remotes::Remotes;

/// A federator: Outward and Inward of one backend.
///
/// ```no_run
/// use federation_federator::{Config, Federator};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config::read("federator.yaml".as_ref())?;
/// let running = Federator::start(config).await?;
/// println!("components call http://{}", running.outward());
/// // …
/// running.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Federator;

/// Parts of a federator that can be replaced. What is `None` is made from the configuration.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Parts {
    /// Finds the hosts of backends and their addresses.
    pub discovery: Option<Arc<dyn Discovery>>,
    /// Tells caches the time.
    pub clock: Option<Arc<dyn Clock>>,
}

/// A federator that cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A listener cannot be bound.
    #[error("{key}: cannot listen on {endpoint}: {error}")]
    Listen {
        /// The key of the configuration.
        key: &'static str,
        /// What it says.
        endpoint: Endpoint,
        /// Why that is not possible.
        error: io::Error,
    },
    /// The name server of the configuration cannot be used.
    #[error("optSettings.dnsHost: `{0}` cannot be used: {1}")]
    DnsHost(String, io::Error),
    /// The resolver cannot be set up.
    #[error(transparent)]
    Dns(#[from] DnsSetupError),
    /// Certificates, keys or authorities cannot be used.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The metrics cannot be set up.
    #[error("the metrics cannot be set up: {0}")]
    Metrics(String),
}

impl Federator {
    /// Starts a federator on the current runtime.
    ///
    /// # Errors
    ///
    /// When a listener cannot be bound, or certificates, keys, authorities or the resolver cannot be used.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        Self::start_with(config, Parts::default()).await
    }

    /// Makes sure that a federator could be started, but for its listeners: they may be those of one that
    /// is running.
    ///
    /// # Errors
    ///
    /// As [`start`](Federator::start), but [`StartError::Listen`].
    pub async fn check(config: &Config) -> Result<(), StartError> {
        Files::read(config)?.credentials()?;
        dns(config).await?;
        Ok(())
    }

    /// Starts a federator some of whose parts are given.
    ///
    /// # Errors
    ///
    /// As [`start`](Federator::start).
    pub async fn start_with(config: Config, parts: Parts) -> Result<Running, StartError> {
        let config = Arc::new(config);
        let limits = &config.limits;
        let clock = parts.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let files = Files::read(&config)?;
        let credentials: Credentials = files.credentials()?;
        let current = Arc::new(Current::new(credentials));
        let discovery = match parts.discovery {
            Some(discovery) => discovery,
            None => Arc::new(dns(&config).await?),
        };
        let discovery = Arc::new(CachedDiscovery::new(discovery, limits, &clock));
        let meters = Meters::new(limits.metric_domains)
            .map_err(|error| StartError::Metrics(error.to_string()))?;
        let meters = Arc::new(meters);
        let local = Local::new(limits);
        let policy = Arc::new(match &config.policy {
            Some(policy) => PolicySource::Configured(policy.clone().into()),
            None => PolicySource::of_brig(local.clone(), config.brig.clone(), limits, &clock),
        });
        let dialer = Arc::new(Dialer::new(
            Arc::clone(&discovery),
            Arc::clone(&current),
            config.opt_settings.connect_time(),
            limits,
            Arc::clone(&meters),
            Arc::clone(&clock),
        ));
        let operations = || Operations {
            meters: Arc::clone(&meters),
            local: local.clone(),
            other: OnceLock::new(),
        };
        let places = || Semaphore::new(limits.requests.min(Semaphore::MAX_PERMITS));
        let outward = Arc::new(Outward {
            policy: Arc::clone(&policy),
            discovery: Arc::clone(&discovery),
            remotes: Remotes {
                pool: Pool::new(dialer, limits, config.pooled, clock),
                targets_tried: limits.targets_tried,
                response_time: limits.remote_time,
            },
            operations: operations(),
            meters: Arc::clone(&meters),
            bodies: Bodies::new(limits),
            places: places(),
            limits: limits.clone(),
        });
        let inward = Arc::new(Inward {
            policy,
            discovery,
            local: local.clone(),
            operations: operations(),
            meters: Arc::clone(&meters),
            bodies: Bodies::new(limits),
            places: places(),
            unknown: Semaphore::new((limits.requests / 2).clamp(1, Semaphore::MAX_PERMITS)),
            origins: Crowd::new(limits.requests_per_origin),
            components: Components::new(limits.requests_per_component),
            config: Arc::clone(&config),
        });

        let (inner, inner_address) = bind("federatorInternal", &config.federator_internal).await?;
        let (outer, outer_address) = bind("federatorExternal", &config.federator_external).await?;
        let ends_tls = config.inward_tls.is_some();
        let sibling = |address, tls| Sibling { address, tls };
        outward
            .operations
            .other
            .get_or_init(|| sibling(outer_address, ends_tls));
        inward
            .operations
            .other
            .get_or_init(|| sibling(inner_address, false));

        let (stop, stopped) = watch::channel(false);
        let tls = ends_tls.then(|| Arc::clone(&current));
        let tasks = vec![
            listen(inner, &outward, None, &config, &meters, &stopped),
            listen(outer, &inward, tls, &config, &meters, &stopped),
        ];
        let reload = Arc::new(Notify::new());
        let look = Arc::clone(&reload);
        let upkeep = vec![
            tokio::spawn(reload::watch(config, current, files, look, stopped.clone())),
            tokio::spawn(keep_tidy(outward, meters, stopped)),
        ];
        Ok(Running {
            outward: inner_address,
            inward: outer_address,
            stop,
            reload,
            tasks,
            upkeep,
        })
    }
}

async fn dns(config: &Config) -> Result<DnsDiscovery, StartError> {
    let (settings, time) = (&config.opt_settings, config.limits.dns_time);
    let Some(host) = &settings.dns_host else {
        return Ok(DnsDiscovery::system(time)?);
    };
    let endpoint = (host.as_str(), settings.dns_port.unwrap_or(53));
    let unusable = |error| StartError::DnsHost(host.clone(), error);
    let mut found = tokio::net::lookup_host(endpoint).await.map_err(unusable)?;
    let missing = || unusable(io::Error::other("it has no address"));
    Ok(DnsDiscovery::at(found.next().ok_or_else(missing)?, time)?)
}

async fn bind(
    key: &'static str,
    endpoint: &Endpoint,
) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen {
        key,
        endpoint: endpoint.clone(),
        error,
    };
    let address = (endpoint.host.as_str(), endpoint.port);
    let socket = TcpListener::bind(address).await.map_err(failed)?;
    let address = socket.local_addr().map_err(failed)?;
    Ok((socket, address))
}

fn listen<S: Service>(
    socket: TcpListener,
    service: &Arc<S>,
    tls: Option<Arc<Current>>,
    config: &Config,
    meters: &Arc<Meters>,
    stopped: &watch::Receiver<bool>,
) -> JoinHandle<()> {
    let listener = Listener {
        socket,
        service: Arc::clone(service),
        tls,
        limits: config.limits.clone(),
        meters: Arc::clone(meters),
    };
    tokio::spawn(listener.run(stopped.clone()))
}

async fn keep_tidy(outward: Arc<Outward>, meters: Arc<Meters>, mut stop: watch::Receiver<bool>) {
    loop {
        let pool = &outward.remotes.pool;
        tokio::select! {
            () = tokio::time::sleep(pool.tidy_interval()) => pool.tidy(),
            _ = stop.wait_for(|stop| *stop) => return,
        }
        meters.upkeep();
    }
}

/// A running federator. Dropping it ends it as [`shutdown`](Running::shutdown) does, without waiting.
#[derive(Debug)]
pub struct Running {
    outward: SocketAddr,
    inward: SocketAddr,
    stop: watch::Sender<bool>,
    reload: Arc<Notify>,
    tasks: Vec<JoinHandle<()>>,
    upkeep: Vec<JoinHandle<()>>,
}

impl Running {
    /// Where the components of this backend send their requests.
    #[must_use]
    pub fn outward(&self) -> SocketAddr {
        self.outward
    }

    /// Where requests of other backends arrive.
    #[must_use]
    pub fn inward(&self) -> SocketAddr {
        self.inward
    }

    /// Looks at the files of certificates, keys and authorities now, and not at the end of
    /// [`Limits::reload_interval`](crate::Limits::reload_interval). What cannot be used is logged and not used.
    pub fn reload(&self) {
        self.reload.notify_one();
    }

    /// Takes no more connections, finishes the running requests, and ends. What still runs after
    /// [`Limits::shutdown`](crate::Limits::shutdown) is cut off.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        for task in self.tasks.drain(..).chain(self.upkeep.drain(..)) {
            drop(task.await);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("discovery", &self.discovery.is_some())
            .field("clock", &self.clock)
            .finish()
    }
}
