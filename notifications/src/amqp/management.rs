//! Which queues there are: only the management API knows.
//!
//! Source: `transport.md` §11.4.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::address::Address;
use super::names::PATTERN;

/// How many queues are asked for at once.
const PAGE: usize = 100;

/// How many pages are read: as many targets as one installation is meant to know, and their dead letters.
const PAGES: usize = 200;

/// How long one page may take.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(super) struct Management {
    client: reqwest::Client,
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

impl Management {
    pub(super) fn new(address: Address) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(TIMEOUT)
            .build()?;
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
        let base = self.address.management.as_ref().ok_or(
            "say where its management API is, which knows the targets; it is spoken to without TLS",
        )?;
        let url = format!(
            "{base}/api/queues/{vhost}?page={number}&page_size={PAGE}&name={pattern}&use_regex=true\
             &disable_stats=true&enable_queue_totals=true"
        );
        let user = &self.address.uri.authority.userinfo;
        let asked = self
            .client
            .get(&url)
            .basic_auth(&user.username, Some(&user.password));
        let refused = |error: reqwest::Error| {
            let error = error.without_url();
            format!(
                "its management API at {base} does not list the queues: {error}; enable it with \
                 `rabbitmq-plugins enable rabbitmq_management`, or say where it is"
            )
        };
        let answer = asked.send().await.map_err(refused)?;
        let answer = answer.error_for_status().map_err(refused)?;
        let body = answer.bytes().await.map_err(refused)?;
        serde_json::from_slice(&body)
            .map_err(|error| format!("its management API at {base} lists no queues: {error}"))
    }
}
