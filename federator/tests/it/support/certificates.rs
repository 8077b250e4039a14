//! Certificates.

use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use time::{Duration, OffsetDateTime};

/// A certificate authority.
pub(crate) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// What a certificate says.
pub(crate) struct Leaf<'a> {
    pub(crate) names: &'a [&'a str],
    pub(crate) common: &'a str,
    pub(crate) expired: bool,
    pub(crate) usages: &'a [ExtendedKeyUsagePurpose],
}

impl<'a> Leaf<'a> {
    pub(crate) fn of(names: &'a [&'a str]) -> Self {
        Self {
            names,
            common: "federator",
            expired: false,
            usages: &[
                ExtendedKeyUsagePurpose::ServerAuth,
                ExtendedKeyUsagePurpose::ClientAuth,
            ],
        }
    }
}

/// A certificate and its key.
#[derive(Clone)]
pub(crate) struct Material {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Material {
    /// Writes `<name>.crt` and `<name>.key`.
    pub(crate) fn write(&self, at: &Path, name: &str) {
        std::fs::write(at.join(format!("{name}.crt")), &self.certificate).unwrap();
        std::fs::write(at.join(format!("{name}.key")), &self.key).unwrap();
    }

    /// The certificate as an ingress writes it into a header.
    pub(crate) fn escaped(&self) -> String {
        escape(&self.certificate)
    }
}

/// Escapes a text for a header, as an ingress does.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            escaped.push(byte.into());
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn pem(&self) -> String {
        self.pem.clone()
    }

    pub(crate) fn issue(&self, leaf: &Leaf<'_>) -> Material {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = leaf.names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, leaf.common);
        params.extended_key_usages = leaf.usages.to_vec();
        let now = OffsetDateTime::now_utc();
        params.not_before = now - Duration::days(30);
        params.not_after = now + Duration::days(if leaf.expired { -1 } else { 30 });
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Material {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}
