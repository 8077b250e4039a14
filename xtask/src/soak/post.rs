//! The notifications of a backend: a queue, what publishes into it, and the pusher.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bench_harness::Failed;
use federation_api::client::ClientId;
use federation_api::conversation::ClientRemovedRequest;
use federation_api::{Domain, OfSender, UserId};
use federation_clients::Connection;
use federation_notifications::{
    Address, Amqp, Announcement, Backoff, Embedded, Operate, Outlet, Pusher, Queue, Shelf, galley,
    pusher,
};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Where a queue is kept.
pub(super) enum Place {
    /// In this file.
    File(PathBuf),
    /// On the broker there.
    Broker(Box<Address>),
}

impl Place {
    fn open(&self) -> Result<Kept, Failed> {
        Ok(match self {
            Self::File(path) => Kept::of(Embedded::open(path)?),
            Self::Broker(address) => Kept::of(Amqp::new(Address::clone(address), Amqp::PREFETCH)?),
        })
    }
}

/// A queue as programs and as operators see it.
#[derive(Clone)]
struct Kept {
    queue: Arc<dyn Queue>,
    shelves: Arc<dyn Operate>,
}

impl Kept {
    fn of(queue: impl Queue + Operate + Clone) -> Self {
        Self {
            queue: Arc::new(queue.clone()),
            shelves: Arc::new(queue),
        }
    }
}

/// Queue and pusher; what they write stays when they end.
pub(super) struct Post {
    place: Place,
    connection: Connection,
    published: AtomicU64,
    open: Mutex<Open>,
}

struct Open {
    kept: Kept,
    pushing: Option<Pushing>,
}

struct Pushing {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Post {
    pub(super) fn open(place: Place, connection: Connection) -> Result<Self, Failed> {
        let kept = place.open()?;
        let pushing = Some(push(&kept, &connection));
        Ok(Self {
            place,
            connection,
            published: AtomicU64::new(0),
            open: Mutex::new(Open { kept, pushing }),
        })
    }

    /// Whether it is on a broker, which can be away.
    pub(super) fn is_on_a_broker(&self) -> bool {
        matches!(self.place, Place::Broker(_))
    }

    /// How many were published.
    pub(super) fn published(&self) -> u64 {
        self.published.load(Ordering::Relaxed)
    }

    /// Publishes the next number. One publisher at a time, or their order means nothing.
    pub(super) async fn publish(&self, from: &Domain, to: &Domain) -> Result<(), Failed> {
        let number = self.published();
        let queue = self.lock().kept.queue.clone();
        let removed = ClientRemovedRequest {
            user: OfSender::new(UserId::from(uuid::Uuid::from_u128(7))),
            client: ClientId(number),
            convs: Vec::new(),
        };
        galley::Publisher::new(Outlet::new(queue))
            .on_client_removed(&Announcement::new(from.clone(), [to.clone()]), removed)
            .await?;
        self.published.store(number + 1, Ordering::Relaxed);
        Ok(())
    }

    /// Ends the pusher, asked to or in the middle of what it does, and begins a new one with the queue opened
    /// again.
    pub(super) async fn restart(&self, in_order: bool, away: Duration) -> Result<(), Failed> {
        let pushing = self.lock().pushing.take();
        if let Some(Pushing { stop, task }) = pushing {
            if in_order {
                // An error says that it has ended already.
                let _ = stop.send(());
                task.await?;
            } else {
                task.abort();
                // Cancelled, or at its end.
                drop(task.await);
            }
        }
        tokio::time::sleep(away).await;
        let kept = self.place.open()?;
        let pushing = push(&kept, &self.connection);
        *self.lock() = Open {
            kept,
            pushing: Some(pushing),
        };
        Ok(())
    }

    /// How many will never be delivered.
    pub(super) async fn dead(&self, target: &Domain) -> Result<u64, Failed> {
        let shelves = self.lock().kept.shelves.clone();
        let kept = shelves.peek(target, Shelf::Dead, 1000).await?;
        Ok(kept.len() as u64)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn push(kept: &Kept, connection: &Connection) -> Pushing {
    let settings = pusher::Settings {
        backoff: Backoff {
            min: Duration::from_millis(10),
            max: Duration::from_secs(1),
        },
        refresh: Duration::from_secs(1),
        keep_versions: Duration::from_secs(5),
        timeout: Duration::from_secs(8),
        ..pusher::Settings::default()
    };
    let pusher = Pusher::new(Arc::clone(&kept.queue), connection.clone(), settings);
    let (stop, stopped) = oneshot::channel::<()>();
    // Asked to end and given up are the same.
    let task = tokio::spawn(pusher.run(async { stopped.await.unwrap_or_default() }));
    Pushing { stop, task }
}
