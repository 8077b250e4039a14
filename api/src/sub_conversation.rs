//! Subconversations: further MLS groups of clients inside a conversation, such as those in a call.

use serde::{Deserialize, Serialize, Serializer};

use crate::client::ClientId;
use crate::client_identity::ClientIdentity;
use crate::galley_error::GalleyError;
use crate::group_id::{GroupId, SubConvId};
use crate::older_keys::record_with_older_keys;
use crate::protocol::{CipherSuiteTag, ConversationMlsData, Epoch};
use crate::record::record;
use crate::tagged::tagged;
use crate::text::Text;
use crate::timestamp::UtcTime;
use crate::{Audience, ConvId, OfRecipient, OfSender, Qualified, UserId, Version};

/// A subconversation as its members see it.
///
/// On the wire the state of the group is keys beside the others: `group_id`, `epoch`, `epoch_timestamp`
/// and `cipher_suite`. The last two are left out where they are not known; for readers below V2 they are
/// written all the same, the time as null. Either form is read, and the epoch counts whatever is
/// missing beside it.
///
/// Source: `galley-types.md` §6, `history.md` §6.10 and §6.22 (rules R9 and W4).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Read")]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct PublicSubConversation {
    /// The conversation that it belongs to.
    pub parent_qualified_id: Qualified<ConvId>,
    /// Its name, unique in the conversation.
    pub subconv_id: SubConvId,
    /// Its MLS group.
    pub group: ConversationMlsData,
    /// The clients in the group.
    pub members: Vec<ClientIdentity>,
}

#[derive(Deserialize)]
#[serde(rename = "PublicSubConversation")]
#[serde(remote = "Self")]
struct Read {
    parent_qualified_id: Qualified<ConvId>,
    subconv_id: SubConvId,
    group_id: GroupId,
    epoch: Epoch,
    epoch_timestamp: Option<UtcTime>,
    cipher_suite: Option<CipherSuiteTag>,
    members: Vec<ClientIdentity>,
}

record!(read Read);

impl From<Read> for PublicSubConversation {
    fn from(read: Read) -> Self {
        Self {
            parent_qualified_id: read.parent_qualified_id,
            subconv_id: read.subconv_id,
            group: ConversationMlsData::new(
                read.group_id,
                read.epoch,
                read.epoch_timestamp,
                read.cipher_suite,
            ),
            members: read.members,
        }
    }
}

#[derive(Serialize)]
#[serde(rename = "PublicSubConversation")]
struct Written<'a> {
    parent_qualified_id: &'a Qualified<ConvId>,
    subconv_id: &'a SubConvId,
    group_id: &'a GroupId,
    epoch: Epoch,
    /// The inner option is what is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch_timestamp: Option<Option<UtcTime>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cipher_suite: Option<Option<CipherSuiteTag>>,
    members: &'a [ClientIdentity],
}

impl Serialize for PublicSubConversation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all_keys = Audience::current().version() < Version::V2;
        let (epoch_timestamp, cipher_suite) = match self.group.active {
            Some(active) => (active.epoch_timestamp, active.cipher_suite),
            // Those who require the key do not take null there.
            None => (None, all_keys.then_some(CipherSuiteTag::Suite1)),
        };
        Written {
            parent_qualified_id: &self.parent_qualified_id,
            subconv_id: &self.subconv_id,
            group_id: &self.group.group_id,
            epoch: self.group.epoch(),
            epoch_timestamp: (all_keys || epoch_timestamp.is_some()).then_some(epoch_timestamp),
            cipher_suite: (all_keys || cipher_suite.is_some()).then_some(cipher_suite),
            members: &self.members,
        }
        .serialize(serializer)
    }
}

/// A subconversation as its members see it.
#[cfg(feature = "openapi")]
#[derive(schemars::JsonSchema)]
#[schemars(rename = "PublicSubConversation")]
#[allow(dead_code)]
struct Described {
    /// The conversation that it belongs to.
    parent_qualified_id: Qualified<ConvId>,
    /// Its name, unique in the conversation.
    subconv_id: SubConvId,
    /// Its MLS group.
    group_id: GroupId,
    /// The epoch of the group; 0 until the first commit.
    epoch: Epoch,
    /// When the epoch began. In epoch 0 left out, or null for callers below V2.
    #[serde(default)]
    epoch_timestamp: Option<UtcTime>,
    /// The cipher suite of the group. In epoch 0 left out, or 1 for callers below V2, where it means
    /// nothing.
    #[serde(default)]
    cipher_suite: Option<CipherSuiteTag>,
    /// The clients in the group.
    members: Vec<ClientIdentity>,
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for PublicSubConversation {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Described::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        Described::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = Described::json_schema(generator);
        if let Some(serde_json::Value::Array(required)) = schema.get_mut("required") {
            required.retain(|key| key != "epoch_timestamp" && key != "cipher_suite");
        }
        schema
    }
}

