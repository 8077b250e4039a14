//! What backends of earlier years send of conversations and their changes, and what they can read: the
//! cases of `history.md` §8 as far as single documents show them.

use federation_api::access::AccessRole;
use federation_api::conversation::{
    ConversationCreated, ConversationMetadata, GetConversationsResponse,
    GetConversationsResponseV2, NewRemoteConversation,
};
use federation_api::conversation_action::SomeConversationAction;
use federation_api::conversation_settings::{ConvType, JoinType, LeaveReason};
use federation_api::conversation_update::{
    ConversationUpdate, ConversationUpdateInAnswer, ConversationUpdateResponse,
    ConversationUpdateV0,
};
use federation_api::one_to_one_conversation::{
    GetOne2OneConversationResponse, GetOne2OneConversationResponseV2, NoCounterpart,
};
use federation_api::protocol::{CipherSuiteTag, Epoch, Protocol};
use federation_api::tagged::OrUnknown;
use federation_api::{Audience, Call, OfSender, UserId, Version, json};
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const ALICE: &str = "3f1c2a60-7d4e-4b8a-9c11-5e0a6f2b7d01";
const BOB: &str = "b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002";
const CONV: &str = "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f";
const TIME: &str = "2023-03-09T14:05:06Z";

fn call() -> Call {
    Call::new(
        "old.example".parse().expect("a domain"),
        "new.example".parse().expect("a domain"),
    )
}

