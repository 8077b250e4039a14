//! What arrives of the notifications, and in which order.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use federation_api::conversation::ClientRemovedRequest;
use federation_api::json;
use serde::Serialize;

/// The numbers of the notifications that a component has accepted.
#[derive(Default)]
pub(super) struct Inbox(Mutex<Numbers>);

/// Numbers from 0 on, as they came.
#[derive(Clone, Default, Serialize)]
pub(super) struct Numbers {
    /// All below this one have come.
    pub(super) next: u64,
    /// Those that came before one below them: these were reordered, or that one is lost.
    #[serde(skip)]
    ahead: HashSet<u64>,
    pub(super) reordered: u64,
    pub(super) duplicates: u64,
}

impl Numbers {
    fn came(&mut self, number: u64) {
        if number < self.next || self.ahead.contains(&number) {
            self.duplicates += 1;
        } else if number > self.next {
            self.reordered += 1;
            self.ahead.insert(number);
        } else {
            self.next += 1;
            while self.ahead.remove(&self.next) {
                self.next += 1;
            }
        }
    }

    /// How many have come, each counted once.
    pub(super) fn delivered(&self) -> u64 {
        self.next + self.ahead.len() as u64
    }
}

impl Inbox {
    pub(super) fn numbers(&self) -> Numbers {
        self.lock().clone()
    }

    pub(super) fn delivered(&self) -> u64 {
        self.lock().delivered()
    }

    fn lock(&self) -> MutexGuard<'_, Numbers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The routes of galley, which keep the numbers of the notifications that it accepts.
pub(super) fn recording(routes: Router, inbox: &Arc<Inbox>) -> Router {
    routes.layer(from_fn_with_state(Arc::clone(inbox), record))
}

/// More than a notification has.
const MOST: usize = 1024 * 1024;

async fn record(State(inbox): State<Arc<Inbox>>, request: Request, next: Next) -> Response {
    if !request.uri().path().ends_with("/on-client-removed") {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    // A body that breaks off is for the caller to send again.
    let Ok(body) = axum::body::to_bytes(body, MOST).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let removed = json::decode::<ClientRemovedRequest>(&body);
    let response = next.run(Request::from_parts(head, Body::from(body))).await;
    if let Ok(removed) = removed
        && response.status().is_success()
    {
        // The number stands in the place of the client.
        inbox.lock().came(removed.client.0);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::Numbers;

    #[test]
    fn duplicates_are_no_disorder_and_gaps_are() {
        let mut numbers = Numbers::default();
        for number in [0, 1, 1, 0, 2] {
            numbers.came(number);
        }
        assert_eq!(
            (numbers.delivered(), numbers.duplicates, numbers.reordered),
            (3, 2, 0)
        );
        for number in [4, 5, 3, 4] {
            numbers.came(number);
        }
        assert_eq!(
            (numbers.delivered(), numbers.duplicates, numbers.reordered),
            (6, 3, 2)
        );
        numbers.came(9);
        assert_eq!((numbers.next, numbers.delivered()), (6, 7));
    }
}
