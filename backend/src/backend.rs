//! One installation: its domain, its settings, its data, and the views of it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use federation_api::{
    AssetId, Call, ConvId, Domain, Failure, Handle, OfRecipient, Qualified, TeamId, UserId,
    VersionRange,
};
use tokio::sync::broadcast;

use crate::asset::Asset;
use crate::brig::BackendBrig;
use crate::cargohold::BackendCargohold;
use crate::connection::Connection;
use crate::conversation::Conversation;
use crate::event::Event;
use crate::galley::BackendGalley;
use crate::local_user::LocalUser;
use crate::operation_error::Refusal;
use crate::peers::{Nobody, Peers};
use crate::policy::FederationPolicy;
use crate::seed::{self, SeedError};
use crate::settings::Settings;
use crate::state::State;
use crate::user::{Team, User};

/// One installation, all of it in memory: users, teams, clients, connections and assets, known under
/// a domain.
///
/// Cloning gives another handle of the same installation. Its components are views that implement
/// the traits of `federation-api` ([`brig`](Self::brig), [`cargohold`](Self::cargohold)); what its own
/// users do to others is at [`local_user`](Self::local_user).
///
/// No operation waits while the data are locked, none panics whatever it is asked, and what remote
/// backends can make grow (events, connections) has a limit in the [`Settings`].
#[derive(Clone)]
pub struct Backend(Arc<Installation>);

struct Installation {
    domain: Domain,
    settings: Settings,
    state: Mutex<State>,
    peers: RwLock<Arc<dyn Peers>>,
}

/// The handle is another user's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the handle `{handle}` belongs to the user {owner}")]
pub struct HandleTaken {
    /// The handle.
    pub handle: Handle,
    /// The user that owns it.
    pub owner: UserId,
}

impl Backend {
    /// An empty installation that federates with nobody.
    #[must_use]
    pub fn new(domain: Domain, settings: Settings) -> Self {
        let state = Mutex::new(State::new(settings.event_log, settings.random_seed));
        Self(Arc::new(Installation {
            domain,
            settings,
            state,
            peers: RwLock::new(Arc::new(Nobody)),
        }))
    }

    /// The installation that a seed describes: a JSON document whose form the `README.md` of this
    /// crate explains. What the seed says of versions, MLS and e-mail addresses goes over `settings`.
    ///
    /// # Errors
    ///
    /// [`SeedError`] names the place in the document and what is wrong there.
    pub fn from_seed(json: &str, settings: Settings) -> Result<Self, SeedError> {
        seed::load(json, settings)
    }

