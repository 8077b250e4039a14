//! One RPC of a mock.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use federation_api::{Call, Rpc};

use crate::connection::unanswered;
use crate::error::CallError;

type Answer<Request, Response> =
    dyn Fn(&Call, Request) -> Result<Response, CallError> + Send + Sync;

/// One RPC of a mock: how it answers, and what it was asked.
///
/// ```
/// use federation_api::{Call, Cargohold};
/// use federation_api::asset::GetAssetResponse;
/// use federation_clients::cargohold::Mock;
///
/// let cargohold = Mock::default();
/// cargohold.get_asset.answers(|_, _| Ok(GetAssetResponse { available: true }));
/// assert!(cargohold.get_asset.requests().is_empty());
/// ```
pub struct Mocked<Request, Response> {
    answer: Mutex<Option<Arc<Answer<Request, Response>>>>,
    requests: Mutex<Vec<Request>>,
}

impl<Request: Clone, Response> Mocked<Request, Response> {
    /// Answers every call from now on with what `answer` gives.
    pub fn answers<F>(&self, answer: F)
    where
        F: Fn(&Call, Request) -> Result<Response, CallError> + Send + Sync + 'static,
    {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(answer));
    }

    /// What the mock was asked so far, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Answers a call. For emitted code.
    ///
    /// # Errors
    ///
    /// What the answer says; and an error that names the RPC if none was given.
    pub async fn answer(
        &self,
        rpc: &Rpc,
        call: &Call,
        request: Request,
    ) -> Result<Response, CallError> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(request.clone());
        let answer = self
            .answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        answer.map_or_else(|| Err(unanswered(rpc)), |answer| answer(call, request))
    }
}

impl<Request, Response> Default for Mocked<Request, Response> {
    fn default() -> Self {
        Self {
            answer: Mutex::default(),
            requests: Mutex::default(),
        }
    }
}

impl<Request, Response> fmt::Debug for Mocked<Request, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mocked").finish_non_exhaustive()
    }
}
