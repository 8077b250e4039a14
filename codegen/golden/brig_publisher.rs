// Emitted by federation-codegen from src/brig.rs of federation-api. Do not edit.

use ::federation_api::Call;
use ::federation_api::backends::{
    DomainSet, NonConnectedBackends, UserDeletedConnectionsNotification,
};
use ::federation_api::brig::Brig;
use ::federation_api::client::{ClientId, GetUserClients, PubClient};
use ::federation_api::connection::{NewConnectionRequest, NewConnectionResponse};
use ::federation_api::empty::{EmptyResponse, Unit};
use ::federation_api::handle::Handle;
use ::federation_api::id::UserId;
use ::federation_api::key_package::{ClaimKeyPackageRequest, KeyPackageBundle};
use ::federation_api::mls::{
    ClientInfo, MlsClientRequest, MlsClientsRequest, MlsClientsRequestV0,
};
use ::federation_api::ownership::OfRecipient;
use ::federation_api::prekey::{ClientPrekey, PrekeyBundle};
use ::federation_api::search::{SearchRequest, SearchResponse};
use ::federation_api::user::UserProfile;
use ::federation_api::user_map::{UserClientPrekeyMap, UserClients, UserMap};
use ::federation_api::version_info::VersionInfo;
use ::federation_notifications::{Announcement, Outlet, PublishError};
use ::std::collections::BTreeSet;

/// Leaves notifications of [`Brig`] for any number of backends at once.
#[derive(Clone, Debug)]
pub struct Publisher {
    outlet: Outlet,
}

impl Publisher {
    /// A publisher that leaves its notifications with this outlet.
    pub fn new(outlet: Outlet) -> Self {
        Self { outlet }
    }

    /// [`::federation_api::brig::Brig::on_user_deleted_connections`], written once for all targets.
    pub async fn on_user_deleted_connections(
        &self,
        to: &Announcement,
        payload: UserDeletedConnectionsNotification,
    ) -> Result<EmptyResponse, PublishError> {
        let mut bundle = self.outlet.bundle(to);
        bundle.add(&rpcs::ON_USER_DELETED_CONNECTIONS, &payload)?;
        bundle.publish().await
    }
}

/// A [`Brig`] whose notifications go through a queue; all other RPCs go to the one inside.
#[derive(Clone, Debug)]
pub struct Queued<S> {
    inner: S,
    publisher: Publisher,
}

impl<S> Queued<S> {
    /// Makes its calls on `inner` and leaves its notifications with `outlet`.
    pub fn new(inner: S, outlet: Outlet) -> Self {
        Self {
            inner,
            publisher: Publisher::new(outlet),
        }
    }
}

