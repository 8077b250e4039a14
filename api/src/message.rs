//! Proteus messages: sending them to the owner of a conversation, and on to the recipients.

use serde::{Deserialize, Serialize};

use crate::base64::Base64Bytes;
use crate::client::ClientId;
use crate::either::Either;
use crate::presence;
use crate::qualified_user_map::QualifiedUserClients;
use crate::record::record;
use crate::tagged::tagged;
use crate::text::Text;
use crate::timestamp::{UtcTime, UtcTimeMillis};
use crate::user_map::UserClientMap;
use crate::word::words;
use crate::{ConvId, OfRecipient, OfSender, Qualified, UserId};

words! {
    /// How urgently a message wakes the devices that it is for.
    ///
    /// Source: `galley-types.md` §2.
    pub enum Priority: "a priority" {
        /// When they wake up anyway.
        Low = "low",
        /// At once.
        High = "high",
    }
}

/// How a message is to be handed to devices.
///
/// Source: `galley-types.md` §5.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MessageMetadata {
    /// Whether devices are woken by a push notification.
    #[serde(default = "presence::yes", deserialize_with = "presence::or_true")]
    pub native_push: bool,
    /// Whether the message is only for devices that are connected now, and never stored.
    #[serde(default, deserialize_with = "presence::or_default")]
    pub transient: bool,
    /// How urgent it is, if the sender said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native_priority: Option<Priority>,
    /// Content that all recipients share: in practice Base64, which is not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Text>,
}

record!(MessageMetadata);

/// Wakes devices, is stored, says nothing else.
impl Default for MessageMetadata {
    fn default() -> Self {
        Self {
            native_push: true,
            transient: false,
            native_priority: None,
            data: None,
        }
    }
}

/// A user of the origin sends a Proteus message to a conversation of the target: the request of
/// `send-message`.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ProteusMessageSendRequest {
    /// The conversation.
    pub conv_id: OfRecipient<ConvId>,
    /// The user that sends. Which client of the user sends is said inside the message.
    pub sender: OfSender<UserId>,
    /// The message, in Protocol Buffers (with the feature `protobuf`: `galley_payload`).
    pub raw_message: Base64Bytes,
}

record!(ProteusMessageSendRequest);

/// What became of a message: the answer of `send-message`. Left where it was not sent, right where
/// it was.
///
/// Source: `galley-types.md` §8, `galley.md` §4.4.
pub type MessageSendResponse = Either<MessageNotSent, MessageSendingStatus>;

tagged! {
    /// Why a message was not sent to anybody.
    ///
    /// Source: `galley-types.md` §5, `history.md` §6.14 and §7.2 (rule W7).
    pub enum MessageNotSent("tag", "contents") {
        /// There is no such conversation, it is an MLS conversation, or the sender is not in it.
        ConversationNotFound = "MessageNotSentConversationNotFound",
        /// The sending client is no client of the sender.
        UnknownClient = "MessageNotSentUnknownClient",
        /// A member is under legal hold and clients of another are too old to be told. Backends from
        /// before 2024 cannot read this one: they are told `MessageNotSentLegalhold`.
        LegalholdOldClients = "MessageNotSentLegalholdOldClients"
            (to_old_readers = "MessageNotSentLegalhold"),
        /// A member is under legal hold and another has not agreed to that.
        Legalhold = "MessageNotSentLegalhold",
        /// The message is not addressed to all clients that it would have to be addressed to. The
        /// content says which.
        ClientMissing(MessageSendingStatus) = "MessageNotSentClientMissing",
        ..Unknown
    }
}

/// For which clients a message was, was not, and should have been.
///
/// Source: `galley-types.md` §5, `galley.md` §4.4, `history.md` §6.14 (rule R6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MessageSendingStatus {
    /// When the owner of the conversation took the message.
    pub time: UtcTimeMillis,
    /// Clients of members that the message is not addressed to, as far as the strategy of the message
    /// counts them.
    pub missing: QualifiedUserClients,
    /// Clients that it is addressed to for nothing: their users are not in the conversation, or it is
    /// the sending client itself.
    pub redundant: QualifiedUserClients,
    /// Clients that it is addressed to and that do not exist, although their users are in the
    /// conversation.
    pub deleted: QualifiedUserClients,
    /// Clients that the message could not be handed on to. A user without clients stands for one whose
    /// clients are not known.
    pub failed_to_send: QualifiedUserClients,
    /// Clients of which it could not be found out whether they exist, because their backend did not
    /// answer. Backends from before August 2023 leave the key out.
    #[serde(default)]
    pub failed_to_confirm_clients: QualifiedUserClients,
}

record!(MessageSendingStatus);

/// A Proteus message for users of the target in a conversation of the origin: the notification
/// `on-message-sent`.
///
/// Source: `galley-types.md` §8, `galley.md` §4.16.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct RemoteMessage {
    /// When the owner of the conversation took the message.
    pub time: UtcTime,
    /// Content that all recipients share: in practice Base64, which is not checked.
    #[serde(default)]
    pub data: Option<Text>,
    /// The user that sent it.
    pub sender: Qualified<UserId>,
    /// The client of that user.
    pub sender_client: ClientId,
    /// The conversation.
    pub conversation: OfSender<ConvId>,
    /// How urgent it is, if the sender said so.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// Whether devices are woken by a push notification.
    pub push: bool,
    /// Whether the message is only for devices that are connected now, and never stored.
    pub transient: bool,
    /// For each client its own ciphertext: in practice Base64, which is not checked.
    pub recipients: UserClientMap<Text, OfRecipient<UserId>>,
}

record!(RemoteMessage);
