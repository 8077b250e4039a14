//! A federator that can be restarted, or be gone from one moment to the next, and come back on its ports.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;

use bench_harness::Failed;
use federation_federator::{Config, Federator, Running};
use tokio::runtime::Runtime;

/// Times that a run of minutes feels. What waits for another federator, or for a component, gives up
/// after 4 seconds.
const LIMITS: &str = "{ dnsTime: 500, handshakeTime: 4000, remoteTime: 4000, componentTime: 4000, \
    waitingTime: 4000, idleStream: 4000, shutdown: 1500, reloadInterval: 200, idleConnection: 10000, \
    connectionLife: 20000, acceptedLife: 30000 }";

/// A federator in a runtime of its own, as in a process of its own.
pub(super) struct Restartable {
    yaml: String,
    running: Option<(Runtime, Running)>,
    pub(super) outward: SocketAddr,
    pub(super) inward: SocketAddr,
}

impl Restartable {
    pub(super) async fn start(
        directory: &Path,
        components: [u16; 3],
        dns: SocketAddr,
        remotes: &[&str],
    ) -> Result<Self, Failed> {
        let [outward, inward] = [steady_address()?, steady_address()?];
        let [brig, galley, cargohold] = components;
        let remotes: Vec<_> = remotes
            .iter()
            .map(|remote| format!("{{ domain: {remote} }}"))
            .collect();
        let yaml = format!(
            "federatorInternal: {{ host: 127.0.0.1, port: {outward} }}
federatorExternal: {{ host: 127.0.0.1, port: {inward} }}
brig: {{ host: 127.0.0.1, port: {brig} }}
galley: {{ host: 127.0.0.1, port: {galley} }}
cargohold: {{ host: 127.0.0.1, port: {cargohold} }}
optSettings:
  useSystemCAStore: false
  remoteCAStore: {at}/ca.pem
  clientCertificate: {at}/tls.crt
  clientPrivateKey: {at}/tls.key
  tcpConnectionTimeout: 4000000
  dnsHost: {dns_host}
  dnsPort: {dns_port}
inwardTls: {{}}
policy: {{ strategy: allowDynamic, remotes: [{remotes}] }}
limits: {LIMITS}
",
            outward = outward.port(),
            inward = inward.port(),
            at = directory.display(),
            dns_host = dns.ip(),
            dns_port = dns.port(),
            remotes = remotes.join(", "),
        );
        let mut federator = Self {
            yaml,
            running: None,
            outward,
            inward,
        };
        federator.begin().await?;
        Ok(federator)
    }

    /// Starts it, once more if it has ended.
    pub(super) async fn begin(&mut self) -> Result<(), Failed> {
        let config = Config::from_yaml(&self.yaml)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("federator")
            .enable_all()
            .build()?;
        let started = runtime.spawn(Federator::start(config)).await?;
        match started {
            Ok(running) => self.running = Some((runtime, running)),
            Err(error) => {
                runtime.shutdown_background();
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Ends it in order.
    pub(super) async fn end(&mut self) -> Result<(), Failed> {
        if let Some((runtime, running)) = self.running.take() {
            let ended = runtime.spawn(running.shutdown()).await;
            runtime.shutdown_background();
            ended?;
        }
        Ok(())
    }

    /// Ends it as `kill -9` does: nothing is finished, nobody is told.
    pub(super) fn crash(&mut self) {
        if let Some((runtime, running)) = self.running.take() {
            runtime.shutdown_background();
            drop(running);
        }
    }

    /// Makes it look at its certificates.
    pub(super) fn reload(&self) {
        if let Some((_, running)) = &self.running {
            running.reload();
        }
    }
}

impl Drop for Restartable {
    fn drop(&mut self) {
        self.crash();
    }
}

/// An address that nothing gets by chance while the federator is away: the system gives out higher ports.
fn steady_address() -> Result<SocketAddr, Failed> {
    for _ in 0..100 {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, fastrand::u16(12_000..32_000)));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    Err("no port below 32000 is free".into())
}
