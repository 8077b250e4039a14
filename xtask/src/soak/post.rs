//! The notifications of a backend: a queue in a file, what publishes into it, and the pusher.

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
    Announcement, Backoff, Embedded, Operate, Outlet, Pusher, Shelf, galley, pusher,
};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Queue and pusher; what they write stays when they end.
pub(super) struct Post {
    path: PathBuf,
    connection: Connection,
    published: AtomicU64,
    open: Mutex<Open>,
}

struct Open {
    queue: Embedded,
    pushing: Option<Pushing>,
}

struct Pushing {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Post {
    pub(super) fn open(path: PathBuf, connection: Connection) -> Result<Self, Failed> {
        let queue = Embedded::open(&path)?;
        let pushing = Some(push(&queue, &connection));
        Ok(Self {
            path,
            connection,
            published: AtomicU64::new(0),
            open: Mutex::new(Open { queue, pushing }),
        })
    }

    /// How many were published.
    pub(super) fn published(&self) -> u64 {
        self.published.load(Ordering::Relaxed)
    }

    /// Publishes the next number. One publisher at a time, or their order means nothing.
    pub(super) async fn publish(&self, from: &Domain, to: &Domain) -> Result<(), Failed> {
        let number = self.published();
        let queue = self.lock().queue.clone();
        let removed = ClientRemovedRequest {
            user: OfSender::new(UserId::from(uuid::Uuid::from_u128(7))),
            client: ClientId(number),
            convs: Vec::new(),
        };
        galley::Publisher::new(Outlet::new(Arc::new(queue)))
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
        let queue = Embedded::open(&self.path)?;
        let pushing = push(&queue, &self.connection);
        *self.lock() = Open {
            queue,
            pushing: Some(pushing),
        };
        Ok(())
    }

    /// How many will never be delivered.
    pub(super) async fn dead(&self, target: &Domain) -> Result<u64, Failed> {
        let queue = self.lock().queue.clone();
        let kept = queue.peek(target, Shelf::Dead, 1000).await?;
        Ok(kept.len() as u64)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn push(queue: &Embedded, connection: &Connection) -> Pushing {
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
    let pusher = Pusher::new(Arc::new(queue.clone()), connection.clone(), settings);
    let (stop, stopped) = oneshot::channel::<()>();
    // Asked to end and given up are the same.
    let task = tokio::spawn(pusher.run(async { stopped.await.unwrap_or_default() }));
    Pushing { stop, task }
}
