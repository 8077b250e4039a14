//! What backends of earlier years send of messages, typing and subconversations, and what they can
//! read: the cases of `history.md` §8 as far as single documents show them.

use federation_api::connection::NewConnectionResponse;
use federation_api::message::{MessageNotSent, MessageSendResponse, MessageSendingStatus};
use federation_api::mls_message::{GetGroupInfoRequest, MlsMessageSendRequest, RemoteMlsMessage};
use federation_api::mls_message_response::MlsMessageResponse;
use federation_api::mls_welcome::{MlsWelcomeRequest, MlsWelcomeResponse};
use federation_api::search::SearchRequest;
use federation_api::sub_conversation::{GetSubConversationsResponse, PublicSubConversation};
use federation_api::typing::{TypingNotice, TypingState};
use federation_api::{Audience, Call, EmptyResponse, Version, json};
use serde::Serialize;
use serde_json::{Value, json};

const ALICE: &str = "3f1c2a60-7d4e-4b8a-9c11-5e0a6f2b7d01";
const BOB: &str = "b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002";
const CONV: &str = "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f";

fn call() -> Call {
    Call::new(
        "old.example".parse().expect("a domain"),
        "new.example".parse().expect("a domain"),
    )
}

fn read<T: serde::de::DeserializeOwned>(json: &Value) -> T {
    json::decode(json.to_string().as_bytes()).unwrap_or_else(|error| panic!("{error}: {json}"))
}

fn written(value: &impl Serialize, audience: Audience) -> Value {
    let body = json::encode(value, audience).expect("a JSON form");
    serde_json::from_slice(&body).expect("JSON")
}

/// A backend that states no version: of any time before 2024.
fn unstated() -> Audience {
    let audience = Audience::origin_of(&call());
    assert!(!audience.states_version());
    audience
}

fn versions() -> impl Iterator<Item = Audience> {
    Version::ALL
        .iter()
        .map(|version| Audience::origin_of(&call().with_version(*version)))
}

/// P0, S and S' answer notifications with `[]`, and MLS messages with a word.
#[test]
fn k06_whatever_answers_a_notification_means_done() {
    for answer in [
        json!([]),
        json!({}),
        json!(null),
        json!("RemoteMLSMessageOk"),
        json!("RemoteMLSMessageMLSNotEnabled"),
    ] {
        assert_eq!(read::<EmptyResponse>(&answer), EmptyResponse, "{answer}");
    }
    assert_eq!(written(&EmptyResponse, unstated()), json!({}));
}

/// P0, S and S' say nothing about clients that they could not ask for.
#[test]
fn k07_a_sending_status_without_unconfirmed_clients() {
    let answer = json!({"Right": {
        "time": "2023-01-12T10:00:00.000Z",
        "missing": {},
        "redundant": {"old.example": {BOB: ["1e"]}},
        "deleted": {},
        "failed_to_send": {},
    }});
    let status = read::<MessageSendResponse>(&answer)
        .into_result()
        .expect("it was sent");
    assert_eq!(status.redundant.clients().count(), 1);
    assert!(status.failed_to_confirm_clients.is_empty());
}

fn subconversation(group: Value) -> Value {
    let mut json = json!({
        "parent_qualified_id": {"domain": "new.example", "id": CONV},
        "subconv_id": "conference",
        "group_id": "c3ViZ3JvdXA=",
        "members": [],
    });
    let (Value::Object(json_keys), Value::Object(more)) = (&mut json, group) else {
        unreachable!("both are objects");
    };
    json_keys.extend(more);
    json
}

/// `scenarios.md` D73: all that old backends say of a search is its term.
#[test]
fn d73_a_search_by_nothing_but_its_term() {
    let request: SearchRequest = read(&json!({"term": "al"}));
    assert_eq!(request.term, "al");
    assert_eq!((request.from, request.types.is_none()), (None, true));
    assert_eq!(request.only_in_teams, None);
    let json = written(&request, unstated());
    assert_eq!(read::<SearchRequest>(&json), request);
}

