//! The messages for one target: one after the other, each until it is settled.

use std::sync::Arc;
use std::time::Duration;

use federation_api::Domain;
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit, watch};

use super::Settings;
use super::attempt::{Attempt, Deliverer, Never};
use crate::observe::Watched;
use crate::queue::{Consumer, Delivery, End, Queue, QueueError};

/// How often a pusher that stands by asks whether it may deliver.
const STANDBY: Duration = Duration::from_secs(1);

/// What every stream of a pusher has.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) queue: Arc<dyn Queue>,
    pub(super) connection: federation_clients::Connection,
    pub(super) settings: Settings,
    /// A place for each delivery that is under way.
    pub(super) places: Arc<Places>,
    /// Becomes true when the pusher is to end.
    pub(super) stopping: watch::Receiver<bool>,
}

/// Places for deliveries. Targets that failed the last time get half of them: those that never answer would
/// take them all for as long as a call may take, again and again.
pub(super) struct Places {
    at_once: usize,
    all: Semaphore,
    again: Semaphore,
}

impl Places {
    pub(super) fn new(at_once: usize) -> Self {
        let at_once = at_once.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            at_once,
            all: Semaphore::new(at_once),
            again: Semaphore::new((at_once / 2).max(1)),
        }
    }

    /// How many deliveries are under way.
    pub(super) fn taken(&self) -> usize {
        self.at_once - self.all.available_permits()
    }

    /// A place, as long as the permits are held.
    async fn take(&self, again: bool) -> Result<[Option<SemaphorePermit<'_>>; 2], AcquireError> {
        let again = match again {
            true => Some(self.again.acquire().await?),
            false => None,
        };
        Ok([again, Some(self.all.acquire().await?)])
    }
}

/// Why a stream goes no further.
enum Stop {
    Asked,
    Queue(QueueError),
}

impl From<QueueError> for Stop {
    fn from(error: QueueError) -> Self {
        Self::Queue(error)
    }
}

/// Delivers until the pusher is stopped or the queue of the target is gone.
pub(super) async fn run(shared: Shared, target: Domain) {
    let mut failures = 0;
    let mut stands_by = false;
    loop {
        let stopped = match begin(&shared, &target).await {
            Ok(mut consumer) => {
                stands_by = false;
                let stopped = deliver_all(&shared, &target, &mut *consumer, &mut failures).await;
                if let Err(error) = consumer.close().await {
                    tracing::warn!(%target, %error, "the last messages may be delivered twice");
                }
                stopped
            }
            Err(stopped) => stopped,
        };
        match stopped {
            Stop::Asked => return,
            Stop::Queue(error @ QueueError::Gone(_)) => {
                tracing::info!(%error, "no more deliveries");
                return;
            }
            Stop::Queue(QueueError::Busy { queue }) => {
                if !stands_by {
                    tracing::info!(%target, %queue, "stands by: somebody else delivers");
                }
                stands_by = true;
                if wait(&shared, STANDBY).await.is_err() {
                    return;
                }
            }
            Stop::Queue(error) => {
                tracing::warn!(%target, %error, "the queue will be asked again");
                if pause(&shared, failures).await.is_err() {
                    return;
                }
                failures = failures.saturating_add(1);
            }
        }
    }
}

async fn begin(shared: &Shared, target: &Domain) -> Result<Box<dyn Consumer>, Stop> {
    let mut stopping = shared.stopping.clone();
    tokio::select! {
        biased;
        () = stopped(&mut stopping) => Err(Stop::Asked),
        consumer = shared.queue.consume(target) => Ok(consumer?),
    }
}

async fn deliver_all(
    shared: &Shared,
    target: &Domain,
    consumer: &mut dyn Consumer,
    queue_failures: &mut u32,
) -> Stop {
    let settings = &shared.settings;
    let mut deliverer = Deliverer::new(
        shared.connection.clone(),
        target.clone(),
        settings.timeout,
        settings.keep_versions,
    );
    let watched = Watched::new(target);
    let mut failures = 0;
    let mut stopping = shared.stopping.clone();
    loop {
        let delivery = tokio::select! {
            biased;
            () = stopped(&mut stopping) => return Stop::Asked,
            delivery = consumer.next() => match delivery {
                Ok(delivery) => delivery,
                Err(error) => return error.into(),
            },
        };
        watched.head(delivery.published);
        let attempt = {
            // Nothing closes the places.
            let _place = tokio::select! {
                biased;
                () = stopped(&mut stopping) => return Stop::Asked,
                place = shared.places.take(failures > 0) => place,
            };
            deliverer.attempt(&delivery.body).await
        };
        let outcome = match attempt {
            Attempt::Delivered => {
                watched.delivered();
                Ok(End::Delivered)
            }
            Attempt::Never(never) if settings.dead_letters || never.is_dropped_by_others() => {
                watched.given_up(settings.dead_letters);
                Ok(end(settings, target, &never))
            }
            Attempt::Never(never) => Err(never.reason()),
            Attempt::Later(reason) => Err(reason),
        };
        let end = match outcome {
            Ok(end) => end,
            Err(reason) => {
                later(
                    shared,
                    target,
                    &watched,
                    consumer,
                    delivery,
                    &reason,
                    &mut failures,
                )
                .await;
                continue;
            }
        };
        failures = 0;
        if let Err(error) = consumer.settle(delivery, end).await {
            return error.into();
        }
        // The queue works. One that gives out and settles nothing would give out the same without a pause.
        *queue_failures = 0;
    }
}

fn end(settings: &Settings, target: &Domain, never: &Never) -> End {
    let reason = never.reason();
    if settings.dead_letters {
        tracing::warn!(%target, ?reason, "a message goes to the dead letters");
        End::Dead(reason)
    } else {
        tracing::warn!(%target, ?reason, "a message is dropped");
        End::Dropped
    }
}

/// Gives the message back and waits; the next one is the same again.
async fn later(
    shared: &Shared,
    target: &Domain,
    watched: &Watched,
    consumer: &mut dyn Consumer,
    delivery: Delivery,
    reason: &str,
    failures: &mut u32,
) {
    watched.failed();
    tracing::info!(%target, ?reason, failures = *failures, "not delivered yet");
    consumer.put_back(delivery);
    // Whether it is asked to end is looked at before the next attempt.
    let _ = pause(shared, *failures).await;
    *failures = failures.saturating_add(1);
}

/// Waits as the back-off says; an error if it was asked to end meanwhile.
async fn pause(shared: &Shared, failures: u32) -> Result<(), Stop> {
    wait(shared, shared.settings.backoff.wait(failures)).await
}

/// Waits so long; an error if it was asked to end meanwhile.
async fn wait(shared: &Shared, time: Duration) -> Result<(), Stop> {
    let mut stopping = shared.stopping.clone();
    tokio::select! {
        () = stopped(&mut stopping) => Err(Stop::Asked),
        () = tokio::time::sleep(time) => Ok(()),
    }
}

/// Done when the pusher is to end, also because nobody is left who could say so.
pub(super) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
