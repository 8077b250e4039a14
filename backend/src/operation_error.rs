//! Why an operation of a local user towards another backend failed.

use federation_api::{Failure, ForeignId};

/// Why an operation of a [`LocalUser`](crate::LocalUser) failed.
///
/// `E` is what a failed call gives, whatever the calls are made through. Converts to the [`Failure`]
/// that the user's client is to be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationError<E> {
    /// A call failed.
    #[error("a call to the other backend failed: {0}")]
    Call(E),
    /// A call succeeded, but its answer cannot be true.
    #[error(transparent)]
    UnexpectedAnswer(UnexpectedAnswer),
    /// It was refused, here or there.
    #[error(transparent)]
    Refused(Refusal),
    /// The operation concerns another backend than the one that is called.
    #[error(transparent)]
    Foreign(ForeignId),
}

/// An answer that can be read and cannot be true: 533 `federation-unexpected-body`.
///
/// Source: `brig.md` §8, `transport.md` §8.5 (stage 8).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Could parse body, but response was not expected: {detail}")]
pub struct UnexpectedAnswer {
    /// What is wrong with it.
    pub detail: String,
}

impl UnexpectedAnswer {
    pub(crate) fn new(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
        }
    }
}

/// Why an operation was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no such user, or it cannot act any more.
    #[error("There is no such user")]
    NoSuchUser,
    /// The call would be one of the backend to itself.
    #[error("This is a user or asset of the own backend")]
    OwnBackend,
    /// The policy of one of the two backends keeps the two users apart.
    #[error("The target user is owned by a federated backend, but is not in an allow-listed team")]
    TeamNotFederating,
    /// The remote user exists no more, or has not confirmed who it is.
    #[error("The user is not activated")]
    UserNotActivated,
    /// The action means nothing to the connection as it is.
    #[error("The connection does not allow this")]
    NoSuchTransition,
    /// The user has as many connections as it may.
    #[error("The user has as many connections as it may")]
    TooManyConnections,
    /// The other backend does not give the asset to this user, or does not have it.
    #[error("Asset not found")]
    AssetNotFound,
}

impl Refusal {
    /// What the user's client is to be told. The labels that the protocol reference does not give are
    /// this crate's own.
    #[must_use]
    pub fn failure(self) -> Failure {
        let (code, label) = match self {
            Self::NoSuchUser | Self::AssetNotFound => (404, "not-found"),
            Self::OwnBackend => (400, "bad-request"),
            Self::TeamNotFederating => (403, "team-not-federating"),
            Self::UserNotActivated => (403, "user-not-activated"),
            Self::NoSuchTransition => (403, "no-such-transition"),
            Self::TooManyConnections => (403, "connection-limit"),
        };
        Failure::new(code, label, self.to_string())
    }
}

impl From<UnexpectedAnswer> for Failure {
    fn from(error: UnexpectedAnswer) -> Self {
        Failure::new(533, "federation-unexpected-body", error.to_string())
    }
}

impl<E: Into<Failure>> From<OperationError<E>> for Failure {
    fn from(error: OperationError<E>) -> Self {
        match error {
            OperationError::Call(error) => error.into(),
            OperationError::UnexpectedAnswer(error) => error.into(),
            OperationError::Refused(refusal) => refusal.failure(),
            OperationError::Foreign(foreign) => Failure::bad_request(foreign.to_string()),
        }
    }
}

impl<E> From<UnexpectedAnswer> for OperationError<E> {
    fn from(error: UnexpectedAnswer) -> Self {
        Self::UnexpectedAnswer(error)
    }
}

impl<E> From<Refusal> for OperationError<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl<E> From<ForeignId> for OperationError<E> {
    fn from(foreign: ForeignId) -> Self {
        Self::Foreign(foreign)
    }
}
