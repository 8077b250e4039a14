//! Certificates, keys and trusted authorities: read from files, checked, replaced while running.
//!
//! Source: `transport.md` §1.1, §18.3.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use crate::config::Config;
use crate::tls::{self, Identity};

/// Certificates, keys or authorities that cannot be used. Each names the key of the configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// A file cannot be read.
    #[error("{key}: cannot read {path}: {error}", path = path.display())]
    File {
        /// The key of the configuration.
        key: &'static str,
        /// What it says.
        path: PathBuf,
        /// Why it cannot be read.
        error: std::io::Error,
    },
    /// A file has no certificate, or something that is none.
    #[error("{key}: no usable certificate (PEM) in {path}: {reason}", path = path.display())]
    Certificate {
        /// The key of the configuration.
        key: &'static str,
        /// What it says.
        path: PathBuf,
        /// What is wrong with the content.
        reason: String,
    },
    /// A file has no private key.
    #[error("{key}: no usable private key (PEM) in {path}: {reason}", path = path.display())]
    Key {
        /// The key of the configuration.
        key: &'static str,
        /// What it says.
        path: PathBuf,
        /// What is wrong with the content.
        reason: String,
    },
    /// Inward is to end TLS, and there is no authority whose client certificates it could take.
    #[error(
        "inwardTls: it needs the authorities of clients: give inwardTls.clientCAStore, \
         optSettings.remoteCAStore or optSettings.useSystemCAStore"
    )]
    NoAuthorities,
    /// A private key is not that of its certificate.
    #[error(
        "{key}: it must be the key of the certificate in {certificate}, and cannot be used with it: {error}"
    )]
    Mismatch {
        /// The key of the configuration that names the private key.
        key: &'static str,
        /// The key of the configuration that names the certificate.
        certificate: &'static str,
        /// What the TLS library says.
        error: rustls::Error,
    },
    /// The TLS library refuses its settings.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// The TLS configurations made of one state of the files.
#[derive(Debug)]
pub(crate) struct Credentials {
    /// Counts the states; connections of an older one are not used for new requests.
    pub(crate) generation: u64,
    pub(crate) client: Arc<ClientConfig>,
    /// Where Inward ends TLS itself.
    pub(crate) server: Option<ServerSide>,
}

#[derive(Debug, Clone)]
pub(crate) struct ServerSide {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) verifier: Arc<dyn ClientCertVerifier>,
}

/// The credentials in use.
#[derive(Debug)]
pub(crate) struct Current(RwLock<Arc<Credentials>>);

impl Current {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self(RwLock::new(Arc::new(credentials)))
    }

    pub(crate) fn get(&self) -> Arc<Credentials> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace(&self, mut credentials: Credentials) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        credentials.generation = current.generation + 1;
        *current = Arc::new(credentials);
    }
}

/// The files that credentials are made of, and what is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Files {
    client: Pair,
    remote_authorities: Option<Content>,
    server: Option<Server>,
    use_system_store: bool,
    /// A federator that keeps no connections resumes none either, as the existing one.
    resumed: bool,
}

/// A file, and the key of the configuration that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Content {
    key: &'static str,
    path: PathBuf,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    certificate: Content,
    key: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Server {
    pair: Pair,
    client_authorities: Option<Content>,
}

const CERTIFICATE: &str = "optSettings.clientCertificate";
const PRIVATE_KEY: &str = "optSettings.clientPrivateKey";

impl Files {
    /// Reads all files. What symbolic links point to is read, so that it does not matter which part of a
    /// path was replaced.
    pub(crate) fn read(config: &Config) -> Result<Self, CredentialsError> {
        let settings = &config.opt_settings;
        let client = Pair {
            certificate: read(CERTIFICATE, &settings.client_certificate)?,
            key: read(PRIVATE_KEY, &settings.client_private_key)?,
        };
        let server = config.inward_tls.as_ref().map(|inward| {
            let certificate = optional("inwardTls.certificate", inward.certificate.as_deref())?;
            let key = optional("inwardTls.privateKey", inward.private_key.as_deref())?;
            let authorities = inward.client_ca_store.as_deref();
            Ok::<_, CredentialsError>(Server {
                pair: Pair {
                    certificate: certificate.unwrap_or_else(|| client.certificate.clone()),
                    key: key.unwrap_or_else(|| client.key.clone()),
                },
                client_authorities: optional("inwardTls.clientCAStore", authorities)?,
            })
        });
        let server = server.transpose()?;
        let authorities = settings.remote_ca_store.as_deref();
        Ok(Self {
            client,
            remote_authorities: optional("optSettings.remoteCAStore", authorities)?,
            server,
            use_system_store: settings.use_system_ca_store,
            resumed: config.pooled,
        })
    }

