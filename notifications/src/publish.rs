//! From a typed notification to messages in queues. Emitted publishers are a thin layer over this.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use federation_api::{Audience, Call, Domain, EmptyResponse, Failure, RequestId, Rpc, json};
use federation_clients::CallError;
use serde::Serialize;

use crate::bundle::{BackendNotification, PayloadBundle};
use crate::observe;
use crate::queue::{Message, Queue, QueueError};

/// Where notifications are left for other backends.
///
/// Cheap to clone; emitted publishers of any number of components can share one.
#[derive(Clone)]
pub struct Outlet {
    queue: Arc<dyn Queue>,
    max_message: usize,
}

impl Outlet {
    /// The largest message that an outlet takes unless it is told otherwise, in bytes: what four
    /// encodings of the largest request come to that servers take by default.
    pub const MAX_MESSAGE: usize = 64 * 1024 * 1024;

    /// Leaves notifications with this queue.
    #[must_use]
    pub fn new(queue: Arc<dyn Queue>) -> Self {
        Self {
            queue,
            max_message: Self::MAX_MESSAGE,
        }
    }

    /// The same, taking messages of at most so many bytes.
    #[must_use]
    pub fn with_max_message(self, max_message: usize) -> Self {
        Self {
            max_message,
            ..self
        }
    }

    /// Begins a message. For emitted code.
    pub fn bundle<'a>(&'a self, to: &'a Announcement) -> Bundling<'a> {
        Bundling {
            outlet: self,
            to,
            notifications: Vec::with_capacity(2),
        }
    }
}

impl fmt::Debug for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outlet")
            .field("max_message", &self.max_message)
            .finish_non_exhaustive()
    }
}

/// Who announces something, to which backends, under which request id.
///
/// ```
/// use federation_notifications::Announcement;
///
/// let to = Announcement::new(
///     "a.example.com".parse()?,
///     ["b.example.com".parse()?, "c.example.com".parse()?],
/// );
/// assert_eq!(to.targets().len(), 2);
/// # Ok::<(), federation_api::DomainError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Announcement {
    origin: Domain,
    targets: Vec<Domain>,
    request_id: RequestId,
}

impl Announcement {
    /// Of this backend to those, under a fresh request id. Who is named twice is told once.
    #[must_use]
    pub fn new(origin: Domain, targets: impl IntoIterator<Item = Domain>) -> Self {
        let mut seen = HashSet::new();
        let targets = targets.into_iter();
        Self {
            origin,
            targets: targets
                .filter(|target| seen.insert(target.clone()))
                .collect(),
            request_id: RequestId::random(),
        }
    }

    /// Of the origin of a call to its target.
    #[must_use]
    pub fn of(call: &Call) -> Self {
        Self {
            origin: call.origin().clone(),
            targets: vec![call.target().clone()],
            request_id: call.request_id().clone(),
        }
    }

    /// The same, under this request id.
    #[must_use]
    pub fn with_request_id(self, request_id: RequestId) -> Self {
        Self { request_id, ..self }
    }

    /// The backends that are told.
    #[must_use]
    pub fn targets(&self) -> &[Domain] {
        &self.targets
    }
}

/// A message that is being written: one event, in a form for each version range. For emitted code.
#[derive(Debug)]
#[must_use = "nothing is sent before `publish`"]
pub struct Bundling<'a> {
    outlet: &'a Outlet,
    to: &'a Announcement,
    notifications: Vec<BackendNotification>,
}

impl Bundling<'_> {
    /// Adds the form that this RPC takes. It is written once, whatever the number of targets.
    ///
    /// # Errors
    ///
    /// When the request has no JSON form.
    pub fn add<T>(&mut self, rpc: &Rpc, request: &T) -> Result<(), PublishError>
    where
        T: Serialize + ?Sized,
    {
        // Whoever reads it speaks this version or a newer one, and those read what older ones do.
        let reader = Audience::speaking(rpc.versions.first());
        let unencodable = |reason: String| PublishError::Unencodable { rpc: *rpc, reason };
        let body = json::encode(request, reader).map_err(|error| unencodable(error.to_string()))?;
        let body = String::from_utf8(body).map_err(|error| unencodable(error.to_string()))?;
        let origin = self.to.origin.clone();
        let request_id = self.to.request_id.clone();
        self.notifications
            .push(BackendNotification::new(rpc, origin, request_id, body));
        Ok(())
    }

    /// Leaves the message for every target.
    ///
    /// # Errors
    ///
    /// When it is too large, or the queue does not take it. Some targets may get it nevertheless.
    pub async fn publish(self) -> Result<EmptyResponse, PublishError> {
        let bundle = PayloadBundle {
            notifications: self.notifications,
        };
        let body =
            serde_json::to_vec(&bundle).map_err(|error| PublishError::Bundle(error.to_string()))?;
        let max = self.outlet.max_message;
        if body.len() > max {
            let bytes = body.len();
            return Err(PublishError::TooLarge { bytes, max });
        }
        let body = Bytes::from(body);
        let messages = self.to.targets.iter().map(|target| Message {
            target: target.clone(),
            body: body.clone(),
        });
        let messages = messages.collect();
        let published = self.outlet.queue.publish(messages).await;
        observe::published(self.to.targets.len(), published.is_ok());
        published?;
        Ok(EmptyResponse)
    }
}

/// The form of a request in an older variant of its RPC; `None` if it has none. For emitted code.
pub fn older<Newer, Older>(request: Newer) -> Option<Older>
where
    Newer: TryInto<Older>,
    Newer::Error: fmt::Display,
{
    request
        .try_into()
        .inspect_err(|reason| tracing::debug!(%reason, "no form in the older variant"))
        .ok()
}

/// A notification that nobody will get, because it could not be left with the queue.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// The request has no JSON form.
    #[error("the request of {rpc} has no JSON form: {reason}")]
    Unencodable {
        /// Which RPC.
        rpc: Rpc,
        /// Why.
        reason: String,
    },
    /// The message has no JSON form.
    #[error("the message has no JSON form: {0}")]
    Bundle(String),
    /// No target would accept it.
    #[error("a message of {bytes} bytes is larger than the {max} that this outlet takes")]
    TooLarge {
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        max: usize,
    },
    /// The queue did not take it.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// What the end client is to be told (`transport.md` §8.5, the quirk about queues).
impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        Self::server_error(error.to_string())
    }
}

/// Where calls and notifications go out of one hand.
impl From<PublishError> for CallError {
    fn from(error: PublishError) -> Self {
        Self::not_sent(Failure::from(error.clone()), error)
    }
}
