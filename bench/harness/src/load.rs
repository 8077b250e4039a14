//! The load that a client makes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::workload::Workload;
use crate::{Failed, allocations};

/// The client of a contestant, connected to a server.
pub trait Caller: Send + Sync {
    /// Makes one call, typed request to typed response, and says how large the response was in
    /// whatever it consists of: users, entries, bytes. Whoever has the number has had to look.
    fn call(&self, workload: Workload) -> BoxFuture<'_, Result<usize, Failed>>;

    /// Request and response of a workload, as this contestant writes its typed values.
    fn documents(&self, workload: Workload) -> BoxFuture<'_, Result<(Value, Value), Failed>>;
}

/// What came of some load.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Outcome {
    /// Calls that were made. Each was answered; anything else ends the benchmark.
    pub calls: u64,
    /// What the responses consisted of, as [`Caller::call`] counts it.
    pub size: u64,
    /// From the first call to the last answer.
    pub seconds: f64,
    /// The median time of one call, in microseconds.
    pub median_micros: f64,
    /// Allocations of the client, if it counts them.
    pub allocations: u64,
}

/// Calls for a while, `concurrency` at once, and finishes the calls under way. At least one call is
/// made.
pub async fn run(
    caller: Arc<dyn Caller>,
    workload: Workload,
    concurrency: usize,
    time: Duration,
) -> Result<Outcome, Failed> {
    let before = allocations::so_far();
    let begun = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..concurrency {
        workers.spawn(repeat(Arc::clone(&caller), workload, begun + time));
    }
    let mut size = 0;
    let mut times = Vec::new();
    while let Some(worked) = workers.join_next().await {
        let worked = worked??;
        size += worked.size;
        times.extend(worked.times);
    }
    let allocations = allocations::so_far()
        .zip(before)
        .map(|(now, then)| now - then);
    let seconds = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    Ok(Outcome {
        calls: times.len() as u64,
        size,
        seconds,
        median_micros: times[times.len() / 2].as_secs_f64() * 1e6,
        allocations: allocations.unwrap_or_default(),
    })
}

/// What one of the concurrent callers did.
struct Worked {
    size: u64,
    times: Vec<Duration>,
}

async fn repeat(
    caller: Arc<dyn Caller>,
    workload: Workload,
    end: Instant,
) -> Result<Worked, Failed> {
    let mut worked = Worked {
        size: 0,
        times: Vec::new(),
    };
    let mut begun = Instant::now();
    loop {
        worked.size += caller.call(workload).await? as u64;
        let now = Instant::now();
        worked.times.push(now - begun);
        if now >= end {
            return Ok(worked);
        }
        begun = now;
    }
}
