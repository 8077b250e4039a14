//! The configuration of a federator.
//!
//! Source: `transport.md` §1.1.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use federation_api::Component;
use serde::Deserialize;

use crate::limits::Limits;
use crate::policy::Policy;

/// The configuration of a federator: the keys of the existing one, and four of our own
/// (`inwardTls`, `policy`, `pooled`, `limits`). Other keys are ignored, as the existing one does.
///
/// ```
/// use federation_federator::Config;
///
/// let config = Config::from_yaml(r"
/// federatorInternal: { host: 127.0.0.1, port: 8097 }
/// federatorExternal: { host: 127.0.0.1, port: 8098 }
/// brig: { host: 127.0.0.1, port: 8082 }
/// galley: { host: 127.0.0.1, port: 8085 }
/// cargohold: { host: 127.0.0.1, port: 8084 }
/// logLevel: Info
/// optSettings:
///   useSystemCAStore: false
///   remoteCAStore: /etc/federator/ca.pem
///   clientCertificate: /etc/federator/tls.crt
///   clientPrivateKey: /etc/federator/tls.key
///   tcpConnectionTimeout: 5000000
/// # Our own: without it, Inward stands behind an ingress that ends TLS.
/// inwardTls: {}
/// ")?;
/// assert_eq!(config.federator_internal.port, 8097);
/// # Ok::<(), federation_federator::ConfigError>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Config {
    /// Where Outward listens, for the components of this backend only. Port 0 takes a free one.
    pub federator_internal: Endpoint,
    /// Where Inward listens: for the ingress, or with [`inward_tls`](Config::inward_tls) for the world.
    pub federator_external: Endpoint,
    /// Where brig is.
    pub brig: Endpoint,
    /// Where galley is.
    pub galley: Endpoint,
    /// Where cargohold is.
    pub cargohold: Endpoint,
    /// The least severity that is logged: `Trace`, `Debug`, `Info`, `Warn`, `Error` or `Fatal`. For the
    /// program; the library does not look at it.
    pub log_level: Option<String>,
    /// How log lines look; for the program, the library does not look at it.
    pub log_format: Option<String>,
    /// The settings towards other backends.
    pub opt_settings: OptSettings,
    /// Our own: Inward ends TLS itself instead of standing behind an ingress. `{}` is enough.
    #[serde(default)]
    pub inward_tls: Option<InwardTls>,
    /// Our own: which backends this one federates with, instead of asking brig.
    #[serde(default)]
    pub policy: Option<Policy>,
    /// Our own: whether connections to other backends are kept and shared. True; false opens one for
    /// every request, as the existing federator does.
    #[serde(default = "yes")]
    pub pooled: bool,
    /// Our own: see [`Limits`].
    #[serde(default)]
    pub limits: Limits,
}

fn yes() -> bool {
    true
}

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Endpoint {
    /// A name or an address.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// The settings towards other backends.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OptSettings {
    /// Whether the certificate authorities of the system are trusted.
    #[serde(rename = "useSystemCAStore")]
    pub use_system_ca_store: bool,
    /// A PEM file of further authorities that are trusted.
    #[serde(rename = "remoteCAStore")]
    pub remote_ca_store: Option<PathBuf>,
    /// A PEM file with the certificate of this backend, leaf first; all of it is sent.
    pub client_certificate: PathBuf,
    /// A PEM file with the private key of that certificate.
    pub client_private_key: PathBuf,
    /// How long connecting to another federator may take, in microseconds.
    pub tcp_connection_timeout: u64,
    /// The name server that is asked, instead of those of the system.
    pub dns_host: Option<String>,
    /// Its port. Ignored without `dnsHost`; 53 if not given.
    pub dns_port: Option<u16>,
}

impl OptSettings {
    pub(crate) fn connect_time(&self) -> Duration {
        Duration::from_micros(self.tcp_connection_timeout)
    }
}

/// How Inward ends TLS itself. What is not given is taken from [`OptSettings`]: one certificate may serve
/// both ways.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct InwardTls {
    /// A PEM file with the certificate of this ingress, leaf first. Default: `clientCertificate`.
    pub certificate: Option<PathBuf>,
    /// A PEM file with its private key. Default: `clientPrivateKey`.
    pub private_key: Option<PathBuf>,
    /// A PEM file with the authorities whose client certificates are taken. Default: the authorities of
    /// `optSettings`.
    #[serde(rename = "clientCAStore")]
    pub client_ca_store: Option<PathBuf>,
}

/// A configuration that cannot be used. Names the key, not the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    File(std::io::Error),
    /// It is no YAML, or a key is missing or of another type.
    #[error("{at}: {reason}", at = Place(key))]
    Content {
        /// The key, such as `optSettings.dnsPort`, or that in which another is missing. Empty at the top.
        key: String,
        /// What is wrong, with line and column.
        reason: String,
    },
}

struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() {
            "at the top"
        } else {
            self.0
        })
    }
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// When it is no YAML, or a key is missing or of another type.
    pub fn from_yaml(text: &str) -> Result<Self, ConfigError> {
        let mut key = String::new();
        let read = serde_saphyr::with_deserializer_from_str(text, |yaml| {
            serde_path_to_error::deserialize(yaml).map_err(|error| {
                let path = error.path().to_string();
                // Its name for the top.
                key = if path == "." { String::new() } else { path };
                error.into_inner()
            })
        });
        read.map_err(|error| ConfigError::Content {
            key,
            reason: error.without_snippet().to_string(),
        })
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// As [`from_yaml`](Config::from_yaml), and when the file cannot be read.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(ConfigError::File)?;
        Self::from_yaml(&text)
    }

    pub(crate) fn component(&self, component: Component) -> &Endpoint {
        match component {
            Component::Brig => &self.brig,
            Component::Galley => &self.galley,
            Component::Cargohold => &self.cargohold,
        }
    }
}

/// `host:port`, with brackets around an IPv6 address.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') && !self.host.starts_with('[') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}
