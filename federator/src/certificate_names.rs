//! Which hosts a client certificate stands for.
//!
//! Source: `transport.md` §5.5.

use std::net::IpAddr;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

/// The names of a certificate: the DNS entries of its subject alternative name; only where there is none,
/// the common name of its subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct CertificateNames {
    dns: Vec<String>,
    addresses: Vec<IpAddr>,
}

/// A text in place of a certificate.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no X.509 certificate: {0}")]
pub(crate) struct CertificateError(String);

impl CertificateNames {
    /// The names of a certificate in DER.
    pub(crate) fn of(der: &[u8]) -> Result<Self, CertificateError> {
        let (rest, certificate) =
            X509Certificate::from_der(der).map_err(|error| CertificateError(error.to_string()))?;
        if !rest.is_empty() {
            return Err(CertificateError("something follows it".to_owned()));
        }
        let mut names = Self::default();
        let alternative = certificate.subject_alternative_name();
        let alternative = alternative.map_err(|error| CertificateError(error.to_string()))?;
        for name in alternative
            .iter()
            .flat_map(|names| &names.value.general_names)
        {
            match name {
                GeneralName::DNSName(name) => names.dns.push((*name).to_owned()),
                GeneralName::IPAddress(octets) => names.addresses.extend(address(octets)),
                _ => {}
            }
        }
        if names.dns.is_empty() {
            names.addresses.clear();
            let common = certificate.subject().iter_common_name();
            let common = common.filter_map(|name| name.as_str().ok());
            names.dns.extend(common.map(ToOwned::to_owned));
        }
        Ok(names)
    }

    /// Whether the certificate stands for `host`, with or without the dot at its end.
    pub(crate) fn matches(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        match host.parse::<IpAddr>() {
            Ok(address) => self.addresses.contains(&address),
            Err(_) => self.dns.iter().any(|name| covers(name, host)),
        }
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(octets)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from))
        .ok()
}

/// Label by label; a whole leftmost `*` stands for exactly one label.
fn covers(name: &str, host: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let wanted: Vec<&str> = host.split('.').collect();
    if labels.len() != wanted.len() || labels.iter().any(|label| label.is_empty()) {
        return false;
    }
    if wanted.iter().any(|label| label.is_empty()) {
        return false;
    }
    let wild = labels[0] == "*" && labels.len() > 1;
    let skipped = usize::from(wild);
    std::iter::zip(&labels[skipped..], &wanted[skipped..])
        .all(|(label, wanted)| label.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn names_and_wildcards() {
        for (name, host) in [
            ("infra.a.example", "infra.a.example"),
            ("INFRA.a.example", "infra.A.example"),
            ("*.x.org", "f.x.org"),
            ("localhost", "localhost"),
            ("*.*.org", "a.*.org"),
        ] {
            assert!(covers(name, host), "{name} {host}");
        }
        for (name, host) in [
            ("*.x.org", "a.b.x.org"),
            ("*.x.org", "x.org"),
            ("*", "localhost"),
            ("f*.x.org", "foo.x.org"),
            ("*.*.org", "a.b.org"),
            ("infra.a.example.", "infra.a.example"),
            (".a.example", "infra.a.example"),
            ("", ""),
            ("*.x.org", ".x.org"),
        ] {
            assert!(!covers(name, host), "{name} {host}");
        }
    }
}
