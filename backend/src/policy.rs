//! With whom a backend federates, and what the others may find there.

mod administration;

use std::collections::{BTreeMap, BTreeSet};

use federation_api::search::FederatedUserSearchPolicy;
use federation_api::{Domain, Qualified, TeamId};

pub use administration::PolicyConflict;

/// With which other backends a backend federates in principle.
///
/// Source: `transport.md` §14.2. An unset strategy acts as [`AllowNone`](Self::AllowNone) does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// With none.
    #[default]
    AllowNone,
    /// With all.
    AllowAll,
    /// With those that are configured.
    AllowDynamic,
}

/// Which users of a configured remote backend may deal with users of this one.
///
/// Source: `transport.md` §14.1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TeamRestriction {
    /// All of them.
    #[default]
    AllowAll,
    /// Members of these teams of the remote backend.
    RestrictByTeam(BTreeSet<TeamId>),
}

/// What is configured about one remote backend.
///
/// Source: `transport.md` §14.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemotePolicy {
    /// What its users can find here.
    pub search_policy: FederatedUserSearchPolicy,
    /// Which of its users this holds for.
    pub restriction: TeamRestriction,
}

impl RemotePolicy {
    /// This search policy for all users of the remote backend.
    #[must_use]
    pub const fn unrestricted(search_policy: FederatedUserSearchPolicy) -> Self {
        Self {
            search_policy,
            restriction: TeamRestriction::AllowAll,
        }
    }
}

/// With whom a backend federates: a strategy, and what is configured about each remote backend.
///
/// Source: `transport.md` §14, `brig.md` §3.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FederationPolicy {
    /// The strategy.
    pub strategy: Strategy,
    /// The remote backends that are configured.
    pub remotes: BTreeMap<Domain, RemotePolicy>,
}

impl FederationPolicy {
    /// Whether a federator of this backend lets calls to and from `remote` pass, whatever the search
    /// policy or the team restriction. The components themselves never ask this.
    ///
    /// Source: `transport.md` §14.2.
    #[must_use]
    pub fn accepts(&self, remote: &Domain) -> bool {
        match self.strategy {
            Strategy::AllowNone => false,
            Strategy::AllowAll => true,
            Strategy::AllowDynamic => self.remotes.contains_key(remote),
        }
    }

    /// The policy for a lookup by handle: what is configured, without regard to teams. A backend that
    /// is not configured finds nothing, even under [`Strategy::AllowAll`].
    ///
    /// Source: `brig.md` §4.2.
    #[must_use]
    pub fn lookup_policy(&self, remote: &Domain) -> FederatedUserSearchPolicy {
        self.remotes
            .get(remote)
            .map_or(FederatedUserSearchPolicy::NoSearch, |configured| {
                configured.search_policy
            })
    }

    /// The policy that is in effect for a search by a user of this team.
    ///
    /// Source: `brig.md` §4.7, step 1.
    #[must_use]
    pub fn search_policy(
        &self,
        remote: &Domain,
        team: Option<&Qualified<TeamId>>,
    ) -> FederatedUserSearchPolicy {
        match self.remotes.get(remote) {
            Some(configured) if configured.admits(remote, team) => configured.search_policy,
            _ => FederatedUserSearchPolicy::NoSearch,
        }
    }

    /// Whether users of this backend and a user of this remote team may connect.
    ///
    /// Source: `brig.md` §4.11, step 1; `transport.md` §14.3.
    #[must_use]
    pub fn may_connect(&self, remote: &Domain, team: Option<&Qualified<TeamId>>) -> bool {
        match self.strategy {
            Strategy::AllowNone => false,
            Strategy::AllowAll => true,
            Strategy::AllowDynamic => self
                .remotes
                .get(remote)
                .is_some_and(|configured| configured.admits(remote, team)),
        }
    }

    /// Those of `domains` with which this backend does not federate. Its own domain is not special.
    ///
    /// Source: `brig.md` §4.13.
    #[must_use]
    pub fn not_connected(&self, domains: BTreeSet<Domain>) -> BTreeSet<Domain> {
        match self.strategy {
            Strategy::AllowAll => BTreeSet::new(),
            Strategy::AllowNone | Strategy::AllowDynamic => domains
                .into_iter()
                .filter(|domain| !self.remotes.contains_key(domain))
                .collect(),
        }
    }

    /// What a search that this backend makes at `remote` is limited to: `None` for no limit, nothing
    /// at all where `remote` is not configured.
    ///
    /// Source: `brig.md` §4.7, "What upstream callers send".
    #[must_use]
    pub fn searchable_teams(&self, remote: &Domain) -> Option<BTreeSet<TeamId>> {
        match self.remotes.get(remote).map(|found| &found.restriction) {
            None => Some(BTreeSet::new()),
            Some(TeamRestriction::AllowAll) => None,
            Some(TeamRestriction::RestrictByTeam(teams)) => Some(teams.clone()),
        }
    }
}

impl RemotePolicy {
    fn admits(&self, remote: &Domain, team: Option<&Qualified<TeamId>>) -> bool {
        match &self.restriction {
            TeamRestriction::AllowAll => true,
            TeamRestriction::RestrictByTeam(teams) => {
                team.is_some_and(|team| team.domain() == remote && teams.contains(team.id()))
            }
        }
    }
}
