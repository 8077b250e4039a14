//! Why an operation of a local user on a conversation failed.

use std::collections::BTreeSet;

use federation_api::backends_answer::NonFederatingBackends;
use federation_api::galley_error::GalleyError;
use federation_api::mls_message_response::MlsMessageResponse;
use federation_api::{Domain, Failure};

use crate::operation_error::{Refusal, UnexpectedAnswer};

/// Why an operation of a [`LocalUser`](crate::LocalUser) on a conversation failed. Converts to the
/// [`Failure`] that the user's client is to be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConversationError {
    /// The user cannot act.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The owner of the conversation says no.
    #[error("{0}")]
    Galley(GalleyError),
    /// The conversation already is as it was asked to become.
    #[error("nothing changed")]
    NoChanges,
    /// These two backends do not federate with each other.
    #[error("{} and {} do not federate", .0.non_federating_backends[0], .0.non_federating_backends[1])]
    NonFederating(NonFederatingBackends),
    /// These backends, which have to agree, could not be reached.
    #[error("unreachable backends: {}", .0.iter().map(Domain::as_str).collect::<Vec<_>>().join(", "))]
    Unreachable(BTreeSet<Domain>),
    /// Proteus or MLS is not for conversations with other backends.
    #[error("Conversations with other backends are not allowed to use this protocol")]
    ProtocolDisabled,
    /// The owner does not take the MLS message.
    #[error("the message was not taken: {0:?}")]
    Mls(Box<MlsMessageResponse>),
    /// A call failed, or would be answered with this.
    #[error("{0}")]
    Failed(Failure),
    /// A call succeeded, but its answer cannot be true.
    #[error(transparent)]
    UnexpectedAnswer(#[from] UnexpectedAnswer),
}

impl From<GalleyError> for ConversationError {
    fn from(error: GalleyError) -> Self {
        Self::Galley(error)
    }
}

impl From<Failure> for ConversationError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The statuses and labels of the first rows are those of `scenarios.md` A3 and B2.
impl From<ConversationError> for Failure {
    fn from(error: ConversationError) -> Self {
        let text = error.to_string();
        match error {
            ConversationError::NonFederating(_) => Self::new(409, "non_federating_backends", text),
            ConversationError::Unreachable(_) => Self::new(533, "unreachable_backends", text),
            ConversationError::ProtocolDisabled => {
                Self::new(409, "federation-disabled-for-protocol", text)
            }
            ConversationError::Refused(refusal) => refusal.failure(),
            ConversationError::Galley(error) => match error.status_and_label() {
                Some((code, label)) => Self::new(code, label, text),
                None => Self::server_error(text),
            },
            // 204 is no failure; whoever makes one of it says that nothing was done.
            ConversationError::NoChanges => Self::new(204, "no-changes", text),
            ConversationError::Mls(_) => Self::mls_protocol_error(text),
            ConversationError::Failed(failure) => failure,
            ConversationError::UnexpectedAnswer(answer) => answer.into(),
        }
    }
}