impl<S> Brig for Queued<S>
where
    S: Brig<Error: From<PublishError>>,
{
    type Error = S::Error;

    async fn api_version(
        &self,
        call: &Call,
        nothing: Unit,
    ) -> Result<VersionInfo, S::Error> {
        Brig::api_version(&self.inner, call, nothing).await
    }

    async fn get_user_by_handle(
        &self,
        call: &Call,
        handle: OfRecipient<Handle>,
    ) -> Result<Option<UserProfile>, S::Error> {
        Brig::get_user_by_handle(&self.inner, call, handle).await
    }

    async fn get_users_by_ids(
        &self,
        call: &Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> Result<Vec<UserProfile>, S::Error> {
        Brig::get_users_by_ids(&self.inner, call, users).await
    }

    async fn claim_prekey(
        &self,
        call: &Call,
        client: (OfRecipient<UserId>, ClientId),
    ) -> Result<Option<ClientPrekey>, S::Error> {
        Brig::claim_prekey(&self.inner, call, client).await
    }

    async fn claim_prekey_bundle(
        &self,
        call: &Call,
        user: OfRecipient<UserId>,
    ) -> Result<PrekeyBundle, S::Error> {
        Brig::claim_prekey_bundle(&self.inner, call, user).await
    }

    async fn claim_multi_prekey_bundle(
        &self,
        call: &Call,
        clients: UserClients,
    ) -> Result<UserClientPrekeyMap, S::Error> {
        Brig::claim_multi_prekey_bundle(&self.inner, call, clients).await
    }

    async fn search_users(
        &self,
        call: &Call,
        search: SearchRequest,
    ) -> Result<SearchResponse, S::Error> {
        Brig::search_users(&self.inner, call, search).await
    }

    async fn get_user_clients(
        &self,
        call: &Call,
        users: GetUserClients,
    ) -> Result<UserMap<BTreeSet<PubClient>>, S::Error> {
        Brig::get_user_clients(&self.inner, call, users).await
    }

    async fn get_mls_clients_v0(
        &self,
        call: &Call,
        request: MlsClientsRequestV0,
    ) -> Result<BTreeSet<ClientInfo>, S::Error> {
        Brig::get_mls_clients_v0(&self.inner, call, request).await
    }

    async fn get_mls_clients(
        &self,
        call: &Call,
        request: MlsClientsRequest,
    ) -> Result<BTreeSet<ClientInfo>, S::Error> {
        Brig::get_mls_clients(&self.inner, call, request).await
    }

    async fn get_mls_client(
        &self,
        call: &Call,
        request: MlsClientRequest,
    ) -> Result<ClientInfo, S::Error> {
        Brig::get_mls_client(&self.inner, call, request).await
    }

    async fn send_connection_action(
        &self,
        call: &Call,
        request: NewConnectionRequest,
    ) -> Result<NewConnectionResponse, S::Error> {
        Brig::send_connection_action(&self.inner, call, request).await
    }

    async fn claim_key_packages(
        &self,
        call: &Call,
        request: ClaimKeyPackageRequest,
    ) -> Result<Option<KeyPackageBundle>, S::Error> {
        Brig::claim_key_packages(&self.inner, call, request).await
    }

    async fn get_not_fully_connected_backends(
        &self,
        call: &Call,
        domains: DomainSet,
    ) -> Result<NonConnectedBackends, S::Error> {
        Brig::get_not_fully_connected_backends(&self.inner, call, domains).await
    }

    async fn on_user_deleted_connections(
        &self,
        call: &Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> Result<EmptyResponse, S::Error> {
        Ok(
            self
                .publisher
                .on_user_deleted_connections(&Announcement::of(call), deleted)
                .await?,
        )
    }
}

/// What is known of each RPC of `brig`, under the name of its method.
pub mod rpcs {
    use ::federation_api::{Rpc, Version};

    /// [`::federation_api::brig::Brig::api_version`]
    pub const API_VERSION: Rpc = Rpc::new("brig", "api-version").idempotent();

    /// [`::federation_api::brig::Brig::get_user_by_handle`]
    pub const GET_USER_BY_HANDLE: Rpc = Rpc::new("brig", "get-user-by-handle")
        .idempotent();

    /// [`::federation_api::brig::Brig::get_users_by_ids`]
    pub const GET_USERS_BY_IDS: Rpc = Rpc::new("brig", "get-users-by-ids").idempotent();

    /// [`::federation_api::brig::Brig::claim_prekey`]
    pub const CLAIM_PREKEY: Rpc = Rpc::new("brig", "claim-prekey");

    /// [`::federation_api::brig::Brig::claim_prekey_bundle`]
    pub const CLAIM_PREKEY_BUNDLE: Rpc = Rpc::new("brig", "claim-prekey-bundle");

    /// [`::federation_api::brig::Brig::claim_multi_prekey_bundle`]
    pub const CLAIM_MULTI_PREKEY_BUNDLE: Rpc = Rpc::new(
        "brig",
        "claim-multi-prekey-bundle",
    );

    /// [`::federation_api::brig::Brig::search_users`]
    pub const SEARCH_USERS: Rpc = Rpc::new("brig", "search-users").idempotent();

    /// [`::federation_api::brig::Brig::get_user_clients`]
    pub const GET_USER_CLIENTS: Rpc = Rpc::new("brig", "get-user-clients").idempotent();

    /// [`::federation_api::brig::Brig::get_mls_clients_v0`]
    pub const GET_MLS_CLIENTS_V0: Rpc = Rpc::new("brig", "get-mls-clients")
        .until(Version::V1)
        .idempotent();

    /// [`::federation_api::brig::Brig::get_mls_clients`]
    pub const GET_MLS_CLIENTS: Rpc = Rpc::new("brig", "get-mls-clients")
        .from(Version::V1)
        .idempotent();

    /// [`::federation_api::brig::Brig::get_mls_client`]
    pub const GET_MLS_CLIENT: Rpc = Rpc::new("brig", "get-mls-client")
        .from(Version::V3)
        .idempotent();

    /// [`::federation_api::brig::Brig::send_connection_action`]
    pub const SEND_CONNECTION_ACTION: Rpc = Rpc::new("brig", "send-connection-action");

    /// [`::federation_api::brig::Brig::claim_key_packages`]
    pub const CLAIM_KEY_PACKAGES: Rpc = Rpc::new("brig", "claim-key-packages");

    /// [`::federation_api::brig::Brig::get_not_fully_connected_backends`]
    pub const GET_NOT_FULLY_CONNECTED_BACKENDS: Rpc = Rpc::new(
            "brig",
            "get-not-fully-connected-backends",
        )
        .idempotent();

    /// [`::federation_api::brig::Brig::on_user_deleted_connections`]
    pub const ON_USER_DELETED_CONNECTIONS: Rpc = Rpc::new(
            "brig",
            "on-user-deleted-connections",
        )
        .notification();
}
