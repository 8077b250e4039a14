//! At a busy server addresses take turns, not connections.
//!
//! A runtime gives every task that is ready its turn. A caller with a hundred connections, or one who opens
//! thousands in a second, so gets a hundred turns for one of somebody who keeps a single connection, and no
//! limit of a connection changes that. Here one connection of an address is served on each thread, and a
//! handful of what its connections have started for requests of HTTP/2, and then everything else that is
//! ready has its turn. A connection has its next turn behind the requests that wait, so that they cannot
//! pile up. Whatever took long rests for as long, and an address rests when a connection ended in a fault.
//!
//! Nothing waits as long as one address alone calls, and no thread is idle while somebody waits, except
//! for those rests. A proxy in front of a server is one address: it has to see to this itself.

use std::collections::HashMap;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::Executor;
use pin_project_lite::pin_project;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

/// A server is busy with several addresses when another one was served not longer ago than this.
const BUSY: Duration = Duration::from_millis(50);

/// So many requests of an address are served for one of its connections.
const HANDFUL: usize = 4;

/// What takes so long on a thread rests, for as long again.
const LONG: Duration = Duration::from_micros(500);

/// The longest rest: what took longer had to wait itself, for a processor.
const LONGEST_REST: Duration = Duration::from_millis(20);

/// The rest after a fault.
const AFTER_FAULT: Duration = Duration::from_millis(5);

/// The addresses that call a server.
#[derive(Debug)]
pub struct Turns {
    begun: Instant,
    addresses: Mutex<HashMap<IpAddr, Weak<Address>>>,
    /// How many addresses there are.
    several: AtomicUsize,
    /// Makes numbers of addresses.
    numbers: RandomState,
    /// The number of the address that was served last, or 0.
    served: AtomicU64,
    /// When that was another one, in microseconds since the beginning.
    changed: AtomicU64,
}

/// An address with connections.
#[derive(Debug)]
struct Address {
    turns: Arc<Turns>,
    ip: IpAddr,
    number: u64,
    connections: Arc<Queue>,
    requests: Arc<Queue>,
}

/// Tasks of an address, some of which are served at once.
#[derive(Debug)]
struct Queue {
    tasks: AtomicUsize,
    /// One of them ended in a fault.
    fault: AtomicBool,
    at_once: usize,
    /// For who is served; after that, everything else has its turn first.
    places: Arc<Semaphore>,
    /// What has its turn first as well, if it waits.
    behind: Option<Arc<Queue>>,
}

impl Turns {
    /// Nobody has called yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            begun: Instant::now(),
            addresses: Mutex::default(),
            several: AtomicUsize::new(0),
            numbers: RandomState::new(),
            served: AtomicU64::new(0),
            changed: AtomicU64::new(0),
        })
    }

    /// A connection from an address. Of IPv6 it is the network of 64 bits, which is what a caller has.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[must_use]
    pub fn of(self: &Arc<Self>, ip: IpAddr) -> Turn {
        let ip = network(ip);
        let mut addresses = self.addresses();
        if let Some(address) = addresses.get(&ip).and_then(Weak::upgrade) {
            return Turn(address);
        }
        let threads = Handle::current().metrics().num_workers().max(1);
        let requests = Queue::new(threads * HANDFUL, None);
        let address = Arc::new(Address {
            turns: Arc::clone(self),
            ip,
            number: self.numbers.hash_one(ip) | 1,
            connections: Queue::new(threads, Some(Arc::clone(&requests))),
            requests,
        });
        addresses.insert(ip, Arc::downgrade(&address));
        self.several.store(addresses.len(), Ordering::Relaxed);
        Turn(address)
    }

    fn addresses(&self) -> MutexGuard<'_, HashMap<IpAddr, Weak<Address>>> {
        self.addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Address {
    /// Notes that it is served now, if another one was, not long ago.
    fn begin_as_one_of_several(&self) -> Option<Instant> {
        let turns = &self.turns;
        if turns.several.load(Ordering::Relaxed) <= 1 {
            return None;
        }
        let begun = Instant::now();
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let now = micros(begun - turns.begun);
        let served = turns.served.load(Ordering::Relaxed);
        if served != self.number {
            turns.served.store(self.number, Ordering::Relaxed);
            if served != 0 {
                turns.changed.store(now.max(1), Ordering::Relaxed);
            }
        }
        let changed = turns.changed.load(Ordering::Relaxed);
        let is_busy = changed != 0 && now.saturating_sub(changed) < micros(BUSY);
        is_busy.then_some(begun)
    }
}

