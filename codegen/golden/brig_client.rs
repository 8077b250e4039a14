// Emitted by federation-codegen from src/brig.rs of federation-api. Do not edit.

use ::core::fmt::Formatter;
use ::federation_api::Call;
use ::federation_api::backends::{
    DomainSet, NonConnectedBackends, UserDeletedConnectionsNotification,
};
use ::federation_api::brig::Brig;
use ::federation_api::client::{ClientId, GetUserClients, PubClient};
use ::federation_api::connection::{NewConnectionRequest, NewConnectionResponse};
use ::federation_api::empty::{EmptyResponse, Unit};
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
use ::federation_clients::{
    BoxFuture, CallError, Connection, DynamicRpc, Mocked, Retry, Retryable,
};
use ::std::collections::BTreeSet;
use ::std::sync::Arc;

/// Calls [`Brig`] of another backend, over a [`Connection`].
#[derive(Clone, Debug)]
pub struct Client {
    connection: Connection,
}

impl Client {
    /// A client that makes its calls over this connection.
    pub fn new(connection: Connection) -> Self {
        Self { connection }
    }
}

impl Brig for Client {
    type Error = CallError;

    async fn api_version(
        &self,
        call: &Call,
        nothing: Unit,
    ) -> Result<VersionInfo, CallError> {
        self.connection.call(&rpcs::API_VERSION, call, &nothing).await
    }

    async fn get_user_by_handle(
        &self,
        call: &Call,
        handle: OfRecipient<::federation_api::handle::Handle>,
    ) -> Result<Option<UserProfile>, CallError> {
        self.connection.call(&rpcs::GET_USER_BY_HANDLE, call, &handle).await
    }

