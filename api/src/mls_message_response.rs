//! What becomes of MLS messages.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::backends_answer::NonFederatingBackends;
use crate::conversation_update::ConversationUpdateInAnswer;
use crate::galley_error::GalleyError;
use crate::group_info_diagnostics::GroupInfoDiagnostics;
use crate::integer;
use crate::raw::RawJson;
use crate::record::record;
use crate::tagged::tagged;
use crate::text::Text;
use crate::{Domain, Failure, Qualified, UserId};

tagged! {
    /// What became of an MLS message or a commit bundle: the answer of `send-mls-message` and
    /// `send-mls-commit-bundle`.
    ///
    /// Source: `galley-types.md` §8, `galley.md` §4.7 and §4.8, `history.md` §6.15 (rules R21 and R23).
    pub enum MlsMessageResponse("tag", "contents") {
        /// The owner of the conversation does not take it.
        Error(GalleyError) = "MLSMessageResponseError",
        /// It breaks the rules of MLS. The content says how, for people.
        ProtocolError(Text) = "MLSMessageResponseProtocolError",
        /// A member that the commit adds or removes could not be added or removed.
        ProposalFailure(JsonResponse) = "MLSMessageResponseProposalFailure",
        /// These backends did not answer.
        UnreachableBackends(BTreeSet<Domain>) = "MLSMessageResponseUnreachableBackends",
        /// Done. The content is what has changed in the conversation, often nothing; the caller applies
        /// it as if it had come by `on-conversation-updated`.
        Updates(MlsUpdates) = "MLSMessageResponseUpdates",
        /// Two of the backends that would have members do not federate with each other.
        NonFederatingBackends(NonFederatingBackends) = "MLSMessageResponseNonFederatingBackends",
        /// The group info of a commit bundle is not the one that follows from the commit. Written only
        /// since November 2025.
        GroupInfoDiagnostics(Box<GroupInfoDiagnostics>) = "MLSMessageResponseGroupInfoDiagnostics",
        /// Members of the conversation are missing from the group. Only for callers that have set
        /// `EnableOutOfSyncCheck`.
        OutOfSyncError(MlsOutOfSyncError) = "MLSMessageResponseOutOfSyncError",
        ..Unknown
    }
}

/// The changes of a conversation that an MLS message has caused.
///
/// Backends from April to October 2023 write a pair of them and the users that could not be reached,
/// which are left out here.
///
/// Source: `galley-types.md` §8, `history.md` §6.15 (rule R21).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(inline))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct MlsUpdates(pub Vec<ConversationUpdateInAnswer>);

impl Deref for MlsUpdates {
    type Target = [ConversationUpdateInAnswer];

    fn deref(&self) -> &[ConversationUpdateInAnswer] {
        &self.0
    }
}

impl From<Vec<ConversationUpdateInAnswer>> for MlsUpdates {
    fn from(updates: Vec<ConversationUpdateInAnswer>) -> Self {
        Self(updates)
    }
}

impl<'de> Deserialize<'de> for MlsUpdates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UpdatesVisitor;

        impl<'de> Visitor<'de> for UpdatesVisitor {
            type Value = MlsUpdates;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of conversation updates")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<MlsUpdates, A::Error> {
                let mut updates = match list.next_element()? {
                    None => return Ok(MlsUpdates::default()),
                    Some(First::Updates(updates)) => {
                        list.next_element::<Option<Vec<IgnoredAny>>>()?
                            .ok_or_else(|| A::Error::invalid_length(1, &"a pair"))?;
                        if list.next_element::<IgnoredAny>()?.is_some() {
                            return Err(A::Error::invalid_length(3, &"a pair"));
                        }
                        return Ok(MlsUpdates(updates));
                    }
                    Some(First::Update(update)) => vec![*update],
                };
                while let Some(update) = list.next_element()? {
                    updates.push(update);
                }
                Ok(MlsUpdates(updates))
            }
        }

        deserializer.deserialize_seq(UpdatesVisitor)
    }
}

/// The first element of the list, which tells the two forms apart.
enum First {
    Update(Box<ConversationUpdateInAnswer>),
    Updates(Vec<ConversationUpdateInAnswer>),
}

impl<'de> Deserialize<'de> for First {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FirstVisitor;

        impl<'de> Visitor<'de> for FirstVisitor {
            type Value = First;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a conversation update")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<First, A::Error> {
                Deserialize::deserialize(MapAccessDeserializer::new(map)).map(First::Update)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<First, A::Error> {
                Deserialize::deserialize(SeqAccessDeserializer::new(list)).map(First::Updates)
            }
        }

        deserializer.deserialize_any(FirstVisitor)
    }
}

/// An HTTP error for a client, carried as data. Headers are not carried.
///
/// Backends from before August 2023 write the body alone; its `code` is the status then.
///
/// Source: `galley-types.md` §7, `history.md` §6.15 (rule R21).
///
/// ```
/// use federation_api::mls_message_response::JsonResponse;
///
/// let wrapped: JsonResponse = serde_json::from_str(
///     r#"{"status": 403, "value": {"code": 403, "label": "not-connected", "message": "…"}}"#,
/// )?;
/// let bare: JsonResponse = serde_json::from_str(
///     r#"{"code": 403, "label": "not-connected", "message": "…"}"#,
/// )?;
/// assert_eq!(wrapped, bare);
/// assert_eq!(wrapped.failure().expect("an error body").label, "not-connected");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct JsonResponse {
    /// The HTTP status.
    pub status: u16,
    /// The body: any JSON, normally an error with `code`, `label` and `message`.
    pub value: RawJson,
}

impl JsonResponse {
    /// The body as an error.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn failure(&self) -> Result<Failure, serde_json::Error> {
        self.value.read()
    }
}

/// The error with its status.
///
/// # Errors
///
/// None that a [`Failure`] can cause: each has a JSON form.
impl TryFrom<&Failure> for JsonResponse {
    type Error = serde_json::Error;

    fn try_from(failure: &Failure) -> Result<Self, serde_json::Error> {
        Ok(Self {
            status: failure.code,
            value: serde_json::value::to_raw_value(failure)?.into(),
        })
    }
}

impl<'de> Deserialize<'de> for JsonResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = RawJson::deserialize(deserializer)?;
        let parts: Parts = json.read().map_err(D::Error::custom)?;
        match (parts.status, parts.value, parts.code) {
            (Some(status), Some(value), _) => Ok(Self { status, value }),
            (Some(_), None, _) => Err(D::Error::missing_field("value")),
            (None, _, Some(status)) => Ok(Self {
                status,
                value: json,
            }),
            (None, _, None) => Err(D::Error::missing_field("status")),
        }
    }
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct Parts {
    #[serde(default, deserialize_with = "integer::optional::deserialize")]
    status: Option<u16>,
    #[serde(default, deserialize_with = "present")]
    value: Option<RawJson>,
    #[serde(default, deserialize_with = "integer::optional::deserialize")]
    code: Option<u16>,
}

record!(read Parts);

/// Reads a value that may be null without being absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RawJson>, D::Error> {
    RawJson::deserialize(deserializer).map(Some)
}

/// Members of a conversation that have no client in its MLS group.
///
/// Source: `galley-types.md` §7.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MlsOutOfSyncError {
    /// The members.
    pub missing_users: Vec<Qualified<UserId>>,
}

record!(MlsOutOfSyncError);
