//! A client process and the orders that it takes, one line of JSON each; it answers in kind.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::Failed;
use crate::contestant::Contestant;
use crate::load::{self, Caller, Outcome};
use crate::workload::Workload;

/// What a client process is told to do.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// The server, such as `127.0.0.1:8080`. Connections are kept from order to order.
    pub server: String,
    /// The RPC.
    pub rpc: String,
    /// What to do with it.
    pub task: Task,
}

/// What to do with an RPC.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Task {
    /// Call it once and show request and response.
    Show,
    /// Call it for some seconds, so many at once.
    Load {
        /// Calls at once.
        concurrency: usize,
        /// For so long.
        seconds: f64,
    },
}

/// What a client process answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Report {
    /// To [`Task::Show`].
    Shown(Value, Value),
    /// To [`Task::Load`].
    Loaded(Outcome),
}

/// Takes orders until there are no more.
pub async fn obey(contestant: Contestant) -> Result<(), Failed> {
    let mut callers: BTreeMap<String, Arc<dyn Caller>> = BTreeMap::new();
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = orders.next_line().await? {
        let order: Order = serde_json::from_str(&line)?;
        let workload = Workload::of_rpc(&order.rpc)?;
        let caller = match callers.get(&order.server) {
            Some(caller) => Arc::clone(caller),
            None => {
                let caller: Arc<dyn Caller> = (contestant.connect)(&order.server)?.into();
                callers.insert(order.server, Arc::clone(&caller));
                caller
            }
        };
        let report = match order.task {
            Task::Show => {
                let (request, response) = caller.documents(workload).await?;
                Report::Shown(request, response)
            }
            Task::Load {
                concurrency,
                seconds,
            } => {
                let time = Duration::from_secs_f64(seconds);
                Report::Loaded(load::run(caller, workload, concurrency, time).await?)
            }
        };
        println!("{}", serde_json::to_string(&report)?);
    }
    Ok(())
}
