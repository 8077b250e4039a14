//! Connections to other backends: kept, shared, bounded per target host.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::clock::Clock;
use crate::dial::Dialer;
use crate::discovery::SrvTarget;
use crate::limits::Limits;
use crate::peer_lane::Lane;
use crate::remote_error::RemoteError;
use crate::wire::Wire;

/// See the [module](self).
pub(crate) struct Pool {
    dialer: Arc<Dialer>,
    peers: Mutex<HashMap<(String, u16), Arc<Peer>>>,
    limits: Limits,
    /// False: a connection for every request, as the existing federator does.
    pooled: bool,
    clock: Arc<dyn Clock>,
}

/// One target host.
struct Peer {
    /// A place for every request that may be under way.
    places: Arc<Semaphore>,
    most: usize,
    waiting: AtomicUsize,
    lanes: Vec<Lane>,
    failed: Mutex<Option<Instant>>,
    used: Mutex<Instant>,
}

/// A connection to send one request over, and the right to.
pub(crate) struct Lease {
    pub(crate) wire: Arc<Wire>,
    /// Whether the connection was there before.
    pub(crate) reused: bool,
    peer: Arc<Peer>,
    lane: usize,
    pub(crate) place: Place,
}

/// The right to be under way; held until the response has been passed on.
pub(crate) struct Place {
    /// Given back before `_all`, so that whoever gets that finds a place on a lane.
    _lane: Option<OwnedSemaphorePermit>,
    _all: OwnedSemaphorePermit,
    /// Keeps a connection of its own open, where there is no pool.
    _wire: Option<Arc<Wire>>,
}

impl Pool {
    pub(crate) fn new(
        dialer: Arc<Dialer>,
        limits: &Limits,
        pooled: bool,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            dialer,
            peers: Mutex::default(),
            limits: limits.clone(),
            pooled,
            clock,
        }
    }

    /// A connection to a target, waiting for a place if need be.
    pub(crate) async fn lease(&self, target: &SrvTarget) -> Result<Lease, RemoteError> {
        let peer = self.peer(target)?;
        let all = self.place(&peer).await?;
        let leased = if self.pooled {
            self.shared(&peer, target, all).await
        } else {
            let wire = Box::pin(self.dialer.dial(target)).await.map(Arc::new);
            wire.map(|wire| Lease {
                place: Place {
                    _lane: None,
                    _all: all,
                    _wire: Some(Arc::clone(&wire)),
                },
                wire,
                reused: false,
                peer: Arc::clone(&peer),
                lane: 0,
            })
        };
        let failed = leased.is_err().then(|| self.clock.now());
        *lock(&peer.failed) = failed;
        leased
    }

    /// The first connection with a place: the fewest that the load needs.
    async fn shared(
        &self,
        peer: &Arc<Peer>,
        target: &SrvTarget,
        all: OwnedSemaphorePermit,
    ) -> Result<Lease, RemoteError> {
        // Whoever has a place among all has one on some lane. It may be taken and another given back
        // while this looks for it.
        let (at, place) = loop {
            let free = peer.lanes.iter().enumerate().find_map(|(at, lane)| {
                let place = Arc::clone(&lane.places).try_acquire_owned();
                place.ok().map(|place| (at, place))
            });
            match free {
                Some(free) => break free,
                None => tokio::task::yield_now().await,
            }
        };
        let life = self.limits.connection_life;
        let (wire, reused) = peer.lanes[at].wire(&self.dialer, target, life).await?;
        Ok(Lease {
            wire,
            reused,
            peer: Arc::clone(peer),
            lane: at,
            place: Place {
                _lane: Some(place),
                _all: all,
                _wire: None,
            },
        })
    }

    async fn place(&self, peer: &Peer) -> Result<OwnedSemaphorePermit, RemoteError> {
        let overloaded = RemoteError::Overloaded;
        if let Ok(place) = Arc::clone(&peer.places).try_acquire_owned() {
            return Ok(place);
        }
        let waiting = Waiting::new(&peer.waiting);
        if waiting.before >= self.limits.waiting_per_peer {
            return Err(overloaded(
                "Too many requests wait for the remote federator",
            ));
        }
        let place = Arc::clone(&peer.places).acquire_owned();
        let place = timeout(self.limits.waiting_time, place).await;
        let place = place
            .map_err(|_| overloaded("Too many requests are under way to the remote federator"))?;
        place.map_err(|_| overloaded("closed"))
    }

    fn peer(&self, target: &SrvTarget) -> Result<Arc<Peer>, RemoteError> {
        let mut peers = lock(&self.peers);
        let key = (target.name().to_ascii_lowercase(), target.port);
        if let Some(peer) = peers.get(&key) {
            *lock(&peer.used) = self.clock.now();
            return Ok(Arc::clone(peer));
        }
        if peers.len() >= self.limits.peers {
            return Err(RemoteError::Overloaded(
                "Too many remote federators are in use",
            ));
        }
        let peer = Arc::new(Peer::new(&self.limits, self.clock.now()));
        peers.insert(key, Arc::clone(&peer));
        Ok(peer)
    }

    /// Whether a target could not be reached a moment ago.
    pub(crate) fn failed_lately(&self, target: &SrvTarget) -> bool {
        let key = (target.name().to_ascii_lowercase(), target.port);
        let failed = lock(&self.peers)
            .get(&key)
            .and_then(|peer| *lock(&peer.failed));
        failed.is_some_and(|at| self.clock.now().duration_since(at) < self.limits.avoid_failed)
    }

    /// Ends connections that nobody uses, and forgets hosts that nobody calls.
    pub(crate) fn tidy(&self) {
        let (now, idle) = (self.clock.now(), self.limits.idle_connection);
        lock(&self.peers).retain(|_, peer| {
            // Every lane is tidied, not only those up to the first that is in use.
            let busy = peer.lanes.iter().filter(|lane| !lane.tidy(now, idle));
            let empty = busy.count() == 0;
            let unused = peer.places.available_permits() == peer.most;
            let old = now.duration_since(*lock(&peer.used)) >= idle;
            !(empty && unused && old)
        });
    }

    /// How often [`tidy`](Self::tidy) is worth while.
    pub(crate) fn tidy_interval(&self) -> Duration {
        (self.limits.idle_connection / 4).max(Duration::from_millis(10))
    }
}

impl Peer {
    fn new(limits: &Limits, now: Instant) -> Self {
        let most = limits.requests_per_peer.clamp(1, Semaphore::MAX_PERMITS);
        let each = limits.requests_per_peer_connection.clamp(1, most);
        Self {
            places: Arc::new(Semaphore::new(most)),
            most,
            waiting: AtomicUsize::new(0),
            lanes: (0..most.div_ceil(each)).map(|_| Lane::new(each)).collect(),
            failed: Mutex::new(None),
            used: Mutex::new(now),
        }
    }
}

impl Lease {
    /// Says that the connection is of no use any more.
    pub(crate) fn discard(self) {
        if let Some(lane) = self.peer.lanes.get(self.lane) {
            lane.discard(&self.wire);
        }
    }
}

/// Counts somebody who waits, as long as they do.
struct Waiting<'a> {
    count: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        let before = count.fetch_add(1, Ordering::Relaxed);
        Self { count, before }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}
