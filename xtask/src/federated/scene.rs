//! Two backends, and what stands between them.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use super::process::{Process, free_address};
use super::{nginx, way::Way};
use bench_harness::Failed;

/// The backend that calls.
pub(crate) const ORIGIN: &str = "a.example.com";
/// The backend that answers.
pub(crate) const TARGET: &str = "b.example.com";

/// All processes but the client.
pub(crate) struct Scene {
    component: SocketAddr,
    pooled: SocketAddr,
    per_call: SocketAddr,
    proxied: SocketAddr,
    /// Outward kept, Outward per call, Inward; nginx at either end.
    federators: [Process; 3],
    proxies: Vec<Process>,
    _component: Process,
    _directory: TempDir,
}

impl Scene {
    /// Starts them; the two nginx only if they are wanted.
    pub(crate) fn start(with_nginx: bool) -> Result<Self, Failed> {
        let directory = TempDir::new()?;
        let at = directory.path();
        write_certificates(at)?;
        let mut component = Process::of_scene(&["component"])?;
        let component_address = component.address()?;

        let origin = format!("{ORIGIN}=1");
        let federator = |name: &str, domain: &str, pooled: bool, target: &str| {
            let file = at.join(format!("{name}.yaml"));
            fs::write(&file, yaml(at, domain, component_address, pooled))?;
            let file = file.to_str().ok_or("a path that is no text")?;
            let mut process = Process::of_scene(&[file, target])?;
            let addresses = (process.address()?, process.address()?);
            Ok::<_, Failed>((process, addresses))
        };
        let (inward, (_, inward_address)) = federator("inward", "b", true, &origin)?;
        let target = format!("{TARGET}={}", inward_address.port());
        let (pooled, (pooled_address, _)) = federator("pooled", "a", true, &target)?;
        let (per_call, (per_call_address, _)) = federator("per-call", "a", false, &target)?;

        let (first, second) = (free_address()?, free_address()?);
        let proxy = |name: &str, listens, text: String| {
            let file = at.join(name);
            fs::write(&file, text)?;
            Process::nginx(&file, listens)
        };
        let mut proxies = Vec::new();
        if with_nginx {
            let outward = nginx::outward(at, first, second);
            proxies.push(proxy("outward.conf", first, outward)?);
            let inward = nginx::inward(at, second, component_address);
            proxies.push(proxy("inward.conf", second, inward)?);
        }
        Ok(Self {
            component: component_address,
            pooled: pooled_address,
            per_call: per_call_address,
            proxied: first,
            federators: [pooled, per_call, inward],
            proxies,
            _component: component,
            _directory: directory,
        })
    }

    /// Where a client sends its calls.
    pub(crate) fn address(&self, way: Way) -> SocketAddr {
        match way {
            Way::Direct => self.component,
            Way::Pooled => self.pooled,
            Way::PerCall => self.per_call,
            Way::Nginx => self.proxied,
        }
    }

    /// The processes between client and component.
    pub(super) fn between(&self, way: Way) -> Vec<&Process> {
        let [pooled, per_call, inward] = &self.federators;
        match way {
            Way::Direct => vec![],
            Way::Pooled => vec![pooled, inward],
            Way::PerCall => vec![per_call, inward],
            Way::Nginx => self.proxies.iter().collect(),
        }
    }
}

fn yaml(at: &Path, name: &str, component: SocketAddr, pooled: bool) -> String {
    let endpoint = format!("{{ host: {}, port: {} }}", component.ip(), component.port());
    format!(
        "federatorInternal: {{ host: 127.0.0.1, port: 0 }}
federatorExternal: {{ host: 127.0.0.1, port: 0 }}
brig: {endpoint}
galley: {endpoint}
cargohold: {endpoint}
optSettings:
  useSystemCAStore: false
  remoteCAStore: {at}/ca.pem
  clientCertificate: {at}/{name}.crt
  clientPrivateKey: {at}/{name}.key
  tcpConnectionTimeout: 5000000
inwardTls: {{}}
policy: {{ strategy: allowAll }}
pooled: {pooled}
",
        at = at.display(),
    )
}

/// One authority, and a certificate of it for each backend, both ECDSA P-256 as in existing installations.
fn write_certificates(at: &Path) -> Result<(), Failed> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "the authority of the benchmark");
    fs::write(at.join("ca.pem"), params.self_signed(&key)?.pem())?;
    let issuer = Issuer::new(params, key);
    for (name, domain) in [("a", ORIGIN), ("b", TARGET)] {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec![format!("infra.{domain}")])?;
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &issuer)?;
        fs::write(at.join(format!("{name}.crt")), certificate.pem())?;
        fs::write(at.join(format!("{name}.key")), key.serialize_pem())?;
    }
    Ok(())
}