    async fn get_users_by_ids(
        &self,
        call: &Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> Result<Vec<UserProfile>, CallError> {
        self.connection.call(&rpcs::GET_USERS_BY_IDS, call, &users).await
    }

    async fn claim_prekey(
        &self,
        call: &Call,
        client: (OfRecipient<UserId>, ClientId),
    ) -> Result<Option<ClientPrekey>, CallError> {
        self.connection.call(&rpcs::CLAIM_PREKEY, call, &client).await
    }

    async fn claim_prekey_bundle(
        &self,
        call: &Call,
        user: OfRecipient<UserId>,
    ) -> Result<PrekeyBundle, CallError> {
        self.connection.call(&rpcs::CLAIM_PREKEY_BUNDLE, call, &user).await
    }

    async fn claim_multi_prekey_bundle(
        &self,
        call: &Call,
        clients: UserClients,
    ) -> Result<UserClientPrekeyMap, CallError> {
        self.connection.call(&rpcs::CLAIM_MULTI_PREKEY_BUNDLE, call, &clients).await
    }

    async fn search_users(
        &self,
        call: &Call,
        search: SearchRequest,
    ) -> Result<SearchResponse, CallError> {
        self.connection.call(&rpcs::SEARCH_USERS, call, &search).await
    }

    async fn get_user_clients(
        &self,
        call: &Call,
        users: GetUserClients,
    ) -> Result<UserMap<BTreeSet<PubClient>>, CallError> {
        self.connection.call(&rpcs::GET_USER_CLIENTS, call, &users).await
    }

    async fn get_mls_clients_v0(
        &self,
        call: &Call,
        request: MlsClientsRequestV0,
    ) -> Result<BTreeSet<ClientInfo>, CallError> {
        self.connection.call(&rpcs::GET_MLS_CLIENTS_V0, call, &request).await
    }

    async fn get_mls_clients(
        &self,
        call: &Call,
        request: MlsClientsRequest,
    ) -> Result<BTreeSet<ClientInfo>, CallError> {
        if self.connection.is_older(&rpcs::GET_MLS_CLIENTS, call).await? {
            let request = ::federation_clients::convert(
                &rpcs::GET_MLS_CLIENTS_V0,
                request,
            )?;
            let response = Brig::get_mls_clients_v0(self, call, request).await?;
            return ::federation_clients::convert(&rpcs::GET_MLS_CLIENTS, response);
        }
        self.connection.call(&rpcs::GET_MLS_CLIENTS, call, &request).await
    }

    async fn get_mls_client(
        &self,
        call: &Call,
        request: MlsClientRequest,
    ) -> Result<ClientInfo, CallError> {
        self.connection.call(&rpcs::GET_MLS_CLIENT, call, &request).await
    }

    async fn send_connection_action(
        &self,
        call: &Call,
        request: NewConnectionRequest,
    ) -> Result<NewConnectionResponse, CallError> {
        self.connection.call(&rpcs::SEND_CONNECTION_ACTION, call, &request).await
    }

    async fn claim_key_packages(
        &self,
        call: &Call,
        request: ClaimKeyPackageRequest,
    ) -> Result<Option<KeyPackageBundle>, CallError> {
        self.connection.call(&rpcs::CLAIM_KEY_PACKAGES, call, &request).await
    }

    async fn get_not_fully_connected_backends(
        &self,
        call: &Call,
        domains: DomainSet,
    ) -> Result<NonConnectedBackends, CallError> {
        self.connection
            .call(&rpcs::GET_NOT_FULLY_CONNECTED_BACKENDS, call, &domains)
            .await
    }

    async fn on_user_deleted_connections(
        &self,
        call: &Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> Result<EmptyResponse, CallError> {
        self.connection.call(&rpcs::ON_USER_DELETED_CONNECTIONS, call, &deleted).await
    }
}

/// Repeats calls that failed for a passing reason, if their RPC is declared idempotent; hands all
/// others to the [`Brig`] inside as they are.
#[derive(Clone, Debug)]
pub struct Retrying<S> {
    inner: S,
    retry: Retry,
}

impl<S> Retrying<S> {
    /// Repeats calls on `inner` as `retry` says.
    pub fn new(inner: S, retry: Retry) -> Self {
        Self { inner, retry }
    }
}

impl<S> Brig for Retrying<S>
where
    S: Brig<Error: Retryable>,
{
    type Error = S::Error;

    async fn api_version(
        &self,
        call: &Call,
        nothing: Unit,
    ) -> Result<VersionInfo, S::Error> {
        self.retry
            .run(
                &rpcs::API_VERSION,
                call,
                nothing,
                |nothing| { Brig::api_version(&self.inner, call, nothing) },
            )
            .await
    }

    async fn get_user_by_handle(
        &self,
        call: &Call,
        handle: OfRecipient<::federation_api::handle::Handle>,
    ) -> Result<Option<UserProfile>, S::Error> {
        self.retry
            .run(
                &rpcs::GET_USER_BY_HANDLE,
                call,
                handle,
                |handle| { Brig::get_user_by_handle(&self.inner, call, handle) },
            )
            .await
    }

    async fn get_users_by_ids(
        &self,
        call: &Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> Result<Vec<UserProfile>, S::Error> {
        self.retry
            .run(
                &rpcs::GET_USERS_BY_IDS,
                call,
                users,
                |users| { Brig::get_users_by_ids(&self.inner, call, users) },
            )
            .await
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
        self.retry
            .run(
                &rpcs::SEARCH_USERS,
                call,
                search,
                |search| { Brig::search_users(&self.inner, call, search) },
            )
            .await
    }

    async fn get_user_clients(
        &self,
        call: &Call,
        users: GetUserClients,
    ) -> Result<UserMap<BTreeSet<PubClient>>, S::Error> {
        self.retry
            .run(
                &rpcs::GET_USER_CLIENTS,
                call,
                users,
                |users| { Brig::get_user_clients(&self.inner, call, users) },
            )
            .await
    }

    async fn get_mls_clients_v0(
        &self,
        call: &Call,
        request: MlsClientsRequestV0,
    ) -> Result<BTreeSet<ClientInfo>, S::Error> {
        self.retry
            .run(
                &rpcs::GET_MLS_CLIENTS_V0,
                call,
                request,
                |request| { Brig::get_mls_clients_v0(&self.inner, call, request) },
            )
            .await
    }

    async fn get_mls_clients(
        &self,
        call: &Call,
        request: MlsClientsRequest,
    ) -> Result<BTreeSet<ClientInfo>, S::Error> {
        self.retry
            .run(
                &rpcs::GET_MLS_CLIENTS,
                call,
                request,
                |request| { Brig::get_mls_clients(&self.inner, call, request) },
            )
            .await
    }

    async fn get_mls_client(
        &self,
        call: &Call,
        request: MlsClientRequest,
    ) -> Result<ClientInfo, S::Error> {
        self.retry
            .run(
                &rpcs::GET_MLS_CLIENT,
                call,
                request,
                |request| { Brig::get_mls_client(&self.inner, call, request) },
            )
            .await
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
        self.retry
            .run(
                &rpcs::GET_NOT_FULLY_CONNECTED_BACKENDS,
                call,
                domains,
                |domains| {
                    Brig::get_not_fully_connected_backends(&self.inner, call, domains)
                },
            )
            .await
    }

    async fn on_user_deleted_connections(
        &self,
        call: &Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> Result<EmptyResponse, S::Error> {
        Brig::on_user_deleted_connections(&self.inner, call, deleted).await
    }
}

/// Some implementation of [`Brig`]; which one is not in the type.
pub struct Handle<E>(Arc<dyn Boxed<E>>);

impl<E: Send + 'static> Handle<E> {
    /// Hides which implementation of [`Brig`] `inner` is.
    pub fn new(inner: impl Brig<Error = E>) -> Self {
        Self(Arc::new(inner))
    }
}

impl<E> Clone for Handle<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E> ::core::fmt::Debug for Handle<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl<E: Send + 'static> Brig for Handle<E> {
    type Error = E;

    async fn api_version(&self, call: &Call, nothing: Unit) -> Result<VersionInfo, E> {
        self.0.boxed_api_version(call, nothing).await
    }

    async fn get_user_by_handle(
        &self,
        call: &Call,
        handle: OfRecipient<::federation_api::handle::Handle>,
    ) -> Result<Option<UserProfile>, E> {
        self.0.boxed_get_user_by_handle(call, handle).await
    }

    async fn get_users_by_ids(
        &self,
        call: &Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> Result<Vec<UserProfile>, E> {
        self.0.boxed_get_users_by_ids(call, users).await
    }

    async fn claim_prekey(
        &self,
        call: &Call,
        client: (OfRecipient<UserId>, ClientId),
    ) -> Result<Option<ClientPrekey>, E> {
        self.0.boxed_claim_prekey(call, client).await
    }

    async fn claim_prekey_bundle(
        &self,
        call: &Call,
        user: OfRecipient<UserId>,
    ) -> Result<PrekeyBundle, E> {
        self.0.boxed_claim_prekey_bundle(call, user).await
    }

    async fn claim_multi_prekey_bundle(
        &self,
        call: &Call,
        clients: UserClients,
    ) -> Result<UserClientPrekeyMap, E> {
        self.0.boxed_claim_multi_prekey_bundle(call, clients).await
    }

    async fn search_users(
        &self,
        call: &Call,
        search: SearchRequest,
    ) -> Result<SearchResponse, E> {
        self.0.boxed_search_users(call, search).await
    }

    async fn get_user_clients(
        &self,
        call: &Call,
        users: GetUserClients,
    ) -> Result<UserMap<BTreeSet<PubClient>>, E> {
        self.0.boxed_get_user_clients(call, users).await
    }

    async fn get_mls_clients_v0(
        &self,
        call: &Call,
        request: MlsClientsRequestV0,
    ) -> Result<BTreeSet<ClientInfo>, E> {
        self.0.boxed_get_mls_clients_v0(call, request).await
    }

    async fn get_mls_clients(
        &self,
        call: &Call,
        request: MlsClientsRequest,
    ) -> Result<BTreeSet<ClientInfo>, E> {
        self.0.boxed_get_mls_clients(call, request).await
    }

    async fn get_mls_client(
        &self,
        call: &Call,
        request: MlsClientRequest,
    ) -> Result<ClientInfo, E> {
        self.0.boxed_get_mls_client(call, request).await
    }

    async fn send_connection_action(
        &self,
        call: &Call,
        request: NewConnectionRequest,
    ) -> Result<NewConnectionResponse, E> {
        self.0.boxed_send_connection_action(call, request).await
    }

    async fn claim_key_packages(
        &self,
        call: &Call,
        request: ClaimKeyPackageRequest,
    ) -> Result<Option<KeyPackageBundle>, E> {
        self.0.boxed_claim_key_packages(call, request).await
    }

    async fn get_not_fully_connected_backends(
        &self,
        call: &Call,
        domains: DomainSet,
    ) -> Result<NonConnectedBackends, E> {
        self.0.boxed_get_not_fully_connected_backends(call, domains).await
    }

    async fn on_user_deleted_connections(
        &self,
        call: &Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_user_deleted_connections(call, deleted).await
    }
}

trait Boxed<E>: Send + Sync {
    fn boxed_api_version<'a>(
        &'a self,
        call: &'a Call,
        nothing: Unit,
    ) -> BoxFuture<'a, Result<VersionInfo, E>>;

    fn boxed_get_user_by_handle<'a>(
        &'a self,
        call: &'a Call,
        handle: OfRecipient<::federation_api::handle::Handle>,
    ) -> BoxFuture<'a, Result<Option<UserProfile>, E>>;

    fn boxed_get_users_by_ids<'a>(
        &'a self,
        call: &'a Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> BoxFuture<'a, Result<Vec<UserProfile>, E>>;

    fn boxed_claim_prekey<'a>(
        &'a self,
        call: &'a Call,
        client: (OfRecipient<UserId>, ClientId),
    ) -> BoxFuture<'a, Result<Option<ClientPrekey>, E>>;

