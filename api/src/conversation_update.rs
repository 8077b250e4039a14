//! Changes of conversations: asking the owner for one, and being told of one by the owner.
//!
//! What an owner tells has three types, since its keys depend on where it stands. As the body of
//! `on-conversation-updated` it is a [`ConversationUpdate`], or a [`ConversationUpdateV0`] in V0. Inside
//! answers of other RPCs it is a [`ConversationUpdateInAnswer`], whose keys follow the reader: that was
//! forgotten when the keys were renamed, so that nothing but the reader's version tells them. All three
//! are read with either set of keys.

use serde::de::Error;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::backends_answer::{NonFederatingBackends, UnreachableBackends};
use crate::conversation_action::SomeConversationAction;
use crate::galley_error::GalleyError;
use crate::group_id::GroupId;
use crate::record::record;
use crate::tagged::{OrUnknown, tagged};
use crate::timestamp::UtcTime;
use crate::{Audience, ConvId, OfRecipient, OfSender, Qualified, UserId, Version};

/// What a conversation update says besides the action.
///
/// Source: `galley-types.md` §3.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ExtraConversationData {
    /// The new MLS group after a reset.
    #[serde(default)]
    pub group_id: Option<GroupId>,
}

record!(ExtraConversationData);

/// A conversation has changed: the notification `on-conversation-updated` from V1 on.
///
/// Read with these keys or those of [`ConversationUpdateV0`], since backends of early 2024 say version 1
/// and write the old ones.
///
/// Source: `galley-types.md` §8, `history.md` §6.13 (rule R3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct ConversationUpdate {
    /// When it was changed.
    pub time: UtcTime,
    /// The user that changed it.
    pub orig_user_id: Qualified<UserId>,
    /// The conversation.
    pub conv_id: OfSender<ConvId>,
    /// The users that are to be told.
    #[cfg_attr(
        feature = "proptest",
        proptest(strategy = "crate::scalar::few::<OfRecipient<UserId>>()")
    )]
    pub already_present_users: Vec<OfRecipient<UserId>>,
    /// The change.
    pub action: SomeConversationAction,
    /// What there is to say besides the action.
    #[cfg_attr(feature = "openapi", serde(default))]
    pub extra_conversation_data: Option<ExtraConversationData>,
}

/// A conversation has changed: the notification `on-conversation-updated` in V0.
///
/// Read with these keys or those of [`ConversationUpdate`].
///
/// Source: `galley-types.md` §8, `history.md` §6.13 (rule R3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct ConversationUpdateV0 {
    /// When it was changed.
    #[serde(rename = "cuTime")]
    pub time: UtcTime,
    /// The user that changed it.
    #[serde(rename = "cuOrigUserId")]
    pub orig_user_id: Qualified<UserId>,
    /// The conversation.
    #[serde(rename = "cuConvId")]
    pub conv_id: OfSender<ConvId>,
    /// The users that are to be told.
    #[serde(rename = "cuAlreadyPresentUsers")]
    #[cfg_attr(
        feature = "proptest",
        proptest(strategy = "crate::scalar::few::<OfRecipient<UserId>>()")
    )]
    pub already_present_users: Vec<OfRecipient<UserId>>,
    /// The change.
    #[serde(rename = "cuAction")]
    pub action: SomeConversationAction,
}

/// A conversation has changed, told to the backend that caused the change: the same as
/// [`ConversationUpdate`], inside the answer of the call that caused it.
///
/// Its keys depend on the reader and not on the type, see [`Audience`]: those of
/// [`ConversationUpdateV0`] for readers of V0 and those that state no version, both for readers of V1, those
/// of [`ConversationUpdate`] from V2 on. Read with either; an action that this crate does not know is kept.
///
/// Source: `history.md` §6.18, §7.1 (rules R3 and R23) and §7.2 (rule W3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct ConversationUpdateInAnswer {
    /// When it was changed.
    pub time: UtcTime,
    /// The user that changed it.
    pub orig_user_id: Qualified<UserId>,
    /// The conversation.
    pub conv_id: OfSender<ConvId>,
    /// The users that are to be told.
    #[cfg_attr(
        feature = "proptest",
        proptest(strategy = "crate::scalar::few::<OfRecipient<UserId>>()")
    )]
    pub already_present_users: Vec<OfRecipient<UserId>>,
    /// The change.
    pub action: OrUnknown<SomeConversationAction>,
    /// What there is to say besides the action.
    pub extra_conversation_data: Option<ExtraConversationData>,
}

