//! The documents of galley: many ids, most of them of the same few backends.

use serde_json::{Map, Value, json};

use super::{Exchange, ORIGIN, TARGET, client, id};

/// A third backend, whose name is longer than what a compact string holds in place.
const THIRD: &str = "messaging.gamma-division.example.org";

const PRESENT: usize = 500;
const JOINING: usize = 10;
const CONVERSATIONS: usize = 100;
const MEMBERS: usize = 50;
const RECIPIENTS: usize = 1000;
const CLIENTS: usize = 3;

/// Users join, and 500 users of the target are told.
pub fn update() -> Exchange {
    let joining = (0..JOINING).map(|n| qualified(n, "joining"));
    let present = (0..PRESENT).map(|n| Value::from(id("user", n)));
    Exchange {
        request: json!({
            "time": "2026-03-09T14:05:06.25Z",
            "origUserId": {"domain": ORIGIN, "id": id("user", 0)},
            "convId": id("conversation", 0),
            "alreadyPresentUsers": present.collect::<Value>(),
            "action": {
                "tag": "ConversationJoinTag",
                "action": {
                    "users": joining.collect::<Value>(),
                    "role": "wire_member",
                    "join_type": "internal_add",
                },
            },
            "extraConversationData": null,
        }),
        response: json!({}),
    }
}

/// 100 conversations of 50 members.
pub fn conversations() -> Exchange {
    let ids = (0..CONVERSATIONS).map(|n| Value::from(id("conversation", n)));
    Exchange {
        request: json!({"user_id": id("user", 0), "conv_ids": ids.collect::<Value>()}),
        response: json!({"convs": (0..CONVERSATIONS).map(conversation).collect::<Value>()}),
    }
}

fn conversation(n: usize) -> Value {
    let members = (0..MEMBERS).map(|member| {
        let user = qualified(member, &format!("of {n}"));
        let role = if member == 0 {
            "wire_admin"
        } else {
            "wire_member"
        };
        let id = &user["id"];
        json!({"id": id, "qualified_id": user, "conversation_role": role, "status": 0})
    });
    json!({
        "id": id("conversation", n),
        "metadata": {
            "type": 0,
            "creator": id("user", n),
            "access": ["invite", "code"],
            "access_role": ["team_member", "guest"],
            "name": format!("Planning of the {n}th floor"),
            "last_event": "0.0",
            "last_event_time": "1970-01-01T00:00:00.000Z",
            "team": id("team", n / 10),
            "message_timer": null,
            "receipt_mode": 1,
            "group_conv_type": "group_conversation",
            "add_permission": null,
            "cells_state": "disabled",
            "parent": null,
            "history": null,
        },
        "members": {"self_role": "wire_member", "others": members.collect::<Value>()},
        "protocol": {
            "protocol": "mls",
            "group_id": "AAEAALinxtXk80orjB0On4p7bF1jaGF0LmFscGhhLmV4YW1wbGU=",
            "epoch": 7 + n,
            "epoch_timestamp": "2026-03-09T14:05:06Z",
            "cipher_suite": 1,
        },
    })
}

/// A message for 3 clients of each of 1000 users.
pub fn message() -> Exchange {
    let mut recipients = Map::new();
    for user in 0..RECIPIENTS {
        let of_user = (0..CLIENTS).map(|n| (client(user, n), ciphertext(user, n)));
        let of_user: Map<String, Value> = of_user.collect();
        recipients.insert(id("user", user), of_user.into());
    }
    Exchange {
        request: json!({
            "time": "2026-03-09T14:05:06.25Z",
            "data": null,
            "sender": {"domain": ORIGIN, "id": id("user", 0)},
            "sender_client": client(0, 0),
            "conversation": id("conversation", 0),
            "priority": "high",
            "push": true,
            "transient": false,
            "recipients": recipients,
        }),
        response: json!({}),
    }
}

/// A short text, encrypted for one device.
fn ciphertext(user: usize, n: usize) -> Value {
    format!("owABAaEAWCBv{user:04x}{n:04x}AlgsgNfXn1cM")
        .repeat(4)
        .into()
}

/// Users of three backends, most of them of the two that talk to each other.
fn qualified(n: usize, kind: &str) -> Value {
    let domain = match n % 4 {
        0 => ORIGIN,
        3 => THIRD,
        _ => TARGET,
    };
    json!({"domain": domain, "id": id(kind, n)})
}
