//! The declaration of brig: users, their clients and their key material.

use std::collections::BTreeSet;

use federation_api_macros::component;

use crate::backends::{DomainSet, NonConnectedBackends, UserDeletedConnectionsNotification};
use crate::call::Call;
use crate::client::{ClientId, GetUserClients, PubClient};
use crate::connection::{NewConnectionRequest, NewConnectionResponse};
use crate::empty::{EmptyResponse, Unit};
use crate::handle::Handle;
use crate::id::UserId;
use crate::key_package::{ClaimKeyPackageRequest, KeyPackageBundle};
use crate::mls::{ClientInfo, MlsClientRequest, MlsClientsRequest, MlsClientsRequestV0};
use crate::ownership::OfRecipient;
use crate::prekey::{ClientPrekey, PrekeyBundle};
use crate::search::{SearchRequest, SearchResponse};
use crate::user::UserProfile;
use crate::user_map::{UserClientPrekeyMap, UserClients, UserMap};
use crate::version_info::VersionInfo;

/// Users, their clients and their key material.
///
/// Every negative answer is a value of the response, with one exception: an MLS cipher suite that
/// the target does not support is 400 `mls-protocol-error`.
///
/// Source: `brig.md`.
#[component("brig")]
pub trait Brig {
    /// What a failed call gives its caller.
    type Error;

    /// The versions of the federation API that the target speaks.
    ///
    /// Also a plain probe whether the target can be reached. Made without a version, whatever
    /// component is called afterwards.
    #[rpc(idempotent)]
    async fn api_version(&self, call: &Call, nothing: Unit) -> Result<VersionInfo, Self::Error>;

    /// The profile of the user that owns a handle.
    ///
    /// Nothing where no user owns it, where its owner is only invited, or where the target's search
    /// policy hides its users from the origin.
    #[rpc(idempotent)]
    async fn get_user_by_handle(
        &self,
        call: &Call,
        handle: OfRecipient<Handle>,
    ) -> Result<Option<UserProfile>, Self::Error>;

    /// The profiles of these users, in the order asked for.
    ///
    /// Unknown users and pending invitations are left out; a user asked for twice is there twice; a
    /// deleted user is a tombstone.
    #[rpc(idempotent)]
    async fn get_users_by_ids(
        &self,
        call: &Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> Result<Vec<UserProfile>, Self::Error>;

    /// One prekey of one client, taken from its stock.
    ///
    /// The last-resort prekey (id 65535) is never used up. Nothing where the user or the client does
    /// not exist or has no prekey.
    #[rpc]
    async fn claim_prekey(
        &self,
        call: &Call,
        client: (OfRecipient<UserId>, ClientId),
    ) -> Result<Option<ClientPrekey>, Self::Error>;

    /// One prekey of each client of a user, taken from their stocks.
    ///
    /// Clients without a prekey are left out; an unknown user has no clients.
    #[rpc]
    async fn claim_prekey_bundle(
        &self,
        call: &Call,
        user: OfRecipient<UserId>,
    ) -> Result<PrekeyBundle, Self::Error>;

    /// One prekey of each of these clients, taken from their stocks.
    ///
    /// The answer has exactly the users and clients of the request; a client that does not exist or
    /// has no prekey has null.
    #[rpc]
    async fn claim_multi_prekey_bundle(
        &self,
        call: &Call,
        clients: UserClients,
    ) -> Result<UserClientPrekeyMap, Self::Error>;

    /// The users that a search finds, at most 15, an exact match of the handle first.
    ///
    /// The answer says which search policy was applied to the origin.
    #[rpc(idempotent)]
    async fn search_users(
        &self,
        call: &Call,
        search: SearchRequest,
    ) -> Result<SearchResponse, Self::Error>;

    /// All clients of these users. Every user asked for is in the answer; an unknown one has none.
    #[rpc(idempotent)]
    async fn get_user_clients(
        &self,
        call: &Call,
        users: GetUserClients,
    ) -> Result<UserMap<BTreeSet<PubClient>>, Self::Error>;

    /// The clients of a user and whether they can use MLS, asked by signature scheme.
    ///
    /// Superseded in V1 by the form that names a cipher suite: the scheme must be valid and is
    /// otherwise ignored, the answer is for cipher suite 1. If a suite is named all the same, the
    /// answer is for it; an unsupported one is 400 `mls-protocol-error`.
    #[rpc(name = "get-mls-clients", until = V1, superseded_by = get_mls_clients, idempotent)]
    async fn get_mls_clients_v0(
        &self,
        call: &Call,
        request: MlsClientsRequestV0,
    ) -> Result<BTreeSet<ClientInfo>, Self::Error> {
        self.get_mls_clients(call, request.into()).await
    }

    /// The clients of a user, each with its signature key for a cipher suite and whether it has key
    /// packages for it.
    ///
    /// An unknown user has none; an unsupported suite is 400 `mls-protocol-error`.
    #[rpc(from = V1, idempotent)]
    async fn get_mls_clients(
        &self,
        call: &Call,
        request: MlsClientsRequest,
    ) -> Result<BTreeSet<ClientInfo>, Self::Error>;

    /// One client of a user, with its signature key for a cipher suite and whether it has key
    /// packages for it.
    ///
    /// Never "not found": an unknown client comes back without a key and without key packages. An
    /// unsupported suite is 400 `mls-protocol-error`.
    #[rpc(from = V3, idempotent)]
    async fn get_mls_client(
        &self,
        call: &Call,
        request: MlsClientRequest,
    ) -> Result<ClientInfo, Self::Error>;

    /// A user of the origin asks a user of the target for a connection, or takes that back.
    #[rpc]
    async fn send_connection_action(
        &self,
        call: &Call,
        request: NewConnectionRequest,
    ) -> Result<NewConnectionResponse, Self::Error>;

    /// One key package of each client of a user, taken from their stocks.
    ///
    /// Nothing where the target has no MLS, or the user is unknown, not active or under legal hold;
    /// an empty set where no client has a key package. An unsupported suite is 400
    /// `mls-protocol-error`.
    #[rpc]
    async fn claim_key_packages(
        &self,
        call: &Call,
        request: ClaimKeyPackageRequest,
    ) -> Result<Option<KeyPackageBundle>, Self::Error>;

    /// Those of the given backends with which the target does not federate.
    #[rpc(idempotent)]
    async fn get_not_fully_connected_backends(
        &self,
        call: &Call,
        domains: DomainSet,
    ) -> Result<NonConnectedBackends, Self::Error>;

    /// A user of the origin was deleted: its connections to users of the target are gone.
    #[notification]
    async fn on_user_deleted_connections(
        &self,
        call: &Call,
        deleted: UserDeletedConnectionsNotification,
    ) -> Result<EmptyResponse, Self::Error>;
}
