//! What kind of conversation it is and how it is set up.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::excerpt::excerpt;
use crate::integer::{self, integer_scalar};
use crate::numbered::numbers;
use crate::record::record;
use crate::scalar::{arbitrary, scalar_schema, text_scalar};
use crate::word::words;

numbers! {
    /// What kind of conversation it is.
    ///
    /// Source: `galley-types.md` §2.
    pub enum ConvType: "a type of conversations" {
        /// A conversation of any number of users.
        Regular = 0,
        /// A user's notes to itself.
        SelfConv = 1,
        /// The conversation of two connected users.
        One2One = 2,
        /// The conversation of two users of which one has asked for the connection.
        Connect = 3,
    }
}

words! {
    /// What kind of group a regular conversation is.
    ///
    /// Source: `galley-types.md` §2. Since 2025, `meeting` since 2026 (`galley.md` §11).
    pub enum GroupConvType: "a type of groups" {
        /// A group.
        GroupConversation = "group_conversation",
        /// A channel of a team.
        Channel = "channel",
        /// A meeting.
        Meeting = "meeting",
    }
}

words! {
    /// Who can add members to a channel.
    ///
    /// Source: `galley-types.md` §2.
    pub enum AddPermission: "a permission to add members" {
        /// Admins of the channel.
        Admins = "admins",
        /// All members.
        Everyone = "everyone",
    }
}

words! {
    /// Whether the conversation has a place for shared files.
    ///
    /// Source: `galley-types.md` §2.
    #[default = Disabled]
    pub enum CellsState: "a state of shared files" {
        /// It has none.
        Disabled = "disabled",
        /// It is being made.
        Pending = "pending",
        /// It has one.
        Ready = "ready",
    }
}

words! {
    /// How users came into a conversation.
    ///
    /// Source: `galley-types.md` §2.
    #[default = InternalAdd]
    pub enum JoinType: "a way of joining" {
        /// By themselves: by link, by code, or by an MLS commit of their own.
        ExternalAdd = "external_add",
        /// A member added them.
        InternalAdd = "internal_add",
    }
}

words! {
    /// Why users are no longer in a conversation.
    ///
    /// Source: `galley-types.md` §2.
    #[default = Removed]
    pub enum LeaveReason: "a reason for leaving" {
        /// They left.
        Left = "left",
        /// They were deleted.
        UserDeleted = "user-deleted",
        /// A member removed them. So it is where a backend from before 2024 gives no reason.
        Removed = "removed",
    }
}

/// Whether clients send receipts for messages that were read, as a number that only clients understand.
///
/// A signed JSON number of 32 bits.
///
/// Source: `galley-types.md` §2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptMode(pub i32);

integer_scalar!(ReceiptMode(i32), {
    "type": "integer",
    "description": "Whether clients send receipts for messages that were read. What the numbers mean is up to clients.",
    "format": "int32",
    "minimum": -2147483648,
    "maximum": 2147483647,
    "examples": [1]
});

/// A span of time in milliseconds: after which time messages are deleted.
///
/// A JSON number from 0 to 2⁶³−1. A negative number is read as 0.
///
/// Source: `galley-types.md` §2.
///
/// ```
/// use std::time::Duration;
/// use federation_api::conversation_settings::Milliseconds;
///
/// let timer = Milliseconds::from(Duration::from_secs(60));
/// assert_eq!(serde_json::to_string(&timer)?, "60000");
/// assert_eq!(Milliseconds::new(u64::MAX), Milliseconds::MAX);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Milliseconds(u64);

impl Milliseconds {
    /// The longest span.
    pub const MAX: Self = Self(i64::MAX.cast_unsigned());

    /// So many milliseconds, or the longest span if that is more.
    #[must_use]
    pub const fn new(milliseconds: u64) -> Self {
        if milliseconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(milliseconds)
        }
    }

    /// How many milliseconds.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// What is finer than a millisecond is cut off.
impl From<Duration> for Milliseconds {
    fn from(duration: Duration) -> Self {
        Self::new(duration.as_millis().try_into().unwrap_or(u64::MAX))
    }
}

impl From<Milliseconds> for Duration {
    fn from(milliseconds: Milliseconds) -> Self {
        Self::from_millis(milliseconds.0)
    }
}

impl Serialize for Milliseconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Milliseconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let milliseconds: i64 = integer::deserialize(deserializer)?;
        Ok(Self(milliseconds.max(0).cast_unsigned()))
    }
}

scalar_schema!(Milliseconds, {
    "type": "integer",
    "description": "A span of time in milliseconds.",
    "format": "int64",
    "minimum": 0,
    "maximum": i64::MAX,
    "examples": [60000]
});

arbitrary!(Milliseconds, any::<u64>().prop_map(Milliseconds::new));

