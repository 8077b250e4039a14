//! The other RPCs of galley, row by row (`galley.md` §4).

use federation_api::conversation::{ClientRemovedRequest, GetConversationsRequest};
use federation_api::conversation_settings::ConvType;
use federation_api::conversation_update::ConversationUpdate;
use federation_api::message::RemoteMessage;
use federation_api::mls_message::RemoteMlsMessage;
use federation_api::mls_welcome::{MlsWelcomeRequest, MlsWelcomeResponse};
use federation_api::one_to_one::one_to_one_conversation;
use federation_api::one_to_one_conversation::{
    GetOne2OneConversationRequest, GetOne2OneConversationResponse, GetOne2OneConversationResponseV2,
};
use federation_api::role::RoleName;
use federation_api::typing::TypingNotice;
use federation_api::user::BaseProtocolTag;
use federation_api::{ConvId, Galley, OfRecipient, OfSender, Qualified};
use federation_backend::{Backend, Connection, NewConversation, Relation, Settings, derived};
use serde_json::{Value, json};

use crate::conversations::{c, call_from, kinds, three, three_with, told};
use crate::world::{a, add, b, settings};

const CONV: &str = "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f";
const NOW: &str = "2031-08-04T12:00:00.000Z";

fn conv() -> ConvId {
    CONV.parse().unwrap()
}

fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// D93.
#[tokio::test]
async fn created_is_for_connected_users_only() {
    let three = three();
    let ben = three.b.local_user(add(&three.b, "ben")).unwrap();
    let created = json!({
        "time": NOW, "orig_user_id": three.alice.id(), "cnv_id": CONV, "cnv_type": 0,
        "cnv_access": ["invite"], "cnv_access_roles": ["team_member"], "cnv_name": "room",
        "non_creator_members": [
            {"qualified_id": three.bob.qualified_id(), "conversation_role": "wire_member", "status": 0},
            {"qualified_id": ben.qualified_id(), "conversation_role": "wire_member", "status": 0},
            {"qualified_id": three.carl.qualified_id(), "conversation_role": "wire_member", "status": 0}
        ],
        "protocol": {"protocol": "proteus"}
    });
    let galley = three.b.galley();
    galley
        .on_conversation_created(&call_from(a(), b()), read(created))
        .await
        .unwrap();
    assert_eq!(kinds(&three.bob), ["created"]);
    assert!(kinds(&ben).is_empty());
    assert_eq!(
        three.b.remote_conversations(three.bob.id()),
        [Qualified::new(conv(), a())].into()
    );
    // Ben is taken out of what Bob is told, remote users are not.
    let told = format!("{:?}", told(&three.bob));
    assert!(told.contains(&three.carl.id().to_string()) && !told.contains(&ben.id().to_string()));
}

/// D94.
#[tokio::test]
async fn conversations_are_told_to_members_only() {
    let three = three();
    let id = three.group().await;
    let other = three
        .alice
        .create_conversation(NewConversation::with([]))
        .await
        .unwrap();
    let ids = [*id.id(), *other.id(), conv(), *id.id()];
    let request = |user| GetConversationsRequest {
        user_id: OfSender::new(user),
        conv_ids: ids.into_iter().map(OfRecipient::new).collect(),
    };
    let galley = three.a.galley();
    let call = call_from(b(), a());
    let found = galley
        .get_conversations(&call, request(three.bob.id()))
        .await
        .unwrap();
    assert_eq!(found.convs.len(), 1);
    let old = galley
        .get_conversations_v0(&call, request(three.bob.id()))
        .await
        .unwrap();
    assert_eq!(old.convs.len(), 1);
    // Carl's id means nobody at B.
    let found = galley
        .get_conversations(&call, request(three.carl.id()))
        .await
        .unwrap();
    assert!(found.convs.is_empty());
}

