//! What delivers the notifications of one backend: a durable queue and a pusher.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use federation_api::Domain;
use federation_clients::{BoxFuture, Connection};
use federation_notifications::pusher::Settings;
use federation_notifications::{
    Address, Amqp, Backoff, Consumer, Delivery, Embedded, End, Message, Outlet, Pusher, Queue,
    QueueError,
};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinHandle;

use crate::fault::Fault;

/// How long the last notification may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// The queue of one backend and what delivers from it.
#[derive(Debug)]
pub(super) struct Courier {
    queue: Counting,
    pusher: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Courier {
    /// With a queue in a file in this folder, or on the broker at this URL.
    pub(super) fn new(folder: &Path, amqp: Option<&str>) -> Result<Self, Fault> {
        let (inner, broker): (Arc<dyn Queue>, _) = match amqp {
            None => {
                let queue = Embedded::open(folder.join("notifications"));
                (Arc::new(queue.map_err(Fault::failed)?), None)
            }
            Some(url) => {
                let address = Address::parse(url).map_err(Fault::usage)?;
                let queue = Amqp::new(address, Amqp::PREFETCH).map_err(Fault::failed)?;
                (Arc::new(queue.clone()), Some(queue))
            }
        };
        let queue = Counting(Arc::new(Counted {
            inner,
            broker,
            made: Mutex::default(),
            targets: Mutex::default(),
            new_target: Notify::new(),
            waiting: watch::Sender::new(0),
        }));
        Ok(Self {
            queue,
            pusher: None,
        })
    }

    /// Where notifications are left.
    pub(super) fn outlet(&self) -> Outlet {
        Outlet::new(Arc::new(self.queue.clone()))
    }

    /// Begins to deliver over this connection.
    pub(super) fn begin(&mut self, connection: Connection) {
        let settings = Settings {
            backoff: Backoff {
                min: Duration::from_millis(10),
                max: Duration::from_millis(200),
            },
            ..Settings::default()
        };
        let (stop, stopped) = oneshot::channel();
        let pusher = Pusher::new(Arc::new(self.queue.clone()), connection, settings);
        // Stopped and dropped are the same.
        let task = tokio::spawn(pusher.run(async { stopped.await.unwrap_or_default() }));
        self.pusher = Some((stop, task));
    }

    /// Finishes what is under way. The rest stays in the queue.
    pub(super) async fn end(&mut self) {
        if let Some((stop, task)) = self.pusher.take() {
            drop(stop);
            if let Err(error) = task.await {
                tracing::error!(%error, "the pusher broke");
            }
        }
    }

    /// Takes away what this run has left on a broker: the queues that were not there before.
    pub(super) async fn tidy(&self) -> Result<(), Fault> {
        let counted = &self.queue.0;
        if let Some(broker) = &counted.broker {
            let made = std::mem::take(&mut *lock(&counted.made));
            for target in made {
                broker.delete(&target).await.map_err(Fault::failed)?;
            }
        }
        Ok(())
    }

    /// How many notifications wait.
    pub(super) fn waiting(&self) -> usize {
        *self.queue.0.waiting.borrow()
    }

    /// Done when every notification has arrived.
    pub(super) async fn settled(&self) -> Result<(), String> {
        let mut waiting = self.queue.0.waiting.subscribe();
        let empty = waiting.wait_for(|waiting| *waiting == 0);
        match tokio::time::timeout(PATIENCE, empty).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(format!("{} notifications did not arrive", self.waiting())),
        }
    }
}

/// A queue that knows how many messages of this run wait, and for whom.
#[derive(Clone)]
struct Counting(Arc<Counted>);

struct Counted {
    inner: Arc<dyn Queue>,
    /// The same, where it is a broker.
    broker: Option<Amqp>,
    /// The targets whose queues on it are of this run.
    made: Mutex<BTreeSet<Domain>>,
    /// Those that something was left for. A broker may have queues of others, which are not ours to
    /// deliver.
    targets: Mutex<BTreeSet<Domain>>,
    new_target: Notify,
    waiting: watch::Sender<usize>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Counted {
    fn targets(&self) -> MutexGuard<'_, BTreeSet<Domain>> {
        lock(&self.targets)
    }

    /// Remembers which of these have no queue yet.
    async fn look(&self, targets: &[Domain]) -> Result<(), QueueError> {
        if let Some(broker) = &self.broker {
            for target in targets {
                if !self.targets().contains(target) && !broker.has(target).await? {
                    lock(&self.made).insert(target.clone());
                }
            }
        }
        Ok(())
    }

    fn left(&self, fewer: usize) {
        self.waiting
            .send_modify(|waiting| *waiting = waiting.saturating_sub(fewer));
    }
}

impl Queue for Counting {
    fn publish(&self, messages: Vec<Message>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(async move {
            let count = messages.len();
            let targets: Vec<_> = messages
                .iter()
                .map(|message| message.target.clone())
                .collect();
            self.0.look(&targets).await?;
            self.0.waiting.send_modify(|waiting| *waiting += count);
            let published = self.0.inner.publish(messages).await;
            match &published {
                Ok(()) => {
                    self.0.targets().extend(targets);
                    self.0.new_target.notify_one();
                }
                Err(_) => self.0.left(count),
            }
            published
        })
    }

    fn targets(&self) -> BoxFuture<'_, Result<Vec<Domain>, QueueError>> {
        Box::pin(async { Ok(self.0.targets().iter().cloned().collect()) })
    }

    fn new_target(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.0.new_target.notified())
    }

    fn consume(&self, target: &Domain) -> BoxFuture<'_, Result<Box<dyn Consumer>, QueueError>> {
        let target = target.clone();
        Box::pin(async move {
            let inner = self.0.inner.consume(&target).await?;
            let counted = self.0.clone();
            Ok(Box::new(Reader { inner, counted }) as Box<dyn Consumer>)
        })
    }
}

struct Reader {
    inner: Box<dyn Consumer>,
    counted: Arc<Counted>,
}

impl Consumer for Reader {
    fn next(&mut self) -> BoxFuture<'_, Result<Delivery, QueueError>> {
        self.inner.next()
    }

    fn settle(&mut self, delivery: Delivery, end: End) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(async move {
            self.inner.settle(delivery, end).await?;
            self.counted.left(1);
            Ok(())
        })
    }

    fn put_back(&mut self, delivery: Delivery) {
        self.inner.put_back(delivery);
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), QueueError>> {
        self.inner.close()
    }
}

impl std::fmt::Debug for Counting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counting")
            .field("waiting", &*self.0.waiting.borrow())
            .finish_non_exhaustive()
    }
}
