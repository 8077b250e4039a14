//! Conversations: what their owner tells about them, and when users come and go.

mod leaving;
mod member;
mod metadata;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::{Access, AccessRole};
use crate::conversation_settings::{
    AddPermission, ConvType, GroupConvType, History, Milliseconds, ReceiptMode,
};
use crate::protocol::{self, Protocol};
use crate::record::record;
use crate::text::Text;
use crate::timestamp::UtcTime;
use crate::{ConvId, OfRecipient, OfSender, UserId};

pub use leaving::{
    ClientRemovedRequest, LeaveConversationRequest, LeaveConversationResponse,
    MOST_DELETED_CONVERSATIONS, RemoveFromConversationError, UserDeletedConversationsNotification,
};
pub use member::{OtherMember, OtherMembers, RemoteConvMembers};
pub use metadata::ConversationMetadata;

/// A conversation of the backend that answers, as one of its members sees it, in versions below V2.
///
/// Differs from [`RemoteConversationV2`] in the form of `protocol`, which is the long one here.
///
/// Source: `galley-types.md` §3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct RemoteConversation {
    /// The conversation.
    pub id: OfSender<ConvId>,
    /// What is known about it besides its members and its protocol.
    pub metadata: ConversationMetadata,
    /// Its members.
    pub members: RemoteConvMembers,
    /// By which protocol it is encrypted.
    #[serde(serialize_with = "protocol::write_long")]
    #[cfg_attr(feature = "openapi", schemars(with = "protocol::LongProtocol"))]
    pub protocol: Protocol,
}

record!(RemoteConversation);

/// A conversation of the backend that answers, as one of its members sees it.
///
/// Source: `galley-types.md` §3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct RemoteConversationV2 {
    /// The conversation.
    pub id: OfSender<ConvId>,
    /// What is known about it besides its members and its protocol.
    pub metadata: ConversationMetadata,
    /// Its members.
    pub members: RemoteConvMembers,
    /// By which protocol it is encrypted.
    pub protocol: Protocol,
}

record!(RemoteConversationV2);

impl From<RemoteConversation> for RemoteConversationV2 {
    fn from(conversation: RemoteConversation) -> Self {
        Self {
            id: conversation.id,
            metadata: conversation.metadata,
            members: conversation.members,
            protocol: conversation.protocol,
        }
    }
}

impl From<RemoteConversationV2> for RemoteConversation {
    fn from(conversation: RemoteConversationV2) -> Self {
        Self {
            id: conversation.id,
            metadata: conversation.metadata,
            members: conversation.members,
            protocol: conversation.protocol,
        }
    }
}

/// A user of the origin asks for conversations of the target: the request of `get-conversations`.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct GetConversationsRequest {
    /// The user.
    pub user_id: OfSender<UserId>,
    /// The conversations.
    #[cfg_attr(
        feature = "proptest",
        proptest(strategy = "crate::scalar::few::<OfRecipient<ConvId>>()")
    )]
    pub conv_ids: Vec<OfRecipient<ConvId>>,
}

record!(GetConversationsRequest);

/// Those of the conversations that exist and that the user is in: the answer of `get-conversations` in
/// versions below V2.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct GetConversationsResponse {
    /// The conversations.
    #[cfg_attr(
        feature = "proptest",
        proptest(strategy = "crate::scalar::few::<RemoteConversation>()")
    )]
    pub convs: Vec<RemoteConversation>,
}

record!(GetConversationsResponse);

/// Those of the conversations that exist and that the user is in: the answer of `get-conversations` from
/// V2 on.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct GetConversationsResponseV2 {
    /// The conversations.
    #[cfg_attr(
        feature = "proptest",
        proptest(strategy = "crate::scalar::few::<RemoteConversationV2>()")
    )]
    pub convs: Vec<RemoteConversationV2>,
}

record!(GetConversationsResponseV2);

impl From<GetConversationsResponse> for GetConversationsResponseV2 {
    fn from(response: GetConversationsResponse) -> Self {
        Self {
            convs: response.convs.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<GetConversationsResponseV2> for GetConversationsResponse {
    fn from(response: GetConversationsResponseV2) -> Self {
        Self {
            convs: response.convs.into_iter().map(Into::into).collect(),
        }
    }
}

/// The origin has created a conversation with users of the target in it: the request of
/// `on-conversation-created`.
///
/// Backends from before 2025 leave out the keys from `group_conv_type` on.
///
/// Source: `galley-types.md` §8, `history.md` §6.7 (rules R9 and R15).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ConversationCreated {
    /// When it was created.
    pub time: UtcTime,
    /// The user that created it.
    pub orig_user_id: OfSender<UserId>,
    /// The conversation.
    pub cnv_id: OfSender<ConvId>,
    /// What kind of conversation it is.
    pub cnv_type: ConvType,
    /// The ways in. Order and duplicates are kept.
    pub cnv_access: Vec<Access>,
    /// The kinds of users that can be in it.
    pub cnv_access_roles: BTreeSet<AccessRole>,
    /// Its name.
    #[serde(default)]
    pub cnv_name: Option<Text>,
    /// All members but the creator.
    pub non_creator_members: OtherMembers,
    /// After which time messages are deleted, if they are.
    #[serde(default)]
    pub message_timer: Option<Milliseconds>,
    /// Whether clients send receipts for messages that were read.
    #[serde(default)]
    pub receipt_mode: Option<ReceiptMode>,
    /// By which protocol it is encrypted. Proteus in practice: MLS conversations begin empty.
    pub protocol: Protocol,
    /// What kind of group it is.
    #[serde(default)]
    pub group_conv_type: Option<GroupConvType>,
    /// Who can add members to a channel.
    #[serde(default)]
    pub channel_add_permission: Option<AddPermission>,
    /// Whether newcomers see what was said before they came.
    #[serde(default)]
    pub history: History,
}

record!(ConversationCreated);

/// A user of the target is about to join a conversation of the origin: the request of
/// `on-new-remote-conversation`, which is retired since July 2023.
///
/// (Until July 2022 upstream had this name for what is [`ConversationCreated`] now.) The protocol is
/// written in the long form, of which the backends that know this request take what they need.
///
/// Source: `history.md` §6.8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct NewRemoteConversation {
    /// The conversation.
    pub conv_id: OfSender<ConvId>,
    /// By which protocol it is encrypted.
    #[serde(serialize_with = "protocol::write_long")]
    #[cfg_attr(feature = "openapi", schemars(with = "protocol::LongProtocol"))]
    pub protocol: Protocol,
}

record!(NewRemoteConversation);
