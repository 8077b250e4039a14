//! What documents must not say, and what they may say in more than one way (`common-types.md` §4 to §7):
//! sets with duplicates, maps with keys that denote the same id, lists over their range, text that is no
//! Unicode, Base64 that is none.

use std::collections::BTreeMap;

use federation_api::access::{AccessRole, ConversationAccessData};
use federation_api::backends::{DomainSet, UserDeletedConnectionsNotification};
use federation_api::conversation::UserDeletedConversationsNotification;
use federation_api::conversation_action::SomeConversationAction;
use federation_api::conversation_update::ConversationUpdate;
use federation_api::json::{self, DecodeError};
use federation_api::message::{ProteusMessageSendRequest, RemoteMessage};
use federation_api::mls_message::{MlsMessageSendRequest, RemoteMlsMessage};
use federation_api::mls_message_response::MlsMessageResponse;
use federation_api::mls_welcome::MlsWelcomeRequest;
use federation_api::one_to_one_conversation::GetOne2OneConversationResponseV2;
use federation_api::protocol::Protocol;
use federation_api::qualified_user_map::QualifiedUserClients;
use federation_api::sub_conversation::DeleteSubConversationFedRequest;
use federation_api::user_map::{UserClientMap, UserClients};
use serde::de::DeserializeOwned;
use serde::{Serialize, de::IgnoredAny};
use serde_json::{Value, json};

const ALICE: &str = "3f1c2a60-7d4e-4b8a-9c11-5e0a6f2b7d01";
const CONV: &str = "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f";

fn read<T: DeserializeOwned>(json: &Value) -> Result<T, DecodeError> {
    json::decode(json.to_string().as_bytes())
}

/// Read and written again.
fn recoded<T: DeserializeOwned + Serialize>(json: &str) -> Value {
    let value: T = json::decode(json.as_bytes()).unwrap_or_else(|error| panic!("{error}: {json}"));
    serde_json::to_value(value).expect("a JSON form")
}