impl Queue {
    fn new(at_once: usize, behind: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self {
            tasks: AtomicUsize::new(0),
            fault: AtomicBool::new(false),
            at_once,
            places: Arc::new(Semaphore::new(at_once)),
            behind,
        })
    }

    /// Whether more of its tasks are ready than are served at once, perhaps.
    fn has_many(&self) -> bool {
        self.tasks.load(Ordering::Relaxed) > self.at_once
    }

    /// A place, behind those who wait already.
    fn poll_place(
        &self,
        waiting: &mut Option<Waiting>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<OwnedSemaphorePermit>> {
        if waiting.is_none()
            && let Ok(place) = Arc::clone(&self.places).try_acquire_owned()
        {
            return Poll::Ready(Some(place));
        }
        let wait = waiting.get_or_insert_with(|| {
            let place = Arc::clone(&self.places).acquire_owned();
            Box::pin(async { place.await.ok() })
        });
        let place = ready!(wait.as_mut().poll(cx));
        *waiting = None;
        Poll::Ready(place)
    }

    /// Gives the place to the next one of an address, when everything else had its turn.
    fn leave(&self, turn: &Turn, place: OwnedSemaphorePermit, took: Duration) {
        let rest = match took {
            _ if self.fault.swap(false, Ordering::Relaxed) => AFTER_FAULT,
            took if took < LONG => Duration::ZERO,
            took => took.min(LONGEST_REST),
        };
        let behind = self.behind.as_ref().filter(|queue| queue.has_many());
        let behind = behind.map(|queue| Arc::clone(&queue.places));
        // So few tasks have no more turns than they should anyway.
        if rest.is_zero() && behind.is_none() && !self.has_many() {
            return;
        }
        // The address is remembered for as long.
        let turn = turn.clone();
        tokio::spawn(async move {
            yield_now().await;
            if !rest.is_zero() {
                sleep(rest).await;
            }
            if let Some(behind) = behind {
                drop(behind.acquire_owned().await);
            }
            drop((place, turn));
        });
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        let mut addresses = self.turns.addresses();
        // It may have come back meanwhile.
        if addresses
            .get(&self.ip)
            .is_some_and(|address| address.strong_count() == 0)
        {
            addresses.remove(&self.ip);
        }
        self.turns.several.store(addresses.len(), Ordering::Relaxed);
    }
}

/// A connection, which takes turns with others; starts what it needs for its requests.
#[derive(Clone, Debug)]
pub struct Turn(Arc<Address>);

impl Turn {
    /// A future that waits for its turn, whenever it has something to do.
    pub fn take<F: Future>(&self, future: F) -> Taking<F> {
        self.in_queue(&self.0.connections, future)
    }

    /// How many connections its address has.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.connections.tasks.load(Ordering::Relaxed)
    }

    /// A connection has ended in a fault, which is told before its future ends.
    pub fn fault(&self) {
        self.0.connections.fault.store(true, Ordering::Relaxed);
    }

    fn in_queue<F: Future>(&self, queue: &Arc<Queue>, future: F) -> Taking<F> {
        queue.tasks.fetch_add(1, Ordering::Relaxed);
        let (turn, queue) = (self.clone(), Arc::clone(queue));
        let task = Task { turn, queue };
        Taking {
            future,
            task,
            waiting: None,
        }
    }
}

impl<F> Executor<F> for Turn
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, future: F) {
        tokio::spawn(self.in_queue(&self.0.requests, future));
    }
}

/// One of the tasks of an address.
struct Task {
    turn: Turn,
    queue: Arc<Queue>,
}

impl Drop for Task {
    fn drop(&mut self) {
        self.queue.tasks.fetch_sub(1, Ordering::Relaxed);
    }
}

pin_project! {
    /// A future that takes turns.
    pub struct Taking<F> {
        #[pin]
        future: F,
        task: Task,
        waiting: Option<Waiting>,
    }
}

type Waiting = Pin<Box<dyn Future<Output = Option<OwnedSemaphorePermit>> + Send>>;

impl<F: Future> Future for Taking<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Task { turn, queue } = this.task;
        let Some(begun) = turn.0.begin_as_one_of_several() else {
            // A place that it waited for may be there by now: somebody else may need it later.
            *this.waiting = None;
            let polled = this.future.poll(cx);
            // A fault that nobody else felt is forgotten.
            if queue.fault.load(Ordering::Relaxed) {
                queue.fault.store(false, Ordering::Relaxed);
            }
            return polled;
        };
        let place = ready!(queue.poll_place(this.waiting, cx));
        let polled = this.future.poll(cx);
        // Places are never closed: there always is one.
        if let Some(place) = place {
            queue.leave(turn, place, begun.elapsed());
        }
        polled
    }
}