    fn boxed_claim_prekey_bundle<'a>(
        &'a self,
        call: &'a Call,
        user: OfRecipient<UserId>,
    ) -> BoxFuture<'a, Result<PrekeyBundle, E>>;

    fn boxed_claim_multi_prekey_bundle<'a>(
        &'a self,
        call: &'a Call,
        clients: UserClients,
    ) -> BoxFuture<'a, Result<UserClientPrekeyMap, E>>;

    fn boxed_search_users<'a>(
        &'a self,
        call: &'a Call,
        search: SearchRequest,
    ) -> BoxFuture<'a, Result<SearchResponse, E>>;

    fn boxed_get_user_clients<'a>(
        &'a self,
        call: &'a Call,
        users: GetUserClients,
    ) -> BoxFuture<'a, Result<UserMap<BTreeSet<PubClient>>, E>>;

    fn boxed_get_mls_clients_v0<'a>(
        &'a self,
        call: &'a Call,
        request: MlsClientsRequestV0,
    ) -> BoxFuture<'a, Result<BTreeSet<ClientInfo>, E>>;

    fn boxed_get_mls_clients<'a>(
        &'a self,
        call: &'a Call,
        request: MlsClientsRequest,
    ) -> BoxFuture<'a, Result<BTreeSet<ClientInfo>, E>>;

    fn boxed_get_mls_client<'a>(
        &'a self,
        call: &'a Call,
        request: MlsClientRequest,
    ) -> BoxFuture<'a, Result<ClientInfo, E>>;

    fn boxed_send_connection_action<'a>(
        &'a self,
        call: &'a Call,
        request: NewConnectionRequest,
    ) -> BoxFuture<'a, Result<NewConnectionResponse, E>>;

    fn boxed_claim_key_packages<'a>(
        &'a self,
        call: &'a Call,
        request: ClaimKeyPackageRequest,
    ) -> BoxFuture<'a, Result<Option<KeyPackageBundle>, E>>;

    fn boxed_get_not_fully_connected_backends<'a>(
        &'a self,
        call: &'a Call,
        domains: DomainSet,
    ) -> BoxFuture<'a, Result<NonConnectedBackends, E>>;

    fn boxed_on_user_deleted_connections<'a>(
        &'a self,
        call: &'a Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;
}

