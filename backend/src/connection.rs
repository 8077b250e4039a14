//! The connections of local users with remote ones, and who is in their one-to-one conversations.

use std::collections::BTreeMap;

use federation_api::connection::RemoteConnectionAction;
use federation_api::one_to_one::one_to_one_conversation;
use federation_api::user::BaseProtocolTag;
use federation_api::{ConvId, Qualified, UserId};

use crate::relation::{LocalAction, Reception, Relation, after_local, after_remote, receive};

/// A connection, seen from the local user.
///
/// An action decides only about the membership of the user that acts.
///
/// Source: `brig.md` §6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// How the local user stands to the remote one.
    pub relation: Relation,
    /// Whether the local user is a member of the one-to-one conversation.
    pub local_is_member: bool,
    /// Whether the remote user is a member of the one-to-one conversation.
    pub remote_is_member: bool,
}

impl Connection {
    /// A connection in this relation, with the members that it has when it was got to in the usual
    /// way.
    #[must_use]
    pub const fn new(relation: Relation) -> Self {
        Self {
            relation,
            local_is_member: relation.local_is_member(),
            remote_is_member: relation.remote_is_member(),
        }
    }

    /// The conversation of the two, which both backends compute.
    ///
    /// Source: `brig.md` §7.
    #[must_use]
    pub fn conversation(
        protocol: BaseProtocolTag,
        local: &Qualified<UserId>,
        remote: &Qualified<UserId>,
    ) -> Qualified<ConvId> {
        one_to_one_conversation(protocol, local, remote)
    }
}

/// A user has as many connections as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// The connections of one local user.
#[derive(Debug, Default)]
pub(crate) struct Connections(BTreeMap<Qualified<UserId>, Connection>);

impl Connections {
    pub(crate) fn get(&self, remote: &Qualified<UserId>) -> Option<Connection> {
        self.0.get(remote).copied()
    }

    pub(crate) fn relation(&self, remote: &Qualified<UserId>) -> Option<Relation> {
        self.get(remote).map(|connection| connection.relation)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Qualified<UserId>, &Connection)> {
        self.0.iter()
    }

    pub(crate) fn remove(&mut self, remote: &Qualified<UserId>) -> Option<Connection> {
        self.0.remove(remote)
    }

    pub(crate) fn insert(&mut self, remote: Qualified<UserId>, connection: Connection) {
        self.0.insert(remote, connection);
    }

    /// The remote user acted.
    pub(crate) fn receive(
        &mut self,
        remote: &Qualified<UserId>,
        action: RemoteConnectionAction,
        most: usize,
    ) -> Result<Reception, TooMany> {
        let reception = receive(self.relation(remote), action);
        if let (true, Some(relation)) = (reception.transition, reception.relation) {
            let connection = self.row(remote, relation, most)?;
            connection.relation = relation;
            connection.remote_is_member = relation.remote_is_member();
        }
        Ok(reception)
    }

    /// The answer to the local user's action told to apply this. Gives the relation after it.
    pub(crate) fn react(
        &mut self,
        remote: &Qualified<UserId>,
        reaction: RemoteConnectionAction,
    ) -> Option<Relation> {
        let connection = self.0.get_mut(remote)?;
        if let Some(relation) = after_remote(Some(connection.relation), reaction) {
            connection.relation = relation;
            connection.remote_is_member = relation.remote_is_member();
        }
        Some(connection.relation)
    }

    /// The local user acted. `None` where there is no such transition.
    pub(crate) fn act(
        &mut self,
        remote: &Qualified<UserId>,
        action: LocalAction,
        most: usize,
    ) -> Result<Option<Relation>, TooMany> {
        let Some(relation) = after_local(self.relation(remote), action) else {
            return Ok(None);
        };
        let connection = self.row(remote, relation, most)?;
        connection.relation = relation;
        connection.local_is_member = relation.local_is_member();
        Ok(Some(relation))
    }

    /// Whether there is room for a connection with this user. Cancelled ones give way.
    pub(crate) fn make_room(
        &mut self,
        remote: &Qualified<UserId>,
        most: usize,
    ) -> Result<(), TooMany> {
        if self.0.len() >= most && !self.0.contains_key(remote) {
            self.0
                .retain(|_, connection| connection.relation != Relation::Cancelled);
            if self.0.len() >= most {
                return Err(TooMany);
            }
        }
        Ok(())
    }

    fn row(
        &mut self,
        remote: &Qualified<UserId>,
        relation: Relation,
        most: usize,
    ) -> Result<&mut Connection, TooMany> {
        self.make_room(remote, most)?;
        Ok(self.0.entry(remote.clone()).or_insert(Connection {
            relation,
            local_is_member: false,
            remote_is_member: false,
        }))
    }
}
