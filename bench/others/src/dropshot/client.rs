//! The client, as progenitor generates it.

use std::collections::HashMap;

use bench_harness::{Caller, Failed, Workload, sample};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use generated::Client;

#[allow(clippy::all, mismatched_lifetime_syntaxes, reason = "it is generated")]
mod generated {
    progenitor::generate_api!("dropshot.json");
}

/// A caller whose connections are made as the builder says.
pub(super) fn over(server: &str, http: reqwest::ClientBuilder) -> Result<Box<dyn Caller>, Failed> {
    let http = http.no_proxy().build()?;
    Ok(Box::new(Generated {
        client: Client::new_with_client(&format!("http://{server}"), http),
        handle: serde_json::from_value(sample::small().request)?,
        users: serde_json::from_value(sample::medium().request)?,
        clients: serde_json::from_value(sample::nested_map().request)?,
    }))
}

struct Generated {
    client: Client,
    handle: String,
    users: Vec<Uuid>,
    clients: HashMap<String, Vec<String>>,
}

impl Caller for Generated {
    fn call(&self, workload: Workload) -> BoxFuture<'_, Result<usize, Failed>> {
        async move {
            let client = &self.client;
            Ok(match workload {
                Workload::Small => {
                    let profile = client.get_user_by_handle(&self.handle).await?;
                    profile.into_inner().into_iter().count()
                }
                Workload::Medium => client.get_users_by_ids(&self.users).await?.len(),
                Workload::NestedMap => {
                    let prekeys = client.claim_multi_prekey_bundle(&self.clients).await?;
                    prekeys.values().map(HashMap::len).sum()
                }
                _ => return Err("this contestant has no such workload".into()),
            })
        }
        .boxed()
    }

    fn documents(&self, _: Workload) -> BoxFuture<'_, Result<(Value, Value), Failed>> {
        async { Err("this contestant has documents of its own".into()) }.boxed()
    }
}