record_with_older_keys! {
    /// A user of the origin asks for a subconversation of a conversation of the target: the request of
    /// `get-sub-conversation`.
    ///
    /// Source: `galley-types.md` §8, `history.md` §6.10 (rule R25).
    pub struct GetSubConversationsRequest {
        /// The user.
        pub user: OfSender<UserId> = "gsreq_user" or "user",
        /// The conversation.
        pub conv: OfRecipient<ConvId> = "gsreq_conv" or "conv",
        /// The subconversation of it.
        pub sub_conv: SubConvId = "gsreq_sub_conv" or "sub_conv",
    }
}

tagged! {
    /// The answer of `get-sub-conversation`.
    ///
    /// Source: `galley-types.md` §8, `galley.md` §4.11.
    pub enum GetSubConversationsResponse("tag", "contents") {
        /// It is not to be had: `ConvNotFound`, `MLSSubConvUnsupportedConvType` or `ConvAccessDenied`.
        Error(GalleyError) = "GetSubConversationsResponseError",
        /// The subconversation. One that nobody has joined yet is made up.
        Success(PublicSubConversation) = "GetSubConversationsResponseSuccess",
        ..Unknown
    }
}

record_with_older_keys! {
    /// A user of the origin resets a subconversation of a conversation of the target: the request of
    /// `delete-sub-conversation`.
    ///
    /// Source: `galley-types.md` §8, `galley.md` §4.12, `history.md` §6.10 (rule R25).
    pub struct DeleteSubConversationFedRequest {
        /// The user.
        pub user: OfSender<UserId> = "dscreq_user" or "user",
        /// The conversation.
        pub conv: OfRecipient<ConvId> = "dscreq_conv" or "conv",
        /// The subconversation of it.
        pub sub_conv: SubConvId = "dscreq_sub_conv" or "sub_conv",
        /// The group that is to be reset.
        pub group_id: GroupId = "dscreq_group_id" or "group_id",
        /// The epoch in which it is to be reset.
        pub epoch: Epoch = "dscreq_epoch" or "epoch",
    }
}

tagged! {
    /// The answer of `delete-sub-conversation`.
    ///
    /// Source: `galley-types.md` §8, `galley.md` §4.12.
    pub enum DeleteSubConversationResponse("tag", "contents") {
        /// It was not reset: `ConvNotFound`, `MLSStaleMessage`, `ConvAccessDenied` or `MLSNotEnabled`.
        Error(GalleyError) = "DeleteSubConversationResponseError",
        /// It begins anew with another group.
        Success = "DeleteSubConversationResponseSuccess",
        ..Unknown
    }
}

record_with_older_keys! {
    /// A client of a user of the origin leaves a subconversation of a conversation of the target: the
    /// request of `leave-sub-conversation`.
    ///
    /// Source: `galley-types.md` §8, `galley.md` §4.13, `history.md` §6.10 (rule R25).
    pub struct LeaveSubConversationRequest {
        /// The user.
        pub user: OfSender<UserId> = "lscr_user" or "user",
        /// The client of that user.
        pub client: ClientId = "lscr_client" or "client",
        /// The conversation.
        pub conv: OfRecipient<ConvId> = "lscr_conv" or "conv",
        /// The subconversation of it.
        pub sub_conv: SubConvId = "lscr_sub_conv" or "sub_conv",
    }
}

tagged! {
    /// The answer of `leave-sub-conversation`.
    ///
    /// Source: `galley-types.md` §8, `galley.md` §4.13.
    pub enum LeaveSubConversationResponse("tag", "contents") {
        /// It was not left: `ConvNotFound`, `MLSStaleMessage`, `ConvAccessDenied` or `MLSNotEnabled`.
        Error(GalleyError) = "LeaveSubConversationResponseError",
        /// The client is not in it. The content says so, for people.
        ProtocolError(Text) = "LeaveSubConversationResponseProtocolError",
        /// Left.
        Ok = "LeaveSubConversationResponseOk",
        ..Unknown
    }
}
