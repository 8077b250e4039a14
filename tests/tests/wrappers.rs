//! The other implementations of a trait: retrying, mocked, hidden behind a handle.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use federation_api::{Brig, Call, Failure, OfRecipient, UserId};
use federation_clients::brig::{Handle, Mock, Retrying};
use federation_clients::{CallError, Retry};
use federation_tests::call;

fn quickly() -> Retry {
    Retry::default().pauses(Duration::from_millis(1), Duration::from_millis(2))
}

/// A mock that fails with this error a number of times before it answers; and the count of calls.
fn failing(times: u32, error: Failure) -> (Mock, Arc<AtomicU32>) {
    let mock = Mock::default();
    let calls = Arc::new(AtomicU32::new(0));
    let fail = {
        let calls = Arc::clone(&calls);
        move || match calls.fetch_add(1, Ordering::SeqCst) {
            number if number < times => Err(CallError::from(error.clone())),
            _ => Ok(()),
        }
    };
    let fail_lookup = fail.clone();
    mock.get_user_by_handle
        .answers(move |_, _| fail_lookup().map(|()| None));
    mock.claim_prekey.answers(move |_, _| fail().map(|()| None));
    (mock, calls)
}

fn overloaded() -> Failure {
    Failure::new(503, "server-error", "overloaded")
}

async fn look_up(brig: &impl Brig<Error = CallError>, call: &Call) -> Result<(), CallError> {
    let handle = OfRecipient::new("mira".parse().unwrap());
    brig.get_user_by_handle(call, handle).await.map(drop)
}

async fn claim(brig: &impl Brig<Error = CallError>) -> Result<(), CallError> {
    let client = (OfRecipient::new(UserId::random()), "2b".parse().unwrap());
    brig.claim_prekey(&call(), client).await.map(drop)
}

#[tokio::test]
async fn what_is_idempotent_is_repeated() {
    let (mock, calls) = failing(2, overloaded());
    look_up(&Retrying::new(mock, quickly()), &call())
        .await
        .unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn what_is_not_is_not() {
    let (mock, calls) = failing(1, overloaded());
    claim(&Retrying::new(mock, quickly())).await.unwrap_err();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_cannot_get_better_is_not_repeated() {
    let (mock, calls) = failing(1, Failure::bad_request("no such thing"));
    look_up(&Retrying::new(mock, quickly()), &call())
        .await
        .unwrap_err();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn there_is_an_end_to_it() {
    let (mock, calls) = failing(u32::MAX, overloaded());
    look_up(&Retrying::new(mock, quickly().attempts(5)), &call())
        .await
        .unwrap_err();
    assert_eq!(calls.load(Ordering::SeqCst), 5);

    let (mock, calls) = failing(u32::MAX, overloaded());
    let patient = Retry::default().pauses(Duration::from_secs(60), Duration::from_secs(60));
    let call = call().with_timeout(Duration::from_millis(20));
    let begun = std::time::Instant::now();
    look_up(&Retrying::new(mock, patient.attempts(1000)), &call)
        .await
        .unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert!(calls.load(Ordering::SeqCst) < 1000);
}

#[tokio::test]
async fn a_mock_says_what_it_was_asked_and_what_it_lacks() {
    let mock = Mock::default();
    let error = look_up(&mock, &call()).await.unwrap_err();
    assert!(
        error.to_string().contains("brig get-user-by-handle"),
        "{error}"
    );
    assert_eq!(mock.get_user_by_handle.requests().len(), 1);
    assert!(mock.claim_prekey.requests().is_empty());
}

#[tokio::test]
async fn a_handle_holds_any_implementation() {
    let (mock, _) = failing(0, overloaded());
    let (other, _) = failing(1, overloaded());
    let handles = [
        Handle::new(mock),
        Handle::new(Retrying::new(other, quickly())),
    ];
    for handle in handles {
        // It is spawned, as a generic caller would.
        tokio::spawn(async move { look_up(&handle, &call()).await })
            .await
            .unwrap()
            .unwrap();
    }
}
