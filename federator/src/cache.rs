//! A bounded cache of what is asked for over the network, each entry kept as long as its answer says.
//!
//! Many who want the same at the same time ask once. Errors are handed to all who waited and are
//! not kept.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use crate::clock::Clock;

/// A value and how long it may be kept.
pub(crate) type Kept<V> = (V, Duration);

type Question<V, E> = BoxFuture<'static, Result<Kept<V>, E>>;

/// See the [module](self).
pub(crate) struct Cache<K, V, E> {
    entries: Mutex<HashMap<K, Entry<V, E>>>,
    most: usize,
    longest: Duration,
    clock: Arc<dyn Clock>,
}

enum Entry<V, E> {
    Known(V, Instant),
    /// Held by those who wait for the answer: with the last of them the question ends.
    Asking(WeakShared<Question<V, E>>),
}

impl<V, E> Entry<V, E>
where
    V: Clone,
    E: Clone,
{
    /// The question, if somebody still waits for its answer.
    fn asking(&self) -> Option<Shared<Question<V, E>>> {
        match self {
            Self::Known(..) => None,
            Self::Asking(asking) => asking.upgrade(),
        }
    }
}

impl<K, V, E> Cache<K, V, E>
where
    K: Eq + Hash + Clone,
    V: Clone + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    /// A cache of at most `most` entries, none of them kept for more than `longest`.
    pub(crate) fn new(most: usize, longest: Duration, clock: Arc<dyn Clock>) -> Self {
        Self {
            entries: Mutex::new(HashMap::new()),
            most: most.max(1),
            longest,
            clock,
        }
    }

    /// The value of `key`, from memory or from `ask`. Asking goes on when the first who wanted to
    /// know has gone away, because others may be waiting.
    pub(crate) async fn get<F>(&self, key: &K, ask: impl FnOnce() -> F) -> Result<V, E>
    where
        F: Future<Output = Result<Kept<V>, E>> + Send + 'static,
    {
        let asking = {
            let mut entries = self.lock();
            let entry = entries.get(key);
            if let Some(Entry::Known(value, until)) = entry
                && *until > self.clock.now()
            {
                return Ok(value.clone());
            }
            match entry.and_then(Entry::asking) {
                Some(asking) => asking,
                None => {
                    let asking = ask().boxed().shared();
                    self.make_room(&mut entries);
                    if let Some(asking) = asking.downgrade() {
                        entries.insert(key.clone(), Entry::Asking(asking));
                    }
                    asking
                }
            }
        };
        let answered = asking.clone().await;
        let mut entries = self.lock();
        // The first who hears the answer files it; a newer question is left alone.
        let current = entries.get(key).and_then(Entry::asking);
        if current.is_some_and(|current| current.ptr_eq(&asking)) {
            match &answered {
                Ok((value, keep)) => {
                    let until = self.clock.now() + (*keep).min(self.longest);
                    entries.insert(key.clone(), Entry::Known(value.clone(), until));
                }
                Err(_) => drop(entries.remove(key)),
            }
        }
        answered.map(|(value, _)| value)
    }

    /// Old entries go first, then any: a full cache costs questions, never memory.
    fn make_room(&self, entries: &mut HashMap<K, Entry<V, E>>) {
        if entries.len() < self.most {
            return;
        }
        let now = self.clock.now();
        entries.retain(|_, entry| match entry {
            Entry::Known(_, until) => *until > now,
            Entry::Asking(_) => entry.asking().is_some(),
        });
        if entries.len() >= self.most
            && let Some(key) = entries.keys().next().cloned()
        {
            entries.remove(&key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Entry<V, E>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V, E> fmt::Debug for Cache<K, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("most", &self.most)
            .field("longest", &self.longest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;
    use crate::clock::Clock;
    use futures_util::FutureExt;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    #[derive(Debug)]
    struct ByHand(Mutex<Instant>);

    impl Clock for ByHand {
        fn now(&self) -> Instant {
            *self.0.lock().unwrap()
        }
    }

    #[tokio::test]
    async fn entries_live_as_long_as_they_say_but_no_longer_than_the_limit() {
        let clock = Arc::new(ByHand(Mutex::new(Instant::now())));
        let cache: Cache<u8, usize, ()> = Cache::new(
            2,
            Duration::from_secs(300),
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        let asked = Arc::new(AtomicUsize::new(0));
        let get = async |key, keep| {
            let asked = Arc::clone(&asked);
            let ask = || async move {
                Ok((
                    asked.fetch_add(1, Ordering::Relaxed),
                    Duration::from_secs(keep),
                ))
            };
            cache.get(&key, ask).await.unwrap()
        };
        let forward = |seconds| *clock.0.lock().unwrap() += Duration::from_secs(seconds);
        assert_eq!(get(1, 10).await, 0);
        forward(9);
        assert_eq!(get(1, 86_400).await, 0);
        forward(1);
        assert_eq!(get(1, 86_400).await, 1);
        forward(299);
        assert_eq!(get(1, 10).await, 1);
        forward(1);
        assert_eq!(get(1, 10).await, 2);
        get(2, 10).await;
        get(3, 10).await;
        assert!(cache.lock().len() <= 2);
    }

    #[tokio::test]
    async fn many_ask_once_and_errors_are_forgotten() {
        let clock = Arc::new(crate::clock::SystemClock);
        let cache: Cache<(), (), &str> = Cache::new(1, Duration::from_secs(300), clock);
        let asked = Arc::new(AtomicUsize::new(0));
        let ask = || {
            let asked = Arc::clone(&asked);
            async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                asked.fetch_add(1, Ordering::Relaxed);
                Err("down")
            }
        };
        let all = (0..20).map(|_| cache.get(&(), ask));
        for answer in futures_util::future::join_all(all).await {
            assert_eq!(answer, Err("down"));
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        assert_eq!(cache.get(&(), ask).await, Err("down"));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_question_ends_with_the_last_who_wants_to_know() {
        let clock = Arc::new(crate::clock::SystemClock);
        let cache: Cache<(), u8, ()> = Cache::new(1, Duration::from_secs(300), clock);
        let never = Arc::new(());
        let ask = || {
            let held = Arc::clone(&never);
            async move {
                std::future::pending::<()>().await;
                drop(held);
                Ok((1, Duration::from_secs(300)))
            }
        };
        let (mut first, mut second) =
            (Box::pin(cache.get(&(), ask)), Box::pin(cache.get(&(), ask)));
        assert!(first.as_mut().now_or_never().is_none());
        assert!(second.as_mut().now_or_never().is_none());
        assert_eq!(Arc::strong_count(&never), 2);
        drop(first);
        assert_eq!(Arc::strong_count(&never), 2);
        drop(second);
        assert_eq!(Arc::strong_count(&never), 1);
        let again = cache.get(&(), || async { Ok((2, Duration::from_secs(300))) });
        assert_eq!(again.await, Ok(2));
    }
}
