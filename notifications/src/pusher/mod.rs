//! What delivers the messages of a queue: to each target in order, to all targets side by side.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use federation_api::Domain;
use federation_clients::Connection;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::observe;
use crate::queue::Queue;

mod attempt;
mod backoff;
pub mod choice;
mod stream;

pub use backoff::Backoff;
use stream::{Places, Shared};

/// How a [`Pusher`] goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long it waits after a failure, of a target or of the queue.
    pub backoff: Backoff,
    /// How often it looks for targets that are new or gone.
    pub refresh: Duration,
    /// How long it believes what a target said of its versions. It asks again after any failure. Zero
    /// means before every message, as existing backends do it.
    pub keep_versions: Duration,
    /// How long one call may take.
    pub timeout: Duration,
    /// How many deliveries are under way at once, to all targets together. Targets that failed the last
    /// time get at most half of them.
    pub at_once: usize,
    /// Whether a message that its target can never accept is kept with the dead letters, with the
    /// reason. If not, what the target cannot read is dropped and what it cannot accept for another
    /// reason is tried for ever, as existing backends do it.
    pub dead_letters: bool,
    /// How long running deliveries may take when the pusher is asked to end.
    pub shutdown: Duration,
}

impl Default for Settings {
    /// Back-off from 10 ms to 300 s, a look for targets every 300 s, versions kept for 5 minutes, 30 s for
    /// a call, 64 at once, dead letters kept, 15 s to end.
    fn default() -> Self {
        Self {
            backoff: Backoff::default(),
            refresh: Duration::from_secs(300),
            keep_versions: Duration::from_secs(300),
            timeout: Duration::from_secs(30),
            at_once: 64,
            dead_letters: true,
            shutdown: Duration::from_secs(15),
        }
    }
}

/// Delivers what waits in a queue, at least once and for each target in order.
///
/// Source: `transport.md` §11.4.
pub struct Pusher {
    queue: Arc<dyn Queue>,
    connection: Connection,
    settings: Settings,
}

impl Pusher {
    /// A pusher that takes from `queue` and delivers over `connection`, usually
    /// [`Connection::via_federator`].
    #[must_use]
    pub fn new(queue: Arc<dyn Queue>, connection: Connection, settings: Settings) -> Self {
        Self {
            queue,
            connection,
            settings,
        }
    }

    /// Delivers until `stop` is done, then finishes what is under way. What is not delivered by then
    /// stays in the queue. Never fails: whatever goes wrong is tried again.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (stopper, stopping) = watch::channel(false);
        let mut streams = Streams {
            shared: Shared {
                queue: self.queue.clone(),
                connection: self.connection,
                settings: self.settings,
                places: Arc::new(Places::new(self.settings.at_once)),
                stopping,
            },
            tasks: JoinSet::new(),
            running: HashMap::new(),
        };
        observe::pusher_runs(true);
        tokio::select! {
            () = stop => {}
            () = streams.keep() => {}
        }
        stopper.send_replace(true);
        streams.end(self.settings.shutdown).await;
        observe::pusher_runs(false);
    }
}

impl std::fmt::Debug for Pusher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pusher")
            .field("connection", &self.connection)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// One stream for each target.
struct Streams {
    shared: Shared,
    tasks: JoinSet<Domain>,
    running: HashMap<Domain, tokio::task::AbortHandle>,
}

impl Streams {
    /// Begins a stream for each target that has none, again and again.
    async fn keep(&mut self) {
        let mut failures = 0;
        loop {
            // Taken before the look, so that nothing falls between them.
            let queue = self.shared.queue.clone();
            let new_target = queue.new_target();
            match queue.targets().await {
                Ok(targets) => {
                    failures = 0;
                    targets.into_iter().for_each(|target| self.begin(target));
                    let again = tokio::time::sleep(self.shared.settings.refresh);
                    tokio::select! {
                        () = new_target => {}
                        () = again => {}
                        Some(ended) = self.tasks.join_next() => self.ended(ended),
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the targets cannot be listed");
                    // Not as long as for a target: nothing new is delivered until it works.
                    let wait = self.shared.settings.backoff.wait(failures);
                    tokio::time::sleep(wait.min(Duration::from_secs(10))).await;
                    failures = failures.saturating_add(1);
                }
            }
        }
    }

    fn begin(&mut self, target: Domain) {
        if !self.running.contains_key(&target) {
            tracing::debug!(%target, "deliveries begin");
            let stream = stream::run(self.shared.clone(), target.clone());
            let of = target.clone();
            let handle = self.tasks.spawn(async move {
                stream.await;
                of
            });
            self.running.insert(target, handle);
        }
    }

    fn ended(&mut self, ended: Result<Domain, tokio::task::JoinError>) {
        match ended {
            Ok(target) => drop(self.running.remove(&target)),
            Err(error) => {
                tracing::error!(%error, "a stream broke and begins anew");
                self.running.retain(|_, handle| !handle.is_finished());
            }
        }
    }

    /// Waits for what is under way.
    async fn end(mut self, within: Duration) {
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(within, all).await.is_err() {
            let cut = self.shared.places.taken();
            tracing::warn!(cut, "deliveries were cut off; they will be made again");
        }
    }
}
