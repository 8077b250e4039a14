//! Every RPC through its generated client and its generated router: what the handler sees is what the
//! caller said, and what the caller gets is what the handler said, for arbitrary values.

use federation_api::{Brig, Cargohold, Version};
use federation_clients::{Address, Connection, InProcess, Mocked, Options, Versions};
use federation_tests::{call, domain};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

/// Arbitrary values of a type, the same ones in each run.
fn samples<T: Arbitrary>() -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..Config::default().cases.min(32))
        .map(|_| any::<T>().new_tree(&mut runner).expect("a value").current())
        .collect()
}

/// Lets the mocked RPC answer the samples in turn.
fn answer_in_turn<Request, Response>(mocked: &Mocked<Request, Response>, answers: Vec<Response>)
where
    Request: Clone,
    Response: Clone + Send + Sync + 'static,
{
    let next = std::sync::atomic::AtomicUsize::new(0);
    mocked.answers(move |_, _| {
        let turn = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok(answers[turn].clone())
    });
}

/// A connection to a router, in this version.
fn connection(router: axum::Router, version: Version) -> Connection {
    let options = Options::default().versions(Versions::Fixed(version));
    Connection::new(Address::in_process(), InProcess::new(router), options)
}

macro_rules! round_trips {
    ($component:ident as $trait:ident: $($method:ident($request:ty) -> $response:ty, in $version:ident;)+) => {
        mod $component {
            use super::*;

            $(
                #[tokio::test]
                async fn $method() {
                    let (requests, answers) = (samples::<$request>(), samples::<$response>());
                    let mock = std::sync::Arc::new(federation_clients::$component::Mock::default());
                    answer_in_turn(&mock.$method, answers.clone());
                    let router = federation_servers::$component::router(
                        Shared(std::sync::Arc::clone(&mock)),
                        domain("b.example.com"),
                    );
                    let client = federation_clients::$component::Client::new(
                        connection(router, Version::$version),
                    );
                    for (request, answer) in requests.iter().zip(&answers) {
                        let got = $trait::$method(&client, &call(), request.clone()).await;
                        assert_eq!(&got.expect("an answer"), answer);
                    }
                    assert_eq!(mock.$method.requests(), requests);
                }
            )+
        }
    };
}

/// A mock that the test keeps a hand on.
struct Shared<M>(std::sync::Arc<M>);

macro_rules! forward {
    ($component:ident as $trait:ident: $($method:ident($request:ty) -> $response:ty;)+) => {
        impl $trait for Shared<federation_clients::$component::Mock> {
            type Error = federation_clients::CallError;

            $(
                async fn $method(
                    &self,
                    call: &federation_api::Call,
                    request: $request,
                ) -> Result<$response, Self::Error> {
                    $trait::$method(&*self.0, call, request).await
                }
            )+
        }
    };
}

macro_rules! rpcs {
    ($component:ident as $trait:ident: $($method:ident($request:ty) -> $response:ty, in $version:ident;)+) => {
        forward!($component as $trait: $($method($request) -> $response;)+);
        round_trips!($component as $trait: $($method($request) -> $response, in $version;)+);
    };
}

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
use federation_api::{EmptyResponse, Handle, OfRecipient, Unit, UserId, UserProfile, VersionInfo};

rpcs! {
    brig as Brig:
    api_version(Unit) -> VersionInfo, in V3;
    get_user_by_handle(OfRecipient<Handle>) -> Option<UserProfile>, in V3;
    get_users_by_ids(Vec<OfRecipient<UserId>>) -> Vec<UserProfile>, in V3;
    claim_prekey((OfRecipient<UserId>, ClientId)) -> Option<ClientPrekey>, in V3;
    claim_prekey_bundle(OfRecipient<UserId>) -> PrekeyBundle, in V3;
    claim_multi_prekey_bundle(UserClients) -> UserClientPrekeyMap, in V3;
    search_users(SearchRequest) -> SearchResponse, in V3;
    get_user_clients(GetUserClients) -> UserMap<BTreeSet<PubClient>>, in V3;
    get_mls_clients_v0(MlsClientsRequestV0) -> BTreeSet<ClientInfo>, in V0;
    get_mls_clients(MlsClientsRequest) -> BTreeSet<ClientInfo>, in V1;
    get_mls_client(MlsClientRequest) -> ClientInfo, in V3;
    send_connection_action(NewConnectionRequest) -> NewConnectionResponse, in V3;
    claim_key_packages(ClaimKeyPackageRequest) -> Option<KeyPackageBundle>, in V3;
    get_not_fully_connected_backends(DomainSet) -> NonConnectedBackends, in V3;
    on_user_deleted_connections(UserDeletedConnectionsNotification) -> EmptyResponse, in V3;
}

