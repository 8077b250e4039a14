// Emitted by federation-codegen from src/brig.rs of federation-api. Do not edit.

use ::federation_api::backends::{
    DomainSet, NonConnectedBackends, UserDeletedConnectionsNotification,
};
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
use ::federation_openapi::{Component, Operation};
use ::std::collections::BTreeSet;

/// The component `brig`, as the documents describe it.
pub fn component() -> Component {
    Component::new(
        "brig",
        "Users, their clients and their key material.\n\nEvery negative answer is a value of the response, with one exception: an MLS cipher suite that\nthe target does not support is 400 `mls-protocol-error`.\n\nSource: `brig.md`.",
        [
            Operation::call::<
                Unit,
                VersionInfo,
            >(
                rpcs::API_VERSION,
                "The versions of the federation API that the target speaks.\n\nAlso a plain probe whether the target can be reached. Made without a version, whatever\ncomponent is called afterwards.",
            ),
            Operation::call::<
                OfRecipient<Handle>,
                Option<UserProfile>,
            >(
                rpcs::GET_USER_BY_HANDLE,
                "The profile of the user that owns a handle.\n\nNothing where no user owns it, where its owner is only invited, or where the target's search\npolicy hides its users from the origin.",
            ),
            Operation::call::<
                Vec<OfRecipient<UserId>>,
                Vec<UserProfile>,
            >(
                rpcs::GET_USERS_BY_IDS,
                "The profiles of these users, in the order asked for.\n\nUnknown users and pending invitations are left out; a user asked for twice is there twice; a\ndeleted user is a tombstone.",
            ),
            Operation::call::<
                (OfRecipient<UserId>, ClientId),
                Option<ClientPrekey>,
            >(
                rpcs::CLAIM_PREKEY,
                "One prekey of one client, taken from its stock.\n\nThe last-resort prekey (id 65535) is never used up. Nothing where the user or the client does\nnot exist or has no prekey.",
            ),
            Operation::call::<
                OfRecipient<UserId>,
                PrekeyBundle,
            >(
                rpcs::CLAIM_PREKEY_BUNDLE,
                "One prekey of each client of a user, taken from their stocks.\n\nClients without a prekey are left out; an unknown user has no clients.",
            ),
            Operation::call::<
                UserClients,
                UserClientPrekeyMap,
            >(
                rpcs::CLAIM_MULTI_PREKEY_BUNDLE,
                "One prekey of each of these clients, taken from their stocks.\n\nThe answer has exactly the users and clients of the request; a client that does not exist or\nhas no prekey has null.",
            ),
            Operation::call::<
                SearchRequest,
                SearchResponse,
            >(
                rpcs::SEARCH_USERS,
                "The users that a search finds, at most 15, an exact match of the handle first.\n\nThe answer says which search policy was applied to the origin.",
            ),
            Operation::call::<
                GetUserClients,
                UserMap<BTreeSet<PubClient>>,
            >(
                rpcs::GET_USER_CLIENTS,
                "All clients of these users. Every user asked for is in the answer; an unknown one has none.",
            ),
            Operation::call::<
                MlsClientsRequestV0,
                BTreeSet<ClientInfo>,
            >(
                rpcs::GET_MLS_CLIENTS_V0,
                "The clients of a user and whether they can use MLS, asked by signature scheme.\n\nSuperseded in V1 by the form that names a cipher suite: the scheme must be valid and is\notherwise ignored, the answer is for cipher suite 1. If a suite is named all the same, the\nanswer is for it; an unsupported one is 400 `mls-protocol-error`.",
            ),
            Operation::call::<
                MlsClientsRequest,
                BTreeSet<ClientInfo>,
            >(
                rpcs::GET_MLS_CLIENTS,
                "The clients of a user, each with its signature key for a cipher suite and whether it has key\npackages for it.\n\nAn unknown user has none; an unsupported suite is 400 `mls-protocol-error`.",
            ),
            Operation::call::<
                MlsClientRequest,
                ClientInfo,
            >(
                rpcs::GET_MLS_CLIENT,
                "One client of a user, with its signature key for a cipher suite and whether it has key\npackages for it.\n\nNever \"not found\": an unknown client comes back without a key and without key packages. An\nunsupported suite is 400 `mls-protocol-error`.",
            ),
            Operation::call::<
                NewConnectionRequest,
                NewConnectionResponse,
            >(
                rpcs::SEND_CONNECTION_ACTION,
                "A user of the origin asks a user of the target for a connection, or takes that back.",
            ),
            Operation::call::<
                ClaimKeyPackageRequest,
                Option<KeyPackageBundle>,
            >(
                rpcs::CLAIM_KEY_PACKAGES,
                "One key package of each client of a user, taken from their stocks.\n\nNothing where the target has no MLS, or the user is unknown, not active or under legal hold;\nan empty set where no client has a key package. An unsupported suite is 400\n`mls-protocol-error`.",
            ),
            Operation::call::<
                DomainSet,
                NonConnectedBackends,
            >(
                rpcs::GET_NOT_FULLY_CONNECTED_BACKENDS,
                "Those of the given backends with which the target does not federate.",
            ),
            Operation::call::<
                UserDeletedConnectionsNotification,
                EmptyResponse,
            >(
                rpcs::ON_USER_DELETED_CONNECTIONS,
                "A user of the origin was deleted: its connections to users of the target are gone.",
            ),
        ],
    )
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
