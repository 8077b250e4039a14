//! Searches for users of another backend.

use serde::{Deserialize, Serialize};

use crate::integer;
use crate::legacy_id::record_with_legacy_id;
use crate::presence;
use crate::record::record;
use crate::text::Text;
use crate::user::{UserType, UserTypeFilter};
use crate::word::words;
use crate::{OfRecipient, OfSender, OfSubject, Qualified, TeamId, UserId};

words! {
    /// What the users of another backend can find here.
    ///
    /// Source: `common-types.md` §10.
    pub enum FederatedUserSearchPolicy: "a search policy" {
        /// Nobody.
        NoSearch = "no_search",
        /// The user that owns exactly the handle that was searched for.
        ExactHandleSearch = "exact_handle_search",
        /// That user, and everybody whose name or handle matches.
        FullSearch = "full_search",
    }
}

/// Searches for users: the request of `search-users`.
///
/// Its keys are in camelCase, as no others of this component are.
///
/// Source: `brig.md` §5.11.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct SearchRequest {
    /// What was typed; may be empty.
    pub term: Text,
    /// The team of the user that searches.
    #[serde(default)]
    pub from: Option<OfSender<TeamId>>,
    /// Finds members of these teams only. Null means no such limit; the empty list finds nobody.
    #[serde(default)]
    pub only_in_teams: Option<Vec<OfRecipient<TeamId>>>,
    /// Finds users of these kinds only. Null and the empty list mean no such limit.
    #[serde(default)]
    pub types: Option<Vec<UserTypeFilter>>,
}

record!(SearchRequest);

impl SearchRequest {
    /// A search without any limit.
    pub fn new(term: impl Into<Text>) -> Self {
        Self {
            term: term.into(),
            from: None,
            only_in_teams: None,
            types: None,
        }
    }
}

/// What a search found: the answer of `search-users`.
///
/// Its keys are in camelCase, as no others of this component are.
///
/// Source: `brig.md` §5.12.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct SearchResponse {
    /// The users that were found: at most 15, an exact match of the handle first.
    pub contacts: Vec<Contact>,
    /// The policy that was applied to the search.
    pub search_policy: FederatedUserSearchPolicy,
}

record!(SearchResponse);

record_with_legacy_id! {
    /// A user that a search found.
    ///
    /// Name and handle are free text here, unlike in profiles. Backends from before 2026 leave out
    /// `type`. Ids without a domain belong to the backend of `qualified_id`.
    ///
    /// Source: `brig.md` §5.13, `history.md` §6.2 (rule R7).
    pub struct Contact (reads id as Option<UserId>) {
        /// The user.
        pub qualified_id: Qualified<UserId>,
        /// The name of the user, not checked.
        pub name: Text,
        /// The colour in which clients show the user.
        #[serde(default, deserialize_with = "integer::optional::deserialize")]
        #[schemars(range(min = i64::MIN, max = i64::MAX))]
        pub accent_id: Option<i64>,
        /// The unique name of the user on its backend, not checked.
        #[serde(default)]
        pub handle: Option<OfSubject<Text>>,
        /// The team of the user.
        #[serde(default)]
        pub team: Option<OfSubject<TeamId>>,
        /// What kind of user it is.
        #[serde(default, deserialize_with = "presence::or_default")]
        pub r#type: UserType,
    }
}