impl<S: Brig> Boxed<S::Error> for S {
    fn boxed_api_version<'a>(
        &'a self,
        call: &'a Call,
        nothing: Unit,
    ) -> BoxFuture<'a, Result<VersionInfo, S::Error>> {
        Box::pin(Brig::api_version(self, call, nothing))
    }

    fn boxed_get_user_by_handle<'a>(
        &'a self,
        call: &'a Call,
        handle: OfRecipient<::federation_api::handle::Handle>,
    ) -> BoxFuture<'a, Result<Option<UserProfile>, S::Error>> {
        Box::pin(Brig::get_user_by_handle(self, call, handle))
    }

    fn boxed_get_users_by_ids<'a>(
        &'a self,
        call: &'a Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> BoxFuture<'a, Result<Vec<UserProfile>, S::Error>> {
        Box::pin(Brig::get_users_by_ids(self, call, users))
    }

    fn boxed_claim_prekey<'a>(
        &'a self,
        call: &'a Call,
        client: (OfRecipient<UserId>, ClientId),
    ) -> BoxFuture<'a, Result<Option<ClientPrekey>, S::Error>> {
        Box::pin(Brig::claim_prekey(self, call, client))
    }

    fn boxed_claim_prekey_bundle<'a>(
        &'a self,
        call: &'a Call,
        user: OfRecipient<UserId>,
    ) -> BoxFuture<'a, Result<PrekeyBundle, S::Error>> {
        Box::pin(Brig::claim_prekey_bundle(self, call, user))
    }

    fn boxed_claim_multi_prekey_bundle<'a>(
        &'a self,
        call: &'a Call,
        clients: UserClients,
    ) -> BoxFuture<'a, Result<UserClientPrekeyMap, S::Error>> {
        Box::pin(Brig::claim_multi_prekey_bundle(self, call, clients))
    }

    fn boxed_search_users<'a>(
        &'a self,
        call: &'a Call,
        search: SearchRequest,
    ) -> BoxFuture<'a, Result<SearchResponse, S::Error>> {
        Box::pin(Brig::search_users(self, call, search))
    }

    fn boxed_get_user_clients<'a>(
        &'a self,
        call: &'a Call,
        users: GetUserClients,
    ) -> BoxFuture<'a, Result<UserMap<BTreeSet<PubClient>>, S::Error>> {
        Box::pin(Brig::get_user_clients(self, call, users))
    }

    fn boxed_get_mls_clients_v0<'a>(
        &'a self,
        call: &'a Call,
        request: MlsClientsRequestV0,
    ) -> BoxFuture<'a, Result<BTreeSet<ClientInfo>, S::Error>> {
        Box::pin(Brig::get_mls_clients_v0(self, call, request))
    }

    fn boxed_get_mls_clients<'a>(
        &'a self,
        call: &'a Call,
        request: MlsClientsRequest,
    ) -> BoxFuture<'a, Result<BTreeSet<ClientInfo>, S::Error>> {
        Box::pin(Brig::get_mls_clients(self, call, request))
    }

    fn boxed_get_mls_client<'a>(
        &'a self,
        call: &'a Call,
        request: MlsClientRequest,
    ) -> BoxFuture<'a, Result<ClientInfo, S::Error>> {
        Box::pin(Brig::get_mls_client(self, call, request))
    }

    fn boxed_send_connection_action<'a>(
        &'a self,
        call: &'a Call,
        request: NewConnectionRequest,
    ) -> BoxFuture<'a, Result<NewConnectionResponse, S::Error>> {
        Box::pin(Brig::send_connection_action(self, call, request))
    }

    fn boxed_claim_key_packages<'a>(
        &'a self,
        call: &'a Call,
        request: ClaimKeyPackageRequest,
    ) -> BoxFuture<'a, Result<Option<KeyPackageBundle>, S::Error>> {
        Box::pin(Brig::claim_key_packages(self, call, request))
    }

    fn boxed_get_not_fully_connected_backends<'a>(
        &'a self,
        call: &'a Call,
        domains: DomainSet,
    ) -> BoxFuture<'a, Result<NonConnectedBackends, S::Error>> {
        Box::pin(Brig::get_not_fully_connected_backends(self, call, domains))
    }

    fn boxed_on_user_deleted_connections<'a>(
        &'a self,
        call: &'a Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Brig::on_user_deleted_connections(self, call, deleted))
    }
}

