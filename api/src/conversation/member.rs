//! The members of a conversation.

use std::ops::Deref;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use crate::legacy_id::record_with_legacy_id;
use crate::record::record;
use crate::role::{self, RoleName};
use crate::user::ServiceRef;
use crate::{Qualified, UserId};

record_with_legacy_id! {
    /// A member of a conversation, other than the one that the document is about.
    ///
    /// Source: `galley-types.md` §3.
    pub struct OtherMember (reads id as IgnoredAny, writes status: u8 = 0) {
        /// The user.
        pub qualified_id: Qualified<UserId>,
        /// The external service behind a bot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub service: Option<ServiceRef>,
        /// What it may do. `wire_admin` where the key is missing or no text.
        #[serde(default = "RoleName::admin", deserialize_with = "role::lenient")]
        pub conversation_role: RoleName,
    }
}

impl OtherMember {
    /// A user with a role.
    #[must_use]
    pub const fn new(user: Qualified<UserId>, role: RoleName) -> Self {
        Self {
            qualified_id: user,
            service: None,
            conversation_role: role,
        }
    }
}

/// A set of members: each user once, by user id and then by domain.
///
/// Of several members that are the same user the last one is kept.
///
/// Source: `galley-types.md` §1 and §3.
///
/// ```
/// use federation_api::conversation::{OtherMember, OtherMembers};
/// use federation_api::role::RoleName;
/// use federation_api::{Qualified, UserId};
///
/// let user = Qualified::new(UserId::random(), "alpha.example.org".parse()?);
/// let members: OtherMembers = [RoleName::member(), RoleName::admin()]
///     .map(|role| OtherMember::new(user.clone(), role))
///     .into_iter()
///     .collect();
/// assert_eq!(members.len(), 1);
/// assert_eq!(members[0].conversation_role, RoleName::admin());
/// # Ok::<(), federation_api::DomainError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(inline, extend("uniqueItems" = true)))]
pub struct OtherMembers(Vec<OtherMember>);

crate::scalar::arbitrary!(
    OtherMembers,
    proptest::collection::vec(any::<OtherMember>(), 0..5).prop_map(OtherMembers::from)
);

impl From<Vec<OtherMember>> for OtherMembers {
    fn from(mut members: Vec<OtherMember>) -> Self {
        // Stable, so that the last of the same user stays the last.
        members.sort_by(|one, other| one.qualified_id.cmp(&other.qualified_id));
        // `dedup` would keep the first.
        members.dedup_by(|later, earlier| {
            let same = later.qualified_id == earlier.qualified_id;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self(members)
    }
}

impl FromIterator<OtherMember> for OtherMembers {
    fn from_iter<I: IntoIterator<Item = OtherMember>>(members: I) -> Self {
        Vec::from_iter(members).into()
    }
}

impl Deref for OtherMembers {
    type Target = [OtherMember];

    fn deref(&self) -> &[OtherMember] {
        &self.0
    }
}

impl IntoIterator for OtherMembers {
    type Item = OtherMember;
    type IntoIter = std::vec::IntoIter<OtherMember>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a OtherMembers {
    type Item = &'a OtherMember;
    type IntoIter = std::slice::Iter<'a, OtherMember>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de> Deserialize<'de> for OtherMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

/// The members of a conversation as one of them sees them.
///
/// Source: `galley-types.md` §3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct RemoteConvMembers {
    /// What the member that the document is for may do.
    pub self_role: RoleName,
    /// All other members.
    #[cfg_attr(
        feature = "proptest",
        proptest(strategy = "crate::scalar::few::<OtherMember>()")
    )]
    pub others: Vec<OtherMember>,
}

record!(RemoteConvMembers);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_the_same_user_is_kept() {
        let member = |id: u128, domain: &str, role: &str| {
            let id = UserId::from_uuid(uuid::Uuid::from_u128(id));
            let user = Qualified::new(id, domain.parse().unwrap());
            OtherMember::new(user, role.parse().unwrap())
        };
        let members = OtherMembers::from(vec![
            member(2, "a.example", "first"),
            member(1, "b.example", "first"),
            member(2, "a.example", "second"),
            member(1, "a.example", "only"),
            member(2, "a.example", "third"),
        ]);
        let kept: Vec<_> = members
            .iter()
            .map(|member| {
                let user = &member.qualified_id;
                let id = user.id().as_uuid().as_u128();
                (
                    id,
                    user.domain().as_str(),
                    member.conversation_role.as_str(),
                )
            })
            .collect();
        assert_eq!(
            kept,
            [
                (1, "a.example", "only"),
                (1, "b.example", "first"),
                (2, "a.example", "third")
            ]
        );
    }
}