/// How far back newcomers see what was said before they came: all of it, or a number of seconds.
///
/// Text: `infinite`, or the seconds in decimal digits, at most 2⁶³−1. When read, what follows these is
/// ignored (`7.5` is 7), as existing backends do; numbers beyond 2⁶³−1 are refused, which they are not
/// there.
///
/// Source: `galley-types.md` §2.
///
/// ```
/// use federation_api::conversation_settings::HistoryDuration;
///
/// let week: HistoryDuration = "604800".parse()?;
/// assert_eq!(week.as_seconds(), Some(604800));
/// assert_eq!(HistoryDuration::INFINITE.to_string(), "infinite");
/// # Ok::<(), federation_api::conversation_settings::HistoryDurationError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HistoryDuration(Option<u64>);

/// A text that is no [`HistoryDuration`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no span of history: write `infinite` or a number of seconds up to 2^63-1")]
pub struct HistoryDurationError {
    /// The text, shortened if it is long.
    pub found: String,
}

impl HistoryDuration {
    /// All of it.
    pub const INFINITE: Self = Self(None);

    /// So many seconds, or 2⁶³−1 if that is more.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        let most = i64::MAX.cast_unsigned();
        Self(Some(if seconds > most { most } else { seconds }))
    }

    /// How many seconds; `None` if it is all.
    #[must_use]
    pub const fn as_seconds(self) -> Option<u64> {
        self.0
    }
}

impl FromStr for HistoryDuration {
    type Err = HistoryDurationError;

    fn from_str(text: &str) -> Result<Self, HistoryDurationError> {
        if text.starts_with("infinite") {
            return Ok(Self::INFINITE);
        }
        let end = text.find(|c: char| !c.is_ascii_digit());
        let seconds: Result<i64, _> = text[..end.unwrap_or(text.len())].parse();
        match seconds {
            Ok(seconds) => Ok(Self(Some(seconds.cast_unsigned()))),
            Err(_) => Err(HistoryDurationError {
                found: excerpt(text),
            }),
        }
    }
}

impl fmt::Display for HistoryDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("infinite"),
            Some(seconds) => seconds.fmt(f),
        }
    }
}

text_scalar!(HistoryDuration, "`infinite` or a number of seconds as text");

scalar_schema!(HistoryDuration, {
    "type": "string",
    "description": "How far back newcomers see what was said before they came: `infinite`, or a number of seconds \
        in decimal digits, up to 2^63-1.",
    "pattern": "^(infinite|0*[0-9]{1,19})$",
    "examples": ["604800"]
});

arbitrary!(
    HistoryDuration,
    any::<Option<u64>>().prop_map(|seconds| {
        seconds.map_or(HistoryDuration::INFINITE, HistoryDuration::seconds)
    })
);

/// Whether newcomers see what was said before they came.
///
/// JSON: null for [`Private`](History::Private), else an object with the key `depth`. Null is a value
/// here, not the absence of one.
///
/// Source: `galley-types.md` §2. Since 2026.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub enum History {
    /// They do not.
    #[default]
    Private,
    /// They do.
    Shared {
        /// How far back.
        depth: HistoryDuration,
    },
}

/// Newcomers see some of what was said before they came.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(remote = "Self")]
struct SharedHistory {
    /// How far back newcomers see.
    depth: HistoryDuration,
}

record!(SharedHistory);

impl Serialize for History {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Private => serializer.serialize_none(),
            Self::Shared { depth } => serializer.serialize_some(&SharedHistory { depth }),
        }
    }
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let shared: Option<SharedHistory> = Deserialize::deserialize(deserializer)?;
        Ok(
            shared.map_or(Self::Private, |SharedHistory { depth }| Self::Shared {
                depth,
            }),
        )
    }
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for History {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "History".into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::History").into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = <Option<SharedHistory>>::json_schema(generator);
        let description =
            "Whether newcomers see what was said before they came. Null: they do not.";
        schema.insert("description".to_owned(), description.into());
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_history_are_read_from_their_beginning() {
        for (text, seconds) in [
            ("infinite", None),
            ("infinitely", None),
            ("0", Some(0)),
            ("007", Some(7)),
            ("90x", Some(90)),
            ("7.5", Some(7)),
            ("9223372036854775807", Some(i64::MAX as u64)),
        ] {
            let read: HistoryDuration = text.parse().expect(text);
            assert_eq!(read.as_seconds(), seconds, "{text}");
        }
        for bad in ["", "x", "+1", "-1", " 1", "Infinite", "9223372036854775808"] {
            assert!(bad.parse::<HistoryDuration>().is_err(), "{bad}");
        }
        assert_eq!(
            HistoryDuration::seconds(u64::MAX).to_string(),
            "9223372036854775807"
        );
    }
}