/// The older form; there is nothing to say besides the action.
impl From<ConversationUpdateV0> for ConversationUpdate {
    fn from(update: ConversationUpdateV0) -> Self {
        Self {
            time: update.time,
            orig_user_id: update.orig_user_id,
            conv_id: update.conv_id,
            already_present_users: update.already_present_users,
            action: update.action,
            extra_conversation_data: None,
        }
    }
}

/// The older form has no place for what there is to say besides the action: it is left out.
impl From<ConversationUpdate> for ConversationUpdateV0 {
    fn from(update: ConversationUpdate) -> Self {
        Self {
            time: update.time,
            orig_user_id: update.orig_user_id,
            conv_id: update.conv_id,
            already_present_users: update.already_present_users,
            action: update.action,
        }
    }
}

impl From<ConversationUpdate> for ConversationUpdateInAnswer {
    fn from(update: ConversationUpdate) -> Self {
        Self {
            time: update.time,
            orig_user_id: update.orig_user_id,
            conv_id: update.conv_id,
            already_present_users: update.already_present_users,
            action: update.action.into(),
            extra_conversation_data: update.extra_conversation_data,
        }
    }
}

/// An update whose action this crate does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{tag}` is no conversation action that this crate knows")]
pub struct UnknownAction {
    /// The name of the action, shortened if it is long.
    pub tag: String,
}

impl TryFrom<ConversationUpdateInAnswer> for ConversationUpdate {
    type Error = UnknownAction;

    fn try_from(update: ConversationUpdateInAnswer) -> Result<Self, UnknownAction> {
        let action = match update.action {
            OrUnknown::Known(action) => action,
            OrUnknown::Unknown(unknown) => {
                return Err(UnknownAction {
                    tag: crate::excerpt::excerpt(unknown.tag()),
                });
            }
        };
        Ok(Self {
            time: update.time,
            orig_user_id: update.orig_user_id,
            conv_id: update.conv_id,
            already_present_users: update.already_present_users,
            action,
            extra_conversation_data: update.extra_conversation_data,
        })
    }
}

/// Both sets of keys.
#[derive(Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
struct Read<A> {
    time: Option<UtcTime>,
    cu_time: Option<UtcTime>,
    orig_user_id: Option<Qualified<UserId>>,
    cu_orig_user_id: Option<Qualified<UserId>>,
    conv_id: Option<OfSender<ConvId>>,
    cu_conv_id: Option<OfSender<ConvId>>,
    already_present_users: Option<Vec<OfRecipient<UserId>>>,
    cu_already_present_users: Option<Vec<OfRecipient<UserId>>>,
    action: Option<A>,
    cu_action: Option<A>,
    extra_conversation_data: Option<ExtraConversationData>,
}

record!(read Read<A>);

fn either_key<T, E: Error>(
    new: Option<T>,
    old: Option<T>,
    key: &str,
    old_key: &str,
) -> Result<T, E> {
    new.or(old)
        .ok_or_else(|| E::custom(format_args!("missing field `{key}` (or `{old_key}`)")))
}

impl<A> Read<A> {
    fn time<E: Error>(&self) -> Result<UtcTime, E> {
        either_key(self.time, self.cu_time, "time", "cuTime")
    }

    fn orig_user_id<E: Error>(&mut self) -> Result<Qualified<UserId>, E> {
        let (new, old) = (self.orig_user_id.take(), self.cu_orig_user_id.take());
        either_key(new, old, "origUserId", "cuOrigUserId")
    }

    fn conv_id<E: Error>(&self) -> Result<OfSender<ConvId>, E> {
        either_key(self.conv_id, self.cu_conv_id, "convId", "cuConvId")
    }

    fn already_present_users<E: Error>(&mut self) -> Result<Vec<OfRecipient<UserId>>, E> {
        let new = self.already_present_users.take();
        let old = self.cu_already_present_users.take();
        either_key(new, old, "alreadyPresentUsers", "cuAlreadyPresentUsers")
    }

    fn action<E: Error>(&mut self) -> Result<A, E> {
        let (new, old) = (self.action.take(), self.cu_action.take());
        either_key(new, old, "action", "cuAction")
    }
}

impl<'de> Deserialize<'de> for ConversationUpdate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut read = <Read<SomeConversationAction> as Deserialize>::deserialize(deserializer)?;
        Ok(Self {
            time: read.time()?,
            orig_user_id: read.orig_user_id()?,
            conv_id: read.conv_id()?,
            already_present_users: read.already_present_users()?,
            action: read.action()?,
            extra_conversation_data: read.extra_conversation_data,
        })
    }
}