fn read<T: DeserializeOwned>(json: &Value) -> T {
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

fn stating(version: Version) -> Audience {
    Audience::origin_of(&call().with_version(version))
}

fn alice() -> Value {
    json!({"domain": "old.example", "id": ALICE})
}

fn old_update(action: &Value) -> Value {
    json!({
        "cuTime": TIME,
        "cuOrigUserId": alice(),
        "cuConvId": CONV,
        "cuAlreadyPresentUsers": [BOB],
        "cuAction": action,
    })
}

fn new_update(action: &Value) -> Value {
    json!({
        "time": TIME,
        "origUserId": alice(),
        "convId": CONV,
        "alreadyPresentUsers": [BOB],
        "action": action,
        "extraConversationData": null,
    })
}

fn rename() -> Value {
    json!({"tag": "ConversationRenameTag", "action": {"name": "Lunch"}})
}

/// P0 to D1- answer `update-conversation` with the old keys.
#[test]
fn k02_the_change_that_an_old_owner_has_made() {
    for update in [old_update(&rename()), new_update(&rename())] {
        let answer: ConversationUpdateResponse = read(&json!({
            "tag": "ConversationUpdateResponseUpdate",
            "contents": update,
        }));
        let ConversationUpdateResponse::Update(update) = answer else {
            panic!("{answer:?}");
        };
        let update = ConversationUpdate::try_from(update).expect("a known action");
        assert_eq!(update, read(&new_update(&rename())));
    }
}

/// Old backends find the keys that they know in the answers of today's owners: rule W3.
#[test]
fn k03_the_change_that_an_old_backend_has_asked_for() {
    let update: ConversationUpdate = read(&new_update(&rename()));
    let answer = ConversationUpdateResponse::Update(update.into());
    let contents = |audience| written(&answer, audience)["contents"].clone();

    assert_eq!(contents(unstated()), old_update(&rename()));
    assert_eq!(contents(stating(Version::V0)), old_update(&rename()));
    for version in [Version::V2, Version::V3] {
        assert_eq!(contents(stating(version)), new_update(&rename()));
    }
    let mut both = old_update(&rename());
    let Value::Object(new) = new_update(&rename()) else {
        unreachable!("an object");
    };
    both.as_object_mut().expect("an object").extend(new);
    assert_eq!(contents(stating(Version::V1)), both);
}

/// Whose documents are to describe what is written generates the schema as the same audience.
#[test]
fn the_schema_of_an_update_follows_the_reader() {
    let update: ConversationUpdate = read(&new_update(&rename()));
    let update = ConversationUpdateInAnswer::from(update);
    for version in Version::ALL {
        let schema = stating(version).write(|| {
            SchemaSettings::draft2020_12()
                .for_serialize()
                .into_generator()
                .into_root_schema_for::<ConversationUpdateInAnswer>()
        });
        let update = written(&update, stating(version));
        let validator = jsonschema::validator_for(&schema.into()).expect("a schema");
        assert!(validator.is_valid(&update), "{version}: {update}");
        for key in ["time", "cuTime"] {
            let mut lacking = update.clone();
            if lacking
                .as_object_mut()
                .expect("an object")
                .remove(key)
                .is_some()
            {
                assert!(!validator.is_valid(&lacking), "{version}: without {key}");
            }
        }
    }
}

/// P0 to X remove members without saying why.
#[test]
fn k04_members_removed_without_a_reason() {
    let action = json!({"tag": "ConversationRemoveMembersTag", "action": {"targets": [alice()]}});
    let update: ConversationUpdateV0 = read(&old_update(&action));
    let SomeConversationAction::RemoveMembers(removed) = update.action else {
        panic!("{:?}", update.action);
    };
    assert_eq!(removed.reason, LeaveReason::Removed);

    let action = json!({
        "tag": "ConversationJoinTag",
        "action": {"users": [alice()], "role": "wire_member"},
    });
    let SomeConversationAction::Join(join) = read(&action) else {
        panic!("{action}");
    };
    assert_eq!(join.join_type, JoinType::InternalAdd);
}

/// D1- says version 1 and writes the body of V0.
#[test]
fn k05_the_old_body_under_a_header_of_v1() {
    let update: ConversationUpdate = read(&old_update(&rename()));
    assert_eq!(update, read(&new_update(&rename())));
}

/// As a notification an update is written by its type, whoever reads it.
#[test]
fn notifications_keep_their_keys() {
    let update: ConversationUpdate = read(&new_update(&rename()));
    let old = ConversationUpdateV0::from(update.clone());
    for audience in [unstated(), stating(Version::V1), stating(Version::V3)] {
        assert_eq!(written(&update, audience), new_update(&rename()));
        assert_eq!(written(&old, audience), old_update(&rename()));
    }
}

/// Whatever a newer backend does in an answer is kept; in a request it is a fault that names its place.
#[test]
fn unknown_actions() {
    let action = json!({"tag": "ConversationSingTag", "action": {"song": "…"}});
    let update: ConversationUpdateInAnswer = read(&new_update(&action));
    let OrUnknown::Unknown(unknown) = &update.action else {
        panic!("{:?}", update.action);
    };
    assert_eq!(unknown.tag(), &"ConversationSingTag");
    assert_eq!(written(&update, stating(Version::V3)), new_update(&action));
    assert!(ConversationUpdate::try_from(update).is_err());

    let body = new_update(&action).to_string();
    let error = json::decode::<ConversationUpdate>(body.as_bytes()).expect_err("unknown");
    assert_eq!(error.path(), "action");
    assert!(error.reason().contains("`ConversationSingTag`"), "{error}");
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

/// D1+ leaves out the time and the suite at epoch 0; P0 to D0 never tell the time.
#[test]
fn k10_conversations_without_the_time_of_their_epoch() {
    let inactive = json!({"protocol": "mls", "group_id": "Z3JvdXA=", "epoch": 0});
    let active = json!({"protocol": "mls", "group_id": "Z3JvdXA=", "epoch": 3, "cipher_suite": 1});
    let convs = json!({"convs": [conversation(&inactive), conversation(&active)]});

    let old: GetConversationsResponse = read(&convs);
    let new: GetConversationsResponseV2 = read(&convs);
    assert_eq!(GetConversationsResponseV2::from(old.clone()), new);
    assert_eq!(GetConversationsResponse::from(new.clone()), old);

    let groups: Vec<_> = new
        .convs
        .iter()
        .map(|conv| conv.protocol.mls_data())
        .collect();
    let [Some(inactive), Some(active)] = groups[..] else {
        panic!("{groups:?}");
    };
    assert_eq!((inactive.epoch(), inactive.active), (Epoch(0), None));
    assert_eq!(active.epoch(), Epoch(3));
    let state = active.active.expect("a state");
    assert_eq!(state.epoch_timestamp, None);
    assert_eq!(state.cipher_suite, Some(CipherSuiteTag::Suite1));
}

/// Readers below V2 get the long form in every place, others only where the type has it: rule W4.
#[test]
fn the_form_of_mls_data_follows_the_reader() {
    let short = json!({"protocol": "mixed", "group_id": "Z3JvdXA=", "epoch": 0});
    let long = json!({
        "protocol": "mixed", "group_id": "Z3JvdXA=", "epoch": 0,
        "epoch_timestamp": null, "cipher_suite": 1,
    });
    let protocol: Protocol = read(&short);
    let conversation: GetConversationsResponse = read(&json!({"convs": [conversation(&short)]}));
    for audience in [unstated(), stating(Version::V0), stating(Version::V1)] {
        assert_eq!(written(&protocol, audience), long);
    }
    for version in [Version::V2, Version::V3] {
        assert_eq!(written(&protocol, stating(version)), short);
        let written = written(&conversation, stating(version));
        assert_eq!(written["convs"][0]["protocol"], long);
    }
    let created: ConversationCreated = read(&json!({
        "time": TIME, "orig_user_id": ALICE, "cnv_id": CONV, "cnv_type": 0, "cnv_access": [],
        "cnv_access_roles": [], "non_creator_members": [], "protocol": short,
    }));
    assert_eq!(written(&created, unstated())["protocol"], long);
    assert_eq!(written(&created, stating(Version::V2))["protocol"], short);
}

/// P0, S and S' announce a conversation before the first user of a backend joins it.
#[test]
fn k11_a_conversation_announced_by_the_retired_call() {
    for (protocol, is_mls) in [
        (json!({"protocol": "proteus"}), false),
        (json!({}), false),
        (
            json!({"protocol": "mls", "group_id": "Z3JvdXA=", "epoch": 0, "cipher_suite": 1}),
            true,
        ),
    ] {
        let announced: NewRemoteConversation =
            read(&json!({"conv_id": CONV, "protocol": protocol}));
        assert_eq!(announced.protocol.mls_data().is_some(), is_mls);
    }
}

/// P0 writes a word where there is a list since S.
#[test]
fn k15_conversations_of_p0() {
    let mut old = conversation(&json!({"protocol": "proteus"}));
    old["metadata"]["access_role"] = json!("activated");
    let roles = |json: &Value| {
        let response: GetConversationsResponse = read(&json!({"convs": [json]}));
        let roles = &response.convs[0].metadata.access_role;
        roles
            .iter()
            .filter_map(|role| role.known().copied())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        roles(&old),
        [
            AccessRole::TeamMember,
            AccessRole::NonTeamMember,
            AccessRole::Service
        ]
    );
    old["metadata"]["access_role_v2"] = json!(["guest", "team_member"]);
    assert_eq!(roles(&old), [AccessRole::TeamMember, AccessRole::Guest]);
}

#[test]
fn k15_an_access_change_of_p0() {
    let action = json!({
        "tag": "ConversationAccessDataTag",
        "action": {"access": ["invite"], "access_role": "private", "access_role_v2": ["guest"]},
    });
    let update: ConversationUpdateV0 = read(&old_update(&action));
    let SomeConversationAction::AccessUpdate(data) = update.action else {
        panic!("{:?}", update.action);
    };
    assert_eq!(
        data.access_role.into_iter().collect::<Vec<_>>(),
        [AccessRole::Guest]
    );
}

/// P0 to D0 require a creator: rule W8.
#[test]
fn a_creator_for_those_that_require_one() {
    let mut metadata = ConversationMetadata::new(ConvType::Regular);
    let creator =
        |metadata: &ConversationMetadata, audience| written(metadata, audience)["creator"].clone();
    let nobody = "00000000-0000-0000-0000-000000000000";
    assert_eq!(creator(&metadata, unstated()), json!(nobody));
    assert_eq!(creator(&metadata, stating(Version::V0)), Value::Null);
    let alice: UserId = ALICE.parse().expect("an id");
    metadata.creator = Some(OfSender::new(alice));
    assert_eq!(creator(&metadata, unstated()), json!(ALICE));
}

#[test]
fn counterparts_of_one_to_one_answers() {
    use GetOne2OneConversationResponse as Old;
    use GetOne2OneConversationResponseV2 as New;
    assert_eq!(New::try_from(Old::NotConnected), Ok(New::NotConnected));
    assert_eq!(
        Old::try_from(New::BackendMismatch),
        Ok(Old::BackendMismatch)
    );
    assert_eq!(
        Old::try_from(New::MlsNotEnabled),
        Err(NoCounterpart::MlsNotEnabled)
    );

    let short = json!({"protocol": "mls", "group_id": "Z3JvdXA=", "epoch": 0});
    let old: Old = read(&json!({
        "tag": "GetOne2OneConversationOk",
        "contents": conversation(&short),
    }));
    let keys = json!({
        "ed25519": "", "ecdsa_secp256r1_sha256": "", "ecdsa_secp384r1_sha384": "",
        "ecdsa_secp521r1_sha512": "",
    });
    let new: New = read(&json!({
        "tag": "GetOne2OneConversationV2Ok",
        "contents": {"conversation": conversation(&short), "public_keys": {"removal": keys}},
    }));
    assert_eq!(Old::try_from(new), Ok(old.clone()));
    assert_eq!(New::try_from(old), Err(NoCounterpart::NoPublicKeys));
}
