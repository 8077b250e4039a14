//! One connection of the pool: opened when it is needed, shared, renewed, given up when it is idle.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::dial::Dialer;
use crate::discovery::SrvTarget;
use crate::remote_error::RemoteError;
use crate::wire::Wire;

type Opening = Shared<BoxFuture<'static, Result<Arc<Wire>, RemoteError>>>;

/// A place for one connection, and for the requests that share it.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) places: Arc<Semaphore>,
    most: usize,
    slot: Mutex<Slot>,
}

#[derive(Debug)]
enum Slot {
    Empty,
    Opening(Opening),
    Ready { wire: Arc<Wire>, used: Instant },
}

impl Lane {
    pub(crate) fn new(places: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            most: places,
            slot: Mutex::new(Slot::Empty),
        }
    }

    /// The connection, opened if there is none that may be used. Those who come meanwhile wait for the
    /// same one. True if it was there before.
    pub(crate) async fn wire(
        &self,
        dialer: &Arc<Dialer>,
        target: &SrvTarget,
        life: Duration,
    ) -> Result<(Arc<Wire>, bool), RemoteError> {
        let opening = {
            let mut slot = self.lock();
            slot.settle(dialer.clock.now());
            match &mut *slot {
                Slot::Ready { wire, used } if usable(wire, dialer, life) => {
                    *used = dialer.clock.now();
                    return Ok((Arc::clone(wire), true));
                }
                Slot::Opening(opening) => opening.clone(),
                slot => {
                    let opening = open(Arc::clone(dialer), target.clone());
                    *slot = Slot::Opening(opening.clone());
                    opening
                }
            }
        };
        let opened = opening.clone().await;
        self.lock().settle(dialer.clock.now());
        opened.map(|wire| (wire, false))
    }

    /// Forgets a connection that turned out to be dead.
    pub(crate) fn discard(&self, dead: &Arc<Wire>) {
        let mut slot = self.lock();
        if matches!(&*slot, Slot::Ready { wire, .. } if Arc::ptr_eq(wire, dead)) {
            *slot = Slot::Empty;
        }
    }

    /// Gives the connection up if it is dead, or if nobody has used it for `idle`. True if there is
    /// none any more.
    pub(crate) fn tidy(&self, now: Instant, idle: Duration) -> bool {
        let mut slot = self.lock();
        slot.settle(now);
        let over = match &*slot {
            Slot::Empty => true,
            Slot::Opening(_) => false,
            Slot::Ready { wire, used } => {
                let unused = self.places.available_permits() == self.most;
                wire.is_closed() || (unused && now.duration_since(*used) >= idle)
            }
        };
        if over {
            *slot = Slot::Empty;
        }
        over
    }

    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Moves on from an opening that has come to its end. All who waited for it may have given up, so
    /// whoever looks does this.
    fn settle(&mut self, now: Instant) {
        let Self::Opening(opening) = self else {
            return;
        };
        match opening.clone().now_or_never() {
            Some(Ok(wire)) => *self = Self::Ready { wire, used: now },
            Some(Err(_)) => *self = Self::Empty,
            None => {}
        }
    }
}

fn usable(wire: &Wire, dialer: &Dialer, life: Duration) -> bool {
    !wire.is_closed()
        && wire.generation == dialer.credentials.get().generation
        && dialer.clock.now().duration_since(wire.opened) < life
}

/// In a task of its own: that the one who came first gives up is nothing to those who wait with it. Log
/// lines say for which request it was.
fn open(dialer: Arc<Dialer>, target: SrvTarget) -> Opening {
    let opening = async move { dialer.dial(&target).await };
    let opening = tokio::spawn(opening.in_current_span());
    let opened = async move {
        match opening.await {
            Ok(opened) => opened.map(Arc::new),
            Err(error) => Err(RemoteError::Connection(error.to_string())),
        }
    };
    opened.boxed().shared()
}
