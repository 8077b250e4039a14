//! Something that is made once for all who want it at the same time.

use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use crate::queue::QueueError;

type Made<T> = Shared<BoxFuture<'static, Result<T, QueueError>>>;

/// What is there, or what is being made. Nobody waits for another's place: all wait for the same attempt, and
/// an attempt goes on where one of them gives up.
pub(super) struct Attempt<T: Clone>(Mutex<Option<Made<T>>>);

impl<T: Clone> Default for Attempt<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone + Send + Sync + 'static> Attempt<T> {
    /// What is there or being made, if it is usable; otherwise it is made.
    pub(super) async fn get<F>(
        &self,
        usable: impl Fn(&T) -> bool,
        make: impl Fn() -> F,
    ) -> Result<T, QueueError>
    where
        F: Future<Output = Result<T, QueueError>> + Send + 'static,
    {
        loop {
            let (made, by_others) = {
                let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                match &*slot {
                    // Looked at, and not only peeked at: all who waited for it may have given up.
                    Some(made)
                        if made
                            .clone()
                            .now_or_never()
                            .is_none_or(|there| there.is_ok_and(|there| usable(&there))) =>
                    {
                        (made.clone(), true)
                    }
                    _ => (slot.insert(in_task(make())).clone(), false),
                }
            };
            match made.await {
                // Those who waited for it, too, may have taken all that there was of it.
                Ok(there) if by_others && !usable(&there) => {}
                done => return done,
            }
        }
    }

    /// Whoever asks next gets another.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn in_task<T: Clone + Send + 'static>(
    making: impl Future<Output = Result<T, QueueError>> + Send + 'static,
) -> Made<T> {
    let task = tokio::spawn(making);
    let made = async move {
        match task.await {
            Ok(made) => made,
            // A runtime that ends takes its tasks with it.
            Err(error) => Err(QueueError::Unreachable {
                queue: "on the broker".to_owned(),
                reason: error.to_string(),
            }),
        }
    };
    made.boxed().shared()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn all_wait_for_the_same_attempt_and_whoever_gives_up_ends_nothing() {
        let (attempt, made) = (Arc::new(Attempt::default()), Arc::new(AtomicUsize::new(0)));
        let go = Arc::new(Notify::new());
        let get = || {
            let (attempt, made, go) = (attempt.clone(), made.clone(), go.clone());
            async move {
                let make = || {
                    let (made, go) = (made.clone(), go.clone());
                    async move {
                        go.notified().await;
                        Ok(made.fetch_add(1, Ordering::Relaxed) + 1)
                    }
                };
                attempt.get(|_| true, make).await
            }
        };
        // Begins the attempt and gives up.
        assert!(get().now_or_never().is_none());
        let waiting: Vec<_> = (0..3).map(|_| tokio::spawn(get())).collect();
        go.notify_one();
        for one in waiting {
            assert_eq!(one.await.unwrap().unwrap(), 1);
        }
        assert_eq!(get().await.unwrap(), 1, "it is there");
        attempt.forget();
        go.notify_one();
        assert_eq!(get().await.unwrap(), 2);
    }

    #[tokio::test]
    async fn so_many_as_wait_for_it_may_be_too_many() {
        let attempt = Arc::new(Attempt::<Arc<usize>>::default());
        let made = Arc::new(AtomicUsize::new(0));
        let waiting: Vec<_> = (0..10)
            .map(|_| {
                let (attempt, made) = (attempt.clone(), made.clone());
                tokio::spawn(async move {
                    let make = || {
                        let made = made.clone();
                        async move { Ok(Arc::new(made.fetch_add(1, Ordering::Relaxed))) }
                    };
                    // Itself and three who use it.
                    attempt
                        .get(|there| Arc::strong_count(there) <= 4, make)
                        .await
                })
            })
            .collect();
        let mut users = Vec::new();
        for one in waiting {
            users.push(one.await.unwrap().unwrap());
        }
        let most = users.iter().map(Arc::strong_count).max();
        assert!(most <= Some(5), "{most:?}");
    }

    #[tokio::test]
    async fn what_failed_or_is_no_longer_usable_is_made_again() {
        let attempt = Attempt::default();
        let failed = async || -> Result<u32, _> { Err(QueueError::Address("nothing".to_owned())) };
        attempt.get(|_| true, failed).await.unwrap_err();
        assert_eq!(attempt.get(|_| true, async || Ok(1)).await.unwrap(), 1);
        assert_eq!(attempt.get(|_| false, async || Ok(2)).await.unwrap(), 2);
    }
}
