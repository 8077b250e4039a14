//! Changing what is configured about remote backends, as operators do.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;

use federation_api::{Domain, Failure, TeamId};

use super::{FederationPolicy, RemotePolicy, TeamRestriction};

/// A change that does not fit what is configured. Converts to the [`Failure`] that an operator is told.
///
/// Source: `transport.md` §14.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyConflict {
    /// Something else is configured about the backend: update it.
    #[error("the remote backend is configured in another way")]
    Different,
    /// Nothing is configured about the backend: add it first.
    #[error("the remote backend is not configured")]
    Unknown,
    /// All teams of the backend are admitted: restrict it first.
    #[error("the remote backend is not restricted by team")]
    Unrestricted,
}

impl From<PolicyConflict> for Failure {
    fn from(conflict: PolicyConflict) -> Self {
        Self::new(533, "federation-unexpected-wai-error", conflict.to_string())
    }
}

impl FederationPolicy {
    /// Configures a remote backend. Doing so again in the same way changes nothing.
    ///
    /// # Errors
    ///
    /// [`PolicyConflict::Different`]
    ///
    /// Source: `transport.md` §14.4.
    pub fn add_remote(
        &mut self,
        remote: Domain,
        policy: RemotePolicy,
    ) -> Result<(), PolicyConflict> {
        match self.remotes.entry(remote) {
            Entry::Vacant(entry) => drop(entry.insert(policy)),
            Entry::Occupied(entry) if *entry.get() != policy => {
                return Err(PolicyConflict::Different);
            }
            Entry::Occupied(_) => {}
        }
        Ok(())
    }

    /// Configures a remote backend in another way.
    ///
    /// # Errors
    ///
    /// [`PolicyConflict::Unknown`]
    pub fn update_remote(
        &mut self,
        remote: &Domain,
        policy: RemotePolicy,
    ) -> Result<(), PolicyConflict> {
        *self.remote(remote)? = policy;
        Ok(())
    }

    /// Admits a team of a remote backend that is restricted by team.
    ///
    /// # Errors
    ///
    /// [`PolicyConflict::Unknown`] or [`PolicyConflict::Unrestricted`]
    pub fn add_team(&mut self, remote: &Domain, team: TeamId) -> Result<(), PolicyConflict> {
        self.teams_of(remote)?.insert(team);
        Ok(())
    }

    /// The teams that are admitted of a remote backend that is restricted by team.
    ///
    /// # Errors
    ///
    /// [`PolicyConflict::Unknown`] or [`PolicyConflict::Unrestricted`]
    pub fn teams(&self, remote: &Domain) -> Result<&BTreeSet<TeamId>, PolicyConflict> {
        let configured = self.remotes.get(remote).ok_or(PolicyConflict::Unknown)?;
        match &configured.restriction {
            TeamRestriction::RestrictByTeam(teams) => Ok(teams),
            TeamRestriction::AllowAll => Err(PolicyConflict::Unrestricted),
        }
    }

    /// No longer admits a team of a remote backend. One that was not admitted stays so.
    ///
    /// # Errors
    ///
    /// [`PolicyConflict::Unknown`] or [`PolicyConflict::Unrestricted`]
    pub fn remove_team(&mut self, remote: &Domain, team: TeamId) -> Result<(), PolicyConflict> {
        self.teams_of(remote)?.remove(&team);
        Ok(())
    }

    fn remote(&mut self, remote: &Domain) -> Result<&mut RemotePolicy, PolicyConflict> {
        self.remotes.get_mut(remote).ok_or(PolicyConflict::Unknown)
    }

    fn teams_of(&mut self, remote: &Domain) -> Result<&mut BTreeSet<TeamId>, PolicyConflict> {
        match &mut self.remote(remote)?.restriction {
            TeamRestriction::RestrictByTeam(teams) => Ok(teams),
            TeamRestriction::AllowAll => Err(PolicyConflict::Unrestricted),
        }
    }
}
