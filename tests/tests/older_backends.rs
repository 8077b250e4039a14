//! The cases of `history.md` §8 in which backends of different years do not understand each other, and
//! those of §9 that nobody else asserts: the old side is played by recorded bodies, ours is a generated
//! client or a generated router. (K13 cannot be mended; what is read of it is tested in `api`.)

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use axum::body::Body;
use federation_api::access::AccessRole;
use federation_api::conversation_action::SomeConversationAction;
use federation_api::conversation_settings::LeaveReason;
use federation_api::conversation_update::ConversationUpdateResponse;
use federation_api::protocol::Epoch;
use federation_api::sub_conversation::GetSubConversationsResponse;
use federation_api::typing::TypingNotice;
use federation_api::user::UserType;
use federation_api::{Brig, EmptyResponse, Galley};
use federation_clients::{Connection, brig, galley};
use federation_tests::{Fake, Seen, call, domain, json_response};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

const ALICE: &str = "3f1c2a60-7d4e-4b8a-9c11-5e0a6f2b7d01";
const BOB: &str = "b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002";
const CONV: &str = "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f";
const TIME: &str = "2023-03-09T14:05:06Z";

/// What backends answer to `api-version`, by the profiles of `history.md` §2.
const P0_TO_X: &str = r#"{"supported":[0,1]}"#;
const D1: &str = r#"{"supported":[0,1],"supported_versions":[0,1]}"#;
const D2: &str = r#"{"supported":[0,1],"supported_versions":[0,1,2]}"#;

/// A backend behind a federator: it says which versions it speaks, and answers everything else like this.
async fn peer(versions: &'static str, answer: Value) -> Fake {
    Fake::start(move |seen: &Seen| {
        if seen.path.ends_with("/brig/api-version") {
            json_response(200, versions)
        } else {
            json_response(200, answer.to_string())
        }
    })
    .await
}

fn connection(fake: &Fake) -> Connection {
    Connection::via_federator(&fake.url()).unwrap()
}

fn asking_galley(fake: &Fake) -> galley::Client {
    galley::Client::new(connection(fake))
}

fn asking_brig(fake: &Fake) -> brig::Client {
    brig::Client::new(connection(fake))
}

fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// What a router answers to a caller that states this version, or none.
async fn asked(
    router: &axum::Router,
    rpc: &str,
    version: Option<u8>,
    body: &Value,
) -> (u16, Value) {
    let mut request = http::Request::post(format!("/federation/{rpc}"))
        .header("content-type", "application/json")
        .header("wire-origin-domain", "a.example.com");
    if let Some(version) = version {
        request = request.header("x-wire-api-version", u16::from(version));
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

fn serving_galley(mock: galley::Mock) -> axum::Router {
    federation_servers::galley::router(mock, domain("b.example.com"))
}

fn alice() -> Value {
    json!({"domain": "a.example.com", "id": ALICE})
}

fn rename() -> Value {
    json!({"tag": "ConversationRenameTag", "action": {"name": "Lunch"}})
}

/// The keys that P0 to D1- know.
fn old_update(action: &Value) -> Value {
    json!({
        "cuTime": TIME, "cuOrigUserId": alice(), "cuConvId": CONV,
        "cuAlreadyPresentUsers": [BOB], "cuAction": action,
    })
}

fn new_update(action: &Value) -> Value {
    json!({
        "time": TIME, "origUserId": alice(), "convId": CONV,
        "alreadyPresentUsers": [BOB], "action": action, "extraConversationData": null,
    })
}

fn update_request() -> Value {
    json!({"user": ALICE, "conv_id": CONV, "action": rename()})
}

/// Until January 2026 contacts do not say what kind of user they are.
#[tokio::test]
async fn k01_a_search_that_finds_somebody() {
    let contact = json!({
        "qualified_id": {"domain": "b.example.com", "id": BOB}, "id": BOB,
        "name": "Bob", "accent_id": 0, "handle": "bob", "team": null,
    });
    let answer = json!({"contacts": [contact], "searchPolicy": "full_search"});
    for versions in [P0_TO_X, D1, D2] {
        let peer = peer(versions, answer.clone()).await;
        let found = asking_brig(&peer)
            .search_users(&call(), read(json!({"term": "bob"})))
            .await
            .unwrap();
        assert_eq!(found.contacts[0].r#type, UserType::Regular);
    }
}

#[tokio::test]
async fn k02_an_old_owner_tells_what_it_has_changed() {
    for (versions, update) in [
        (P0_TO_X, old_update(&rename())),
        (D1, new_update(&rename())),
    ] {
        let answer = json!({"tag": "ConversationUpdateResponseUpdate", "contents": update});
        let peer = peer(versions, answer).await;
        let answer = asking_galley(&peer)
            .update_conversation(&call(), read(update_request()))
            .await
            .unwrap();
        let ConversationUpdateResponse::Update(update) = answer else {
            panic!("{answer:?}");
        };
        let action = update.action.known().unwrap();
        assert_eq!(serde_json::to_value(action).unwrap(), rename());
    }
}

/// H31 and H32, too.
#[tokio::test]
async fn k03_an_old_backend_asks_for_a_change() {
    let mock = galley::Mock::default();
    mock.update_conversation.answers(|_, _| {
        Ok(ConversationUpdateResponse::Update(read(new_update(
            &rename(),
        ))))
    });
    let router = serving_galley(mock);
    let mut both = new_update(&rename());
    let Value::Object(old) = old_update(&rename()) else {
        unreachable!("an object");
    };
    both.as_object_mut().unwrap().extend(old);
    for (version, expected) in [
        (None, old_update(&rename())),
        (Some(0), old_update(&rename())),
        (Some(1), both),
        (Some(2), new_update(&rename())),
        (Some(3), new_update(&rename())),
    ] {
        let answer = asked(&router, "update-conversation", version, &update_request()).await;
        let expected = json!({"tag": "ConversationUpdateResponseUpdate", "contents": expected});
        assert_eq!(answer, (200, expected), "{version:?}");
    }
}

#[tokio::test]
async fn k04_members_are_removed_for_no_reason() {
    let mock = galley::Mock::default();
    mock.on_conversation_updated_v0.answers(|_, update| {
        let SomeConversationAction::RemoveMembers(remove) = update.action else {
            panic!("{:?}", update.action);
        };
        assert_eq!(remove.reason, LeaveReason::Removed);
        Ok(EmptyResponse)
    });
    let remove = json!({"tag": "ConversationRemoveMembersTag", "action": {"targets": [alice()]}});
    let router = serving_galley(mock);
    let answer = asked(
        &router,
        "on-conversation-updated",
        None,
        &old_update(&remove),
    )
    .await;
    assert_eq!(answer, (200, json!({})));
}

/// H30.
#[tokio::test]
async fn k05_the_old_body_under_a_header_of_version_1() {
    let mock = galley::Mock::default();
    mock.on_conversation_updated.answers(|_, update| {
        assert_eq!(update, read(new_update(&rename())));
        Ok(EmptyResponse)
    });
    let router = serving_galley(mock);
    let update = old_update(&rename());
    let answer = asked(&router, "on-conversation-updated", Some(1), &update).await;
    assert_eq!(answer, (200, json!({})));
}

/// H35.
#[tokio::test]
async fn k06_notifications_answered_with_something_else_are_delivered() {
    let created = json!({
        "time": TIME, "orig_user_id": ALICE, "cnv_id": CONV, "cnv_type": 0, "cnv_access": [],
        "cnv_access_roles": [], "non_creator_members": [], "protocol": {"protocol": "proteus"},
    });
    let message = json!({
        "time": TIME, "sender": alice(), "sender_client": "1", "conversation": CONV,
        "push": true, "transient": false, "recipients": {},
    });
    for answer in [
        json!([]),
        json!({}),
        json!("RemoteMLSMessageOk"),
        Value::Null,
    ] {
        let peer = peer(P0_TO_X, answer).await;
        let galley = asking_galley(&peer);
        let call = call();
        galley
            .on_conversation_created(&call, read(created.clone()))
            .await
            .unwrap();
        galley
            .on_message_sent(&call, read(message.clone()))
            .await
            .unwrap();
        let update = read(new_update(&rename()));
        galley.on_conversation_updated(&call, update).await.unwrap();
        let seen = peer.seen();
        let sent: Value = serde_json::from_slice(&seen.last().unwrap().body).unwrap();
        assert_eq!(sent, old_update(&rename()), "in the body that it knows");
    }
}

#[tokio::test]
async fn k07_a_message_is_sent_and_nobody_says_whom_it_could_not_confirm() {
    let status = json!({
        "time": "2023-01-12T10:00:00.000Z",
        "missing": {}, "redundant": {}, "deleted": {}, "failed_to_send": {},
    });
    let peer = peer(P0_TO_X, json!({"Right": status})).await;
    let request = json!({"conv_id": CONV, "sender": ALICE, "raw_message": ""});
    let sent = asking_galley(&peer)
        .send_message(&call(), read(request))
        .await
        .unwrap();
    let status = sent.into_result().unwrap();
    assert!(status.failed_to_confirm_clients.is_empty());
}

/// X wants the suite, all others that count as version 0 want the scheme.
#[tokio::test]
async fn k08_clients_of_a_backend_that_wants_a_suite_under_version_0() {
    for wanted in ["cipher_suite", "signature_scheme"] {
        let strict = Fake::start(move |seen: &Seen| {
            if seen.path.ends_with("/brig/api-version") {
                return json_response(200, P0_TO_X);
            }
            let body: Value = serde_json::from_slice(&seen.body).unwrap();
            let read = body.get(wanted).is_some_and(|key| !key.is_null());
            match read && body.get("user_id").is_some() {
                true => json_response(200, r#"[{"id":"1e","mls":true}]"#),
                false => json_response(400, r#"{"code":400,"label":"bad-request","message":""}"#),
            }
        })
        .await;
        let request = json!({"user_id": BOB, "cipher_suite": 1});
        let clients = asking_brig(&strict)
            .get_mls_clients(&call(), read(request))
            .await
            .unwrap();
        assert!(clients.iter().all(|client| client.mls) && clients.len() == 1);
    }
    // X asks us in the way that it wants to be asked.
    let mock = brig::Mock::default();
    mock.get_mls_clients_v0.answers(|_, request| {
        assert_eq!(request.cipher_suite.0, 2);
        Ok(Default::default())
    });
    let router = federation_servers::brig::router(mock, domain("b.example.com"));
    let request = json!({"user_id": BOB, "cipher_suite": 2});
    let answer = asked(&router, "get-mls-clients", None, &request).await;
    assert_eq!(answer, (200, json!([])));
}

fn sub_conversation(epoch: Value) -> Value {
    let mut group = json!({
        "parent_qualified_id": {"domain": "b.example.com", "id": CONV},
        "subconv_id": "conference", "group_id": "c3ViZ3JvdXA=", "members": [],
    });
    let Value::Object(epoch) = epoch else {
        unreachable!("an object");
    };
    group.as_object_mut().unwrap().extend(epoch);
    group
}

#[tokio::test]
async fn k09_an_inactive_subconversation() {
    let short = || sub_conversation(json!({"epoch": 0}));
    let mock = galley::Mock::default();
    mock.get_sub_conversation
        .answers(move |_, _| Ok(GetSubConversationsResponse::Success(read(short()))));
    let router = serving_galley(mock);
    let long = json!({"epoch": 0, "epoch_timestamp": null, "cipher_suite": 1});
    let request = json!({"gsreq_user": ALICE, "gsreq_conv": CONV, "gsreq_sub_conv": "conference"});
    for (version, expected) in [(1, sub_conversation(long)), (2, short()), (3, short())] {
        let answer = asked(&router, "get-sub-conversation", Some(version), &request).await;
        let expected = json!({"tag": "GetSubConversationsResponseSuccess", "contents": expected});
        assert_eq!(answer, (200, expected), "{version}");
    }
}

fn conversation(protocol: &Value) -> Value {
    json!({
        "id": CONV,
        "metadata": {
            "type": 0, "creator": ALICE, "access": ["invite"], "access_role": ["team_member"],
            "name": null, "last_event": "0.0", "last_event_time": "1970-01-01T00:00:00.000Z",
            "team": null, "message_timer": null, "receipt_mode": null,
        },
        "members": {"self_role": "wire_member", "others": []},
        "protocol": protocol,
    })
}

/// D1+ leaves time and suite out at epoch 0; P0 to D0 do not know the time of an epoch.
#[tokio::test]
async fn k10_conversations_without_the_time_of_their_epoch() {
    let inactive = json!({"protocol": "mls", "group_id": "Z3JvdXA=", "epoch": 0});
    let active = json!({"protocol": "mls", "group_id": "Z3JvdXA=", "epoch": 3, "cipher_suite": 1});
    for (versions, protocol, epoch) in [(D1, inactive, 0), (P0_TO_X, active, 3)] {
        let peer = peer(versions, json!({"convs": [conversation(&protocol)]})).await;
        let request = json!({"user_id": ALICE, "conv_ids": [CONV]});
        let found = asking_galley(&peer)
            .get_conversations(&call(), read(request))
            .await
            .unwrap();
        let group = found.convs[0].protocol.mls_data().unwrap();
        assert_eq!(group.epoch(), Epoch(epoch));
    }
}

/// H33. Today's backends do not have the RPC: it is neither answered to them nor asked of them.
#[tokio::test]
async fn k11_a_conversation_is_announced_by_the_retired_call() {
    let mock = galley::Mock::default();
    mock.on_new_remote_conversation.answers(|_, announced| {
        assert!(announced.protocol.mls_data().is_some());
        Ok(EmptyResponse)
    });
    let router = serving_galley(mock);
    let mls = json!({"protocol": "mls", "group_id": "Z3JvdXA=", "epoch": 0, "cipher_suite": 1});
    let announced = json!({"conv_id": CONV, "protocol": mls});
    for version in [None, Some(0)] {
        let answer = asked(&router, "on-new-remote-conversation", version, &announced).await;
        assert_eq!(answer, (200, json!({})), "{version:?}");
    }
    for version in [1, 2, 3] {
        let answer = asked(
            &router,
            "on-new-remote-conversation",
            Some(version),
            &announced,
        )
        .await;
        assert_eq!(
            (answer.0, &answer.1["label"]),
            (404, &json!("no-endpoint")),
            "{version}"
        );
    }
    for (versions, sent) in [(P0_TO_X, true), (D1, false), (D2, false)] {
        let peer = peer(versions, json!({})).await;
        let told = asking_galley(&peer)
            .on_new_remote_conversation(&call(), read(announced.clone()))
            .await;
        assert_eq!(told.is_ok(), sent, "{versions}");
        let path = "/rpc/b.example.com/galley/on-new-remote-conversation";
        assert_eq!(
            peer.seen().iter().any(|seen| seen.path == path),
            sent,
            "{versions}"
        );
    }
}

/// H34.
#[tokio::test]
async fn k12_typing_from_before_march_2023() {
    let mock = galley::Mock::default();
    mock.on_typing_indicator_updated.answers(|call, notice| {
        let TypingNotice::ToOwner(typing) = notice else {
            panic!("{notice:?}");
        };
        // The user is the caller's, the conversation ours.
        let user = call.request().qualify(&typing.user_id);
        let conversation = call.request().qualify(&typing.conv_id);
        assert_eq!(user.domain().as_str(), "a.example.com");
        assert_eq!(conversation.domain().as_str(), "b.example.com");
        Ok(EmptyResponse)
    });
    let typing = json!({"typing_status": {"status": "started"}, "user_id": ALICE, "conv_id": CONV});
    let router = serving_galley(mock);
    let answer = asked(&router, "on-typing-indicator-updated", None, &typing).await;
    assert_eq!(answer, (200, json!({})));
}

/// In profile A the key says the opposite of what it means.
#[tokio::test]
async fn k14_backends_that_are_called_connected_and_are_not() {
    for (versions, key) in [
        (P0_TO_X, "connected_backends"),
        (P0_TO_X, "non_connected_backends"),
        (D1, "non_connected_backends"),
    ] {
        let peer = peer(versions, json!({key: ["c.example.com"]})).await;
        let request = json!({"domains": ["c.example.com", "d.example.com"]});
        let answer = asking_brig(&peer)
            .get_not_fully_connected_backends(&call(), read(request))
            .await
            .unwrap();
        assert_eq!(
            answer.non_connected_backends,
            [domain("c.example.com")].into()
        );
    }
}

/// P0 writes one word where a list belongs. What we write has the list: P0 cannot be told from S.
#[tokio::test]
async fn k15_access_roles_of_p0() {
    let mut old = conversation(&json!({"protocol": "proteus"}));
    old["metadata"]["access_role"] = json!("team");
    old["metadata"]["access_role_v2"] = json!(["team_member", "guest"]);
    let peer = peer(P0_TO_X, json!({"convs": [old]})).await;
    let request = json!({"user_id": ALICE, "conv_ids": [CONV]});
    let found = asking_galley(&peer)
        .get_conversations(&call(), read(request))
        .await
        .unwrap();
    let roles = &found.convs[0].metadata.access_role;
    let roles: Vec<_> = roles.iter().filter_map(|role| role.known()).collect();
    assert_eq!(roles, [&AccessRole::TeamMember, &AccessRole::Guest]);

    let mock = galley::Mock::default();
    mock.on_conversation_updated_v0.answers(|_, update| {
        let SomeConversationAction::AccessUpdate(data) = update.action else {
            panic!("{:?}", update.action);
        };
        assert_eq!(data.access_role, [AccessRole::TeamMember].into());
        Ok(EmptyResponse)
    });
    let access = json!({"access": ["invite"], "access_role": "team"});
    let access = json!({"tag": "ConversationAccessDataTag", "action": access});
    let router = serving_galley(mock);
    let answer = asked(
        &router,
        "on-conversation-updated",
        None,
        &old_update(&access),
    )
    .await;
    assert_eq!(answer, (200, json!({})));
}
