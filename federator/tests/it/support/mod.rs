//! What the tests share: certificates, a DNS server, backends, and peers that misbehave.

pub(crate) mod certificates;
pub(crate) mod component;
pub(crate) mod dns;
pub(crate) mod gate;
pub(crate) mod ingress;
pub(crate) mod raw;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use federation_api::{Brig, Call, Domain, OfRecipient, Version};
use federation_clients::{
    Address, CallError, Connection, HttpSettings, HttpTransport, Options, Stage, Versions, brig,
};
use federation_federator::{Config, Federator, Running};
use tempfile::TempDir;

pub(crate) use certificates::{Authority, Leaf, Material, escape};
pub(crate) use component::{Component, json};
pub(crate) use dns::Dns;
pub(crate) use gate::Gate;
pub(crate) use ingress::{Ingress, Rules};

/// One certificate authority and one DNS, to which all backends of a test belong.
pub(crate) struct World {
    pub(crate) authority: Authority,
    pub(crate) dns: Dns,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self {
            authority: Authority::new("the authority of the test"),
            dns: Dns::start().await,
        }
    }

    /// Two backends, `a.example.com` and `b.example.com`, that allow each other, with components that
    /// answer as `component` says.
    pub(crate) async fn pair(&self) -> (Backend, Backend) {
        (
            self.start("a.example.com").await,
            self.start("b.example.com").await,
        )
    }

    /// A backend with the usual settings, published in the DNS.
    pub(crate) async fn start(&self, domain: &str) -> Backend {
        self.with(self.setup(domain)).await
    }

    pub(crate) fn setup(&self, domain: &str) -> Setup {
        let host = format!("infra.{domain}");
        Setup {
            domain: domain.to_owned(),
            material: self.authority.issue(&Leaf::of(&[&host])),
            server_material: None,
            trusted: self.authority.pem(),
            dns: self.dns.address,
            tls: true,
            policy: Some("{ strategy: allowAll }".to_owned()),
            pooled: true,
            limits: String::new(),
            component: None,
            galley: None,
            cargohold: None,
            published: true,
        }
    }

    /// Starts a backend and publishes it.
    pub(crate) async fn with(&self, setup: Setup) -> Backend {
        let backend = setup.start().await;
        if backend.published {
            self.publish(&backend).await;
        }
        backend
    }

    async fn publish(&self, backend: &Backend) {
        let (host, port) = (backend.host(), backend.federator.inward().port());
        self.dns.host(&host).await;
        self.dns
            .service(&backend.domain, &[(0, 10, &host, port)])
            .await;
    }
}

/// How a backend is started.
pub(crate) struct Setup {
    pub(crate) domain: String,
    pub(crate) material: Material,
    /// Another certificate for Inward.
    pub(crate) server_material: Option<Material>,
    pub(crate) trusted: String,
    pub(crate) dns: SocketAddr,
    /// Whether Inward ends TLS.
    pub(crate) tls: bool,
    /// YAML; `None` asks brig.
    pub(crate) policy: Option<String>,
    pub(crate) pooled: bool,
    /// YAML, such as `componentTime: 100, idleStream: 100`.
    pub(crate) limits: String,
    pub(crate) component: Option<Component>,
    /// Where galley is, if not where the others are.
    pub(crate) galley: Option<SocketAddr>,
    /// Where cargohold is, if not where the others are.
    pub(crate) cargohold: Option<SocketAddr>,
    pub(crate) published: bool,
}

/// A running backend: a federator, and one server that plays all components.
pub(crate) struct Backend {
    pub(crate) domain: String,
    pub(crate) federator: Running,
    pub(crate) component: Component,
    pub(crate) directory: TempDir,
    published: bool,
}

impl Setup {
    pub(crate) async fn start(self) -> Backend {
        let directory = TempDir::new().unwrap();
        let at = directory.path();
        self.material.write(at, "client");
        std::fs::write(at.join("ca.pem"), &self.trusted).unwrap();
        let mut inward_tls = String::new();
        if self.tls {
            inward_tls.push_str("inwardTls: {");
            if let Some(material) = &self.server_material {
                material.write(at, "server");
                let (certificate, key) = (at.join("server.crt"), at.join("server.key"));
                let (certificate, key) = (certificate.display(), key.display());
                write!(
                    inward_tls,
                    " certificate: {certificate}, privateKey: {key} "
                )
                .unwrap();
            }
            inward_tls.push('}');
        }
        let component = match self.component {
            Some(component) => component,
            None => Component::answering(|_| json(200, "null")).await,
        };
        let brig = component.address;
        let components = [Some(brig), self.galley, self.cargohold];
        let components = components.map(|address| address.unwrap_or(brig));
        let yaml = yaml(at, components, self.dns, self.pooled, &self.limits);
        let policy = self.policy.map(|policy| format!("policy: {policy}\n"));
        let yaml = format!("{yaml}{}{inward_tls}\n", policy.unwrap_or_default());
        let config = Config::from_yaml(&yaml).expect(&yaml);
        Backend {
            domain: self.domain,
            federator: Federator::start(config).await.expect("a federator"),
            component,
            directory,
            published: self.published,
        }
    }
}

