//! A broker behind TLS.

use std::sync::Arc;

use federation_notifications::{Address, Amqp, Queue};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::bed::{Pushing, domain, message, number, settings};
use crate::broker::{Broker, free_ports};
use crate::outward::Outward;

const B: &str = "b.example.com";

/// The certificate of an authority, and where a broker for which it vouches listens.
struct Secured {
    _broker: Broker,
    authority: String,
    url: String,
    management: String,
    _files: TempDir,
}

impl Secured {
    fn start() -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let own = authority.self_signed(&authority_key).unwrap().pem();
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&key, &issuer).unwrap().pem();

        let files = tempfile::tempdir().unwrap();
        let [port, management] = free_ports();
        let mut lines = format!(
            "listeners.ssl.1 = 127.0.0.1:{port}\nmanagement.ssl.ip = 127.0.0.1\n\
             management.ssl.port = {management}\n"
        );
        for (name, content) in [
            ("cacertfile", &own),
            ("certfile", &leaf),
            ("keyfile", &key.serialize_pem()),
        ] {
            let path = files.path().join(name);
            std::fs::write(&path, content).unwrap();
            for of in ["ssl_options", "management.ssl"] {
                lines += &format!("{of}.{name} = {}\n", path.display());
            }
        }
        Self {
            _broker: Broker::start_with(&lines),
            authority: own,
            url: format!("amqps://guest:guest@localhost:{port}/%2f"),
            management: format!("https://localhost:{management}"),
            _files: files,
        }
    }

    fn address(&self) -> Address {
        let address = Address::parse(&self.url).unwrap();
        address.with_management(&self.management)
    }
}

fn queue(address: Address) -> Arc<Amqp> {
    Arc::new(Amqp::new(address, Amqp::PREFETCH).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_is_spoken_to_over_tls_if_somebody_vouches_for_it() {
    let secured = spawn_blocking(Secured::start).await.unwrap();
    let outward = Outward::start().await;
    let unknown = queue(secured.address());
    for refused in [
        unknown.publish(vec![message(B, 0)]).await.unwrap_err(),
        unknown.targets().await.unwrap_err(),
    ] {
        let refused = refused.to_string();
        assert!(refused.contains("amqps://localhost"), "{refused}");
        assert!(refused.contains("UnknownIssuer"), "{refused}");
    }

    let known = secured
        .address()
        .with_authorities(secured.authority.clone());
    let queue = queue(known.unwrap());
    let messages = (0..20).map(|number| message(B, number)).collect();
    queue.publish(messages).await.unwrap();
    assert_eq!(queue.targets().await.unwrap(), [domain(B)]);
    let pushing = Pushing::begin(queue, &outward.url(), settings());
    let accepted = outward.until_accepted(B, 20).await;
    pushing.end().await;
    let numbers: Vec<_> = accepted.iter().map(|one| number(&one.body)).collect();
    assert_eq!(numbers, (0..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_vouches_for_nobody_is_refused() {
    let address = Address::parse("amqps://me:secret@127.0.0.1/x").unwrap();
    let refused = address.clone().with_authorities("no PEM".to_owned());
    let refused = refused.unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("no certificate"), "{refused}");
    assert!(!refused.contains("secret"), "{refused}");
    // Nothing goes out in the clear.
    let refused = queue(address).targets().await.unwrap_err().to_string();
    assert!(refused.contains("https://127.0.0.1:15671"), "{refused}");
}
