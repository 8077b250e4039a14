//! Who can get into a conversation, and by which way.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::record::record;
use crate::word::words;

words! {
    /// A way into a conversation.
    ///
    /// Source: `galley-types.md` §2.
    pub enum Access: "a way into a conversation" {
        /// None: nobody can be added. So it is in one-to-one conversations.
        Private = "private",
        /// Members add others.
        Invite = "invite",
        /// Everybody who has the link joins.
        Link = "link",
        /// Everybody who has the code joins.
        Code = "code",
    }
}

words! {
    /// A kind of users that can be in a conversation.
    ///
    /// Source: `galley-types.md` §2.
    pub enum AccessRole: "a kind of users of a conversation" {
        /// Members of the team that the conversation belongs to.
        TeamMember = "team_member",
        /// Users that are in another team or in none.
        NonTeamMember = "non_team_member",
        /// Guests without an account of their own.
        Guest = "guest",
        /// Bots.
        Service = "service",
    }
}

words! {
    /// The kinds of users that can be in a conversation, in one word: what stood in place of the list
    /// until January 2023. Only read.
    ///
    /// Source: `history.md` §6.21 (rule R10).
    pub enum LegacyAccessRole: "an access role of the old form" {
        /// Nobody else.
        Private = "private",
        /// Members of the team.
        Team = "team",
        /// Everybody but guests.
        Activated = "activated",
        /// Everybody.
        NonActivated = "non_activated",
    }
}

impl LegacyAccessRole {
    /// The list that the word stands for.
    #[must_use]
    pub const fn roles(self) -> &'static [AccessRole] {
        use AccessRole::{Guest, NonTeamMember, Service, TeamMember};
        match self {
            Self::Private => &[],
            Self::Team => &[TeamMember],
            Self::Activated => &[TeamMember, NonTeamMember, Service],
            Self::NonActivated => &[TeamMember, NonTeamMember, Guest, Service],
        }
    }
}

/// Who can get into a conversation, and by which way: the content of the action
/// `ConversationAccessDataTag`.
///
/// Backends from before January 2023 write a word under `access_role` and the list under
/// `access_role_v2`; both are read, and the list counts.
///
/// Source: `galley-types.md` §4, `history.md` §6.21 (rule R10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Read")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(!try_from))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct ConversationAccessData {
    /// The ways in.
    pub access: BTreeSet<Access>,
    /// The kinds of users that can be in it.
    pub access_role: BTreeSet<AccessRole>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct Read {
    access: BTreeSet<Access>,
    access_role: Option<RolesOrWord<AccessRole>>,
    access_role_v2: Option<BTreeSet<AccessRole>>,
}

record!(read Read);

impl TryFrom<Read> for ConversationAccessData {
    type Error = MissingRoles;

    fn try_from(read: Read) -> Result<Self, MissingRoles> {
        Ok(Self {
            access: read.access,
            access_role: RolesOrWord::resolve(read.access_role, read.access_role_v2)?,
        })
    }
}

/// What stands under `access_role`: the list, or the word of old.
pub(crate) enum RolesOrWord<T> {
    Roles(BTreeSet<T>),
    Word(LegacyAccessRole),
}

/// Neither `access_role` nor `access_role_v2` is there.
#[derive(Debug, thiserror::Error)]
#[error("missing field `access_role`")]
pub(crate) struct MissingRoles;

impl<T: Ord + From<AccessRole>> RolesOrWord<T> {
    /// The list, from the two keys that it may stand under.
    pub(crate) fn resolve(
        access_role: Option<Self>,
        access_role_v2: Option<BTreeSet<T>>,
    ) -> Result<BTreeSet<T>, MissingRoles> {
        match (access_role, access_role_v2) {
            (Some(Self::Roles(roles)), _) | (_, Some(roles)) => Ok(roles),
            (Some(Self::Word(word)), None) => {
                Ok(word.roles().iter().copied().map(T::from).collect())
            }
            (None, None) => Err(MissingRoles),
        }
    }
}

impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for RolesOrWord<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RolesVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de> + Ord> Visitor<'de> for RolesVisitor<T> {
            type Value = RolesOrWord<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of access roles")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                BTreeSet::deserialize(SeqAccessDeserializer::new(list)).map(RolesOrWord::Roles)
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
                word.parse().map(RolesOrWord::Word).map_err(E::custom)
            }
        }

        deserializer.deserialize_any(RolesVisitor(std::marker::PhantomData))
    }
}