/// D84.
#[tokio::test]
async fn leaving_has_its_reasons() {
    let three = three();
    let id = three.group().await;
    let galley = three.a.galley();
    let answer = async |conversation: ConvId| {
        let request = json!({"conv_id": conversation, "leaver": three.bob.id()});
        let answer = galley
            .leave_conversation(&call_from(b(), a()), read(request))
            .await;
        serde_json::to_value(answer.unwrap()).unwrap()
    };
    let no = |reason: &str| json!({"Left": format!("RemoveFromConversationError{reason}")});
    assert_eq!(answer(conv()).await, no("NotFound"));
    three.alter(&id, |conversation| conversation.r#type = ConvType::One2One);
    assert_eq!(answer(*id.id()).await, no("RemovalNotAllowed"));
    three.alter(&id, |conversation| {
        conversation.r#type = ConvType::Regular;
        let custom: RoleName = "custom_role".parse().unwrap();
        conversation
            .members
            .insert(three.bob.qualified_id(), custom);
    });
    assert_eq!(answer(*id.id()).await, no("RemovalNotAllowed"));
    three.alter(&id, |conversation| {
        conversation
            .members
            .insert(three.bob.qualified_id(), RoleName::member());
    });
    assert_eq!(answer(*id.id()).await, json!({"Right": []}));
    assert_eq!(answer(*id.id()).await, no("NotFound"));
}

/// D94.
#[tokio::test]
async fn send_message_checks_in_order() {
    use federation_api::galley_payload::Strategy;
    let three = three();
    let id = three.group().await;
    let call = call_from(b(), a());
    let galley = three.a.galley();
    let send = async |conversation: ConvId, raw: federation_api::base64::Base64Bytes| {
        let request =
            json!({"conv_id": conversation, "sender": three.bob.id(), "raw_message": raw});
        let answer = galley.send_message(&call, read(request)).await;
        answer.map(|answer| serde_json::to_value(answer).unwrap())
    };
    let failure = send(*id.id(), vec![0xff].into()).await.unwrap_err();
    assert_eq!((failure.code, &*failure.label), (400, "invalid-payload"));
    let good = crate::conversations::message(&[], Strategy::IgnoreAll);
    let tag = |answer: Value| answer["Left"]["tag"].clone();
    let unknown = send(conv(), good.encode().into()).await.unwrap();
    assert_eq!(tag(unknown), "MessageNotSentConversationNotFound");
    let mut other = good.clone();
    other.sender = 5.into();
    let unknown = send(*id.id(), other.encode().into()).await.unwrap();
    assert_eq!(tag(unknown), "MessageNotSentUnknownClient");
    // The strategies decide who counts as missing.
    let all = [&three.alice, &three.anna, &three.carl];
    let one = || [three.alice.qualified_id()].into();
    let cases = [
        (Strategy::ReportAll, vec![], false),
        (Strategy::ReportAll, all.to_vec(), true),
        (Strategy::IgnoreAll, vec![], true),
        (Strategy::ReportOnly(one()), vec![], false),
        (Strategy::ReportOnly(one()), vec![&three.alice], true),
        (Strategy::IgnoreOnly(one()), vec![], false),
        (
            Strategy::IgnoreOnly(one()),
            vec![&three.anna, &three.carl],
            true,
        ),
    ];
    for (strategy, to, sent) in cases {
        let to: Vec<_> = to.into_iter().map(|user| (user, 1)).collect();
        let message = crate::conversations::message(&to, strategy);
        let answer = send(*id.id(), message.encode().into()).await.unwrap();
        assert_eq!(answer.get("Right").is_some(), sent, "{message:?}");
        if sent {
            assert_eq!(answer["Right"]["missing"], json!({}));
        }
    }
    // The sending client, and somebody from elsewhere, are redundant.
    let dora = three.c.local_user(add(&three.c, "dora")).unwrap();
    let message =
        crate::conversations::message(&[(&three.bob, 1), (&dora, 1)], Strategy::IgnoreAll);
    let answer = send(*id.id(), message.encode().into()).await.unwrap();
    let redundant = &answer["Right"]["redundant"];
    assert_eq!(
        redundant["b.example.com"][three.bob.id().to_string()],
        json!(["1"])
    );
    assert_eq!(
        redundant["c.example.com"][dora.id().to_string()],
        json!(["1"])
    );
    assert!(kinds(&dora).is_empty());
}

#[tokio::test]
async fn d94_messages_from_elsewhere_reach_members_only() {
    let three = three();
    let id = three.group().await;
    let ben = three.b.local_user(add(&three.b, "ben")).unwrap();
    let message: RemoteMessage = read(json!({
        "time": NOW, "data": "", "sender": three.alice.qualified_id(), "sender_client": "1",
        "conversation": id.id(), "priority": null, "push": true, "transient": false,
        "recipients": {three.bob.id().to_string(): {"1": "eA==", "2": "eQ=="}, ben.id().to_string(): {"1": "eA=="}}
    }));
    let galley = three.b.galley();
    // Conversations are the caller's: C cannot write into one of A.
    galley
        .on_message_sent(&call_from(c(), b()), message.clone())
        .await
        .unwrap();
    assert_eq!(kinds(&three.bob).len(), 2);
    galley
        .on_message_sent(&call_from(a(), b()), message)
        .await
        .unwrap();
    assert_eq!(kinds(&three.bob)[2..], ["message to 1", "message to 2"]);
    assert!(kinds(&ben).is_empty());
    let message: RemoteMlsMessage = read(json!({
        "time": NOW, "metadata": {"native_push": true, "transient": false},
        "sender": three.alice.qualified_id(), "conversation": id.id(), "sub_conversation": null,
        "recipients": {three.bob.id().to_string(): ["1"], ben.id().to_string(): ["1"]}, "message": "eA=="
    }));
    galley
        .on_mls_message_sent(&call_from(a(), b()), message)
        .await
        .unwrap();
    assert_eq!(kinds(&three.bob).last().unwrap(), "mls to 1");
    assert!(kinds(&ben).is_empty());
}

#[tokio::test]
async fn d93_updates_change_the_record_and_reach_present_users() {
    let three = three();
    let id = three.group().await;
    let ben = three.b.local_user(add(&three.b, "ben")).unwrap();
    let galley = three.b.galley();
    let update = |by: Value, present: Value, action: Value| -> ConversationUpdate {
        read(json!({"time": NOW, "origUserId": by, "convId": id.id(),
            "alreadyPresentUsers": present, "action": action, "extraConversationData": null}))
    };
    let alice = json!(three.alice.qualified_id());
    let call = call_from(a(), b());
    // Ben is not connected with Alice; with nobody left there is no event.
    let join = json!({"tag": "ConversationJoinTag", "action": {"users": [ben.qualified_id()], "role": "wire_member"}});
    let joined = update(alice.clone(), json!([three.bob.id()]), join.clone());
    galley.on_conversation_updated(&call, joined).await.unwrap();
    assert!(kinds(&ben).is_empty());
    assert_eq!(kinds(&three.bob).len(), 2);
    crate::conversations::connect(&ben, &three.alice);
    galley
        .on_conversation_updated(&call, update(alice.clone(), json!([three.bob.id()]), join))
        .await
        .unwrap();
    assert_eq!(kinds(&ben), ["Join"]);
    // Who is named but not present is no target; V0 bodies are the same.
    let remove = json!({"tag": "ConversationRemoveMembersTag", "action": {"targets": [ben.qualified_id()], "reason": "removed"}});
    galley
        .on_conversation_updated_v0(
            &call,
            update(alice.clone(), json!([three.bob.id()]), remove).into(),
        )
        .await
        .unwrap();
    assert_eq!(kinds(&ben), ["Join"]);
    assert!(three.b.remote_conversations(ben.id()).is_empty());
    assert_eq!(kinds(&three.bob).last().unwrap(), "RemoveMembers");
    let leave = json!({"tag": "ConversationLeaveTag", "action": {}});
    galley
        .on_conversation_updated(
            &call,
            update(
                json!(three.bob.qualified_id()),
                json!([three.bob.id()]),
                leave,
            ),
        )
        .await
        .unwrap();
    assert!(three.b.remote_conversations(three.bob.id()).is_empty());
    let delete = json!({"tag": "ConversationDeleteTag", "action": {}});
    galley
        .on_conversation_updated(&call, update(alice, json!([three.bob.id()]), delete))
        .await
        .unwrap();
    assert_eq!(kinds(&three.bob).last().unwrap(), "Leave");
}

#[tokio::test]
async fn welcomes_must_be_welcomes() {
    let three = three();
    let welcome = |bytes: &str| -> MlsWelcomeRequest {
        read(
            json!({"originating_user": three.alice.id(), "welcome_message": bytes,
            "recipients": [[three.bob.id(), "1"], [three.bob.id(), "2"]],
            "qualified_conv_id": {"domain": "a.example.com", "id": CONV}}),
        )
    };
    let call = call_from(a(), b());
    let failure = three
        .b
        .galley()
        .mls_welcome(&call, welcome("AAEAAw=="))
        .await
        .unwrap_err();
    assert_eq!((failure.code, &*failure.label), (500, "internal-error"));
    // Version, kind, suite, no secrets, no group info.
    let answer = three
        .b
        .galley()
        .mls_welcome(&call, welcome("AAEAAwABAAA="))
        .await
        .unwrap();
    assert_eq!(answer, MlsWelcomeResponse::Sent);
    assert_eq!(kinds(&three.bob), ["welcome to 2"]);
    let old = MlsWelcomeRequest::Old(read(json!({"mls_welcome_request": "AAEAAwABAAA="})));
    let answer = three.b.galley().mls_welcome(&call, old).await.unwrap();
    assert_eq!(answer, MlsWelcomeResponse::MlsNotEnabled);
    let three = three_with(|| Settings {
        mls: false,
        ..settings()
    });
    let answer = three
        .b
        .galley()
        .mls_welcome(&call, welcome("AAEAAwABAAA="))
        .await
        .unwrap();
    assert_eq!(answer, MlsWelcomeResponse::MlsNotEnabled);
}

#[tokio::test]
async fn one_to_one_conversations_are_made_up_by_their_owner() {
    let three = three();
    let ask = |sender, receiver| GetOne2OneConversationRequest {
        sender_user: OfSender::new(sender),
        receiver_user: OfRecipient::new(receiver),
    };
    let id = one_to_one_conversation(
        BaseProtocolTag::Mls,
        &three.alice.qualified_id(),
        &three.bob.qualified_id(),
    );
    let (owner, owned, other, asking) = if *id.domain() == a() {
        (&three.a, &three.alice, &three.b, &three.bob)
    } else {
        (&three.b, &three.bob, &three.a, &three.alice)
    };
    let call = call_from(other.domain().clone(), owner.domain().clone());
    let request = ask(asking.id(), owned.id());
    let answer = owner
        .galley()
        .get_one2one_conversation(&call, request.clone())
        .await
        .unwrap();
    let GetOne2OneConversationResponseV2::Ok(found) = answer else {
        panic!("{answer:?}")
    };
    let told = serde_json::to_value(&found.conversation).unwrap();
    assert_eq!(told["id"], json!(id.id()));
    assert_eq!(told["metadata"]["type"], 2);
    assert_eq!(told["metadata"]["access"], json!(["private"]));
    assert_eq!(
        told["members"],
        json!({"self_role": "wire_member", "others": []})
    );
    assert_eq!(found.public_keys.removal.ecdsa_secp256r1_sha256.0[0], 4);
    assert_eq!(found.public_keys.removal.ecdsa_secp256r1_sha256.0.len(), 65);
    let failure = owner
        .galley()
        .get_one2one_conversation_v1(&call, request)
        .await
        .unwrap_err();
    assert_eq!(failure.label, "federation-function-not-supported");
    // The other side is not the owner.
    let call = call_from(owner.domain().clone(), other.domain().clone());
    let request = ask(owned.id(), asking.id());
    let answer = other
        .galley()
        .get_one2one_conversation(&call, request.clone())
        .await
        .unwrap();
    assert_eq!(answer, GetOne2OneConversationResponseV2::BackendMismatch);
    let answer = other
        .galley()
        .get_one2one_conversation_v1(&call, request.clone())
        .await
        .unwrap();
    assert_eq!(answer, GetOne2OneConversationResponse::BackendMismatch);
    other.put_connection(
        asking.id(),
        owned.qualified_id(),
        Connection::new(Relation::Pending),
    );
    let answer = other
        .galley()
        .get_one2one_conversation(&call, request.clone())
        .await
        .unwrap();
    assert_eq!(answer, GetOne2OneConversationResponseV2::NotConnected);
    let answer = other
        .galley()
        .get_one2one_conversation_v1(&call, request)
        .await
        .unwrap();
    assert_eq!(answer, GetOne2OneConversationResponse::NotConnected);
}

#[tokio::test]
async fn typing_needs_membership() {
    let three = three();
    let id = three.group().await;
    let galley = three.a.galley();
    let call = call_from(b(), a());
    let request = |user: Value| json!({"typing_status": {"status": "started"}, "user_id": user, "conv_id": id.id()});
    let answer = galley
        .update_typing_indicator(&call, read(request(json!(three.carl.id()))))
        .await;
    let answer = serde_json::to_value(answer.unwrap()).unwrap();
    assert_eq!(
        answer,
        json!({"tag": "TypingDataUpdateError", "contents": {"tag": "ConvNotFound"}})
    );
    let answer = galley
        .update_typing_indicator(&call, read(request(json!(three.bob.id()))))
        .await;
    let answer = serde_json::to_value(answer.unwrap()).unwrap();
    assert_eq!(answer["contents"]["users_in_conv"], json!([]));
    // Backends of 2023 tell the owner by the other RPC (rule R20).
    let old: TypingNotice = read(request(json!(three.bob.id())));
    galley
        .on_typing_indicator_updated(&call, old)
        .await
        .unwrap();
    assert_eq!(kinds(&three.anna), ["created", "started", "started"]);
    assert_eq!(kinds(&three.carl).last().unwrap(), "started");
}

#[tokio::test]
async fn calls_for_another_backend_and_unknown_clients_change_nothing() {
    let three = three();
    let id = three.group().await;
    let removed = ClientRemovedRequest {
        user: OfSender::new(three.bob.id()),
        client: 1.into(),
        convs: vec![OfRecipient::new(*id.id()), OfRecipient::new(conv())],
    };
    let galley = three.a.galley();
    galley
        .on_client_removed(&call_from(b(), a()), removed.clone())
        .await
        .unwrap();
    let failure = galley
        .on_client_removed(&call_from(b(), c()), removed)
        .await
        .unwrap_err();
    assert_eq!((failure.code, &*failure.label), (400, "bad-request"));
}

#[test]
fn seeds_have_conversations_of_the_backend_and_of_others() {
    let seed = |conversation: Value| {
        let seed = json!({"domain": "b.example.com", "users": [{"name": "bob", "handle": "bob"}],
            "conversations": [conversation]});
        Backend::from_seed(&seed.to_string(), settings())
    };
    let bob = derived::user_id(&b(), "bob");
    let members = json!(["bob@b.example.com", "alice@a.example.com"]);
    let backend = seed(json!({"name": "own", "admins": members, "protocol": "mls"})).unwrap();
    let stored = backend
        .conversation(derived::conversation_id(&b(), "own"))
        .unwrap();
    assert_eq!(stored.members.len(), 2);
    assert_eq!(stored.group().unwrap().epoch, 0);
    let backend = seed(json!({"name": "other", "owner": "a.example.com", "members": members}));
    let other = Qualified::new(derived::conversation_id(&a(), "other"), a());
    assert_eq!(backend.unwrap().remote_conversations(bob), [other].into());
    let fault = seed(json!({"name": "own", "members": ["ben@b.example.com"]})).unwrap_err();
    assert!(
        fault.to_string().contains("conversations[0].members"),
        "{fault}"
    );
}
