//! The JSON documents about conversations of the existing implementation that are no plain round trips,
//! where they lie beside the workspace: those of older releases, which are written with the keys that
//! have been added since, those to be refused, and those of a type that contains ours.

use std::fs;
use std::path::{Path, PathBuf};

use federation_api::conversation::{
    ConversationCreated, ConversationMetadata, LeaveConversationResponse,
};
use federation_api::conversation_action::OtherMemberUpdate;
use federation_api::conversation_update::{
    ConversationUpdate, ConversationUpdateInAnswer, ConversationUpdateV0,
};
use federation_api::one_to_one_conversation::{
    GetOne2OneConversationResponse, GetOne2OneConversationResponseV2,
};
use federation_api::protocol::Protocol;
use federation_api::{Audience, Version, json};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(path);
    if path.exists() {
        Some(path)
    } else {
        println!("skipped: there is no {}", path.display());
        None
    }
}

fn text(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read<T: DeserializeOwned>(path: &Path) -> T {
    json::decode(&text(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn value(path: &Path) -> Value {
    serde_json::from_slice(&text(path)).expect("JSON")
}

/// The document of this name, as it is written again, is the same with these keys added.
fn gains<T: Serialize + DeserializeOwned>(name: &str, additions: &[(&str, Value)]) {
    let Some(path) = shared(&format!("golden-history/{name}.json")) else {
        return;
    };
    let written = serde_json::to_value(read::<T>(&path)).expect("a JSON form");
    let mut expected = value(&path);
    for (pointer, addition) in additions {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let parent = expected
            .pointer_mut(parent)
            .expect("a part of the document");
        assert_eq!(parent.get(key), None, "{name}: {pointer}");
        parent[key] = addition.clone();
    }
    assert_eq!(written, expected, "{name}");
}

fn refused<T: DeserializeOwned>(name: &str, fault: &str) {
    let Some(path) = shared(&format!("{name}.json")) else {
        return;
    };
    let Err(error) = json::decode::<T>(&text(&path)) else {
        panic!("{name}: accepted");
    };
    assert!(error.to_string().contains(fault), "{name}: {error}");
}

#[test]
fn updates_of_older_releases() {
    let added = json!("internal_add");
    let (update, v0) = (
        "testObject_ConversationUpdate1",
        "/cuAction/action/join_type",
    );
    let of_2023 = format!("v2023-01-12/{update}");
    gains::<ConversationUpdateV0>(&of_2023, &[(v0, added.clone())]);
    let v1 = "/action/action/join_type";
    let none = ("/extraConversationData", Value::Null);
    gains::<ConversationUpdate>(
        &format!("chart-4.42.0-pre.27/{update}"),
        &[(v1, added), none.clone()],
    );
    gains::<ConversationUpdate>(&format!("v2025-06-16/{update}"), &[none]);
}

/// The old keys under a header of V1, and inside answers.
#[test]
fn the_update_of_2023_means_the_same_everywhere() {
    let Some(path) = shared("golden-history/v2023-01-12/testObject_ConversationUpdate1.json")
    else {
        return;
    };
    let old: ConversationUpdateV0 = read(&path);
    let new: ConversationUpdate = read(&path);
    let answered: ConversationUpdateInAnswer = read(&path);
    assert_eq!(new, old.into());
    assert_eq!(answered, new.into());
}

#[test]
fn updates_from_before_2023_are_refused() {
    for name in [
        "v2021-08-27/testObject_ConversationMemberUpdate1",
        "v2021-09-14/testObject_ConversationMemberUpdate2",
        "chart-2.115.41/testObject_ConversationUpdate1",
        "v2022-03-09/testObject_ConversationUpdate1",
        "v2022-03-09/testObject_ConversationUpdate2",
    ] {
        let name = format!("golden-history/{name}");
        refused::<ConversationUpdate>(&name, "");
        refused::<ConversationUpdateV0>(&name, "");
        refused::<ConversationUpdateInAnswer>(&name, "");
    }
}

/// `scenarios.md` D74: keys that are newer are absent.
#[test]
fn created_conversations_of_older_releases() {
    let [group, add, history] = ["group_conv_type", "channel_add_permission", "history"]
        .map(|key| (format!("/{key}"), Value::Null));
    let [group, add, history] = [&group, &add, &history].map(|(key, null)| (&**key, null.clone()));
    let all = [group, add.clone(), history.clone()];
    for name in [
        "v2023-01-12/testObject_ConversationCreated1",
        // The epoch is kept although its time is missing.
        "v2023-01-12/testObject_ConversationCreated2",
        "v2023-10-23/testObject_ConversationCreated2",
    ] {
        gains::<ConversationCreated>(name, &all);
    }
    for name in ["ConversationCreated1", "ConversationCreated2"] {
        let name = format!("chart-5.13.24/testObject_{name}");
        gains::<ConversationCreated>(&name, &[add.clone(), history.clone()]);
    }
    gains::<ConversationCreated>("v2025-04-07/testObject_ConversationCreated2", &[history]);
}

#[test]
fn created_conversations_from_before_2023_are_refused() {
    let name = "golden-history/v2022-01-18/testObject_NewRemoteConversation1";
    refused::<ConversationCreated>(name, "missing field `cnv_access_roles`");
    let name = "golden-history/v2022-07-05/testObject_NewRemoteConversation2";
    refused::<ConversationCreated>(name, "missing field `protocol`");
}

#[test]
fn answers_about_leaving_of_older_releases() {
    let name = "golden-history/chart-4.35.229/testObject_LeaveConversationResponse1.json";
    if let Some(path) = shared(name) {
        let answer: LeaveConversationResponse = read(&path);
        let written = serde_json::to_value(answer).expect("a JSON form");
        assert_eq!(written, json!({"Right": []}));
    }
    for name in [
        "v2021-08-27/testObject_LeaveConversationResponse3",
        "v2021-11-15/testObject_LeaveConversationResponse5",
        "v2021-11-15/testObject_LeaveConversationResponse6",
        "v2021-11-15/testObject_LeaveConversationResponse7",
    ] {
        let Some(path) = shared(&format!("golden-history/{name}.json")) else {
            return;
        };
        let answer: LeaveConversationResponse = read(&path);
        let reason = answer.into_result().expect_err("a reason");
        assert_eq!(reason.known(), None, "{name}");
    }
}

#[test]
fn one_to_one_conversations_of_older_releases() {
    let v1 = "/contents/metadata";
    let v2 = "/contents/conversation/metadata";
    let missing = |metadata: &str, keys: &[&str]| -> Vec<(String, Value)> {
        let value = |key: &str| match key {
            "cells_state" => json!("disabled"),
            _ => Value::Null,
        };
        keys.iter()
            .map(|key| (format!("{metadata}/{key}"), value(key)))
            .collect()
    };
    let all = [
        "group_conv_type",
        "add_permission",
        "cells_state",
        "parent",
        "history",
    ];
    for (folder, keys) in [
        ("v2024-10-30", &all[..]),
        ("chart-5.13.24", &["add_permission", "parent", "history"]),
        ("v2025-09-02", &["history"]),
    ] {
        let name = format!("{folder}/testObject_GetOne2OneConversationResponseOk");
        let keys = missing(v1, keys);
        let keys: Vec<_> = keys
            .iter()
            .map(|(key, value)| (&**key, value.clone()))
            .collect();
        gains::<GetOne2OneConversationResponse>(&name, &keys);
    }
    for (folder, keys) in [
        ("chart-5.13.16", &all[1..]),
        ("v2025-04-07", &["parent", "history"]),
    ] {
        let name = format!("{folder}/testObject_GetOne2OneConversationResponseV2Ok");
        let keys = missing(v2, keys);
        let keys: Vec<_> = keys
            .iter()
            .map(|(key, value)| (&**key, value.clone()))
            .collect();
        gains::<GetOne2OneConversationResponseV2>(&name, &keys);
    }
}

/// The conversation of the client API contains our metadata and protocol, all keys in one object.
#[test]
fn parts_of_conversations_of_the_client_api() {
    for (folder, version) in [
        ("Conversation", Version::V3),
        ("ConversationV5", Version::V1),
    ] {
        let Some(folder) = shared(&format!("golden/{folder}")) else {
            return;
        };
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable folder").path();
            let whole = value(&path);
            let metadata = serde_json::to_value(read::<ConversationMetadata>(&path));
            let protocol =
                Audience::speaking(version).write(|| serde_json::to_value(read::<Protocol>(&path)));
            for part in [metadata, protocol] {
                let Ok(Value::Object(part)) = part else {
                    panic!("{}: no object", path.display());
                };
                for (key, value) in part {
                    assert_eq!(whole.get(&key), Some(&value), "{}: {key}", path.display());
                }
            }
        }
    }
}

#[test]
fn a_member_update_that_changes_nothing_is_refused() {
    refused::<OtherMemberUpdate>(
        "golden/OtherMemberUpdate.reject/testObject_OtherMemberUpdate_user_2",
        "missing field `conversation_role`",
    );
}
