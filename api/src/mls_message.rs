//! MLS messages: sending them to the owner of a conversation, and on to the members.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::base64::{Base64Bytes, base64_newtype};
use crate::bounded::NonEmptyVec;
use crate::client::ClientId;
use crate::conv_or_sub_conv::ConvOrSubConvId;
use crate::galley_error::GalleyError;
use crate::group_id::SubConvId;
use crate::message::MessageMetadata;
use crate::record::record;
use crate::tagged::tagged;
use crate::timestamp::UtcTime;
use crate::user_map::UserMap;
use crate::word::words;
use crate::{ConvId, OfRecipient, OfSender, Qualified, UserId};

words! {
    /// Whether an application message is refused where members of the conversation are missing from
    /// the MLS group.
    ///
    /// Source: `galley-types.md` §2, `galley.md` §4.7.
    #[default = Disable]
    pub enum EnableOutOfSyncCheck: "a setting of the out-of-sync check" {
        /// It is refused: the caller understands `MLSMessageResponseOutOfSyncError`.
        Enable = "EnableOutOfSyncCheck",
        /// It is sent all the same.
        Disable = "DisableOutOfSyncCheck",
    }
}

/// A user of the origin sends an MLS message, or a commit bundle, to a conversation of the target: the
/// request of `send-mls-message` and `send-mls-commit-bundle`.
///
/// Backends from before October 2023 leave `sender_client` out, and those of December 2022 write
/// `conv_id` in place of `conv_or_sub_id`. They use another draft of MLS, so what they ask for cannot be
/// carried out: answer [`GalleyError::MlsNotEnabled`].
///
/// Source: `galley-types.md` §8, `galley.md` §7, `history.md` §6.15 (rule R16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ReadSendRequest")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(!try_from))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct MlsMessageSendRequest {
    /// The conversation or subconversation.
    pub conv_or_sub_id: ConvOrSubConvId,
    /// The user that sends.
    pub sender: OfSender<UserId>,
    /// The client of that user. Always write it: who leaves it out is from before October 2023.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "proptest", proptest(strategy = "a_client()"))]
    #[cfg_attr(feature = "openapi", schemars(with = "ClientId"))]
    pub sender_client: Option<ClientId>,
    /// One MLS message; in a commit bundle several, one after the other.
    pub raw_message: Base64Bytes,
    /// Whether the message is refused where the group is out of sync; null means that it is not.
    pub enable_out_of_sync_check: Option<EnableOutOfSyncCheck>,
}

#[cfg(feature = "proptest")]
fn a_client() -> impl proptest::strategy::Strategy<Value = Option<ClientId>> {
    use proptest::strategy::Strategy;
    proptest::arbitrary::any::<ClientId>().prop_map(Some)
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct ReadSendRequest {
    conv_or_sub_id: Option<ConvOrSubConvId>,
    conv_id: Option<OfRecipient<ConvId>>,
    sender: OfSender<UserId>,
    sender_client: Option<ClientId>,
    raw_message: Base64Bytes,
    enable_out_of_sync_check: Option<EnableOutOfSyncCheck>,
}

record!(read ReadSendRequest);

impl TryFrom<ReadSendRequest> for MlsMessageSendRequest {
    type Error = &'static str;

    fn try_from(read: ReadSendRequest) -> Result<Self, &'static str> {
        Ok(Self {
            conv_or_sub_id: read
                .conv_or_sub_id
                .or_else(|| read.conv_id.map(ConvOrSubConvId::conv))
                .ok_or("missing field `conv_or_sub_id`")?,
            sender: read.sender,
            sender_client: read.sender_client,
            raw_message: read.raw_message,
            enable_out_of_sync_check: read.enable_out_of_sync_check,
        })
    }
}

