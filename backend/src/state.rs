//! The data of a backend, as it lies behind the lock.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::client::ClientId;
use federation_api::{AssetId, ConvId, Domain, Handle, Qualified, TeamId, UserId};

use crate::asset::Asset;
use crate::connection::Connections;
use crate::conversation::Conversation;
use crate::event::{EventLog, Notice};
use crate::outbox::Outbox;
use crate::policy::FederationPolicy;
use crate::relation::Relation;
use crate::remote_conversations::RemoteConversations;
use crate::user::{AccountStatus, Team, User};

/// Everything that changes. Whatever holds it never waits for anything.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) policy: FederationPolicy,
    pub(crate) teams: BTreeMap<TeamId, Team>,
    pub(crate) users: BTreeMap<UserId, User>,
    pub(crate) connections: BTreeMap<UserId, Connections>,
    pub(crate) assets: BTreeMap<AssetId, Asset>,
    /// The conversations that are owned here.
    pub(crate) conversations: BTreeMap<ConvId, Conversation>,
    /// The conversations of others, and which local users are in them.
    pub(crate) remote_conversations: RemoteConversations,
    pub(crate) outbox: Outbox,
    pub(crate) events: EventLog,
    pub(crate) random: fastrand::Rng,
    /// Guests whose time is over, found when they were looked up.
    pub(crate) due_for_deletion: BTreeSet<UserId>,
    handles: BTreeMap<Handle, UserId>,
}

impl State {
    pub(crate) fn new(event_log: usize, random_seed: Option<u64>) -> Self {
        Self {
            policy: FederationPolicy::default(),
            teams: BTreeMap::new(),
            users: BTreeMap::new(),
            connections: BTreeMap::new(),
            assets: BTreeMap::new(),
            conversations: BTreeMap::new(),
            remote_conversations: RemoteConversations::default(),
            outbox: Outbox::default(),
            events: EventLog::new(event_log),
            random: random_seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed),
            due_for_deletion: BTreeSet::new(),
            handles: BTreeMap::new(),
        }
    }

    /// The user that owns a handle.
    pub(crate) fn owner(&self, handle: &Handle) -> Option<&User> {
        self.users.get(self.handles.get(handle)?)
    }

    /// Adds a user, or replaces the one of the same id. Gives the owner of its handle if that is
    /// somebody else; then nothing is changed.
    pub(crate) fn put_user(&mut self, mut user: User) -> Result<(), UserId> {
        if user.status == AccountStatus::Deleted {
            user.handle = None;
            user.clients.clear();
        }
        if let Some(handle) = &user.handle
            && let Some(owner) = self.handles.get(handle).filter(|owner| **owner != user.id)
        {
            return Err(*owner);
        }
        if let Some(old) = self.users.get(&user.id).and_then(|old| old.handle.as_ref()) {
            self.handles.remove(old);
        }
        if let Some(handle) = &user.handle {
            self.handles.insert(handle.clone(), user.id);
        }
        self.users.insert(user.id, user);
        Ok(())
    }

    /// Makes a tombstone of a user: its handle is free, its clients and connections are gone. Gives
    /// the remote users that it had a connection with.
    pub(crate) fn delete_user(
        &mut self,
        id: UserId,
        domain: &Domain,
    ) -> Option<Vec<(Qualified<UserId>, Relation)>> {
        let user = self.users.get_mut(&id)?;
        if user.status == AccountStatus::Deleted {
            return None;
        }
        user.status = AccountStatus::Deleted;
        user.clients.clear();
        if let Some(handle) = user.handle.take() {
            self.handles.remove(&handle);
        }
        let user = user.qualified(domain);
        self.due_for_deletion.remove(&id);
        self.events.push(id, Notice::UserDeleted { user });
        let connections = self.connections.remove(&id).unwrap_or_default();
        Some(
            connections
                .iter()
                .map(|(remote, connection)| (remote.clone(), connection.relation))
                .collect(),
        )
    }

    /// Removes a client that has no prekeys: others could not write to it.
    pub(crate) fn remove_client(&mut self, user: UserId, client: ClientId) {
        let removed = self
            .users
            .get_mut(&user)
            .and_then(|user| user.clients.remove(&client));
        if removed.is_some() {
            self.events.push(user, Notice::ClientRemoved { client });
        }
    }

    /// Tells the clients of a local user how it stands to a remote one now.
    pub(crate) fn tell_relation(
        &mut self,
        local: UserId,
        remote: &Qualified<UserId>,
        relation: Relation,
    ) {
        let with = remote.clone();
        self.events
            .push(local, Notice::ConnectionUpdated { with, relation });
    }

    /// Whether a local user has an accepted connection with a remote one.
    pub(crate) fn connected(&self, local: UserId, remote: &Qualified<UserId>) -> bool {
        let connections = self.connections.get(&local);
        connections.and_then(|all| all.relation(remote)) == Some(Relation::Accepted)
    }

    /// Whether there is such a user, who can do something.
    pub(crate) fn is_active(&self, user: UserId) -> bool {
        let status = self.users.get(&user).map(|user| user.status);
        status.is_some_and(|status| {
            status != AccountStatus::Deleted && status != AccountStatus::PendingInvitation
        })
    }
}