/// D1- and the D1 of before July 2024 require all keys of an inactive subconversation.
#[test]
fn k09_an_inactive_subconversation_for_older_readers() {
    let short = json!({
        "tag": "GetSubConversationsResponseSuccess",
        "contents": subconversation(json!({"epoch": 0})),
    });
    let long = json!({
        "tag": "GetSubConversationsResponseSuccess",
        "contents": subconversation(json!({"epoch": 0, "epoch_timestamp": null, "cipher_suite": 1})),
    });
    let answer: GetSubConversationsResponse = read(&short);
    for audience in versions() {
        let expected = if audience.version() < Version::V2 {
            &long
        } else {
            &short
        };
        assert_eq!(&written(&answer, audience), expected, "{audience:?}");
    }
    assert_eq!(read::<GetSubConversationsResponse>(&long), answer);
}

/// The same of a group whose epoch began at a time that nobody told (P0 … D0, and D1+ where the epoch is
/// 0): the epoch counts.
#[test]
fn k10_an_epoch_without_its_time() {
    let json = subconversation(json!({"epoch": 3, "cipher_suite": 1}));
    let read: PublicSubConversation = read(&json);
    assert_eq!(read.group.epoch().0, 3);
    assert_eq!(
        written(&read, Audience::speaking(Version::NEWEST)),
        json,
        "unknown stays unknown"
    );
    let long = subconversation(json!({"epoch": 3, "epoch_timestamp": null, "cipher_suite": 1}));
    assert_eq!(written(&read, Audience::speaking(Version::V1)), long);
}

/// Rule W3 inside the answers of `send-mls-message` and `send-mls-commit-bundle`, and rule R21: what
/// backends of 2023 write there.
#[test]
fn k02_and_k03_updates_inside_mls_answers() {
    let action = json!({"tag": "ConversationLeaveTag", "action": {}});
    let user = json!({"domain": "old.example", "id": ALICE});
    let new_keys = json!({
        "time": "2025-03-09T14:05:06Z", "origUserId": user, "convId": CONV,
        "alreadyPresentUsers": [BOB], "action": action, "extraConversationData": null,
    });
    let old_keys = json!({
        "cuTime": "2025-03-09T14:05:06Z", "cuOrigUserId": user, "cuConvId": CONV,
        "cuAlreadyPresentUsers": [BOB], "cuAction": action,
    });
    let answer = |updates: &Value| json!({"tag": "MLSMessageResponseUpdates", "contents": updates});
    let expected: MlsMessageResponse = read(&answer(&json!([new_keys])));
    for updates in [
        json!([old_keys]),
        json!([[old_keys], [user]]),
        json!([[old_keys], null]),
        json!([[new_keys], []]),
    ] {
        assert_eq!(read::<MlsMessageResponse>(&answer(&updates)), expected);
    }

    for audience in versions().chain([unstated()]) {
        let written = written(&expected, audience);
        let update = &written["contents"][0];
        let has = (
            update.get("convId").is_some(),
            update.get("cuConvId").is_some(),
        );
        let expected = match audience.version() {
            Version::V0 => (false, true),
            Version::V1 => (true, true),
            _ => (true, false),
        };
        assert_eq!(has, expected, "{audience:?}: {update}");
    }
}

/// S sends what is the request of `update-typing-indicator` today to the owner's
/// `on-typing-indicator-updated`.
#[test]
fn k12_typing_from_before_march_2023() {
    let notice = read(&json!({
        "typing_status": {"status": "started"},
        "user_id": BOB,
        "conv_id": CONV,
    }));
    let TypingNotice::ToOwner(request) = notice else {
        panic!("{notice:?}");
    };
    assert_eq!(request.typing_status.status, TypingState::Started);
    let call = call();
    // The user is the caller's, the conversation ours.
    let user = call.request().qualify(&request.user_id);
    assert_eq!(user.to_string(), format!("{BOB}@old.example"));
    let conversation = call.request().qualify(&request.conv_id);
    assert_eq!(conversation.to_string(), format!("{CONV}@new.example"));

    let notice = read(&json!({
        "time": "2025-03-09T14:05:06Z",
        "orig_user_id": {"domain": "third.example", "id": ALICE},
        "conv_id": CONV,
        "users_in_conv": [BOB],
        "typing_status": {"status": "stopped"},
    }));
    let TypingNotice::FromOwner(updated) = notice else {
        panic!("{notice:?}");
    };
    // From the owner it is the other way round.
    let conversation = call.request().qualify(&updated.conv_id);
    assert_eq!(conversation.to_string(), format!("{CONV}@old.example"));
}

