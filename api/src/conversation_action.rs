//! What can be changed in a conversation.

use serde::{Deserialize, Serialize};

use crate::access::ConversationAccessData;
use crate::bounded::NonEmptyVec;
use crate::conversation_settings::{
    AddPermission, History, JoinType, LeaveReason, Milliseconds, ReceiptMode,
};
use crate::group_id::GroupId;
use crate::permission::Permission;
use crate::presence;
use crate::protocol::{Epoch, ProtocolTag};
use crate::record::record;
use crate::role::RoleName;
use crate::tagged::tagged;
use crate::text::Text;
use crate::word::words;
use crate::{Qualified, UserId};

tagged! {
    /// A change of a conversation.
    ///
    /// All users in it are qualified. Not every backend knows every action, whatever version it speaks:
    /// one that does not refuses the document that contains it.
    ///
    /// Source: `galley-types.md` §4, `history.md` §6.23.
    pub enum SomeConversationAction("tag", "action") {
        /// Users join.
        Join(ConversationJoin) = "ConversationJoinTag",
        /// The user that acts leaves.
        Leave(EmptyAction) = "ConversationLeaveTag",
        /// Users are removed.
        RemoveMembers(ConversationRemoveMembers) = "ConversationRemoveMembersTag",
        /// A member gets another role.
        MemberUpdate(ConversationMemberUpdate) = "ConversationMemberUpdateTag",
        /// The conversation is deleted.
        Delete(EmptyAction) = "ConversationDeleteTag",
        /// It gets another name.
        Rename(ConversationRename) = "ConversationRenameTag",
        /// Messages are deleted after another time.
        MessageTimerUpdate(ConversationMessageTimerUpdate) = "ConversationMessageTimerUpdateTag",
        /// Receipts for messages that were read are sent, or no longer.
        ReceiptModeUpdate(ConversationReceiptModeUpdate) = "ConversationReceiptModeUpdateTag",
        /// Other users can get in, by other ways.
        AccessUpdate(ConversationAccessData) = "ConversationAccessDataTag",
        /// It moves to another protocol. Since October 2023.
        ProtocolUpdate(ProtocolTag) = "ConversationUpdateProtocolTag",
        /// Others can add members to the channel. Since April 2025.
        AddPermissionUpdate(AddPermissionUpdate) = "ConversationUpdateAddPermissionTag",
        /// Its MLS group is replaced by a new one. Since June 2025.
        Reset(MlsReset) = "ConversationResetTag",
        /// Newcomers see more or less of what was said before they came. Since 2026.
        HistoryUpdate(History) = "ConversationHistoryUpdateTag",
    }
}

words! {
    /// What kind of change of a conversation it is.
    ///
    /// Source: `galley-types.md` §2.
    pub enum ConversationActionTag: "a kind of change" {
        /// Users join.
        Join = "ConversationJoinTag",
        /// The user that acts leaves.
        Leave = "ConversationLeaveTag",
        /// Users are removed.
        RemoveMembers = "ConversationRemoveMembersTag",
        /// A member gets another role.
        MemberUpdate = "ConversationMemberUpdateTag",
        /// The conversation is deleted.
        Delete = "ConversationDeleteTag",
        /// It gets another name.
        Rename = "ConversationRenameTag",
        /// Messages are deleted after another time.
        MessageTimerUpdate = "ConversationMessageTimerUpdateTag",
        /// Receipts for messages that were read are sent, or no longer.
        ReceiptModeUpdate = "ConversationReceiptModeUpdateTag",
        /// Other users can get in, by other ways.
        AccessUpdate = "ConversationAccessDataTag",
        /// It moves to another protocol.
        ProtocolUpdate = "ConversationUpdateProtocolTag",
        /// Others can add members to the channel.
        AddPermissionUpdate = "ConversationUpdateAddPermissionTag",
        /// Its MLS group is replaced by a new one.
        Reset = "ConversationResetTag",
        /// Newcomers see more or less of what was said before they came.
        HistoryUpdate = "ConversationHistoryUpdateTag",
    }
}

impl ConversationActionTag {
    /// What the role of a member must grant for it.
    ///
    /// Source: `galley.md` §5.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Join => Permission::AddConversationMember,
            Self::Leave | Self::ProtocolUpdate | Self::Reset => Permission::LeaveConversation,
            Self::RemoveMembers => Permission::RemoveConversationMember,
            Self::MemberUpdate => Permission::ModifyOtherConversationMember,
            Self::Delete => Permission::DeleteConversation,
            Self::Rename => Permission::ModifyConversationName,
            Self::MessageTimerUpdate => Permission::ModifyConversationMessageTimer,
            Self::ReceiptModeUpdate => Permission::ModifyConversationReceiptMode,
            Self::AccessUpdate | Self::HistoryUpdate => Permission::ModifyConversationAccess,
            Self::AddPermissionUpdate => Permission::ModifyAddPermission,
        }
    }
}

