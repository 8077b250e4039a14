//! What takes messages for one target out of the file.

use std::collections::VecDeque;
use std::sync::Arc;

use federation_api::Domain;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Notify;

use super::Inner;
use super::claim::Claim;
use super::rows::{self, Row};
use super::writer::Job;
use crate::queue::{Consumer, Delivery, End, QueueError, Receipt};

/// How much is read ahead: with a thousand targets this is held a thousand times.
const AHEAD: usize = 32 * 1024;

pub(super) struct Reader {
    pub(super) inner: Arc<Inner>,
    pub(super) target: Domain,
    pub(super) bell: Arc<Notify>,
    pub(super) ahead: VecDeque<Row>,
    /// The newest message that was given out.
    pub(super) last: i64,
    /// Held as long as it delivers.
    pub(super) _claim: Claim,
}

impl Consumer for Reader {
    fn next(&mut self) -> BoxFuture<'_, Result<Delivery, QueueError>> {
        async move {
            loop {
                if let Some(row) = self.ahead.pop_front() {
                    self.last = row.id;
                    return Ok(Delivery {
                        body: row.body,
                        published: row.published,
                        receipt: Receipt::Row(row.id),
                    });
                }
                let (target, last) = (self.target.clone(), self.last);
                let found = self
                    .inner
                    .read(move |connection| rows::after(connection, &target, last, AHEAD));
                self.ahead = found.await?.into();
                if self.ahead.is_empty() {
                    self.bell.notified().await;
                }
            }
        }
        .boxed()
    }

    fn settle(&mut self, delivery: Delivery, end: End) -> BoxFuture<'_, Result<(), QueueError>> {
        async move {
            match delivery.receipt {
                Receipt::Row(id) => self.inner.send(Job::Settle { id, end }),
                #[cfg(feature = "amqp")]
                Receipt::Amqp(_) => Ok(()),
            }
        }
        .boxed()
    }

    /// It is read again when its time has come: it may be large, and an operator may have taken it out.
    fn put_back(&mut self, delivery: Delivery) {
        match delivery.receipt {
            Receipt::Row(id) => {
                self.ahead.clear();
                self.last = id - 1;
            }
            #[cfg(feature = "amqp")]
            Receipt::Amqp(_) => {}
        }
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), QueueError>> {
        async move { self.inner.flush().await }.boxed()
    }
}