impl<'de> Deserialize<'de> for ConversationUpdateV0 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ConversationUpdate::deserialize(deserializer).map(Self::from)
    }
}

impl<'de> Deserialize<'de> for ConversationUpdateInAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        type Action = OrUnknown<SomeConversationAction>;
        let mut read = <Read<Action> as Deserialize>::deserialize(deserializer)?;
        Ok(Self {
            time: read.time()?,
            orig_user_id: read.orig_user_id()?,
            conv_id: read.conv_id()?,
            already_present_users: read.already_present_users()?,
            action: read.action()?,
            extra_conversation_data: read.extra_conversation_data,
        })
    }
}

/// Which keys an update inside an answer is written with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    Old,
    Both,
    New,
}

impl Keys {
    fn for_reader() -> Self {
        match Audience::current().version() {
            Version::V0 => Self::Old,
            // Backends of early 2024 say that they speak V1, and know the old keys only.
            Version::V1 => Self::Both,
            _ => Self::New,
        }
    }
}

impl Serialize for ConversationUpdateInAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = Keys::for_reader();
        let mut record = serializer.serialize_struct("ConversationUpdateInAnswer", 11)?;
        if keys != Keys::New {
            record.serialize_field("cuTime", &self.time)?;
            record.serialize_field("cuOrigUserId", &self.orig_user_id)?;
            record.serialize_field("cuConvId", &self.conv_id)?;
            record.serialize_field("cuAlreadyPresentUsers", &self.already_present_users)?;
            record.serialize_field("cuAction", &self.action)?;
        }
        if keys != Keys::Old {
            record.serialize_field("time", &self.time)?;
            record.serialize_field("origUserId", &self.orig_user_id)?;
            record.serialize_field("convId", &self.conv_id)?;
            record.serialize_field("alreadyPresentUsers", &self.already_present_users)?;
            record.serialize_field("action", &self.action)?;
            record.serialize_field("extraConversationData", &self.extra_conversation_data)?;
        }
        record.end()
    }
}

/// The schema follows the reader too: generate that of the documents for a version as its
/// [`Audience`].
#[cfg(feature = "openapi")]
impl schemars::JsonSchema for ConversationUpdateInAnswer {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ConversationUpdateInAnswer".into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::ConversationUpdateInAnswer").into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let keys = Keys::for_reader();
        let mut schema = if keys == Keys::Old {
            ConversationUpdateV0::json_schema(generator)
        } else {
            ConversationUpdate::json_schema(generator)
        };
        if keys == Keys::Both {
            let mut old = ConversationUpdateV0::json_schema(generator);
            use serde_json::Value::{Array, Object};
            if let Some(Object(properties)) = schema.get_mut("properties")
                && let Some(Object(more)) = old.get_mut("properties")
            {
                properties.append(more);
            }
            if let Some(Array(required)) = schema.get_mut("required")
                && let Some(Array(more)) = old.get_mut("required")
            {
                required.append(more);
            }
        }
        let description = "A conversation has changed, told to the backend that caused the change.";
        schema.insert("description".to_owned(), description.into());
        schema
    }
}

/// A user of the origin wants to change a conversation of the target: the request of
/// `update-conversation`.
///
/// Source: `galley-types.md` §8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ConversationUpdateRequest {
    /// The user.
    pub user: OfSender<UserId>,
    /// The conversation.
    pub conv_id: OfRecipient<ConvId>,
    /// The change.
    pub action: SomeConversationAction,
}

record!(ConversationUpdateRequest);

tagged! {
    /// What became of a change: the answer of `update-conversation`.
    ///
    /// Source: `galley-types.md` §8, `history.md` §6.18.
    pub enum ConversationUpdateResponse("tag", "contents") {
        /// The owner does not make the change.
        Error(GalleyError) = "ConversationUpdateResponseError",
        /// Done. The content is what the other backends are told; the caller applies it as if it had come
        /// by `on-conversation-updated`.
        Update(ConversationUpdateInAnswer) = "ConversationUpdateResponseUpdate",
        /// It is so already.
        NoChanges = "ConversationUpdateResponseNoChanges",
        /// Two of the backends that would have members do not federate with each other. Written only
        /// since August 2023.
        NonFederatingBackends(NonFederatingBackends) = "ConversationUpdateResponseNonFederatingBackends",
        /// These backends did not answer. Written only since August 2023.
        UnreachableBackends(UnreachableBackends) = "ConversationUpdateResponseUnreachableBackends",
        ..Unknown
    }
}