    /// The domain that it is known under.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.0.domain
    }

    /// How it behaves.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Its brig: what other backends ask about its users.
    #[must_use]
    pub fn brig(&self) -> BackendBrig {
        BackendBrig::new(self.clone())
    }

    /// Its galley: what other backends ask and tell it about conversations.
    #[must_use]
    pub fn galley(&self) -> BackendGalley {
        BackendGalley::new(self.clone())
    }

    /// Its cargohold: what other backends ask about its assets.
    #[must_use]
    pub fn cargohold(&self) -> BackendCargohold {
        BackendCargohold::new(self.clone())
    }

    /// One of its users, to act for it towards other backends.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoSuchUser`] if there is none, or if it is deleted or has not yet come.
    pub fn local_user(&self, id: UserId) -> Result<LocalUser, Refusal> {
        LocalUser::new(self.clone(), id)
    }

    /// With whom it federates.
    #[must_use]
    pub fn policy(&self) -> FederationPolicy {
        self.with_state(|state| state.policy.clone())
    }

    /// Changes with whom it federates. What was agreed before stays.
    pub fn set_policy(&self, policy: FederationPolicy) {
        self.with_state(|state| state.policy = policy);
    }

    /// A user, whatever its status.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<User> {
        self.with_state(|state| state.users.get(&id).cloned())
    }

    /// The user that owns this handle.
    #[must_use]
    pub fn user_of_handle(&self, handle: &Handle) -> Option<UserId> {
        self.with_state(|state| state.owner(handle).map(|user| user.id))
    }

    /// Adds a user, or replaces the one of the same id.
    ///
    /// # Errors
    ///
    /// [`HandleTaken`]; then nothing is changed.
    pub fn put_user(&self, user: User) -> Result<(), HandleTaken> {
        let handle = user.handle.clone();
        match (self.with_state(|state| state.put_user(user)), handle) {
            (Err(owner), Some(handle)) => Err(HandleTaken { handle, owner }),
            _ => Ok(()),
        }
    }

    /// A team.
    #[must_use]
    pub fn team(&self, id: TeamId) -> Option<Team> {
        self.with_state(|state| state.teams.get(&id).cloned())
    }

    /// Adds a team, or replaces the one of the same id.
    pub fn put_team(&self, team: Team) {
        self.with_state(|state| state.teams.insert(team.id, team));
    }

    /// An asset.
    #[must_use]
    pub fn asset(&self, id: AssetId) -> Option<Asset> {
        self.with_state(|state| state.assets.get(&id).cloned())
    }

    /// Adds an asset, or replaces the one of the same id.
    pub fn put_asset(&self, asset: Asset) {
        self.with_state(|state| state.assets.insert(asset.key.id, asset));
    }

    /// The connection of a local user with a remote one.
    #[must_use]
    pub fn connection(&self, local: UserId, remote: &Qualified<UserId>) -> Option<Connection> {
        self.with_state(|state| state.connections.get(&local)?.get(remote))
    }

    /// The remote users that a local user has a connection with.
    #[must_use]
    pub fn connections(&self, local: UserId) -> Vec<(Qualified<UserId>, Connection)> {
        self.with_state(|state| {
            state.connections.get(&local).map_or_else(Vec::new, |all| {
                all.iter().map(|(with, one)| (with.clone(), *one)).collect()
            })
        })
    }

    /// Puts a connection in place, whatever was there before, without telling anybody.
    pub fn put_connection(&self, local: UserId, remote: Qualified<UserId>, connection: Connection) {
        self.with_state(|state| {
            let connections = state.connections.entry(local).or_default();
            connections.insert(remote, connection);
        });
    }

    /// A conversation that is owned here.
    #[must_use]
    pub fn conversation(&self, id: ConvId) -> Option<Conversation> {
        self.with_state(|state| state.conversations.get(&id).cloned())
    }

    /// Puts a conversation in place, whatever was there before, without telling anybody.
    pub fn put_conversation(&self, conversation: Conversation) {
        self.with_state(|state| {
            state.conversations.insert(conversation.id, conversation);
        });
    }

    /// The conversations of other backends that a local user is in.
    #[must_use]
    pub fn remote_conversations(&self, local: UserId) -> BTreeSet<Qualified<ConvId>> {
        self.with_state(|state| state.remote_conversations.of(local).clone())
    }

    /// Notes that a local user is in a conversation of another backend, without telling anybody.
    pub fn put_remote_conversation(&self, local: UserId, conversation: &Qualified<ConvId>) {
        let most = self.settings().remote_conversations_per_user;
        self.with_state(|state| state.remote_conversations.enter(local, conversation, most));
    }

    /// How it reaches other backends from now on. At first it reaches [`Nobody`].
    pub fn set_peers(&self, peers: impl Peers) {
        *self.0.peers.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(peers);
    }

    pub(crate) fn peers(&self) -> Arc<dyn Peers> {
        self.0
            .peers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A call of this backend to another one, in the newest version that it speaks.
    pub(crate) fn call_to(&self, target: &Domain) -> Call {
        let call = Call::new(self.domain().clone(), target.clone());
        match self.settings().versions.iter().max() {
            Some(newest) => call.with_version(*newest),
            None => call,
        }
    }

    /// The latest events, oldest first: as many as [`Settings::event_log`] says.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.with_state(|state| state.events.latest())
    }

    /// Listens to events from now on. A listener that is too slow misses some, and learns how many.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.with_state(|state| state.events.subscribe())
    }

    /// Guests whose time is over, found when they were looked up. Deleting them takes calls to
    /// other backends ([`LocalUser::delete`]), so it is left to whoever runs the backend.
    ///
    /// Source: `brig.md` §4.3.
    #[must_use]
    pub fn due_for_deletion(&self) -> BTreeSet<UserId> {
        self.with_state(|state| state.due_for_deletion.clone())
    }

    /// Works on the data. The function cannot wait, since it is not async.
    pub(crate) fn with_state<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        // Whoever panicked while holding the lock did so between two whole changes, or in a test.
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut state)
    }

    /// Answers a call that is for this backend.
    pub(crate) fn answer<R>(
        &self,
        call: &Call,
        work: impl FnOnce(&mut State) -> R,
    ) -> Result<R, Failure> {
        self.addressed(call)?;
        Ok(self.with_state(work))
    }

    /// Refuses an RPC that none of the configured versions has.
    pub(crate) fn offered(&self, versions: VersionRange) -> Result<(), Failure> {
        let mut own = self.settings().versions.iter();
        if own.any(|version| versions.contains(*version)) {
            Ok(())
        } else {
            Err(Failure::no_endpoint())
        }
    }

    /// Refuses calls to another backend: ids that are "the target's" would be taken for ours.
    pub(crate) fn addressed(&self, call: &Call) -> Result<(), Failure> {
        if call.target() == self.domain() {
            Ok(())
        } else {
            Err(Failure::bad_request(format!(
                "this is the backend {}, the call is for {}",
                self.domain(),
                call.target()
            )))
        }
    }
}

/// The bare id of a local object, from a request that is known to be for this backend.
pub(crate) fn local<T: Copy>(call: &Call, id: &OfRecipient<T>) -> T {
    *call.request().own(id)
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend")
            .field("domain", &self.0.domain)
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}
