//! Welcoming clients to an MLS group.

use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base64::Base64Bytes;
use crate::client::ClientId;
use crate::record::record;
use crate::scalar::{arbitrary, scalar_schema};
use crate::text::Text;
use crate::{ConvId, OfRecipient, OfSender, Qualified, UserId};

/// The request of `mls-welcome`.
///
/// Source: `galley-types.md` §8, `history.md` §6.12 (rule R17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, try_from = "ReadWelcome")]
pub enum MlsWelcomeRequest {
    /// The form of today.
    Welcome(MlsWelcome),
    /// The form of backends from before October 2023, which use another draft of MLS. It cannot be
    /// carried out: answer [`MlsWelcomeResponse::MlsNotEnabled`].
    Old(OldMlsWelcome),
}

impl From<MlsWelcome> for MlsWelcomeRequest {
    fn from(welcome: MlsWelcome) -> Self {
        Self::Welcome(welcome)
    }
}

/// A user of the origin has added clients of users of the target to an MLS group; this gets them in.
///
/// Source: `galley-types.md` §8, `galley.md` §4.6 and §7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "MlsWelcomeRequest"))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MlsWelcome {
    /// The user that added them.
    pub originating_user: OfSender<UserId>,
    /// One MLS message of the kind welcome.
    pub welcome_message: Base64Bytes,
    /// The added clients, each with its user.
    pub recipients: Vec<(OfRecipient<UserId>, ClientId)>,
    /// The conversation; for the group of a subconversation the one that it belongs to.
    pub qualified_conv_id: Qualified<ConvId>,
}

record!(MlsWelcome);

/// A welcome of backends from before October 2023. Its recipients are found by the references of key
/// packages inside the message.
///
/// Source: `history.md` §6.12.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct OldMlsWelcome {
    /// The message, of an older draft of MLS.
    pub mls_welcome_request: Base64Bytes,
}

record!(OldMlsWelcome);

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct ReadWelcome {
    originating_user: Option<OfSender<UserId>>,
    welcome_message: Option<Base64Bytes>,
    recipients: Option<Vec<(OfRecipient<UserId>, ClientId)>>,
    qualified_conv_id: Option<Qualified<ConvId>>,
    mls_welcome_request: Option<Base64Bytes>,
}

record!(read ReadWelcome);

impl TryFrom<ReadWelcome> for MlsWelcomeRequest {
    type Error = &'static str;

    fn try_from(read: ReadWelcome) -> Result<Self, &'static str> {
        if let (None, Some(mls_welcome_request)) = (&read.welcome_message, read.mls_welcome_request)
        {
            return Ok(Self::Old(OldMlsWelcome {
                mls_welcome_request,
            }));
        }
        Ok(Self::Welcome(MlsWelcome {
            originating_user: read
                .originating_user
                .ok_or("missing field `originating_user`")?,
            welcome_message: read
                .welcome_message
                .ok_or("missing field `welcome_message`")?,
            recipients: read.recipients.ok_or("missing field `recipients`")?,
            qualified_conv_id: read
                .qualified_conv_id
                .ok_or("missing field `qualified_conv_id`")?,
        }))
    }
}

/// The form of today.
#[cfg(feature = "openapi")]
impl schemars::JsonSchema for MlsWelcomeRequest {
    fn inline_schema() -> bool {
        MlsWelcome::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        MlsWelcome::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        MlsWelcome::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        MlsWelcome::json_schema(generator)
    }
}

// The form of today, which is the one that the schema describes.
arbitrary!(
    MlsWelcomeRequest,
    any::<MlsWelcome>().prop_map(MlsWelcomeRequest::Welcome)
);

/// What became of a welcome: the answer of `mls-welcome`, one word.
///
/// Backends of December 2022 answer an object, which means that it was sent.
///
/// Source: `galley-types.md` §8, `history.md` §7.1 (rules R22 and R23).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MlsWelcomeResponse {
    /// The clients get it.
    Sent,
    /// The target does not use MLS.
    MlsNotEnabled,
    /// A word that this crate does not know, kept as it came from a newer peer.
    Unknown(Text),
}

impl MlsWelcomeResponse {
    /// The answer as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sent => "MLSWelcomeSent",
            Self::MlsNotEnabled => "MLSWelcomeMLSNotEnabled",
            Self::Unknown(word) => word,
        }
    }
}

impl Serialize for MlsWelcomeResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for MlsWelcomeResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ResponseVisitor;

        impl<'de> Visitor<'de> for ResponseVisitor {
            type Value = MlsWelcomeResponse;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`MLSWelcomeSent` or `MLSWelcomeMLSNotEnabled`")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<MlsWelcomeResponse, E> {
                Ok(match word {
                    "MLSWelcomeSent" => MlsWelcomeResponse::Sent,
                    "MLSWelcomeMLSNotEnabled" => MlsWelcomeResponse::MlsNotEnabled,
                    _ => {
                        crate::novelty::met();
                        MlsWelcomeResponse::Unknown(word.into())
                    }
                })
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<MlsWelcomeResponse, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(MlsWelcomeResponse::Sent)
            }
        }

        deserializer.deserialize_any(ResponseVisitor)
    }
}

scalar_schema!(MlsWelcomeResponse, {
    "type": "string",
    "enum": ["MLSWelcomeSent", "MLSWelcomeMLSNotEnabled"],
    "description": "What became of a welcome.\n\n- `MLSWelcomeSent`: The clients get it.\n- `MLSWelcomeMLSNotEnabled`: The target does not use MLS."
});

arbitrary!(
    MlsWelcomeResponse,
    proptest::sample::select(&[MlsWelcomeResponse::Sent, MlsWelcomeResponse::MlsNotEnabled][..])
);
