//! One announcement to a thousand targets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use federation_api::Rpc;
use federation_notifications::{Announcement, Embedded, Outlet};
use serde::{Serialize, Serializer};

pub(crate) const TARGETS: usize = 1000;
const RPC: Rpc = Rpc::new("galley", "on-message-sent").notification();

/// What it came to.
pub(crate) struct FanOut {
    /// How often the payload was written.
    pub(crate) written: usize,
    pub(crate) at_once: Duration,
    pub(crate) one_by_one: Duration,
}

/// Counts how often it is written.
struct Payload(AtomicUsize, String);

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.fetch_add(1, Ordering::Relaxed);
        serializer.serialize_str(&self.1)
    }
}

pub(crate) async fn measure() -> FanOut {
    let folder = tempfile::tempdir_in(".").unwrap();
    let outlet = Outlet::new(Arc::new(
        Embedded::open(folder.path().join("queue")).unwrap(),
    ));
    let payload = Payload(AtomicUsize::new(0), "x".repeat(4096));
    let targets: Vec<_> = (0..TARGETS)
        .map(|n| format!("t{n}.example.com").parse().unwrap())
        .collect();
    let origin: federation_api::Domain = "a.example.com".parse().unwrap();
    let publish = async |targets: &[federation_api::Domain]| {
        let to = Announcement::new(origin.clone(), targets.iter().cloned());
        let mut bundle = outlet.bundle(&to);
        bundle.add(&RPC, &payload).unwrap();
        bundle.publish().await.unwrap();
    };
    // The targets are known to the file.
    publish(&targets).await;
    let before = payload.0.load(Ordering::Relaxed);
    let begun = Instant::now();
    publish(&targets).await;
    let at_once = begun.elapsed();
    let written = payload.0.load(Ordering::Relaxed) - before;
    let begun = Instant::now();
    for target in &targets {
        publish(std::slice::from_ref(target)).await;
    }
    FanOut {
        written,
        at_once,
        one_by_one: begun.elapsed(),
    }
}
