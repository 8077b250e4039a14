//! A certificate authority that lives as long as the demonstration.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair,
};

use crate::fault::Fault;

/// A certificate authority, made anew for each run; its key is never written anywhere.
pub(super) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// Where the files are that a federator reads.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) authority: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Authority {
    pub(super) fn new() -> Result<Self, Fault> {
        let key = KeyPair::generate().map_err(unmade)?;
        let mut params = CertificateParams::new(Vec::new()).map_err(unmade)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = named("federation demo");
        let pem = params.self_signed(&key).map_err(unmade)?.pem();
        Ok(Self {
            pem,
            issuer: Issuer::new(params, key),
        })
    }

    /// Writes the authority's certificate, and a key and a certificate for this host, for both sides of
    /// mutual TLS.
    pub(super) fn issue(&self, host: &str, directory: &Path) -> Result<Files, Fault> {
        let key = KeyPair::generate().map_err(unmade)?;
        let mut params = CertificateParams::new(vec![host.to_owned()]).map_err(unmade)?;
        params.distinguished_name = named(host);
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        let certificate = params.signed_by(&key, &self.issuer).map_err(unmade)?;
        let write = |name: &str, content: String| {
            let path = directory.join(name);
            match std::fs::write(&path, content) {
                Ok(()) => Ok(path),
                Err(error) => Err(Fault::Failed(format!("{}: {error}", path.display()))),
            }
        };
        Ok(Files {
            authority: write("authority.pem", self.pem.clone())?,
            certificate: write("federator.crt", certificate.pem())?,
            key: write("federator.key", key.serialize_pem())?,
        })
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn unmade(error: impl std::fmt::Display) -> Fault {
    Fault::Failed(format!("a certificate cannot be made: {error}"))
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}
