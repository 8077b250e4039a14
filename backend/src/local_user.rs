//! What the users of a backend do to users and assets of others: the calling side.

mod assets;
mod connecting;
mod conversations;
mod deletion;
mod discovery;
mod key_material;

use std::time::{SystemTime, UNIX_EPOCH};

use federation_api::{Call, Domain, Failure, OfSender, Qualified, UserId};

pub use conversations::NewConversation;
pub use deletion::DeletionReport;

use crate::backend::Backend;
use crate::operation_error::{OperationError, Refusal};
use crate::user::{AccountStatus, User};

/// A user of a backend, acting towards other backends.
///
/// Operations on users and assets are handed what to make their calls through: anything that implements the trait of the
/// component, be it an HTTP client, the component of another [`Backend`] in the same process, or a
/// mock. Answers are [verified](crate::verify) before anything is made of them. Operations on
/// conversations may concern several backends; they reach them through the [`Peers`](crate::Peers) of
/// the backend.
///
/// Calls state the newest version that the backend speaks; a client that negotiates states another.
#[derive(Clone, Debug)]
pub struct LocalUser {
    backend: Backend,
    id: UserId,
}

impl LocalUser {
    pub(crate) fn new(backend: Backend, id: UserId) -> Result<Self, Refusal> {
        let user = Self { backend, id };
        user.record()?;
        Ok(user)
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }

    /// Its backend.
    #[must_use]
    pub const fn backend(&self) -> &Backend {
        &self.backend
    }

    /// Its id together with the domain of its backend.
    #[must_use]
    pub fn qualified_id(&self) -> Qualified<UserId> {
        Qualified::new(self.id, self.backend.domain().clone())
    }

    /// A call of the user to another backend, if there is still somebody to make it.
    fn call(&self, target: &Domain) -> Result<Call, Refusal> {
        self.record()?;
        if target == self.backend.domain() {
            return Err(Refusal::OwnBackend);
        }
        Ok(self.envelope(target))
    }

    /// A call of the user's backend to another one.
    fn envelope(&self, target: &Domain) -> Call {
        self.backend.call_to(target)
    }

    /// The user's data. A user that was deleted in the meantime, or has not come yet, does nothing.
    fn record(&self) -> Result<User, Refusal> {
        self.backend
            .user(self.id)
            .filter(|user| {
                let gone = user.status == AccountStatus::Deleted;
                !gone && user.status != AccountStatus::PendingInvitation
            })
            .ok_or(Refusal::NoSuchUser)
    }

    /// The user in a request.
    const fn sender(&self) -> OfSender<UserId> {
        OfSender::new(self.id)
    }

    /// The time in seconds since 1970.
    fn now(&self) -> u64 {
        SystemTime::try_from(self.backend.settings().clock.now())
            .ok()
            .and_then(|now| now.duration_since(UNIX_EPOCH).ok())
            .map_or(0, |since| since.as_secs())
    }
}

/// The outcome of a call.
fn called<T, E>(outcome: Result<T, E>) -> Result<T, OperationError<E>> {
    outcome.map_err(OperationError::Call)
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        refusal.failure()
    }
}
