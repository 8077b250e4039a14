//! Users that leave conversations, and clients that are gone.

use serde::{Deserialize, Serialize};

use crate::bounded::{BoundError, BoundedVec};
use crate::client::ClientId;
use crate::either::Either;
use crate::record::record;
use crate::word::{Word, words};
use crate::{ConvId, OfRecipient, OfSender, Unit, UserId};

/// A user of the origin leaves a conversation of the target: the request of `leave-conversation`.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct LeaveConversationRequest {
    /// The conversation.
    pub conv_id: OfRecipient<ConvId>,
    /// The user.
    pub leaver: OfSender<UserId>,
}

record!(LeaveConversationRequest);

words! {
    /// Why a user did not leave a conversation.
    ///
    /// Source: `galley-types.md` §7.
    pub enum RemoveFromConversationError: "a reason for not leaving" {
        /// One does not leave this kind of conversation.
        RemovalNotAllowed = "RemoveFromConversationErrorRemovalNotAllowed",
        /// There is no such conversation.
        NotFound = "RemoveFromConversationErrorNotFound",
        /// The user was not in it.
        Unchanged = "RemoveFromConversationErrorUnchanged",
    }
}

/// Whether a user left a conversation: the answer of `leave-conversation`. Left where it did not, right
/// where it did.
///
/// What stands under `Right` is written `[]`; when read, any JSON value is good. A reason that is gone
/// since 2021, or newer than this crate, is kept as the word that it is.
///
/// Source: `galley-types.md` §8, `history.md` §7.1 (rules R23 and R27).
///
/// ```
/// use federation_api::Unit;
/// use federation_api::conversation::LeaveConversationResponse;
///
/// let answer: LeaveConversationResponse = serde_json::from_str(r#"{"Right": null}"#)?;
/// assert_eq!(answer.into_result(), Ok(Unit));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub type LeaveConversationResponse = Either<Word<RemoveFromConversationError>, Unit>;

/// The most conversations that one notification about a deleted user may name.
pub const MOST_DELETED_CONVERSATIONS: usize = 1000;

/// A user of the origin was deleted: tells the owner of conversations that it was in. The notification
/// `on-user-deleted-conversations`.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct UserDeletedConversationsNotification {
    /// The deleted user.
    pub user: OfSender<UserId>,
    /// The conversations that it was in: 1 to 1000, duplicates count.
    pub conversations: BoundedVec<OfRecipient<ConvId>, 1, MOST_DELETED_CONVERSATIONS>,
}

record!(UserDeletedConversationsNotification);

impl UserDeletedConversationsNotification {
    /// Tells the owner of `conversations` that `user` was deleted.
    ///
    /// # Errors
    ///
    /// When there are none or more than 1000; [`split`](Self::split) makes several notifications.
    pub fn new(
        user: OfSender<UserId>,
        conversations: Vec<OfRecipient<ConvId>>,
    ) -> Result<Self, BoundError> {
        Ok(Self {
            user,
            conversations: BoundedVec::new(conversations)?,
        })
    }

    /// As many notifications as it takes to tell the owner of all of `conversations` that `user` was
    /// deleted; none for none.
    pub fn split(
        user: OfSender<UserId>,
        conversations: &[OfRecipient<ConvId>],
    ) -> impl Iterator<Item = Self> {
        conversations
            .chunks(MOST_DELETED_CONVERSATIONS)
            .filter_map(move |chunk| Self::new(user, chunk.to_vec()).ok())
    }
}

/// A client of a user of the origin is gone: tells the owner of conversations that the user is in. The
/// notification `on-client-removed`.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ClientRemovedRequest {
    /// The user.
    pub user: OfSender<UserId>,
    /// The client of that user.
    pub client: ClientId,
    /// The conversations that the user is in.
    pub convs: Vec<OfRecipient<ConvId>>,
}

record!(ClientRemovedRequest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_split() {
        let ids: Vec<_> = (0..2001)
            .map(|_| OfRecipient::new(ConvId::random()))
            .collect();
        let user = OfSender::new(UserId::random());
        let parts: Vec<_> = UserDeletedConversationsNotification::split(user, &ids)
            .map(|part| part.conversations.len())
            .collect();
        assert_eq!(parts, [1000, 1000, 1]);
        assert!(UserDeletedConversationsNotification::new(user, ids).is_err());
    }
}
