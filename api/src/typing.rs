//! Typing indicators: who is writing something just now.

use serde::{Deserialize, Serialize};

use crate::galley_error::GalleyError;
use crate::record::record;
use crate::tagged::tagged;
use crate::timestamp::UtcTime;
use crate::word::words;
use crate::{ConvId, OfRecipient, OfSender, Qualified, UserId};

words! {
    /// Whether somebody begins to type or ends.
    ///
    /// Source: `galley-types.md` §2.
    pub enum TypingState: "a typing status" {
        /// Begins to type.
        Started = "started",
        /// Has ended.
        Stopped = "stopped",
    }
}

/// Whether somebody begins to type or ends: `{"status": "started"}`.
///
/// Source: `galley-types.md` §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct TypingStatus {
    /// Which of the two.
    pub status: TypingState,
}

record!(TypingStatus);

impl From<TypingState> for TypingStatus {
    fn from(status: TypingState) -> Self {
        Self { status }
    }
}

/// A user of the origin types in a conversation of the target: the request of
/// `update-typing-indicator`.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct TypingDataUpdateRequest {
    /// What the user does.
    pub typing_status: TypingStatus,
    /// The user.
    pub user_id: OfSender<UserId>,
    /// The conversation.
    pub conv_id: OfRecipient<ConvId>,
}

record!(TypingDataUpdateRequest);

tagged! {
    /// The answer of `update-typing-indicator`.
    ///
    /// Source: `galley-types.md` §8, `galley.md` §4.10.
    pub enum TypingDataUpdateResponse("tag", "contents") {
        /// Done; the caller tells the users that the content lists.
        Success(TypingDataUpdated) = "TypingDataUpdateSuccess",
        /// There is no such conversation, or the user is not in it: `ConvNotFound`.
        Error(GalleyError) = "TypingDataUpdateError",
        ..Unknown
    }
}

/// A member of a conversation types: what the owner of the conversation tells the backends of the
/// others.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct TypingDataUpdated {
    /// When the owner heard of it.
    pub time: UtcTime,
    /// The member that types.
    pub orig_user_id: Qualified<UserId>,
    /// The conversation.
    pub conv_id: OfSender<ConvId>,
    /// The users to be told.
    pub users_in_conv: Vec<OfRecipient<UserId>>,
    /// What the member does.
    pub typing_status: TypingStatus,
}

record!(TypingDataUpdated);

/// The request of `on-typing-indicator-updated`.
///
/// Until March 2023 the RPC was called in the other direction, by the backend of the user that types
/// at the owner of the conversation, with what is the request of `update-typing-indicator` today.
/// Backends of that time still call it so; the key `user_id` in place of `orig_user_id` tells.
///
/// Source: `galley.md` §4.10, `history.md` §6.20 (rule R20).
///
/// ```
/// use federation_api::typing::TypingNotice;
///
/// let notice: TypingNotice = serde_json::from_str(
///     r#"{
///         "typing_status": {"status": "started"},
///         "user_id": "b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002",
///         "conv_id": "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f"
///     }"#,
/// )?;
/// assert!(matches!(notice, TypingNotice::ToOwner(_)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, try_from = "ReadNotice")]
pub enum TypingNotice {
    /// The owner of a conversation tells a member's backend that a member types.
    FromOwner(TypingDataUpdated),
    /// A user of an old backend types in a conversation of the target: to be handled like
    /// `update-typing-indicator`.
    ToOwner(TypingDataUpdateRequest),
}

impl From<TypingDataUpdated> for TypingNotice {
    fn from(updated: TypingDataUpdated) -> Self {
        Self::FromOwner(updated)
    }
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct ReadNotice {
    time: Option<UtcTime>,
    orig_user_id: Option<Qualified<UserId>>,
    user_id: Option<OfSender<UserId>>,
    conv_id: ConvId,
    users_in_conv: Option<Vec<OfRecipient<UserId>>>,
    typing_status: TypingStatus,
}

record!(read ReadNotice);

impl TryFrom<ReadNotice> for TypingNotice {
    type Error = &'static str;

    fn try_from(read: ReadNotice) -> Result<Self, &'static str> {
        let typing_status = read.typing_status;
        match (read.orig_user_id, read.user_id) {
            (Some(orig_user_id), _) => Ok(Self::FromOwner(TypingDataUpdated {
                time: read.time.ok_or("missing field `time`")?,
                orig_user_id,
                conv_id: OfSender::new(read.conv_id),
                users_in_conv: read.users_in_conv.ok_or("missing field `users_in_conv`")?,
                typing_status,
            })),
            (None, Some(user_id)) => Ok(Self::ToOwner(TypingDataUpdateRequest {
                typing_status,
                user_id,
                conv_id: OfRecipient::new(read.conv_id),
            })),
            (None, None) => Err("missing field `orig_user_id`"),
        }
    }
}

/// The form of today.
#[cfg(feature = "openapi")]
impl schemars::JsonSchema for TypingNotice {
    fn inline_schema() -> bool {
        TypingDataUpdated::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        TypingDataUpdated::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        TypingDataUpdated::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        TypingDataUpdated::json_schema(generator)
    }
}

// The form of today, which is the one that the schema describes.
crate::scalar::arbitrary!(
    TypingNotice,
    any::<TypingDataUpdated>().prop_map(TypingNotice::FromOwner)
);