/// A [`Brig`] that answers as it was told, RPC by RPC, and remembers what it was asked.
#[derive(Debug, Default)]
pub struct Mock {
    /// Answers `api-version`.
    pub api_version: Mocked<Unit, VersionInfo>,
    /// Answers `get-user-by-handle`.
    pub get_user_by_handle: Mocked<
        OfRecipient<::federation_api::handle::Handle>,
        Option<UserProfile>,
    >,
    /// Answers `get-users-by-ids`.
    pub get_users_by_ids: Mocked<Vec<OfRecipient<UserId>>, Vec<UserProfile>>,
    /// Answers `claim-prekey`.
    pub claim_prekey: Mocked<(OfRecipient<UserId>, ClientId), Option<ClientPrekey>>,
    /// Answers `claim-prekey-bundle`.
    pub claim_prekey_bundle: Mocked<OfRecipient<UserId>, PrekeyBundle>,
    /// Answers `claim-multi-prekey-bundle`.
    pub claim_multi_prekey_bundle: Mocked<UserClients, UserClientPrekeyMap>,
    /// Answers `search-users`.
    pub search_users: Mocked<SearchRequest, SearchResponse>,
    /// Answers `get-user-clients`.
    pub get_user_clients: Mocked<GetUserClients, UserMap<BTreeSet<PubClient>>>,
    /// Answers `get-mls-clients`.
    pub get_mls_clients_v0: Mocked<MlsClientsRequestV0, BTreeSet<ClientInfo>>,
    /// Answers `get-mls-clients`.
    pub get_mls_clients: Mocked<MlsClientsRequest, BTreeSet<ClientInfo>>,
    /// Answers `get-mls-client`.
    pub get_mls_client: Mocked<MlsClientRequest, ClientInfo>,
    /// Answers `send-connection-action`.
    pub send_connection_action: Mocked<NewConnectionRequest, NewConnectionResponse>,
    /// Answers `claim-key-packages`.
    pub claim_key_packages: Mocked<ClaimKeyPackageRequest, Option<KeyPackageBundle>>,
    /// Answers `get-not-fully-connected-backends`.
    pub get_not_fully_connected_backends: Mocked<DomainSet, NonConnectedBackends>,
    /// Answers `on-user-deleted-connections`.
    pub on_user_deleted_connections: Mocked<
        UserDeletedConnectionsNotification,
        EmptyResponse,
    >,
}

