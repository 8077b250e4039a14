//! The service as implementations of the traits.

use std::collections::BTreeSet;
use std::convert::Infallible;

use federation_api::asset::{GetAsset, GetAssetResponse};
use federation_api::backends::{
    DomainSet, NonConnectedBackends, UserDeletedConnectionsNotification,
};
use federation_api::client::{ClientId, GetUserClients, PubClient};
use federation_api::connection::{NewConnectionRequest, NewConnectionResponse};
use federation_api::key_package::{ClaimKeyPackageRequest, KeyPackageBundle};
use federation_api::mls::{ClientInfo, MlsClientRequest, MlsClientsRequest};
use federation_api::prekey::{ClientPrekey, PrekeyBundle};
use federation_api::search::{SearchRequest, SearchResponse};
use federation_api::user_map::{UserClientPrekeyMap, UserClients, UserMap};
use federation_api::{
    Brig, ByteStream, Call, Cargohold, Domain, EmptyResponse, Failure, Handle, OfRecipient, Unit,
    UserId, UserProfile, VersionInfo,
};
use federation_servers::{Limits, Settings, brig, cargohold, galley};
use futures_util::stream;
use tokio::net::TcpListener;

use super::galley::Conversations;
use bench_harness::{Failed, sample};

pub(super) async fn serve(listener: TcpListener) -> Result<(), Failed> {
    let store = Store {
        profile: serde_json::from_value(sample::small().response)?,
        profiles: serde_json::from_value(sample::medium().response)?,
        prekeys: serde_json::from_value(sample::nested_map().response)?,
    };
    let domain: Domain = sample::TARGET.parse()?;
    let brig = brig::routes(store, domain.clone(), Settings::default());
    let cargohold = cargohold::routes(Assets, domain.clone(), Settings::default());
    let galley = galley::routes(Conversations::new()?, domain, Settings::default());
    let service = brig.and(cargohold).and(galley).into_service();
    federation_servers::serve(listener, service, Limits::default(), std::future::pending()).await?;
    Ok(())
}

/// What the handlers answer.
struct Store {
    profile: UserProfile,
    profiles: Vec<UserProfile>,
    prekeys: UserClientPrekeyMap,
}

/// The rest of a component, so that its router is the whole one.
macro_rules! not_measured {
    ($($method:ident: $request:ty => $response:ty,)+) => {
        $(
            async fn $method(&self, _: &Call, _: $request) -> Result<$response, Failure> {
                Err(Failure::no_endpoint())
            }
        )+
    };
}

pub(super) use not_measured;

impl Brig for Store {
    type Error = Failure;

    async fn get_user_by_handle(
        &self,
        call: &Call,
        handle: OfRecipient<Handle>,
    ) -> Result<Option<UserProfile>, Failure> {
        std::hint::black_box((call.origin(), handle));
        Ok(Some(self.profile.clone()))
    }

    async fn get_users_by_ids(
        &self,
        call: &Call,
        users: Vec<OfRecipient<UserId>>,
    ) -> Result<Vec<UserProfile>, Failure> {
        std::hint::black_box((call.origin(), users));
        Ok(self.profiles.clone())
    }

    async fn claim_multi_prekey_bundle(
        &self,
        call: &Call,
        clients: UserClients,
    ) -> Result<UserClientPrekeyMap, Failure> {
        std::hint::black_box((call.origin(), clients));
        Ok(self.prekeys.clone())
    }

    not_measured! {
        api_version: Unit => VersionInfo,
        claim_prekey: (OfRecipient<UserId>, ClientId) => Option<ClientPrekey>,
        claim_prekey_bundle: OfRecipient<UserId> => PrekeyBundle,
        search_users: SearchRequest => SearchResponse,
        get_user_clients: GetUserClients => UserMap<BTreeSet<PubClient>>,
        get_mls_clients: MlsClientsRequest => BTreeSet<ClientInfo>,
        get_mls_client: MlsClientRequest => ClientInfo,
        send_connection_action: NewConnectionRequest => NewConnectionResponse,
        claim_key_packages: ClaimKeyPackageRequest => Option<KeyPackageBundle>,
        get_not_fully_connected_backends: DomainSet => NonConnectedBackends,
        on_user_deleted_connections: UserDeletedConnectionsNotification => EmptyResponse,
    }
}

/// The one asset.
struct Assets;

impl Cargohold for Assets {
    type Error = Failure;

    not_measured! {
        get_asset: GetAsset => GetAssetResponse,
    }

    async fn stream_asset(&self, call: &Call, request: GetAsset) -> Result<ByteStream, Failure> {
        std::hint::black_box((call.origin(), request));
        let chunks = sample::asset().map(Ok::<_, Infallible>);
        Ok(ByteStream::new(stream::iter(chunks)))
    }
}
