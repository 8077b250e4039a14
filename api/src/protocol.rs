//! By which protocol a conversation is encrypted, and the state of its MLS group.

use std::num::NonZeroU64;

use serde::de::{DeserializeOwned, Error};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::group_id::GroupId;
use crate::integer::{Number, integer_scalar};
use crate::mls::CipherSuite;
use crate::numbered::{UnknownNumber, numbers};
use crate::record::record;
use crate::timestamp::UtcTime;
use crate::word::words;
use crate::{Audience, Version};

words! {
    /// By which protocol a conversation is encrypted.
    ///
    /// Source: `galley-types.md` §2.
    #[default = Proteus]
    pub enum ProtocolTag: "a protocol" {
        /// Proteus.
        Proteus = "proteus",
        /// MLS.
        Mls = "mls",
        /// Both, while the conversation moves from Proteus to MLS.
        Mixed = "mixed",
    }
}

numbers! {
    /// The cipher suite of an MLS group: one of those that backends support.
    ///
    /// Unlike [`CipherSuite`] any other number makes the enclosing document fail.
    ///
    /// Source: `galley-types.md` §2, `common-types.md` §5.11.
    #[default = Suite1]
    pub enum CipherSuiteTag: "a supported cipher suite" {
        /// `MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519`.
        Suite1 = 1,
        /// `MLS_128_DHKEMP256_AES128GCM_SHA256_P256`.
        Suite2 = 2,
        /// `MLS_256_DHKEMP521_AES256GCM_SHA512_P521`.
        Suite5 = 5,
        /// `MLS_256_DHKEMP384_AES256GCM_SHA384_P384`.
        Suite7 = 7,
        /// `MLS_128_X25519Kyber768Draft00_AES128GCM_SHA256_Ed25519`, for private use.
        Suite61489 = 61489,
    }
}

impl From<CipherSuiteTag> for CipherSuite {
    fn from(suite: CipherSuiteTag) -> Self {
        Self(suite.number())
    }
}

impl TryFrom<CipherSuite> for CipherSuiteTag {
    type Error = UnknownNumber;

    fn try_from(suite: CipherSuite) -> Result<Self, UnknownNumber> {
        suite.0.try_into()
    }
}

/// How many commits an MLS group has seen. 0: none yet, the group is not active.
///
/// An unsigned JSON number of 64 bits.
///
/// Source: `galley-types.md` §2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

integer_scalar!(Epoch(u64), {
    "type": "integer",
    "description": "How many commits the MLS group has seen; 0 while it is not active.",
    "format": "uint64",
    "minimum": 0,
    "maximum": u64::MAX,
    "examples": [17]
});

/// By which protocol a conversation is encrypted, and the MLS group if there is one.
///
/// Two forms are on the wire, which differ in the time of the epoch and the cipher suite. The short
/// form leaves out what is not known. The long form has all keys: null for a time that is not known,
/// and cipher suite 1 while the group is not active. Either is read everywhere, and the epoch counts
/// whatever is missing beside it. Written is the short form; the long one for readers below V2, and in
/// [`RemoteConversation`](crate::conversation::RemoteConversation), whose form it is.
///
/// An object without the key `protocol` means Proteus. An unknown protocol or an unknown cipher suite makes
/// the enclosing document fail.
///
/// Source: `galley-types.md` §3 (where the long form is called V5), `history.md` §6.22 (rules R9 and W4).
///
/// ```
/// use federation_api::protocol::{CipherSuiteTag, Epoch, Protocol};
///
/// let protocol: Protocol = serde_json::from_str(
///     r#"{"protocol": "mls", "group_id": "Z3JvdXA=", "epoch": 3, "cipher_suite": 1}"#,
/// )?;
/// let group = protocol.mls_data().expect("an MLS group");
/// assert_eq!(group.epoch(), Epoch(3));
/// let active = group.active.as_ref().expect("an active group");
/// assert_eq!(active.cipher_suite, Some(CipherSuiteTag::Suite1));
/// assert_eq!(active.epoch_timestamp, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub enum Protocol {
    /// Proteus.
    #[default]
    Proteus,
    /// MLS.
    Mls(ConversationMlsData),
    /// Both, while the conversation moves from Proteus to MLS.
    Mixed(ConversationMlsData),
}

/// The MLS group of a conversation.
///
/// Source: `galley-types.md` §3.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct ConversationMlsData {
    /// The group.
    pub group_id: GroupId,
    /// Its state, once there was a commit.
    pub active: Option<ActiveMlsConversationData>,
}

