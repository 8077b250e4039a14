//! The golden copies of emitted code compile, and what they make of the traits can be used as it must:
//! across threads, on concrete types and from generic callers.
//!
//! `codegen/tests/golden.rs` compares the copies with what is emitted now.

use federation_api::asset::GetAssetResponse;
use federation_api::conversation::{
    GetConversationsRequest, LeaveConversationRequest, LeaveConversationResponse,
};
use federation_api::{
    Brig, Call, Cargohold, ConvId, Galley, OfRecipient, OfSender, Unit, Version, VersionInfo,
};
use federation_clients::{Connection, Retry};
use federation_tests::{Misbehaving, asset_request, call, domain};

/// Included as text, so that no formatter touches what is compared with what is emitted.
macro_rules! golden {
    ($($module:ident $file:literal)*) => {$(
        #[allow(
            dead_code,
            unreachable_pub,
            reason = "compiled as a whole, used in part; public where it is emitted"
        )]
        mod $module {
            include!(concat!("../../codegen/golden/", $file));
        }
    )*};
}

golden! {
    brig_client "brig_client.rs"
    brig_document "brig_document.rs"
    brig_publisher "brig_publisher.rs"
    brig_server "brig_server.rs"
    cargohold_client "cargohold_client.rs"
    cargohold_document "cargohold_document.rs"
    cargohold_server "cargohold_server.rs"
    galley_client "galley_client.rs"
    galley_document "galley_document.rs"
    galley_publisher "galley_publisher.rs"
    galley_server "galley_server.rs"
}

/// A connection to a cargohold in this process, behind the golden router.
fn connection() -> Connection {
    Connection::in_process(cargohold_server::router(
        Misbehaving,
        domain("b.example.com"),
    ))
}

/// The line that every caller writes, whatever is at the other end.
async fn available<C: Cargohold>(cargohold: C) -> Result<bool, C::Error> {
    // In a task of its own: the future must be `Send` for every implementation.
    let running =
        tokio::spawn(async move { cargohold.get_asset(&call(), asset_request(None)).await });
    running
        .await
        .expect("no panic")
        .map(|answer| answer.available)
}

#[tokio::test]
async fn a_generic_caller_can_spawn_calls_on_everything() {
    use cargohold_client::{Client, Handle, Mock, Retrying};

    let client = Client::new(connection());
    assert!(available(client.clone()).await.expect("an answer"));
    let retrying = Retrying::new(client, Retry::default());
    assert!(available(retrying.clone()).await.expect("an answer"));
    let handle = Handle::new(retrying);
    assert!(available(handle.clone()).await.expect("an answer"));
    assert!(available(Handle::new(handle)).await.expect("an answer"));
    let mock = Mock::default();
    mock.get_asset
        .answers(|_, _| Ok(GetAssetResponse { available: false }));
    assert!(!available(mock).await.expect("an answer"));
    assert!(available(Misbehaving).await.expect("an answer"));
}

#[tokio::test]
async fn calls_on_concrete_types_can_be_spawned() {
    use cargohold_client::{Client, Handle, Mock, Retrying};

    let client = Client::new(connection());
    let retrying = Retrying::new(client.clone(), Retry::default());
    let handle = Handle::new(Misbehaving);
    let mock = Mock::default();
    mock.get_asset
        .answers(|_, _| Ok(GetAssetResponse { available: true }));

    macro_rules! spawned {
        ($($callee:ident)*) => {$(
            let running =
                tokio::spawn(async move { $callee.get_asset(&call(), asset_request(None)).await });
            let answer = running.await.expect("no panic").expect("an answer");
            assert!(answer.available, stringify!($callee));
        )*};
    }
    spawned!(client retrying handle mock);
}

/// Which other RPC a method calls, and how it waits, is not in its type: each future is looked at.
#[test]
fn each_future_is_send() {
    fn sent<T: Send>(_: T) {}

    fn check(brig: &impl Brig, call: &Call) {
        sent(brig.api_version(call, Unit));
        sent(brig.get_users_by_ids(call, Vec::new()));
        sent(brig.get_not_fully_connected_backends(call, Default::default()));
    }

    use brig_client::{Client, Handle, Mock, Retrying};
    let call = call();
    let client = Client::new(connection());
    // On the concrete types: what a bound promises, the compiler has to find here by itself.
    sent(client.api_version(&call, Unit));
    sent(client.get_users_by_ids(&call, vec![OfRecipient::new(user())]));
    let retrying = Retrying::new(client.clone(), Retry::default());
    sent(retrying.api_version(&call, Unit));
    let handle = Handle::new(client.clone());
    sent(handle.api_version(&call, Unit));
    let mock = Mock::default();
    sent(mock.api_version(&call, Unit));
    check(&client, &call);
    check(&retrying, &call);
    check(&handle, &call);
    check(&mock, &call);
}