mod galley_rpcs {
    use federation_api::conversation::*;
    use federation_api::conversation_update::*;
    use federation_api::message::*;
    use federation_api::mls_message::*;
    use federation_api::mls_message_response::MlsMessageResponse;
    use federation_api::mls_welcome::*;
    use federation_api::one_to_one_conversation::*;
    use federation_api::sub_conversation::*;
    use federation_api::typing::*;
    use federation_api::{EmptyResponse, Galley};

    use super::*;

    rpcs! {
        galley as Galley:
        on_conversation_created(ConversationCreated) -> EmptyResponse, in V3;
        on_new_remote_conversation(NewRemoteConversation) -> EmptyResponse, in V0;
        get_conversations_v0(GetConversationsRequest) -> GetConversationsResponse, in V1;
        get_conversations(GetConversationsRequest) -> GetConversationsResponseV2, in V2;
        leave_conversation(LeaveConversationRequest) -> LeaveConversationResponse, in V3;
        send_message(ProteusMessageSendRequest) -> MessageSendResponse, in V3;
        update_conversation(ConversationUpdateRequest) -> ConversationUpdateResponse, in V3;
        mls_welcome(MlsWelcomeRequest) -> MlsWelcomeResponse, in V3;
        send_mls_message(MlsMessageSendRequest) -> MlsMessageResponse, in V3;
        send_mls_commit_bundle(MlsMessageSendRequest) -> MlsMessageResponse, in V1;
        query_group_info(GetGroupInfoRequest) -> GetGroupInfoResponse, in V3;
        update_typing_indicator(TypingDataUpdateRequest) -> TypingDataUpdateResponse, in V3;
        on_typing_indicator_updated(TypingNotice) -> EmptyResponse, in V3;
        get_sub_conversation(GetSubConversationsRequest) -> GetSubConversationsResponse, in V3;
        delete_sub_conversation(DeleteSubConversationFedRequest) -> DeleteSubConversationResponse, in V1;
        leave_sub_conversation(LeaveSubConversationRequest) -> LeaveSubConversationResponse, in V3;
        get_one2one_conversation_v1(GetOne2OneConversationRequest) -> GetOne2OneConversationResponse, in V1;
        get_one2one_conversation(GetOne2OneConversationRequest) -> GetOne2OneConversationResponseV2, in V2;
        on_client_removed(ClientRemovedRequest) -> EmptyResponse, in V3;
        on_message_sent(RemoteMessage) -> EmptyResponse, in V3;
        on_mls_message_sent(RemoteMlsMessage) -> EmptyResponse, in V3;
        on_conversation_updated_v0(ConversationUpdateV0) -> EmptyResponse, in V0;
        on_conversation_updated(ConversationUpdate) -> EmptyResponse, in V1;
        on_user_deleted_conversations(UserDeletedConversationsNotification) -> EmptyResponse, in V3;
    }
}

mod cargohold_rpcs {
    use super::*;
    use federation_api::asset::{GetAsset, GetAssetResponse};
    use futures_util::TryStreamExt;

    /// A byte stream is no value to compare; its bytes are.
    #[tokio::test]
    async fn both() {
        let mock = federation_clients::cargohold::Mock::default();
        mock.get_asset.answers(|_, request| {
            let available = request.token.is_some();
            Ok(GetAssetResponse { available })
        });
        mock.stream_asset.answers(|_, request| {
            let bytes = serde_json::to_vec(&request.key).expect("JSON");
            Ok(federation_api::ByteStream::from_bytes(bytes))
        });
        let router = federation_servers::cargohold::router(mock, domain("b.example.com"));
        let client = federation_clients::cargohold::Client::new(connection(router, Version::V3));
        for request in samples::<GetAsset>() {
            let key = serde_json::to_vec(&request.key).expect("JSON");
            let available = request.token.is_some();
            let answer = client
                .get_asset(&call(), request.clone())
                .await
                .expect("an answer");
            let stream = client
                .stream_asset(&call(), request)
                .await
                .expect("a stream");
            let chunks: Vec<_> = stream.try_collect().await.expect("whole");
            assert_eq!((answer.available, chunks.concat()), (available, key));
        }
    }
}