/// The state of an MLS group.
///
/// Source: `galley-types.md` §3, `history.md` §7.1 (rule R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct ActiveMlsConversationData {
    /// How many commits there were.
    pub epoch: NonZeroU64,
    /// When the epoch began. Backends from before October 2023 do not tell.
    pub epoch_timestamp: Option<UtcTime>,
    /// The cipher suite, if the backend tells.
    pub cipher_suite: Option<CipherSuiteTag>,
}

impl Protocol {
    /// Which protocol it is.
    #[must_use]
    pub const fn tag(&self) -> ProtocolTag {
        match self {
            Self::Proteus => ProtocolTag::Proteus,
            Self::Mls(_) => ProtocolTag::Mls,
            Self::Mixed(_) => ProtocolTag::Mixed,
        }
    }

    /// The MLS group, if there is one.
    #[must_use]
    pub const fn mls_data(&self) -> Option<&ConversationMlsData> {
        match self {
            Self::Proteus => None,
            Self::Mls(data) | Self::Mixed(data) => Some(data),
        }
    }

    fn write<S: Serializer>(&self, form: Form, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(data) = self.mls_data() else {
            let mut record = serializer.serialize_struct("Protocol", 1)?;
            record.serialize_field("protocol", &self.tag())?;
            return record.end();
        };
        let active = data.active.as_ref();
        let epoch_timestamp = active.and_then(|active| active.epoch_timestamp);
        let cipher_suite = match active {
            Some(active) => active.cipher_suite,
            // The long form has no other way to say nothing.
            None if form == Form::Long => Some(CipherSuiteTag::Suite1),
            None => None,
        };
        let mut record = serializer.serialize_struct("Protocol", 5)?;
        record.serialize_field("protocol", &self.tag())?;
        record.serialize_field("group_id", &data.group_id)?;
        record.serialize_field("epoch", &data.epoch())?;
        if form == Form::Long || epoch_timestamp.is_some() {
            record.serialize_field("epoch_timestamp", &epoch_timestamp)?;
        }
        if form == Form::Long || cipher_suite.is_some() {
            record.serialize_field("cipher_suite", &cipher_suite)?;
        }
        record.end()
    }
}

impl ConversationMlsData {
    /// A group that is not active yet.
    #[must_use]
    pub const fn inactive(group_id: GroupId) -> Self {
        Self {
            group_id,
            active: None,
        }
    }

    /// A group in this epoch; what is said beside it does not count in epoch 0.
    #[must_use]
    pub fn new(
        group_id: GroupId,
        epoch: Epoch,
        epoch_timestamp: Option<UtcTime>,
        cipher_suite: Option<CipherSuiteTag>,
    ) -> Self {
        let active = NonZeroU64::new(epoch.0).map(|epoch| ActiveMlsConversationData {
            epoch,
            epoch_timestamp,
            cipher_suite,
        });
        Self { group_id, active }
    }

    /// How many commits there were.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        Epoch(self.active.as_ref().map_or(0, |active| active.epoch.get()))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Short,
    Long,
}

impl Serialize for Protocol {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = if Audience::current().version() < Version::V2 {
            Form::Long
        } else {
            Form::Short
        };
        self.write(form, serializer)
    }
}

/// Writes the long form, whoever reads it.
pub(crate) fn write_long<S: Serializer>(
    protocol: &Protocol,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    protocol.write(Form::Long, serializer)
}

/// The keys as they came: those of an MLS group mean nothing beside `proteus`, and may be anything.
#[derive(Deserialize)]
#[serde(remote = "Self")]
struct Read {
    protocol: Option<ProtocolTag>,
    group_id: Option<Box<RawValue>>,
    epoch: Option<Box<RawValue>>,
    epoch_timestamp: Option<Box<RawValue>>,
    cipher_suite: Option<Box<RawValue>>,
}

record!(read Read);

impl Read {
    fn mls_data<E: Error>(self) -> Result<ConversationMlsData, E> {
        let group_id = read("group_id", self.group_id)?;
        let epoch: Option<Number<u64>> = read("epoch", self.epoch)?;
        Ok(ConversationMlsData::new(
            group_id.ok_or_else(|| E::missing_field("group_id"))?,
            Epoch(epoch.ok_or_else(|| E::missing_field("epoch"))?.0),
            read("epoch_timestamp", self.epoch_timestamp)?,
            read("cipher_suite", self.cipher_suite)?,
        ))
    }
}