/// Of galley: variants that call their successor, and responses that are unions.
#[test]
fn each_future_of_variants_is_send() {
    fn sent<T: Send>(_: T) {}

    fn check(galley: &impl Galley, call: &Call) {
        sent(galley.get_conversations_v0(call, conversations()));
        sent(galley.leave_conversation(call, leaving()));
    }

    use galley_client::{Client, Handle, Mock, Retrying};
    let call = call();
    let client = Client::new(connection());
    sent(client.get_conversations_v0(&call, conversations()));
    let retrying = Retrying::new(client.clone(), Retry::default());
    sent(retrying.get_conversations_v0(&call, conversations()));
    let handle = Handle::new(client.clone());
    sent(handle.get_conversations_v0(&call, conversations()));
    let mock = Mock::default();
    sent(mock.get_conversations_v0(&call, conversations()));
    check(&client, &call);
    check(&retrying, &call);
    check(&handle, &call);
    check(&mock, &call);
}

#[tokio::test]
async fn a_mock_answers_behind_the_router() {
    let mock = galley_client::Mock::default();
    mock.leave_conversation.answers(|_, request| {
        assert_eq!(request, leaving());
        Ok(LeaveConversationResponse::Right(Unit))
    });
    let router = galley_server::router(mock, domain("b.example.com"));
    let client = galley_client::Client::new(Connection::in_process(router));
    let answer = client.leave_conversation(&call(), leaving()).await;
    assert_eq!(answer.expect("an answer").into_result(), Ok(Unit));
}

fn conversations() -> GetConversationsRequest {
    GetConversationsRequest {
        user_id: OfSender::new(user()),
        conv_ids: Vec::new(),
    }
}

fn leaving() -> LeaveConversationRequest {
    LeaveConversationRequest {
        conv_id: OfRecipient::new(conversation()),
        leaver: OfSender::new(user()),
    }
}

fn conversation() -> ConvId {
    "2b0c9d5e-7f43-4f0d-9b21-6a3d8e1c4f57"
        .parse()
        .expect("an id")
}

fn user() -> federation_api::UserId {
    "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31"
        .parse()
        .expect("an id")
}

#[tokio::test]
async fn a_mock_remembers_and_a_handle_hides_it() {
    let mock = std::sync::Arc::new(brig_client::Mock::default());
    mock.api_version
        .answers(|_, _| Ok(VersionInfo::of(&Version::ALL)));
    mock.api_version(&call(), Unit).await.expect("an answer");
    assert_eq!(mock.api_version.requests().len(), 1);
    mock.claim_prekey_bundle(&call(), OfRecipient::new(user()))
        .await
        .expect_err("it was not told what to answer");
}

/// One constant per method in every output, the same in all, and the tables are complete.
#[test]
fn all_outputs_know_the_same_of_an_rpc() {
    macro_rules! agree {
        ($client:ident $server:ident $document:ident: $($constant:ident)*) => {$(
            assert_eq!($client::rpcs::$constant, $server::rpcs::$constant);
            assert_eq!($client::rpcs::$constant, $document::rpcs::$constant);
        )*};
    }
    agree!(brig_client brig_server brig_document:
        API_VERSION GET_MLS_CLIENTS_V0 GET_MLS_CLIENTS ON_USER_DELETED_CONNECTIONS);
    agree!(galley_client galley_server galley_document:
        ON_NEW_REMOTE_CONVERSATION GET_CONVERSATIONS_V0 GET_CONVERSATIONS
        GET_ONE2ONE_CONVERSATION_V1 ON_CONVERSATION_UPDATED_V0 ON_CONVERSATION_UPDATED);
    agree!(cargohold_client cargohold_server cargohold_document: GET_ASSET STREAM_ASSET);

    for (component, all) in [
        (brig_document::component(), brig_client::ALL),
        (galley_document::component(), galley_client::ALL),
        (cargohold_document::component(), cargohold_client::ALL),
    ] {
        let documented: Vec<_> = component
            .operations()
            .iter()
            .map(federation_openapi::Operation::path)
            .collect();
        let paths: Vec<_> = all
            .iter()
            .map(|rpc| format!("/federation/{}", rpc.rpc().name))
            .collect();
        assert_eq!(documented, paths);
        assert!(!paths.is_empty());
    }
}