impl Brig for Mock {
    type Error = CallError;

    async fn api_version(
        &self,
        call: &Call,
        nothing: Unit,
    ) -> Result<VersionInfo, CallError> {
        self.api_version.answer(&rpcs::API_VERSION, call, nothing).await
    }

    async fn get_user_by_handle(
        &self,
        call: &Call,
        handle: OfRecipient<::federation_api::handle::Handle>,
    ) -> Result<Option<UserProfile>, CallError> {
        self.get_user_by_handle.answer(&rpcs::GET_USER_BY_HANDLE, call, handle).await
    }

    async fn get_users_by_ids(
        &self,
        call: &Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> Result<Vec<UserProfile>, CallError> {
        self.get_users_by_ids.answer(&rpcs::GET_USERS_BY_IDS, call, users).await
    }

    async fn claim_prekey(
        &self,
        call: &Call,
        client: (OfRecipient<UserId>, ClientId),
    ) -> Result<Option<ClientPrekey>, CallError> {
        self.claim_prekey.answer(&rpcs::CLAIM_PREKEY, call, client).await
    }

    async fn claim_prekey_bundle(
        &self,
        call: &Call,
        user: OfRecipient<UserId>,
    ) -> Result<PrekeyBundle, CallError> {
        self.claim_prekey_bundle.answer(&rpcs::CLAIM_PREKEY_BUNDLE, call, user).await
    }

    async fn claim_multi_prekey_bundle(
        &self,
        call: &Call,
        clients: UserClients,
    ) -> Result<UserClientPrekeyMap, CallError> {
        self.claim_multi_prekey_bundle
            .answer(&rpcs::CLAIM_MULTI_PREKEY_BUNDLE, call, clients)
            .await
    }

    async fn search_users(
        &self,
        call: &Call,
        search: SearchRequest,
    ) -> Result<SearchResponse, CallError> {
        self.search_users.answer(&rpcs::SEARCH_USERS, call, search).await
    }

    async fn get_user_clients(
        &self,
        call: &Call,
        users: GetUserClients,
    ) -> Result<UserMap<BTreeSet<PubClient>>, CallError> {
        self.get_user_clients.answer(&rpcs::GET_USER_CLIENTS, call, users).await
    }

    async fn get_mls_clients_v0(
        &self,
        call: &Call,
        request: MlsClientsRequestV0,
    ) -> Result<BTreeSet<ClientInfo>, CallError> {
        self.get_mls_clients_v0.answer(&rpcs::GET_MLS_CLIENTS_V0, call, request).await
    }

    async fn get_mls_clients(
        &self,
        call: &Call,
        request: MlsClientsRequest,
    ) -> Result<BTreeSet<ClientInfo>, CallError> {
        self.get_mls_clients.answer(&rpcs::GET_MLS_CLIENTS, call, request).await
    }

    async fn get_mls_client(
        &self,
        call: &Call,
        request: MlsClientRequest,
    ) -> Result<ClientInfo, CallError> {
        self.get_mls_client.answer(&rpcs::GET_MLS_CLIENT, call, request).await
    }

    async fn send_connection_action(
        &self,
        call: &Call,
        request: NewConnectionRequest,
    ) -> Result<NewConnectionResponse, CallError> {
        self.send_connection_action
            .answer(&rpcs::SEND_CONNECTION_ACTION, call, request)
            .await
    }

    async fn claim_key_packages(
        &self,
        call: &Call,
        request: ClaimKeyPackageRequest,
    ) -> Result<Option<KeyPackageBundle>, CallError> {
        self.claim_key_packages.answer(&rpcs::CLAIM_KEY_PACKAGES, call, request).await
    }

    async fn get_not_fully_connected_backends(
        &self,
        call: &Call,
        domains: DomainSet,
    ) -> Result<NonConnectedBackends, CallError> {
        self.get_not_fully_connected_backends
            .answer(&rpcs::GET_NOT_FULLY_CONNECTED_BACKENDS, call, domains)
            .await
    }

    async fn on_user_deleted_connections(
        &self,
        call: &Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> Result<EmptyResponse, CallError> {
        self.on_user_deleted_connections
            .answer(&rpcs::ON_USER_DELETED_CONNECTIONS, call, deleted)
            .await
    }
}

/// Every RPC of `brig`, for tools that are told its name when they run.
pub const ALL: &[DynamicRpc] = &[
    DynamicRpc::call::<Unit, VersionInfo>(rpcs::API_VERSION),
    DynamicRpc::call::<
        OfRecipient<::federation_api::handle::Handle>,
        Option<UserProfile>,
    >(rpcs::GET_USER_BY_HANDLE),
    DynamicRpc::call::<
        Vec<OfRecipient<UserId>>,
        Vec<UserProfile>,
    >(rpcs::GET_USERS_BY_IDS),
    DynamicRpc::call::<
        (OfRecipient<UserId>, ClientId),
        Option<ClientPrekey>,
    >(rpcs::CLAIM_PREKEY),
    DynamicRpc::call::<OfRecipient<UserId>, PrekeyBundle>(rpcs::CLAIM_PREKEY_BUNDLE),
    DynamicRpc::call::<
        UserClients,
        UserClientPrekeyMap,
    >(rpcs::CLAIM_MULTI_PREKEY_BUNDLE),
    DynamicRpc::call::<SearchRequest, SearchResponse>(rpcs::SEARCH_USERS),
    DynamicRpc::call::<
        GetUserClients,
        UserMap<BTreeSet<PubClient>>,
    >(rpcs::GET_USER_CLIENTS),
    DynamicRpc::call::<
        MlsClientsRequestV0,
        BTreeSet<ClientInfo>,
    >(rpcs::GET_MLS_CLIENTS_V0),
    DynamicRpc::call::<MlsClientsRequest, BTreeSet<ClientInfo>>(rpcs::GET_MLS_CLIENTS),
    DynamicRpc::call::<MlsClientRequest, ClientInfo>(rpcs::GET_MLS_CLIENT),
    DynamicRpc::call::<
        NewConnectionRequest,
        NewConnectionResponse,
    >(rpcs::SEND_CONNECTION_ACTION),
    DynamicRpc::call::<
        ClaimKeyPackageRequest,
        Option<KeyPackageBundle>,
    >(rpcs::CLAIM_KEY_PACKAGES),
    DynamicRpc::call::<
        DomainSet,
        NonConnectedBackends,
    >(rpcs::GET_NOT_FULLY_CONNECTED_BACKENDS),
    DynamicRpc::call::<
        UserDeletedConnectionsNotification,
        EmptyResponse,
    >(rpcs::ON_USER_DELETED_CONNECTIONS),
];

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
