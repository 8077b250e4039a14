//! What is known about a conversation besides its members and its protocol.

use std::collections::BTreeSet;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::access::{Access, AccessRole, MissingRoles, RolesOrWord};
use crate::conversation_settings::{
    AddPermission, CellsState, ConvType, GroupConvType, History, Milliseconds, ReceiptMode,
};
use crate::record::record;
use crate::text::Text;
use crate::word::Word;
use crate::{Audience, ConvId, OfSender, TeamId, UserId};

/// What is known about a conversation besides its members and its protocol.
///
/// Occurs in answers only; so ids belong to the backend that answers, and words that this crate does not
/// know are kept. Older backends leave out the keys from `group_conv_type` on.
///
/// Backends from before January 2023 write a word under `access_role` and the list under
/// `access_role_v2`; both are read, and the list counts. They and all others that state no version cannot
/// read a conversation without a creator: they are told a nil UUID (`00000000-0000-0000-0000-000000000000`)
/// where there is none.
///
/// Two more keys, `last_event` and `last_event_time`, are written with fixed values and mean nothing.
///
/// Source: `galley-types.md` §3, `history.md` §6.21 (rules R10, R11, R23 and W8).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Read")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(!try_from, transform = add_legacy_keys))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct ConversationMetadata {
    /// What kind of conversation it is.
    pub r#type: ConvType,
    /// The user that created it, if that is known.
    #[serde(default)]
    pub creator: Option<OfSender<UserId>>,
    /// The ways in. Order and duplicates are kept.
    #[cfg_attr(
        feature = "proptest",
        proptest(strategy = "crate::scalar::few::<Word<Access>>()")
    )]
    pub access: Vec<Word<Access>>,
    /// The kinds of users that can be in it.
    pub access_role: BTreeSet<Word<AccessRole>>,
    /// Its name.
    #[serde(default)]
    pub name: Option<Text>,
    /// The team that it belongs to.
    #[serde(default)]
    pub team: Option<OfSender<TeamId>>,
    /// After which time messages are deleted, if they are.
    #[serde(default)]
    pub message_timer: Option<Milliseconds>,
    /// Whether clients send receipts for messages that were read.
    #[serde(default)]
    pub receipt_mode: Option<ReceiptMode>,
    /// What kind of group it is.
    #[serde(default)]
    pub group_conv_type: Option<Word<GroupConvType>>,
    /// Who can add members to a channel.
    #[serde(default)]
    pub add_permission: Option<Word<AddPermission>>,
    /// Whether there is a place for shared files.
    #[serde(default)]
    pub cells_state: Word<CellsState>,
    /// The conversation that this one belongs to.
    #[serde(default)]
    pub parent: Option<OfSender<ConvId>>,
    /// Whether newcomers see what was said before they came.
    #[serde(default)]
    pub history: History,
}

impl ConversationMetadata {
    /// A conversation of which nothing more is known: nobody can get in, no name, no team.
    #[must_use]
    pub const fn new(r#type: ConvType) -> Self {
        Self {
            r#type,
            creator: None,
            access: Vec::new(),
            access_role: BTreeSet::new(),
            name: None,
            team: None,
            message_timer: None,
            receipt_mode: None,
            group_conv_type: None,
            add_permission: None,
            cells_state: Word::Known(CellsState::Disabled),
            parent: None,
            history: History::Private,
        }
    }

    /// The creator as the reader needs it.
    fn written_creator(&self) -> Option<OfSender<UserId>> {
        let required = !Audience::current().states_version();
        let nobody = || required.then(|| OfSender::new(UserId::from_uuid(Uuid::nil())));
        self.creator.or_else(nobody)
    }
}

const LAST_EVENT: &str = "0.0";
const LAST_EVENT_TIME: &str = "1970-01-01T00:00:00.000Z";

impl Serialize for ConversationMetadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("ConversationMetadata", 15)?;
        record.serialize_field("type", &self.r#type)?;
        record.serialize_field("creator", &self.written_creator())?;
        record.serialize_field("access", &self.access)?;
        record.serialize_field("access_role", &self.access_role)?;
        record.serialize_field("name", &self.name)?;
        record.serialize_field("last_event", LAST_EVENT)?;
        record.serialize_field("last_event_time", LAST_EVENT_TIME)?;
        record.serialize_field("team", &self.team)?;
        record.serialize_field("message_timer", &self.message_timer)?;
        record.serialize_field("receipt_mode", &self.receipt_mode)?;
        record.serialize_field("group_conv_type", &self.group_conv_type)?;
        record.serialize_field("add_permission", &self.add_permission)?;
        record.serialize_field("cells_state", &self.cells_state)?;
        record.serialize_field("parent", &self.parent)?;
        record.serialize_field("history", &self.history)?;
        record.end()
    }
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct Read {
    r#type: ConvType,
    creator: Option<OfSender<UserId>>,
    access: Vec<Word<Access>>,
    access_role: Option<RolesOrWord<Word<AccessRole>>>,
    access_role_v2: Option<BTreeSet<Word<AccessRole>>>,
    name: Option<Text>,
    team: Option<OfSender<TeamId>>,
    message_timer: Option<Milliseconds>,
    receipt_mode: Option<ReceiptMode>,
    group_conv_type: Option<Word<GroupConvType>>,
    add_permission: Option<Word<AddPermission>>,
    cells_state: Option<Word<CellsState>>,
    parent: Option<OfSender<ConvId>>,
    #[serde(default)]
    history: History,
}

record!(read Read);

impl TryFrom<Read> for ConversationMetadata {
    type Error = MissingRoles;

    fn try_from(read: Read) -> Result<Self, MissingRoles> {
        Ok(Self {
            r#type: read.r#type,
            creator: read.creator,
            access: read.access,
            access_role: RolesOrWord::resolve(read.access_role, read.access_role_v2)?,
            name: read.name,
            team: read.team,
            message_timer: read.message_timer,
            receipt_mode: read.receipt_mode,
            group_conv_type: read.group_conv_type,
            add_permission: read.add_permission,
            cells_state: read.cells_state.unwrap_or_default(),
            parent: read.parent,
            history: read.history,
        })
    }
}

/// Describes the keys that are written for old readers.
#[cfg(feature = "openapi")]
fn add_legacy_keys(schema: &mut schemars::Schema) {
    let Some(serde_json::Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    for (key, value) in [
        ("last_event", LAST_EVENT),
        ("last_event_time", LAST_EVENT_TIME),
    ] {
        let description = format!("Means nothing; ignore it. Write `{value}`.");
        let property = schemars::json_schema!({"description": description, "examples": [value]});
        properties.insert(key.to_owned(), property.into());
    }
}
