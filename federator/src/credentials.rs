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

/// Certificates, keys or authorities that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// A file cannot be read.
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    File(PathBuf, std::io::Error),
    /// A file has no certificate, or something that is none.
    #[error("{path}: no usable certificate: {reason}", path = .0.display(), reason = .1)]
    Certificate(PathBuf, String),
    /// A file has no private key.
    #[error("{path}: no usable private key: {reason}", path = .0.display(), reason = .1)]
    Key(PathBuf, String),
    /// Inward is to end TLS, and there is no authority whose client certificates it could take.
    #[error(
        "inwardTls needs the authorities of clients: give clientCAStore, remoteCAStore or useSystemCAStore"
    )]
    NoAuthorities,
    /// The parts do not fit together: the key to the certificate, for example.
    #[error("certificate and key cannot be used: {0}")]
    Mismatch(#[from] rustls::Error),
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

type Content = (PathBuf, Vec<u8>);

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

impl Files {
    /// Reads all files. What symbolic links point to is read, so that it does not matter which part of a
    /// path was replaced.
    pub(crate) fn read(config: &Config) -> Result<Self, CredentialsError> {
        let settings = &config.opt_settings;
        let server = config.inward_tls.as_ref().map(|inward| {
            let certificate = inward.certificate.as_ref();
            let key = inward.private_key.as_ref();
            Ok::<_, CredentialsError>(Server {
                pair: Pair::read(
                    certificate.unwrap_or(&settings.client_certificate),
                    key.unwrap_or(&settings.client_private_key),
                )?,
                client_authorities: optional(inward.client_ca_store.as_deref())?,
            })
        });
        Ok(Self {
            client: Pair::read(&settings.client_certificate, &settings.client_private_key)?,
            remote_authorities: optional(settings.remote_ca_store.as_deref())?,
            server: server.transpose()?,
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
                let (config, verifier) = tls::server(client_roots, server.pair.identity()?)?;
                Some(ServerSide {
                    config: Arc::new(config),
                    verifier,
                })
            }
        };
        Ok(Credentials {
            generation: 0,
            client: Arc::new(tls::client(roots, self.client.identity()?, self.resumed)?),
            server,
        })
    }
}

impl Pair {
    fn read(certificate: &Path, key: &Path) -> Result<Self, CredentialsError> {
        Ok(Self {
            certificate: read(certificate)?,
            key: read(key)?,
        })
    }

    fn identity(&self) -> Result<Identity, CredentialsError> {
        let (path, key) = &self.key;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| CredentialsError::Key(path.clone(), error.to_string()))?;
        Ok(Identity {
            chain: certificates(&self.certificate)?,
            key,
        })
    }
}

fn read(path: &Path) -> Result<Content, CredentialsError> {
    let content = std::fs::read(path);
    let content = content.map_err(|error| CredentialsError::File(path.to_owned(), error))?;
    Ok((path.to_owned(), content))
}

fn optional(path: Option<&Path>) -> Result<Option<Content>, CredentialsError> {
    path.map(read).transpose()
}

fn certificates((path, pem): &Content) -> Result<Vec<CertificateDer<'static>>, CredentialsError> {
    let refused = |reason: String| CredentialsError::Certificate(path.clone(), reason);
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    let found = found.map_err(|error| refused(error.to_string()))?;
    if found.is_empty() {
        return Err(refused("no certificate found".to_owned()));
    }
    Ok(found)
}

fn add(roots: &mut RootCertStore, file: &Content) -> Result<(), CredentialsError> {
    for certificate in certificates(file)? {
        roots
            .add(certificate)
            .map_err(|error| CredentialsError::Certificate(file.0.clone(), error.to_string()))?;
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
