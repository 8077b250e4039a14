//! A RabbitMQ for the notifications of a soak, that crashes and comes back with what it has stored.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bench_harness::Failed;
use federation_api::Domain;
use federation_notifications::Address;
use tokio::task::spawn_blocking;

#[path = "../../../notifications/tests/support/broker.rs"]
mod node;

/// The broker of both backends, each with a virtual host of its own.
pub(super) struct Broker {
    node: Arc<Mutex<node::Broker>>,
    url: String,
    management: String,
}

impl Broker {
    pub(super) async fn start() -> Result<Self, Failed> {
        let node = spawn_blocking(node::Broker::start).await?;
        Ok(Self {
            url: node.url(),
            management: node.management(),
            node: Arc::new(Mutex::new(node)),
        })
    }

    /// A virtual host for this backend.
    pub(super) async fn virtual_host(&self, domain: &Domain) -> Result<Address, Failed> {
        let made = reqwest::Client::builder().no_proxy().build()?;
        made.put(format!("{}/api/vhosts/{domain}", self.management))
            .basic_auth("guest", Some("guest"))
            .send()
            .await?
            .error_for_status()?;
        let url = self.url.replace("/%2f", &format!("/{domain}"));
        Ok(Address::parse(&url)?.with_management(&self.management))
    }

    /// Ends it as a crash does, and starts it again after a while.
    pub(super) async fn restart(&self, away: Duration) -> Result<(), Failed> {
        let node = Arc::clone(&self.node);
        let restarted = spawn_blocking(move || {
            let mut node = node.lock().unwrap_or_else(PoisonError::into_inner);
            node.kill();
            std::thread::sleep(away);
            node.start_again();
        });
        Ok(restarted.await?)
    }
}
