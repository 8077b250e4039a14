//! Asking for the MLS conversation of two connected users.
//!
//! Which backend owns it follows from the users:
//! [`one_to_one_conversation`](crate::one_to_one::one_to_one_conversation).

use serde::{Deserialize, Serialize};

use crate::conversation::{RemoteConversation, RemoteConversationV2};
use crate::mls_keys::MlsKeysByPurpose;
use crate::older_keys::record_with_older_keys;
use crate::record::record;
use crate::tagged::tagged;
use crate::{OfRecipient, OfSender, UserId};

record_with_older_keys! {
    /// A user of the origin asks for its MLS conversation with a user of the target: the request of
    /// `get-one2one-conversation`.
    ///
    /// A development branch of January 2023 wrote the keys without `gooc_`; both are read.
    ///
    /// Source: `galley-types.md` §8, `history.md` §6.11 (rule R25).
    pub struct GetOne2OneConversationRequest {
        /// The user that asks.
        pub sender_user: OfSender<UserId> = "gooc_sender_user" or "sender_user",
        /// The other user.
        pub receiver_user: OfRecipient<UserId> = "gooc_receiver_user" or "receiver_user",
    }
}

/// The MLS conversation of two users, and the keys by which to verify what its owner says in it.
///
/// Source: `galley-types.md` §6.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct RemoteMlsOne2OneConversation {
    /// The conversation.
    pub conversation: RemoteConversationV2,
    /// The public keys of the backend that answers.
    pub public_keys: MlsKeysByPurpose,
}

record!(RemoteMlsOne2OneConversation);

tagged! {
    /// The MLS conversation of two users, or why there is none: the answer of
    /// `get-one2one-conversation` in V1.
    ///
    /// Lacks the public keys of the owner, without which today's backends cannot use it: they answer
    /// only the negative alternatives in V1, and never ask in it.
    ///
    /// Source: `galley-types.md` §8, `history.md` §6.11.
    pub enum GetOne2OneConversationResponse("tag", "contents") {
        /// The conversation.
        Ok(Box<RemoteConversation>) = "GetOne2OneConversationOk",
        /// The backend that was asked does not own the conversation.
        BackendMismatch = "GetOne2OneConversationBackendMismatch",
        /// The users are not connected.
        NotConnected = "GetOne2OneConversationNotConnected",
        ..Unknown
    }
}

tagged! {
    /// The MLS conversation of two users, or why there is none: the answer of
    /// `get-one2one-conversation` from V2 on.
    ///
    /// Source: `galley-types.md` §8.
    pub enum GetOne2OneConversationResponseV2("tag", "contents") {
        /// The conversation.
        Ok(Box<RemoteMlsOne2OneConversation>) = "GetOne2OneConversationV2Ok",
        /// The backend that was asked does not own the conversation.
        BackendMismatch = "GetOne2OneConversationV2BackendMismatch",
        /// The users are not connected.
        NotConnected = "GetOne2OneConversationV2NotConnected",
        /// The backend that was asked does not use MLS.
        MlsNotEnabled = "GetOne2OneConversationV2MLSNotEnabled",
        ..Unknown
    }
}

/// Why an answer of `get-one2one-conversation` has no counterpart in the other form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoCounterpart {
    /// The form of V1 lacks the public keys of the owner.
    #[error(
        "the answer of V1 lacks the public keys of the conversation's owner, which V2 requires"
    )]
    NoPublicKeys,
    /// The form of V1 cannot say that the backend does not use MLS.
    #[error("V1 has no alternative for a backend that does not use MLS")]
    MlsNotEnabled,
    /// An alternative that this crate does not know.
    #[error("the answer is of a kind that this crate does not know")]
    Unknown,
}

/// # Errors
///
/// For a conversation, since the form of V1 lacks the public keys, and for unknown alternatives.
impl TryFrom<GetOne2OneConversationResponse> for GetOne2OneConversationResponseV2 {
    type Error = NoCounterpart;

    fn try_from(response: GetOne2OneConversationResponse) -> Result<Self, NoCounterpart> {
        match response {
            GetOne2OneConversationResponse::Ok(_) => Err(NoCounterpart::NoPublicKeys),
            GetOne2OneConversationResponse::BackendMismatch => Ok(Self::BackendMismatch),
            GetOne2OneConversationResponse::NotConnected => Ok(Self::NotConnected),
            GetOne2OneConversationResponse::Unknown(_) => Err(NoCounterpart::Unknown),
        }
    }
}

/// Leaves the public keys out.
///
/// # Errors
///
/// For a backend that does not use MLS, which the form of V1 cannot say, and for unknown
/// alternatives.
impl TryFrom<GetOne2OneConversationResponseV2> for GetOne2OneConversationResponse {
    type Error = NoCounterpart;

    fn try_from(response: GetOne2OneConversationResponseV2) -> Result<Self, NoCounterpart> {
        match response {
            GetOne2OneConversationResponseV2::Ok(found) => {
                Ok(Self::Ok(Box::new(found.conversation.into())))
            }
            GetOne2OneConversationResponseV2::BackendMismatch => Ok(Self::BackendMismatch),
            GetOne2OneConversationResponseV2::NotConnected => Ok(Self::NotConnected),
            GetOne2OneConversationResponseV2::MlsNotEnabled => Err(NoCounterpart::MlsNotEnabled),
            GetOne2OneConversationResponseV2::Unknown(_) => Err(NoCounterpart::Unknown),
        }
    }
}
