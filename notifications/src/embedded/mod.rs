//! A queue in a file of this machine.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use federation_api::Domain;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

use crate::operate::{Kept, Operate, Overview, Shelf};
use crate::queue::{Consumer, Message, Queue, QueueError};

mod claim;
mod consumer;
mod news;
mod rows;
mod schema;
mod writer;

use claim::{Claim, Delivering};
use consumer::Reader;
use news::News;
use writer::{Job, Writer};

/// How many bytes of messages may wait for the disk at once.
const ROOM: u32 = 64 * 1024 * 1024;

/// A durable queue in a file: an SQLite database with a write-ahead log.
///
/// A publish returns when the message is on the disk, as far as the disk tells the truth; publishers of a
/// process that publish at the same time share the waiting. Any number of processes of one machine may
/// publish into the same file and look into it; one at a time delivers from it. The file belongs on a
/// local file system.
///
/// Cheap to clone; clones share the file.
#[derive(Clone)]
pub struct Embedded(Arc<Inner>);

pub(crate) struct Inner {
    path: PathBuf,
    jobs: Mutex<Sender<Job>>,
    reader: Arc<Mutex<Connection>>,
    news: Arc<News>,
    room: Arc<Semaphore>,
    delivering: Mutex<Delivering>,
}

impl Embedded {
    /// Opens the queue in this file, which is made if it is not there. Beside it there are others whose
    /// names begin with its name; they belong to it.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, or is something else.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, QueueError> {
        let path = path.as_ref().to_owned();
        let unreachable = |reason: String| QueueError::Unreachable {
            queue: path.display().to_string(),
            reason,
        };
        let refused = |error: rusqlite::Error| unreachable(error.to_string());
        let news = Arc::new(News::default());
        let connection = schema::open(&path).map_err(refused)?;
        let reader = schema::again(&path).map_err(refused)?;
        let writer = Writer::new(connection, news.clone()).map_err(refused)?;
        let (jobs, todo) = mpsc::channel();
        thread::Builder::new()
            .name("notification-queue".to_owned())
            .spawn(move || writer.run(&todo))
            .map_err(|error| unreachable(error.to_string()))?;
        Ok(Self(Arc::new(Inner {
            path,
            jobs: Mutex::new(jobs),
            reader: Arc::new(Mutex::new(reader)),
            news,
            room: Arc::new(Semaphore::new(ROOM as usize)),
            delivering: Mutex::default(),
        })))
    }
}

impl Inner {
    fn failed(&self, reason: &dyn std::fmt::Display) -> QueueError {
        QueueError::Failed {
            queue: self.path.display().to_string(),
            reason: reason.to_string(),
        }
    }

    fn send(&self, job: Job) -> Result<(), QueueError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.send(job)
            .map_err(|_| self.failed(&"its thread has ended"))
    }

    async fn done<T>(&self, done: oneshot::Receiver<Result<T, String>>) -> Result<T, QueueError> {
        match done.await {
            Ok(result) => result.map_err(|reason| self.failed(&reason)),
            Err(_) => Err(self.failed(&"its thread has ended")),
        }
    }

    async fn flush(&self) -> Result<(), QueueError> {
        let (done, flushed) = oneshot::channel();
        self.send(Job::Flush(done))?;
        self.done(flushed).await
    }

    /// Reads, beside whoever writes.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, QueueError> {
        let reader = self.reader.clone();
        let found = tokio::task::spawn_blocking(move || {
            read(&reader.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match found.await {
            Ok(found) => found.map_err(|error| self.failed(&error)),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Writes what operators ask for.
    async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, QueueError> {
        let (done, written) = oneshot::channel();
        self.send(Job::Do(Box::new(move |connection| {
            // Whoever asked may have gone.
            let _ = done.send(write(connection).map_err(|error| error.to_string()));
        })))?;
        self.done(written).await
    }
}

/// The memory that messages take. Clones of one body are one body.
fn weight(messages: &[Message]) -> usize {
    let mut weight = 0;
    let mut before = None;
    for Message { body, .. } in messages {
        if before != Some(body.as_ptr()) {
            weight += body.len();
            before = Some(body.as_ptr());
        }
    }
    weight
}

impl Queue for Embedded {
    fn publish(&self, messages: Vec<Message>) -> BoxFuture<'_, Result<(), QueueError>> {
        async move {
            if messages.is_empty() {
                return Ok(());
            }
            let bytes = u32::try_from(weight(&messages))
                .unwrap_or(ROOM)
                .clamp(1, ROOM);
            let room = self.0.room.clone().acquire_many_owned(bytes).await;
            let _room = room.map_err(|error| self.0.failed(&error))?;
            let (done, published) = oneshot::channel();
            self.0.send(Job::Publish {
                messages,
                _room,
                done,
            })?;
            self.0.done(published).await
        }
        .boxed()
    }

    fn targets(&self) -> BoxFuture<'_, Result<Vec<Domain>, QueueError>> {
        self.0.read(rows::targets).boxed()
    }

    fn new_target(&self) -> BoxFuture<'_, ()> {
        self.0.news.new_target.notified().boxed()
    }

    fn consume(&self, target: &Domain) -> BoxFuture<'_, Result<Box<dyn Consumer>, QueueError>> {
        let target = target.clone();
        async move {
            let claim = Claim::on(&self.0, &target)?;
            let reader = Reader {
                inner: self.0.clone(),
                bell: self.0.news.of(&target),
                target,
                ahead: VecDeque::new(),
                last: 0,
                _claim: claim,
            };
            Ok(Box::new(reader) as Box<dyn Consumer>)
        }
        .boxed()
    }
}

impl Operate for Embedded {
    fn overview(&self) -> BoxFuture<'_, Result<Vec<Overview>, QueueError>> {
        self.0.read(rows::overview).boxed()
    }

    fn peek(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<Kept>, QueueError>> {
        let target = target.clone();
        let peek = move |connection: &Connection| rows::peek(connection, &target, shelf, most);
        self.0.read(peek).boxed()
    }

    fn discard(
        &self,
        target: &Domain,
        shelf: Shelf,
        most: usize,
    ) -> BoxFuture<'_, Result<usize, QueueError>> {
        let target = target.clone();
        let discard =
            move |connection: &mut Connection| rows::discard(connection, &target, shelf, most);
        self.0.write(discard).boxed()
    }

    fn revive(&self, target: &Domain, most: usize) -> BoxFuture<'_, Result<usize, QueueError>> {
        let of = target.clone();
        async move {
            let target = of.clone();
            let revive = move |connection: &mut Connection| rows::revive(connection, &of, most);
            let moved = self.0.write(revive).await?;
            self.0.news.tell(&target);
            Ok(moved)
        }
        .boxed()
    }
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Embedded").field(&self.0.path).finish()
    }
}