#[test]
fn duplicates_in_a_set_collapse() {
    let domains = recoded::<DomainSet>(r#"{"domains":["a.example","A.Example","b.example"]}"#);
    assert_eq!(domains, json!({"domains": ["a.example", "b.example"]}));
    let data: ConversationAccessData = read(&json!({
        "access": ["code", "invite", "code"],
        "access_role": ["guest", "guest", "team_member"],
    }))
    .expect("sets");
    assert_eq!(data.access.len(), 2);
    assert_eq!(
        data.access_role,
        [AccessRole::TeamMember, AccessRole::Guest].into()
    );
    let unreachable = json!({
        "tag": "MLSMessageResponseUnreachableBackends",
        "contents": ["b.example", "a.example", "B.EXAMPLE"],
    });
    assert_eq!(
        recoded::<MlsMessageResponse>(&unreachable.to_string())["contents"],
        json!(["a.example", "b.example"])
    );
    let clients = recoded::<UserClients>(&format!(r#"{{"{ALICE}":["0A","a","1","01"]}}"#));
    assert_eq!(clients, json!({ALICE: ["1", "a"]}));
}

/// A list is not a set: order and duplicates are kept.
#[test]
fn duplicates_in_a_list_stay() {
    let update = json!({
        "time": "2031-08-04T12:00:00Z", "origUserId": {"domain": "a.example", "id": ALICE},
        "convId": CONV, "alreadyPresentUsers": [ALICE, CONV, ALICE],
        "action": {"tag": "ConversationDeleteTag", "action": {}}, "extraConversationData": null,
    });
    assert_eq!(recoded::<ConversationUpdate>(&update.to_string()), update);
}

/// The last one counts, as it does for the keys of records.
#[test]
fn keys_that_denote_the_same_id_are_one() {
    let upper = ALICE.to_uppercase();
    let users = format!(r#"{{"{upper}":["1"],"{ALICE}":["2"]}}"#);
    assert_eq!(recoded::<UserClients>(&users), json!({ALICE: ["2"]}));
    let clients = format!(r#"{{"{ALICE}":{{"0A":1,"b":2,"a":3}}}}"#);
    assert_eq!(
        recoded::<UserClientMap<i64>>(&clients),
        json!({ALICE: {"a": 3, "b": 2}})
    );
    let domains = format!(r#"{{"A.example":{{"{ALICE}":["1"]}},"a.example":{{"{CONV}":["2"]}}}}"#);
    assert_eq!(
        recoded::<QualifiedUserClients>(&domains),
        json!({"a.example": {CONV: ["2"]}})
    );
    let users = format!(r#"{{"a.example":{{"{upper}":["1"],"{ALICE}":["2"]}}}}"#);
    assert_eq!(
        recoded::<QualifiedUserClients>(&users),
        json!({"a.example": {ALICE: ["2"]}})
    );
}

/// Notifications about a deleted user name 1 to 1000 others.
#[test]
fn lists_over_their_range() {
    fn holds<T: DeserializeOwned>(key: &str) {
        for (count, good) in [
            (0, false),
            (1, true),
            (1000, true),
            (1001, false),
            (5000, false),
        ] {
            let list = vec![CONV; count];
            let error = read::<T>(&json!({"user": ALICE, key: list})).err();
            assert_eq!(error.is_none(), good, "{key}: {count}");
            if let Some(error) = error {
                let text = error.to_string();
                assert!(
                    text.starts_with(key) && text.contains("1 to 1000"),
                    "{text}"
                );
            }
        }
    }
    holds::<UserDeletedConversationsNotification>("conversations");
    holds::<UserDeletedConnectionsNotification>("connections");
    // Lists that are not empty.
    for (tag, key) in [
        ("ConversationJoinTag", "users"),
        ("ConversationRemoveMembersTag", "targets"),
    ] {
        let action =
            json!({"tag": tag, "action": {key: [], "role": "wire_member", "reason": "left"}});
        let error = read::<SomeConversationAction>(&action).expect_err("nobody");
        assert!(
            error.to_string().contains("at least one element"),
            "{error}"
        );
    }
}

#[test]
fn text_that_is_no_unicode() {
    let message = |data: &[u8]| {
        let begin = format!(
            r#"{{"time":"2031-08-04T12:00:00Z","sender":{{"domain":"a.example","id":"{ALICE}"}},
            "sender_client":"1","conversation":"{CONV}","push":true,"transient":false,
            "recipients":{{}},"data":""#
        );
        let body = [begin.as_bytes(), data, br#""}"#].concat();
        (begin.len(), json::decode::<RemoteMessage>(&body).map(drop))
    };
    assert_eq!(message("\u{2709}".as_bytes()).1, Ok(()));
    for bytes in [
        &b"\xff"[..],
        b"\xc0\xaf",         // overlong
        b"\xed\xa0\x80",     // half of a surrogate pair
        b"\xf4\x90\x80\x80", // above U+10FFFF
        b"\xe2\x9c",         // cut off
    ] {
        let (place, read) = message(bytes);
        let error = read.expect_err("no UTF-8");
        assert_eq!(error.reason(), format!("not UTF-8 after byte {place}"));
    }
    for escape in [r"\ud800", r"\udc00", r"\ud800\ud800", r"\u12"] {
        let error = message(escape.as_bytes()).1.expect_err("no character");
        assert_eq!(error.path(), "data", "{escape}: {error}");
    }
    // Not even where nobody looks.
    assert!(json::decode::<IgnoredAny>(b"[\"\xff\"]").is_err());
}

/// Wherever bytes travel.
#[test]
fn base64_that_is_none() {
    fn holds<T: DeserializeOwned>(at: &str, document: &dyn Fn(&str) -> Value) {
        if let Err(error) = read::<T>(&document("AAEAAg==")) {
            panic!("{at}: {error}");
        }
        for bad in [
            "AAEAAg",
            "AAEAAg=",
            "AAEAAh==",
            "AAEA Ag==",
            "AAEA\nAg==",
            "-_-_",
            "A",
            "é",
        ] {
            let Err(error) = read::<T>(&document(bad)) else {
                panic!("{at}: `{bad}` is accepted");
            };
            let text = error.to_string();
            assert!(text.contains("Base64") && text.contains(at), "{at}: {text}");
        }
    }
    holds::<ProteusMessageSendRequest>(
        "raw_message",
        &|bytes| json!({"conv_id": CONV, "sender": ALICE, "raw_message": bytes}),
    );
    holds::<MlsMessageSendRequest>("raw_message", &|bytes| {
        json!({
            "conv_or_sub_id": {"tag": "conv", "value": {"conv_id": CONV}},
            "sender": ALICE, "sender_client": "1", "raw_message": bytes,
        })
    });
    holds::<RemoteMlsMessage>("message", &|bytes| {
        json!({
            "time": "2031-08-04T12:00:00Z", "metadata": {"native_push": true, "transient": false},
            "sender": {"domain": "a.example", "id": ALICE}, "conversation": CONV,
            "recipients": {}, "message": bytes,
        })
    });
    holds::<MlsWelcomeRequest>("welcome_message", &|bytes| {
        json!({
            "originating_user": ALICE, "welcome_message": bytes, "recipients": [],
            "qualified_conv_id": {"domain": "a.example", "id": CONV},
        })
    });
    holds::<DeleteSubConversationFedRequest>("dscreq_group_id", &|bytes| {
        json!({
            "dscreq_user": ALICE, "dscreq_conv": CONV, "dscreq_sub_conv": "conference",
            "dscreq_group_id": bytes, "dscreq_epoch": 0,
        })
    });
    holds::<Protocol>(
        "group_id",
        &|bytes| json!({"protocol": "mls", "group_id": bytes, "epoch": 0}),
    );
    holds::<SomeConversationAction>(
        "group_id",
        &|bytes| json!({"tag": "ConversationResetTag", "action": {"group_id": bytes, "epoch": 1}}),
    );
    for key in ["commit", "group_info", "group_id"] {
        holds::<MlsMessageResponse>(key, &|bytes| {
            let mut contents = json!({
                "commit": "", "group_info": "", "group_id": "", "clients": [], "conv_id": CONV,
                "domain": "a.example", "code": 400, "label": "", "message": "",
            });
            contents[key] = json!(bytes);
            json!({"tag": "MLSMessageResponseGroupInfoDiagnostics", "contents": contents})
        });
    }
    for key in [
        "ed25519",
        "ecdsa_secp256r1_sha256",
        "ecdsa_secp384r1_sha384",
        "ecdsa_secp521r1_sha512",
    ] {
        holds::<GetOne2OneConversationResponseV2>(key, &|bytes| {
            let mut removal = json!({
                "ed25519": "", "ecdsa_secp256r1_sha256": "", "ecdsa_secp384r1_sha384": "",
                "ecdsa_secp521r1_sha512": "",
            });
            removal[key] = json!(bytes);
            let conversation = json!({
                "id": CONV,
                "metadata": {
                    "type": 2, "creator": null, "access": [], "access_role": [], "name": null,
                    "last_event": "0.0", "last_event_time": "1970-01-01T00:00:00.000Z",
                    "team": null, "message_timer": null, "receipt_mode": null,
                },
                "members": {"self_role": "wire_member", "others": []},
                "protocol": {"protocol": "proteus"},
            });
            json!({
                "tag": "GetOne2OneConversationV2Ok",
                "contents": {"conversation": conversation, "public_keys": {"removal": removal}},
            })
        });
    }
}

/// What is told of a fault goes into answers, logs and dead letters: what the peer wrote must not fill them.
#[test]
fn faults_are_told_briefly() {
    fn holds<T: DeserializeOwned>(json: &Value) -> DecodeError {
        let Err(error) = read::<T>(json) else {
            panic!("accepted: {}", std::any::type_name::<T>());
        };
        let length = error.to_string().len();
        assert!(
            length < 4096,
            "{length} bytes: {}",
            std::any::type_name::<T>()
        );
        error
    }
    for letter in ["x", "\u{1f980}", "\u{7}"] {
        let long = letter.repeat(100_000);
        // What was expected is told all the same, and where.
        for error in [
            holds::<UserClients>(&json!(long)),
            holds::<UserClientMap<i64>>(&json!({ALICE: long})),
            holds::<u8>(&json!(long)),
        ] {
            let reason = error.reason();
            assert!(reason.starts_with("invalid type: string \""), "{reason}");
            assert!(reason.contains(", expected "), "{reason}");
            assert!(reason.contains(" at line 1 column "), "{reason}");
        }
        holds::<ConversationAccessData>(&json!({"access": [long]}));
        holds::<Result<(), ()>>(&json!({&long: null}));
        // Keys are written by the peer too.
        let error = holds::<BTreeMap<String, Vec<u8>>>(&json!({&long: ["no number"]}));
        assert!(error.path().starts_with(letter), "{error}");
        assert!(error.path().ends_with("[0]"), "{error}");
    }
}
