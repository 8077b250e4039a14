//! Waiting for something, but not for ever.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// What `work` gives, or nothing if it takes longer than `time`.
///
/// The timer is made when there is something to wait for. Most handlers, and the bodies that come
/// with their headers, are done at once.
pub(crate) async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut timer = pin!(None);
    poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(Some(done));
        }
        if timer.is_none() {
            timer.set(Some(tokio::time::sleep(time)));
        }
        match timer.as_mut().as_pin_mut() {
            Some(timer) => timer.poll(cx).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use super::within;

    #[test]
    fn a_timer_is_needed_only_to_wait() {
        // Without a runtime a timer would panic.
        let done = futures_util::FutureExt::now_or_never(within(Duration::ZERO, ready(7)));
        assert_eq!(done, Some(Some(7)));
    }

    #[tokio::test]
    async fn waiting_ends() {
        assert_eq!(
            within(Duration::from_millis(1), pending::<()>()).await,
            None
        );
        let slow = tokio::time::sleep(Duration::from_millis(1));
        assert_eq!(within(Duration::from_secs(60), slow).await, Some(()));
    }
}