impl SomeConversationAction {
    /// What kind of change it is.
    #[must_use]
    pub const fn tag(&self) -> ConversationActionTag {
        match self {
            Self::Join(_) => ConversationActionTag::Join,
            Self::Leave(_) => ConversationActionTag::Leave,
            Self::RemoveMembers(_) => ConversationActionTag::RemoveMembers,
            Self::MemberUpdate(_) => ConversationActionTag::MemberUpdate,
            Self::Delete(_) => ConversationActionTag::Delete,
            Self::Rename(_) => ConversationActionTag::Rename,
            Self::MessageTimerUpdate(_) => ConversationActionTag::MessageTimerUpdate,
            Self::ReceiptModeUpdate(_) => ConversationActionTag::ReceiptModeUpdate,
            Self::AccessUpdate(_) => ConversationActionTag::AccessUpdate,
            Self::ProtocolUpdate(_) => ConversationActionTag::ProtocolUpdate,
            Self::AddPermissionUpdate(_) => ConversationActionTag::AddPermissionUpdate,
            Self::Reset(_) => ConversationActionTag::Reset,
            Self::HistoryUpdate(_) => ConversationActionTag::HistoryUpdate,
        }
    }
}

/// The content of an action about which there is nothing more to say: an empty object. When read, any
/// object is good.
///
/// Source: `galley-types.md` §4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct EmptyAction {}

record!(EmptyAction);

/// Users join a conversation.
///
/// Source: `galley-types.md` §4, `history.md` §6.23 (rule R5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ConversationJoin {
    /// The users, at least one.
    pub users: NonEmptyVec<Qualified<UserId>>,
    /// The role that all of them get.
    pub role: RoleName,
    /// How they come. Backends from before June 2025 leave the key out: somebody adds them.
    #[serde(default, deserialize_with = "presence::or_default")]
    pub join_type: JoinType,
}

record!(ConversationJoin);

/// Users are removed from a conversation.
///
/// Source: `galley-types.md` §4, `history.md` §6.23 (rule R4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ConversationRemoveMembers {
    /// The users, at least one.
    pub targets: NonEmptyVec<Qualified<UserId>>,
    /// Why. Backends from before 2024 leave the key out: somebody removed them.
    #[serde(default, deserialize_with = "presence::or_default")]
    pub reason: LeaveReason,
}

record!(ConversationRemoveMembers);

/// A member of a conversation gets another role.
///
/// Source: `galley-types.md` §4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ConversationMemberUpdate {
    /// The member.
    pub target: Qualified<UserId>,
    /// What it gets.
    pub update: OtherMemberUpdate,
}

record!(ConversationMemberUpdate);

/// What changes about a member of a conversation.
///
/// Source: `galley-types.md` §4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct OtherMemberUpdate {
    /// Its role from now on.
    pub conversation_role: RoleName,
}

record!(OtherMemberUpdate);

/// A conversation gets another name.
///
/// Source: `galley-types.md` §4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ConversationRename {
    /// The name. The owner takes 1 to 256 characters; that is not checked here.
    pub name: Text,
}

record!(ConversationRename);

/// Messages of a conversation are deleted after another time.
///
/// Source: `galley-types.md` §4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ConversationMessageTimerUpdate {
    /// After which time; none for never.
    #[serde(default)]
    pub message_timer: Option<Milliseconds>,
}

record!(ConversationMessageTimerUpdate);

/// Receipts for messages that were read are sent in a conversation, or no longer.
///
/// Source: `galley-types.md` §4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ConversationReceiptModeUpdate {
    /// Whether they are.
    pub receipt_mode: ReceiptMode,
}

record!(ConversationReceiptModeUpdate);

/// Others can add members to a channel.
///
/// Source: `galley-types.md` §4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct AddPermissionUpdate {
    /// Who can.
    pub add_permission: AddPermission,
}

record!(AddPermissionUpdate);

/// The MLS group of a conversation is replaced by a new one.
///
/// Source: `galley-types.md` §4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MlsReset {
    /// The group that is replaced. The new one stands in the
    /// [`ExtraConversationData`](crate::conversation_update::ExtraConversationData).
    pub group_id: GroupId,
    /// The epoch that it is in.
    pub epoch: Epoch,
}

record!(MlsReset);

#[cfg(all(test, feature = "proptest"))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_tag_is_the_one_on_the_wire(action: SomeConversationAction) {
            let json = serde_json::to_value(&action).unwrap();
            prop_assert_eq!(&json["tag"], action.tag().as_str());
        }
    }
}
