// Emitted by federation-codegen from src/brig.rs of federation-api. Do not edit.

use ::axum::Router;
use ::federation_api::{Domain, Failure};
use ::federation_api::brig::Brig;
use ::federation_servers::{Routes, Settings};

/// Serves an implementation of [`Brig`] under `/federation/…`, with default settings.
pub fn router<S>(service: S, own_domain: Domain) -> Router
where
    S: Brig<Error: Into<Failure>>,
{
    routes(service, own_domain, Settings::default()).into_router()
}

/// The RPCs of an implementation of [`Brig`], with these settings, for a router that may serve
/// other components too.
pub fn routes<S>(service: S, own_domain: Domain, settings: Settings) -> Routes
where
    S: Brig<Error: Into<Failure>>,
{
    let mut routes = Routes::new("brig", service, own_domain, settings);
    routes.call(rpcs::API_VERSION, <S as Brig>::api_version);
    routes.call(rpcs::GET_USER_BY_HANDLE, <S as Brig>::get_user_by_handle);
    routes.call(rpcs::GET_USERS_BY_IDS, <S as Brig>::get_users_by_ids);
    routes.call(rpcs::CLAIM_PREKEY, <S as Brig>::claim_prekey);
    routes.call(rpcs::CLAIM_PREKEY_BUNDLE, <S as Brig>::claim_prekey_bundle);
    routes.call(rpcs::CLAIM_MULTI_PREKEY_BUNDLE, <S as Brig>::claim_multi_prekey_bundle);
    routes.call(rpcs::SEARCH_USERS, <S as Brig>::search_users);
    routes.call(rpcs::GET_USER_CLIENTS, <S as Brig>::get_user_clients);
    routes.call(rpcs::GET_MLS_CLIENTS_V0, <S as Brig>::get_mls_clients_v0);
    routes.call(rpcs::GET_MLS_CLIENTS, <S as Brig>::get_mls_clients);
    routes.call(rpcs::GET_MLS_CLIENT, <S as Brig>::get_mls_client);
    routes.call(rpcs::SEND_CONNECTION_ACTION, <S as Brig>::send_connection_action);
    routes.call(rpcs::CLAIM_KEY_PACKAGES, <S as Brig>::claim_key_packages);
    routes
        .call(
            rpcs::GET_NOT_FULLY_CONNECTED_BACKENDS,
            <S as Brig>::get_not_fully_connected_backends,
        );
    routes
        .call(
            rpcs::ON_USER_DELETED_CONNECTIONS,
            <S as Brig>::on_user_deleted_connections,
        );
    routes.erased()
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