    /// Makes the configurations of both sides.
    pub(crate) fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let mut roots = RootCertStore::empty();
        if self.use_system_store {
            add_system_store(&mut roots);
        }
        if let Some(file) = &self.remote_authorities {
            add(&mut roots, file)?;
        }
        let server = match &self.server {
            None => None,
            Some(server) => {
                let mut client_roots = roots.clone();
                if let Some(file) = &server.client_authorities {
                    client_roots = RootCertStore::empty();
                    add(&mut client_roots, file)?;
                }
                if client_roots.is_empty() {
                    return Err(CredentialsError::NoAuthorities);
                }
                let made = tls::server(client_roots, server.pair.identity()?);
                let (config, verifier) = made.map_err(|error| server.pair.refused(error))?;
                Some(ServerSide {
                    config: Arc::new(config),
                    verifier,
                })
            }
        };
        let client = tls::client(roots, self.client.identity()?, self.resumed);
        Ok(Credentials {
            generation: 0,
            client: Arc::new(client.map_err(|error| self.client.refused(error))?),
            server,
        })
    }
}

impl Pair {
    fn identity(&self) -> Result<Identity, CredentialsError> {
        let key = PrivateKeyDer::from_pem_slice(&self.key.bytes);
        let key = key.map_err(|error| CredentialsError::Key {
            key: self.key.key,
            path: self.key.path.clone(),
            reason: error.to_string(),
        })?;
        Ok(Identity {
            chain: certificates(&self.certificate)?,
            key,
        })
    }

    /// What can be wrong once both files were read.
    fn refused(&self, error: rustls::Error) -> CredentialsError {
        match error {
            rustls::Error::InconsistentKeys(_) => CredentialsError::Mismatch {
                key: self.key.key,
                certificate: self.certificate.key,
                error,
            },
            error => CredentialsError::Tls(error),
        }
    }
}

fn read(key: &'static str, path: &Path) -> Result<Content, CredentialsError> {
    let path = path.to_owned();
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Content { key, path, bytes }),
        Err(error) => Err(CredentialsError::File { key, path, error }),
    }
}

fn optional(key: &'static str, path: Option<&Path>) -> Result<Option<Content>, CredentialsError> {
    path.map(|path| read(key, path)).transpose()
}

fn certificates(file: &Content) -> Result<Vec<CertificateDer<'static>>, CredentialsError> {
    let found = CertificateDer::pem_slice_iter(&file.bytes).collect::<Result<Vec<_>, _>>();
    let found = found.map_err(|error| file.refused(error.to_string()))?;
    if found.is_empty() {
        return Err(file.refused("no certificate found".to_owned()));
    }
    Ok(found)
}

impl Content {
    fn refused(&self, reason: String) -> CredentialsError {
        CredentialsError::Certificate {
            key: self.key,
            path: self.path.clone(),
            reason,
        }
    }
}

fn add(roots: &mut RootCertStore, file: &Content) -> Result<(), CredentialsError> {
    for certificate in certificates(file)? {
        roots
            .add(certificate)
            .map_err(|error| file.refused(error.to_string()))?;
    }
    Ok(())
}

fn add_system_store(roots: &mut RootCertStore) {
    let loaded = rustls_native_certs::load_native_certs();
    for error in &loaded.errors {
        tracing::warn!(%error, "a certificate authority of the system cannot be read");
    }
    let (good, bad) = roots.add_parsable_certificates(loaded.certs);
    tracing::debug!(good, bad, "certificate authorities of the system");
}
