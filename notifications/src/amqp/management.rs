//! Which queues there are: only the management API knows.
//!
//! Source: `transport.md` §11.4.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;

use super::address::Address;
use super::names::PATTERN;

/// How many queues are asked for at once.
const PAGE: usize = 100;

/// How many pages are read: as many targets as one installation is meant to know, and their dead letters.
const PAGES: usize = 200;

/// How long one page may take, and how large it may be.
const TIMEOUT: Duration = Duration::from_secs(30);
const MOST_BYTES: usize = 4 * 1024 * 1024;

pub(super) struct Management {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    address: Address,
}

#[derive(Debug, Deserialize)]
struct Page {
    items: Vec<Listed>,
    page_count: usize,
}

/// A queue, as the management API lists it.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    pub(super) name: String,
}

/// What may go wrong on the way, in words.
type Refused = Box<dyn std::error::Error + Send + Sync>;

impl Management {
    pub(super) fn new(address: Address) -> Result<Self, rustls::Error> {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls(&address)?)
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, address })
    }

    /// The names of the queues for notifications and dead letters.
    pub(super) async fn queues(&self) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        for number in 1..=PAGES {
            let page = self.page(number).await?;
            names.extend(page.items.into_iter().map(|queue| queue.name));
            if number >= page.page_count {
                return Ok(names);
            }
        }
        tracing::warn!(queues = names.len(), "more queues than are looked at");
        Ok(names)
    }

    async fn page(&self, number: usize) -> Result<Page, String> {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let vhost = encoded(&self.address.uri.vhost);
        let pattern = encoded(PATTERN);
        let base = &self.address.management;
        let url = format!(
            "{base}/api/queues/{vhost}?page={number}&page_size={PAGE}&name={pattern}&use_regex=true\
             &disable_stats=true&enable_queue_totals=true"
        );
        let body = match tokio::time::timeout(TIMEOUT, self.get(&url)).await {
            Ok(body) => body,
            Err(_) => Err("it does not answer".into()),
        };
        let body = body.map_err(|error| {
            format!(
                "its management API at {base} does not list the queues: {}; enable it with \
                 `rabbitmq-plugins enable rabbitmq_management`, or say where it is",
                chain(&*error)
            )
        })?;
        serde_json::from_slice(&body)
            .map_err(|error| format!("its management API at {base} lists no queues: {error}"))
    }

    async fn get(&self, url: &str) -> Result<Bytes, Refused> {
        let user = &self.address.uri.authority.userinfo;
        let credentials = STANDARD.encode(format!("{}:{}", user.username, user.password));
        let mut credentials = HeaderValue::try_from(format!("Basic {credentials}"))?;
        credentials.set_sensitive(true);
        let request = Request::get(url.parse::<Uri>()?)
            .header(AUTHORIZATION, credentials)
            .body(Empty::new())?;
        let answer = self.client.request(request).await?;
        if !answer.status().is_success() {
            return Err(format!("it answers {}", answer.status()).into());
        }
        let body = Limited::new(answer.into_body(), MOST_BYTES).collect();
        Ok(body.await?.to_bytes())
    }
}

/// Those that vouch for the broker vouch for its management API, too.
fn tls(address: &Address) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = &address.tls.cert_chain {
        let own = CertificateDer::pem_slice_iter(pem.as_bytes());
        roots.add_parsable_certificates(own.flatten());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// What happened, with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