fn read<T, E>(key: &'static str, json: Option<Box<RawValue>>) -> Result<Option<T>, E>
where
    T: DeserializeOwned,
    E: Error,
{
    json.map(|json| serde_json::from_str(json.get()))
        .transpose()
        .map_err(|error| E::custom(format_args!("`{key}`: {error}")))
}

impl<'de> Deserialize<'de> for Protocol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = <Read as Deserialize>::deserialize(deserializer)?;
        match read.protocol.unwrap_or_default() {
            ProtocolTag::Proteus => Ok(Self::Proteus),
            ProtocolTag::Mls => read.mls_data().map(Self::Mls),
            ProtocolTag::Mixed => read.mls_data().map(Self::Mixed),
        }
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{CipherSuiteTag, Epoch, Protocol, ProtocolTag};
    use crate::group_id::GroupId;
    use crate::tagged::Union;
    use crate::timestamp::UtcTime;

    impl JsonSchema for Protocol {
        fn schema_name() -> Cow<'static, str> {
            "Protocol".into()
        }

        fn schema_id() -> Cow<'static, str> {
            concat!(module_path!(), "::Protocol").into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let mut union = Union::new("protocol");
            union.add("proteus", &generator.subschema_for::<Proteus>());
            union.add("mls", &generator.subschema_for::<Group<true, false>>());
            union.add("mixed", &generator.subschema_for::<Group<false, false>>());
            union.schema(&["By which protocol a conversation is encrypted, and its MLS group."])
        }
    }

    /// The long form of [`Protocol`].
    pub(crate) struct LongProtocol;

    impl JsonSchema for LongProtocol {
        fn schema_name() -> Cow<'static, str> {
            "LongProtocol".into()
        }

        fn schema_id() -> Cow<'static, str> {
            concat!(module_path!(), "::LongProtocol").into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let mut union = Union::new("protocol");
            union.add("proteus", &generator.subschema_for::<Proteus>());
            union.add("mls", &generator.subschema_for::<Group<true, true>>());
            union.add("mixed", &generator.subschema_for::<Group<false, true>>());
            union.schema(&[
                "By which protocol a conversation is encrypted, and its MLS group with all keys.",
            ])
        }
    }

    struct Proteus;

    impl JsonSchema for Proteus {
        fn schema_name() -> Cow<'static, str> {
            "ProtocolProteus".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "type": "object",
                "description": "Proteus. There is no MLS group.",
                "properties": {"protocol": {"type": "string", "const": "proteus"}},
                "required": ["protocol"],
            })
        }
    }

    /// An MLS group, of a conversation that is MLS or mixed, in the long or the short form.
    struct Group<const MLS: bool, const LONG: bool>;

    impl<const MLS: bool, const LONG: bool> JsonSchema for Group<MLS, LONG> {
        fn schema_name() -> Cow<'static, str> {
            let form = if LONG { "LongProtocol" } else { "Protocol" };
            let which = if MLS { "Mls" } else { "Mixed" };
            format!("{form}{which}").into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let (tag, description) = if MLS {
                (ProtocolTag::Mls, "MLS.")
            } else {
                let description = "Both, while the conversation moves from Proteus to MLS.";
                (ProtocolTag::Mixed, description)
            };
            let of_reader = generator.contract().is_deserialize();
            let mut required = vec!["protocol", "group_id", "epoch"];
            if LONG && !of_reader {
                required.extend(["epoch_timestamp", "cipher_suite"]);
            }
            json_schema!({
                "type": "object",
                "description": description,
                "properties": {
                    "protocol": {"type": "string", "const": tag.as_str()},
                    "group_id": generator.subschema_for::<GroupId>(),
                    "epoch": generator.subschema_for::<Epoch>(),
                    "epoch_timestamp": described(
                        generator.subschema_for::<Option<UtcTime>>(),
                        "When the epoch began, if that is known.",
                    ),
                    "cipher_suite": described(
                        generator.subschema_for::<Option<CipherSuiteTag>>(),
                        "The cipher suite; means nothing in epoch 0.",
                    ),
                },
                "required": required,
            })
        }
    }

    fn described(mut schema: Schema, description: &str) -> Schema {
        schema.insert("description".to_owned(), description.into());
        schema
    }
}

#[cfg(feature = "openapi")]
pub(crate) use schema::LongProtocol;