/// An MLS message for users of the target in a conversation of the origin: the notification
/// `on-mls-message-sent`.
///
/// Source: `galley-types.md` §8, `galley.md` §4.17, `history.md` §6.16 (rule R18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct RemoteMlsMessage {
    /// When the owner of the conversation took the message.
    pub time: UtcTime,
    /// How it is handed to devices.
    pub metadata: MessageMetadata,
    /// The user that sent it.
    pub sender: Qualified<UserId>,
    /// The conversation.
    pub conversation: OfSender<ConvId>,
    /// The subconversation of it, if it was sent to one. Backends from before October 2023 leave the
    /// key out.
    #[serde(default)]
    pub sub_conversation: Option<SubConvId>,
    /// The clients that it is for. Backends from before October 2023 write a list of pairs of user and
    /// client.
    #[serde(deserialize_with = "recipients")]
    pub recipients: UserMap<NonEmptyVec<ClientId>, OfRecipient<UserId>>,
    /// One MLS message.
    pub message: Base64Bytes,
}

record!(RemoteMlsMessage);

type Recipients = UserMap<NonEmptyVec<ClientId>, OfRecipient<UserId>>;

fn recipients<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Recipients, D::Error> {
    struct RecipientsVisitor;

    impl<'de> Visitor<'de> for RecipientsVisitor {
        type Value = Recipients;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of users with lists of clients")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Recipients, A::Error> {
            Recipients::deserialize(MapAccessDeserializer::new(map))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<Recipients, A::Error> {
            let mut users = BTreeMap::<_, Vec<ClientId>>::new();
            while let Some((user, client)) = pairs.next_element()? {
                match users.entry(user) {
                    Entry::Vacant(entry) => drop(entry.insert(vec![client])),
                    Entry::Occupied(mut entry) => entry.get_mut().push(client),
                }
            }
            users
                .into_iter()
                .map(|(user, clients)| Ok((user, NonEmptyVec::new(clients)?)))
                .collect::<Result<BTreeMap<_, _>, _>>()
                .map(UserMap)
                .map_err(A::Error::custom::<crate::bounded::BoundError>)
        }
    }

    deserializer.deserialize_any(RecipientsVisitor)
}

/// A user of the origin asks for the group info of a conversation of the target: the request of
/// `query-group-info`.
///
/// Source: `galley-types.md` §8, `history.md` §6.17 (rule R19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct GetGroupInfoRequest {
    /// The conversation or subconversation. Backends from before October 2023 write the bare id of the
    /// conversation.
    #[serde(deserialize_with = "conv_or_its_id")]
    pub conv: ConvOrSubConvId,
    /// The user that asks.
    pub sender: OfSender<UserId>,
}

record!(GetGroupInfoRequest);

fn conv_or_its_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ConvOrSubConvId, D::Error> {
    struct ConvVisitor;

    impl<'de> Visitor<'de> for ConvVisitor {
        type Value = ConvOrSubConvId;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object whose key `tag` names one of `conv`, `subconv`")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ConvOrSubConvId, A::Error> {
            ConvOrSubConvId::deserialize(MapAccessDeserializer::new(map))
        }

        fn visit_str<E: Error>(self, id: &str) -> Result<ConvOrSubConvId, E> {
            Deserialize::deserialize(StrDeserializer::new(id)).map(ConvOrSubConvId::conv)
        }
    }

    deserializer.deserialize_any(ConvVisitor)
}

base64_newtype! {
    /// The group info of an MLS group: the bare structure, without the header of an MLS message.
    ///
    /// Written as Base64. Nothing is checked.
    ///
    /// Source: `galley.md` §7.
    GroupInfo
}

tagged! {
    /// The answer of `query-group-info`.
    ///
    /// Source: `galley-types.md` §8, `galley.md` §4.9.
    pub enum GetGroupInfoResponse("tag", "contents") {
        /// There is none to be had: `ConvNotFound`, `MLSMissingGroupInfo` or `MLSNotEnabled`.
        Error(GalleyError) = "GetGroupInfoResponseError",
        /// The group info.
        State(GroupInfo) = "GetGroupInfoResponseState",
        ..Unknown
    }
}