/// What belongs to one caller: an address of IPv4, a network of 64 bits of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    /// A connection that has something to do whenever it is asked, until there was enough of it.
    async fn serve(turn: Turn, served: &AtomicUsize, enough: usize) {
        let serving = poll_fn(|cx| {
            cx.waker().wake_by_ref();
            match served.fetch_add(1, Ordering::Relaxed) {
                times if times >= enough => Poll::Ready(()),
                _ => Poll::Pending,
            }
        });
        turn.take(serving).await;
    }

    /// How often the connections of a greedy address were served until the one of a modest one was 1000 times.
    async fn greedy(modest: IpAddr) -> usize {
        let turns = Turns::new();
        let served: &AtomicUsize = Box::leak(Box::default());
        for _ in 0..100 {
            tokio::spawn(serve(turns.of(address(1)), served, usize::MAX));
        }
        serve(turns.of(modest), &AtomicUsize::new(0), 1000).await;
        served.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn many_connections_have_no_more_turns_than_one() {
        let served = greedy(address(2)).await;
        assert!((1..=1100).contains(&served), "{served} times");
    }

    #[tokio::test]
    async fn connections_of_a_single_address_do_not_wait() {
        let served = greedy(address(1)).await;
        assert!(served > 50_000, "{served} times");
    }

    #[tokio::test(start_paused = true)]
    async fn who_took_long_or_made_a_fault_rests() {
        let turns = Turns::new();
        let [long, other] = [1, 2].map(|last| turns.of(address(last)));
        let rest = async |took, fault| {
            let place = Arc::clone(&long.0.connections.places).acquire_owned().await;
            let begun = Instant::now();
            if fault {
                long.fault();
            }
            long.0
                .connections
                .leave(&long, place.expect("a place"), took);
            other.take(async {}).await;
            long.take(async {}).await;
            begun.elapsed()
        };
        let [short, seven] = [Duration::from_micros(400), Duration::from_millis(7)];
        assert_eq!(rest(short, false).await, Duration::ZERO);
        assert_eq!(rest(seven, false).await, seven);
        assert_eq!(rest(Duration::from_secs(7), false).await, LONGEST_REST);
        assert_eq!(rest(short, true).await, AFTER_FAULT);
        assert_eq!(rest(short, false).await, Duration::ZERO);
    }

    #[tokio::test]
    async fn whoever_gives_up_waiting_leaves_no_trace() {
        let turns = Turns::new();
        let [first, other] = [1, 2].map(|last| turns.of(address(last)));
        assert!(first.0.begin_as_one_of_several().is_none());
        assert!(other.0.begin_as_one_of_several().is_some());
        let place = Arc::clone(&first.0.connections.places).try_acquire_owned();
        let mut waiting = Box::pin(first.take(async {}));
        assert!(poll_once(&mut waiting).await.is_pending());
        assert_eq!(first.0.connections.tasks.load(Ordering::Relaxed), 1);
        drop(waiting);
        drop(place);
        first.take(async {}).await;
        assert_eq!(first.0.connections.tasks.load(Ordering::Relaxed), 0);
        drop((first, other));
        assert_eq!(turns.addresses().len(), 0);
    }

    #[tokio::test]
    async fn a_place_that_is_no_more_needed_is_for_others() {
        let turns = Turns::new();
        let [first, other] = [1, 2].map(|last| turns.of(address(last)));
        first.take(async {}).await;
        other.take(async {}).await;
        let place = Arc::clone(&first.0.connections.places).try_acquire_owned();
        let mut idle = Box::pin(first.take(std::future::pending::<()>()));
        assert!(poll_once(&mut idle).await.is_pending());
        // It gets the place when nobody else is there any more.
        drop((place, other));
        assert!(poll_once(&mut idle).await.is_pending());
        let _other = turns.of(address(2));
        first.take(async {}).await;
    }

    #[tokio::test]
    async fn requests_do_not_pile_up() {
        let turns = Turns::new();
        let [greedy, modest] = [1, 2].map(|last| turns.of(address(last)));
        let starter = greedy.clone();
        // A connection that starts a hundred requests whenever it has its turn.
        tokio::spawn(greedy.take(poll_fn(move |cx| {
            for _ in 0..100 {
                starter.execute(async {});
            }
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        })));
        for _ in 0..1000 {
            modest.take(yield_now()).await;
            let waiting = greedy.0.requests.tasks.load(Ordering::Relaxed);
            assert!(waiting <= 300, "{waiting} requests");
        }
    }

    async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
    }

    #[test]
    fn a_caller_has_a_network_of_64_bits() {
        let of = |address: &str| network(address.parse().unwrap_or(IpAddr::from([0; 4])));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), address(1));
        assert_ne!(of("192.0.2.1"), address(2));
    }
}
