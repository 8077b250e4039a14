//! The brig of a backend in memory.

mod connections;
mod mls;
mod prekeys;
mod users;

use std::collections::BTreeSet;

use federation_api::backends::{
    DomainSet, NonConnectedBackends, UserDeletedConnectionsNotification,
};
use federation_api::client::{ClientId, GetUserClients, PubClient};
use federation_api::connection::{NewConnectionRequest, NewConnectionResponse};
use federation_api::key_package::{ClaimKeyPackageRequest, KeyPackageBundle};
use federation_api::mls::{ClientInfo, MlsClientRequest, MlsClientsRequest, MlsClientsRequestV0};
use federation_api::prekey::{ClientPrekey, PrekeyBundle};
use federation_api::search::{SearchRequest, SearchResponse};
use federation_api::user_map::{UserClientPrekeyMap, UserClients, UserMap};
use federation_api::{
    Brig, Call, EmptyResponse, Failure, Handle, OfRecipient, Unit, UserId, UserProfile, Version,
    VersionInfo, VersionRange,
};

use crate::backend::{Backend, local};

/// The brig of a [`Backend`]: what other backends ask about its users.
///
/// Behaves as `brig.md` §4 says. Three things are this implementation's own:
///
/// - A call that is addressed to another domain is refused (400 `bad-request`).
/// - A caller that states no version does not know the answer "not federating"; it is told that the
///   user is not activated (`history.md` §7.2, rule W7, and §7.4). Whoever states a version, even 0,
///   knows it.
/// - A user whose connections are [as many as may be](crate::Settings::connections_per_user) gets no
///   more: 403 `connection-limit`.
#[derive(Clone, Debug)]
pub struct BackendBrig {
    backend: Backend,
}

impl BackendBrig {
    pub(crate) const fn new(backend: Backend) -> Self {
        Self { backend }
    }

    /// The backend that this is the brig of.
    #[must_use]
    pub const fn backend(&self) -> &Backend {
        &self.backend
    }
}

impl Brig for BackendBrig {
    type Error = Failure;

    async fn api_version(&self, call: &Call, _: Unit) -> Result<VersionInfo, Failure> {
        self.backend.addressed(call)?;
        Ok(VersionInfo::of(&self.backend.settings().versions))
    }

    async fn get_user_by_handle(
        &self,
        call: &Call,
        handle: OfRecipient<Handle>,
    ) -> Result<Option<UserProfile>, Failure> {
        self.backend.answer(call, |state| {
            users::by_handle(&self.backend, state, call, &handle)
        })
    }

    async fn get_users_by_ids(
        &self,
        call: &Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> Result<Vec<UserProfile>, Failure> {
        self.backend.answer(call, |state| {
            users::by_ids(&self.backend, state, call, &users)
        })
    }

    async fn claim_prekey(
        &self,
        call: &Call,
        (user, client): (OfRecipient<UserId>, ClientId),
    ) -> Result<Option<ClientPrekey>, Failure> {
        self.backend.answer(call, |state| {
            let prekey = prekeys::claim(state, local(call, &user), client)?;
            Some(ClientPrekey { client, prekey })
        })
    }

    async fn claim_prekey_bundle(
        &self,
        call: &Call,
        user: OfRecipient<UserId>,
    ) -> Result<PrekeyBundle, Failure> {
        self.backend.answer(call, |state| {
            prekeys::claim_bundle(state, local(call, &user))
        })
    }

    async fn claim_multi_prekey_bundle(
        &self,
        call: &Call,
        clients: UserClients,
    ) -> Result<UserClientPrekeyMap, Failure> {
        self.backend
            .answer(call, |state| prekeys::claim_all(state, call, clients))
    }

    async fn search_users(
        &self,
        call: &Call,
        search: SearchRequest,
    ) -> Result<SearchResponse, Failure> {
        let domain = self.backend.domain();
        self.backend
            .answer(call, |state| users::search(domain, state, call, &search))
    }

    async fn get_user_clients(
        &self,
        call: &Call,
        users: GetUserClients,
    ) -> Result<UserMap<BTreeSet<PubClient>>, Failure> {
        self.backend
            .answer(call, |state| users::clients(state, call, &users))
    }

    async fn get_mls_clients_v0(
        &self,
        call: &Call,
        request: MlsClientsRequestV0,
    ) -> Result<BTreeSet<ClientInfo>, Failure> {
        self.backend.offered(VersionRange::ALL.until(Version::V1))?;
        let now = self.backend.settings().clock.now();
        self.backend
            .answer(call, |state| mls::clients(state, call, request.into(), now))?
    }

    async fn get_mls_clients(
        &self,
        call: &Call,
        request: MlsClientsRequest,
    ) -> Result<BTreeSet<ClientInfo>, Failure> {
        self.backend.offered(VersionRange::ALL.from(Version::V1))?;
        let now = self.backend.settings().clock.now();
        self.backend
            .answer(call, |state| mls::clients(state, call, request, now))?
    }

    async fn get_mls_client(
        &self,
        call: &Call,
        request: MlsClientRequest,
    ) -> Result<ClientInfo, Failure> {
        self.backend.offered(VersionRange::ALL.from(Version::V3))?;
        let now = self.backend.settings().clock.now();
        self.backend
            .answer(call, |state| mls::client(state, call, request, now))?
    }

    async fn send_connection_action(
        &self,
        call: &Call,
        request: NewConnectionRequest,
    ) -> Result<NewConnectionResponse, Failure> {
        let most = self.backend.settings().connections_per_user;
        self.backend
            .answer(call, |state| connections::act(state, call, request, most))?
    }

    async fn claim_key_packages(
        &self,
        call: &Call,
        request: ClaimKeyPackageRequest,
    ) -> Result<Option<KeyPackageBundle>, Failure> {
        if !self.backend.settings().mls {
            self.backend.addressed(call)?;
            return Ok(None);
        }
        let domain = self.backend.domain();
        let now = self.backend.settings().clock.now();
        self.backend
            .answer(call, |state| mls::claim(domain, state, call, request, now))?
    }

    async fn get_not_fully_connected_backends(
        &self,
        call: &Call,
        domains: DomainSet,
    ) -> Result<NonConnectedBackends, Failure> {
        self.backend.answer(call, |state| NonConnectedBackends {
            non_connected_backends: state.policy.not_connected(domains.domains),
        })
    }

    async fn on_user_deleted_connections(
        &self,
        call: &Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> Result<EmptyResponse, Failure> {
        self.backend
            .answer(call, |state| connections::forget(state, call, deleted))
    }
}