/// MLS between backends of before and after October 2023 cannot work, but what the old ones send is read
/// and told apart, so that it can be answered.
#[test]
fn k13_mls_from_before_october_2023() {
    let request: MlsMessageSendRequest = read(&json!({
        "conv_id": CONV, "sender": BOB, "raw_message": "AAEAAg==",
    }));
    assert_eq!(request.sender_client, None);
    assert_eq!(request.conv_or_sub_id.subconv_id(), None);

    let request: MlsWelcomeRequest = read(&json!({"mls_welcome_request": "AAEAAw=="}));
    assert!(matches!(request, MlsWelcomeRequest::Old(_)));
    assert_eq!(
        read::<MlsWelcomeResponse>(&json!({})),
        MlsWelcomeResponse::Sent
    );

    let request: GetGroupInfoRequest = read(&json!({"conv": CONV, "sender": BOB}));
    assert_eq!(request.conv.subconv_id(), None);

    let message: RemoteMlsMessage = read(&json!({
        "time": "2023-01-12T10:00:00Z",
        "metadata": {"native_push": true, "transient": false},
        "sender": {"domain": "old.example", "id": ALICE},
        "conversation": CONV,
        "recipients": [[BOB, "2"], [ALICE, "7"], [BOB, "1"]],
        "message": "AAEAAg==",
    }));
    let clients: Vec<_> = message.recipients.values().map(|list| list.len()).collect();
    assert_eq!(clients, [1, 2]);
}

/// Rule W7: backends from before 2024 do not know this reason, and would take the whole answer for
/// unreadable.
#[test]
fn a_reason_that_old_backends_do_not_know() {
    let answer = MessageSendResponse::Left(MessageNotSent::LegalholdOldClients);
    assert_eq!(
        written(&answer, unstated()),
        json!({"Left": {"tag": "MessageNotSentLegalhold"}})
    );
    for audience in versions() {
        assert_eq!(
            written(&answer, audience),
            json!({"Left": {"tag": "MessageNotSentLegalholdOldClients"}}),
            "{audience:?}"
        );
    }
}

/// The same of a connection that the policy forbids.
#[test]
fn a_refusal_that_old_backends_do_not_know() {
    let answer = NewConnectionResponse::NotFederating;
    assert_eq!(
        written(&answer, unstated()),
        json!({"tag": "NewConnectionResponseUserNotActivated"})
    );
    for audience in versions() {
        assert_eq!(
            written(&answer, audience),
            json!({"tag": "NewConnectionResponseNotFederating"}),
            "{audience:?}"
        );
    }
}

/// All recipients of a status are fully qualified, whichever way the document travels.
#[test]
fn users_of_a_status_carry_their_domain() {
    let status: MessageSendingStatus = read(&json!({
        "time": "2025-03-09T14:05:06.250Z",
        "missing": {"a.example": {ALICE: ["1"]}, "b.example": {BOB: ["2", "3"]}},
        "redundant": {}, "deleted": {}, "failed_to_send": {}, "failed_to_confirm_clients": {},
    }));
    let missing: Vec<_> = status
        .missing
        .clients()
        .map(|(user, client)| format!("{client} of {user}"))
        .collect();
    assert_eq!(
        missing,
        [
            format!("1 of {ALICE}@a.example"),
            format!("2 of {BOB}@b.example"),
            format!("3 of {BOB}@b.example"),
        ]
    );
}
