//! The one thread of this process that writes: whatever came in while the disk was busy goes out in one
//! transaction, so that many publishers share one wait for the disk.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, SystemTime};

use federation_api::Domain;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::news::News;
use super::rows::millis;
use crate::queue::{End, Message};

/// How often the file is looked at for what other processes have published.
const LOOK: Duration = Duration::from_millis(20);

/// The most jobs of one transaction.
const MOST: usize = 4096;

/// How many free pages are given back to the file system at once, when there is nothing else to do.
const PAGES: u32 = 256;

pub(super) type Done<T> = oneshot::Sender<Result<T, String>>;

/// What the thread is asked to do.
pub(super) enum Job {
    Publish {
        messages: Vec<Message>,
        /// The room that the messages take in memory.
        _room: OwnedSemaphorePermit,
        done: Done<()>,
    },
    Settle {
        id: i64,
        end: End,
    },
    /// Everything before it is on the disk.
    Flush(Done<()>),
    /// Whatever else; operators are in no hurry.
    Do(Box<dyn FnOnce(&mut Connection) + Send>),
}

pub(super) struct Writer {
    connection: Connection,
    news: Arc<News>,
    targets: HashMap<Domain, i64>,
    /// What could not be settled yet, because the disk is full. It comes first in the next transaction.
    unsettled: Vec<(i64, End)>,
    /// The file as it was last looked at: another process has written if this differs.
    seen: i64,
    /// The newest message that was looked at.
    newest: i64,
}

impl Writer {
    pub(super) fn new(connection: Connection, news: Arc<News>) -> rusqlite::Result<Self> {
        let mut writer = Self {
            connection,
            news,
            targets: HashMap::new(),
            unsettled: Vec::new(),
            seen: 0,
            newest: 0,
        };
        writer.seen = writer.data_version()?;
        Ok(writer)
    }

    /// Works until nobody is left who could ask for anything.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        loop {
            let first = match jobs.recv_timeout(LOOK) {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => {
                    self.idle();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let mut batch = vec![first];
            batch.extend(jobs.try_iter().take(MOST - 1));
            self.work(batch);
        }
        self.retry_unsettled();
    }

    fn idle(&mut self) {
        self.retry_unsettled();
        self.look();
        let free = self
            .connection
            .pragma_query_value(None, "freelist_count", |row| row.get(0));
        if free.is_ok_and(|pages: u32| pages > PAGES) {
            let vacuumed = self
                .connection
                .execute_batch(&format!("PRAGMA incremental_vacuum({PAGES})"));
            vacuumed.unwrap_or_else(|error| tracing::debug!(%error, "no pages given back"));
        }
    }

    /// Whether another process has published.
    fn look(&mut self) {
        let looked = self.data_version().and_then(|version| {
            if version != self.seen {
                self.find_news()?;
                // Not before: after an error it is looked for again.
                self.seen = version;
            }
            Ok(())
        });
        looked.unwrap_or_else(|error| tracing::warn!(%error, "the queue file cannot be read"));
    }

    /// A number that changes when another connection has written.
    fn data_version(&self) -> rusqlite::Result<i64> {
        self.connection
            .pragma_query_value(None, "data_version", |row| row.get(0))
    }