fn yaml(
    at: &Path,
    components: [SocketAddr; 3],
    dns: SocketAddr,
    pooled: bool,
    limits: &str,
) -> String {
    let endpoint =
        |address: SocketAddr| format!("{{ host: {}, port: {} }}", address.ip(), address.port());
    let [brig, galley, cargohold] = components.map(endpoint);
    format!(
        "federatorInternal: {{ host: 127.0.0.1, port: 0 }}
federatorExternal: {{ host: 127.0.0.1, port: 0 }}
brig: {brig}
galley: {galley}
cargohold: {cargohold}
logLevel: Debug
optSettings:
  useSystemCAStore: false
  remoteCAStore: {at}/ca.pem
  clientCertificate: {at}/client.crt
  clientPrivateKey: {at}/client.key
  tcpConnectionTimeout: 1000000
  dnsHost: {dns_host}
  dnsPort: {dns_port}
  setFederationStrategy: retired
pooled: {pooled}
limits: {{ {limits} }}
",
        at = at.display(),
        dns_host = dns.ip(),
        dns_port = dns.port(),
    )
}

impl Backend {
    /// Its infrastructure domain.
    pub(crate) fn host(&self) -> String {
        format!("infra.{}", self.domain)
    }

    /// Where its components send their requests.
    pub(crate) fn outward(&self) -> String {
        format!("http://{}", self.federator.outward())
    }

    /// A connection of one of its components, with the version settled.
    pub(crate) fn connection(&self) -> Connection {
        connection(&self.outward())
    }

    /// A call to another backend.
    pub(crate) fn call(&self, target: &str) -> Call {
        Call::new(domain(&self.domain), domain(target))
    }

    /// Looks a user up at another backend.
    pub(crate) async fn look_up(&self, target: &str) -> Result<(), CallError> {
        look_up(&self.connection(), &self.call(target)).await
    }

    /// The Prometheus text of its Outward.
    pub(crate) async fn metrics(&self) -> String {
        raw::get(self.federator.outward(), "/i/metrics").await.body
    }

    /// How many connections to other backends it has opened.
    pub(crate) async fn opened(&self) -> u64 {
        let metrics = self.metrics().await;
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix("federator_connections_opened "));
        line.map_or(0, |number| number.parse().unwrap())
    }
}

pub(crate) async fn look_up(connection: &Connection, call: &Call) -> Result<(), CallError> {
    let handle = OfRecipient::new("mira".parse().unwrap());
    let found = brig::Client::new(connection.clone())
        .get_user_by_handle(call, handle)
        .await;
    found.map(drop)
}

/// A connection through a federator, with the version settled: one request per call.
pub(crate) fn connection(url: &str) -> Connection {
    let transport = HttpTransport::new(&HttpSettings::default()).unwrap();
    let options = Options::default().versions(Versions::Fixed(Version::NEWEST));
    Connection::new(Address::via_federator(url).unwrap(), transport, options)
}

pub(crate) fn domain(name: &str) -> Domain {
    name.parse().unwrap()
}

/// Checks stage, status and label, and gives the error back.
#[track_caller]
pub(crate) fn is(
    error: Result<(), CallError>,
    stage: Stage,
    status: u16,
    label: &str,
) -> CallError {
    let error = error.expect_err(label);
    assert_eq!(
        (error.stage(), error.status(), error.label()),
        (stage, status, label),
        "{error}"
    );
    error
}

/// Checks that the error is what the remote backend said.
#[track_caller]
pub(crate) fn is_remote(error: Result<(), CallError>, status: u16, label: &str) -> CallError {
    let error = error.expect_err(label);
    assert_eq!(
        (error.status(), error.label()),
        (533, "federation-remote-error"),
        "{error}"
    );
    let failure = error.failure();
    let inner = failure.inner.as_ref().expect("an inner error");
    assert_eq!((inner.code, &*inner.label), (status, label), "{inner}");
    let message = format!("A remote federator failed with status code: {status}");
    assert_eq!(failure.message, message);
    has_data(&error);
    error
}

/// Checks that the error says where it happened, as §8.4 wants it.
#[track_caller]
pub(crate) fn has_data(error: &CallError) {
    let data = error.failure().data.as_ref().expect("data");
    assert_eq!(data.path, "/federation/get-user-by-handle");
}