    fn find_news(&mut self) -> rusqlite::Result<()> {
        let mut query = self.connection.prepare_cached(
            "SELECT domain, max(waiting.id) FROM waiting JOIN targets ON targets.id = target \
             WHERE waiting.id > ?1 GROUP BY target",
        )?;
        let found = query.query_map([self.newest], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for row in found {
            let (domain, newest): (String, i64) = row?;
            self.newest = self.newest.max(newest);
            if let Ok(domain) = domain.parse() {
                self.news.tell(&domain);
            }
        }
        Ok(())
    }

    fn work(&mut self, batch: Vec<Job>) {
        let mut together = Vec::new();
        for job in batch {
            match job {
                Job::Do(work) => {
                    self.commit(std::mem::take(&mut together));
                    work(&mut self.connection);
                }
                job => together.push(job),
            }
        }
        self.commit(together);
    }

    /// All in one transaction. Where that fails, each by itself, so that a message that is too large for
    /// the disk does not fail those beside it.
    fn commit(&mut self, jobs: Vec<Job>) {
        if jobs.is_empty() {
            return;
        }
        match self.store(&jobs) {
            Ok(told) => self.answer(jobs, told),
            Err(error) if jobs.len() == 1 => {
                for job in jobs {
                    self.refuse(job, &error);
                }
            }
            Err(_) => jobs.into_iter().for_each(|job| self.commit(vec![job])),
        }
    }

    /// Stores; the targets that got something.
    fn store(&mut self, jobs: &[Job]) -> rusqlite::Result<BTreeSet<Domain>> {
        let transaction = Transaction::new(&mut self.connection, TransactionBehavior::Immediate)?;
        let mut told = BTreeSet::new();
        let mut made = Vec::new();
        for (id, end) in &self.unsettled {
            settle(&transaction, *id, end)?;
        }
        let now = millis(SystemTime::now());
        for job in jobs {
            match job {
                Job::Publish { messages, .. } => {
                    for message in messages {
                        let known = self.targets.get(&message.target).copied();
                        let target = match known {
                            Some(target) => target,
                            None => {
                                let target = target(&transaction, &message.target)?;
                                made.push((message.target.clone(), target));
                                target
                            }
                        };
                        transaction
                            .prepare_cached(
                                "INSERT INTO waiting (target, published, body) VALUES (?1, ?2, ?3)",
                            )?
                            .execute(params![target, now, &*message.body])?;
                        if !told.contains(&message.target) {
                            told.insert(message.target.clone());
                        }
                    }
                }
                Job::Settle { id, end } => settle(&transaction, *id, end)?,
                Job::Flush(_) | Job::Do(_) => {}
            }
        }
        transaction.commit()?;
        self.unsettled.clear();
        self.targets.extend(made);
        Ok(told)
    }

    fn answer(&self, jobs: Vec<Job>, told: BTreeSet<Domain>) {
        for target in told {
            self.news.tell(&target);
        }
        for job in jobs {
            match job {
                Job::Publish { done, .. } | Job::Flush(done) => {
                    // Whoever has given up waiting has its message stored nevertheless.
                    let _ = done.send(Ok(()));
                }
                Job::Settle { .. } | Job::Do(_) => {}
            }
        }
    }

    fn refuse(&mut self, job: Job, error: &rusqlite::Error) {
        tracing::warn!(%error, "the queue file cannot be written");
        match job {
            Job::Publish { done, .. } | Job::Flush(done) => {
                let _ = done.send(Err(error.to_string()));
            }
            // Until it can be written a crash means that it is delivered once more.
            Job::Settle { id, end } => self.unsettled.push((id, end)),
            Job::Do(_) => {}
        }
    }

    fn retry_unsettled(&mut self) {
        if !self.unsettled.is_empty()
            && let Err(error) = self.store(&[])
        {
            tracing::debug!(%error, "still cannot be written");
        }
    }
}

fn target(transaction: &Transaction<'_>, domain: &Domain) -> rusqlite::Result<i64> {
    let known = transaction
        .prepare_cached("SELECT id FROM targets WHERE domain = ?1")?
        .query_row([domain.as_str()], |row| row.get(0))
        .optional()?;
    match known {
        Some(target) => Ok(target),
        None => transaction
            .prepare_cached("INSERT INTO targets (domain) VALUES (?1) RETURNING id")?
            .query_row([domain.as_str()], |row| row.get(0)),
    }
}

fn settle(transaction: &Transaction<'_>, id: i64, end: &End) -> rusqlite::Result<()> {
    if let End::Dead(reason) = end {
        transaction
            .prepare_cached(
                "INSERT INTO dead (target, published, body, reason) \
                 SELECT target, published, body, ?2 FROM waiting WHERE id = ?1",
            )?
            .execute(params![id, reason])?;
    }
    transaction
        .prepare_cached("DELETE FROM waiting WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}
