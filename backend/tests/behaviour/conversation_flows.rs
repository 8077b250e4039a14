//! Flows between three backends (`scenarios.md` Parts A and B, D12).

use federation_api::conversation_settings::{Milliseconds, ReceiptMode};
use federation_api::either::Either;
use federation_api::galley_error::GalleyError;
use federation_api::galley_payload::Strategy;
use federation_api::message::MessageNotSent;
use federation_api::permission::Permission;
use federation_api::role::RoleName;
use federation_api::search::FederatedUserSearchPolicy;
use federation_api::typing::TypingState;
use federation_api::user::BaseProtocolTag;
use federation_api::{Domain, Failure, Galley, Qualified, Version};
use federation_backend::{
    Backend, ConversationError, ConversationNotice, FederationPolicy, NewConversation,
    RemotePolicy, Settings,
};

use crate::conversations::{c, kinds, message, three, three_with, told};
use crate::world::{add, b, settings};

/// D76: and reading it from the owner.
#[tokio::test]
async fn a3_creating_tells_every_backend_and_of_third_ones_by_an_update() {
    let three = three();
    let id = three.group().await;
    assert_eq!(kinds(&three.alice), ["created"]);
    assert_eq!(kinds(&three.anna), ["created"]);
    assert_eq!(kinds(&three.bob), ["created", "Join"]);
    assert_eq!(kinds(&three.carl), ["created", "Join"]);
    // Bob is told of the creator and the owner's members; of Carl afterwards.
    let [ConversationNotice::Created { members, .. }, _] = &told(&three.bob)[..] else {
        panic!()
    };
    let members: Vec<_> = members.iter().map(|member| &member.qualified_id).collect();
    assert_eq!(members.len(), 2);
    assert!(members.contains(&&three.alice.qualified_id()));
    assert!(members.contains(&&three.anna.qualified_id()));
    assert!(three.b.remote_conversations(three.bob.id()).contains(&id));
    // B4: everybody reads the same from the owner.
    let seen = three.bob.conversation(&id).await.unwrap();
    assert_eq!(seen.members.others.len(), 3);
    assert_eq!(seen.members.self_role, RoleName::member());
    assert_eq!(
        three
            .alice
            .conversation(&id)
            .await
            .unwrap()
            .members
            .self_role,
        RoleName::admin()
    );
    assert_eq!(three.a.lost_notifications(), 0);
}

#[tokio::test]
async fn d79_d80_creating_needs_backends_that_are_there_and_federate() {
    let three = three();
    let members = [three.bob.qualified_id(), three.carl.qualified_id()];
    let new = NewConversation::with(members.clone());
    three.network.take_down(&c());
    let failed = three.alice.create_conversation(new.clone()).await;
    assert_eq!(failed, Err(ConversationError::Unreachable([c()].into())));
    assert_eq!(Failure::from(failed.unwrap_err()).code, 533);
    assert!(kinds(&three.bob).is_empty() && kinds(&three.alice).is_empty());
    three.network.bring_up(&c()).await;
    // B no longer federates with C.
    three.b.set_policy(FederationPolicy::default());
    let failed = three.alice.create_conversation(new).await.unwrap_err();
    let ConversationError::NonFederating(apart) = &failed else {
        panic!("{failed:?}")
    };
    let mut apart = apart.non_federating_backends.clone();
    apart.sort();
    assert_eq!(apart, [b(), c()]);
    assert_eq!(Failure::from(failed).code, 409);
}

/// D90: protocols that are not for other backends.
#[tokio::test]
async fn creating_is_refused_for_strangers_and_disabled_protocols() {
    let three = three();
    let stranger = Qualified::new(add(&three.b, "ben"), b());
    let refused = three
        .alice
        .create_conversation(NewConversation::with([stranger]))
        .await;
    assert_eq!(refused, Err(GalleyError::NotConnected.into()));
    let mut with_members = NewConversation::mls();
    with_members.members.insert(three.bob.qualified_id());
    let refused = three.alice.create_conversation(with_members).await;
    assert_eq!(refused, Err(GalleyError::MlsNonEmptyMemberList.into()));
    // D90.
    let three = three_with(|| Settings {
        federation_protocols: [BaseProtocolTag::Mls].into(),
        ..settings()
    });
    let new = NewConversation::with([three.bob.qualified_id()]);
    let refused = three.alice.create_conversation(new).await.unwrap_err();
    assert_eq!(refused, ConversationError::ProtocolDisabled);
    assert_eq!(
        Failure::from(refused).label,
        "federation-disabled-for-protocol"
    );
    // A conversation of another backend goes by the rules of that.
    let foreign = federation_api::ConvId::from_uuid(uuid::Uuid::nil());
    let created = serde_json::json!({
        "time": "2031-08-04T12:00:00Z", "orig_user_id": three.bob.id(), "cnv_id": foreign,
        "cnv_type": 0, "cnv_access": [], "cnv_access_roles": [],
        "non_creator_members": [{
            "qualified_id": three.alice.qualified_id(), "conversation_role": "wire_member",
        }],
        "protocol": {"protocol": "proteus"},
    });
    let call = crate::conversations::call_from(b(), three.a.domain().clone());
    let created = serde_json::from_value(created).unwrap();
    let galley = three.a.galley();
    galley
        .on_conversation_created(&call, created)
        .await
        .unwrap();
    assert_eq!(kinds(&three.alice), ["created"]);
    let local = NewConversation::with([three.anna.qualified_id()]);
    let local = three.alice.create_conversation(local).await.unwrap();
    let add = three
        .alice
        .add_members(&local, [three.bob.qualified_id()], RoleName::member());
    assert_eq!(add.await, Err(ConversationError::ProtocolDisabled));
}

#[tokio::test]
async fn d91_without_peers_local_conversations_work() {
    let three = three();
    let alone = Backend::new("alone.example".parse().unwrap(), settings());
    let one = alone.local_user(add(&alone, "one")).unwrap();
    let two = alone.local_user(add(&alone, "two")).unwrap();
    let new = NewConversation::with([two.qualified_id()]);
    let id = one.create_conversation(new).await.unwrap();
    one.rename(&id, "home").await.unwrap();
    assert_eq!(kinds(&two), ["created", "Rename"]);
    assert_eq!(
        two.conversation(&three.group().await).await,
        Err(GalleyError::ConvNotFound.into())
    );
}

#[tokio::test]
async fn a4_a5_messages_reach_all_clients_whoever_owns_the_conversation() {
    let three = three();
    let id = three.group().await;
    let from_alice = message(
        &[(&three.bob, 1), (&three.carl, 1), (&three.anna, 1)],
        Strategy::ReportAll,
    );
    let sent = three.alice.send_message(&id, &from_alice).await.unwrap();
    let status = sent.into_result().unwrap();
    assert!(status.missing.is_empty() && status.failed_to_send.is_empty());
    for user in [&three.bob, &three.carl, &three.anna] {
        assert_eq!(kinds(user).last().unwrap(), "message to 1");
    }
    let Some(ConversationNotice::Message { text, data, .. }) = told(&three.bob).pop() else {
        panic!()
    };
    assert_eq!(
        (text.as_str(), data.as_deref()),
        ("c2VjcmV0", Some("c2hhcmVk"))
    );
    let from_bob = message(
        &[(&three.alice, 1), (&three.carl, 1), (&three.anna, 1)],
        Strategy::ReportAll,
    );
    let sent = three.bob.send_message(&id, &from_bob).await.unwrap();
    assert!(matches!(sent, Either::Right(_)));
    assert_eq!(kinds(&three.alice).last().unwrap(), "message to 1");
    assert_eq!(kinds(&three.carl).last().unwrap(), "message to 1");
    // D83: the owner is down.
    three.network.take_down(three.a.domain());
    let failed = three.bob.send_message(&id, &from_bob).await.unwrap_err();
    assert!(matches!(failed, ConversationError::Unreachable(_)));
}

#[tokio::test]
async fn d83_a_message_waits_for_a_backend_that_is_down() {
    let three = three();
    let id = three.group().await;
    three.network.take_down(&c());
    let to_all = message(
        &[(&three.bob, 1), (&three.carl, 1), (&three.anna, 1)],
        Strategy::ReportAll,
    );
    let status = three
        .alice
        .send_message(&id, &to_all)
        .await
        .unwrap()
        .into_result()
        .unwrap();
    let carl = three.carl.qualified_id();
    assert!(
        status
            .failed_to_confirm_clients
            .contains_client(&carl, 1.into())
    );
    assert!(status.failed_to_send.is_empty());
    // Without a client of Carl's in it, nothing can be sent to him.
    let to_bob = message(&[(&three.bob, 1), (&three.anna, 1)], Strategy::ReportAll);
    let status = three
        .alice
        .send_message(&id, &to_bob)
        .await
        .unwrap()
        .into_result()
        .unwrap();
    assert_eq!(status.failed_to_send.get(&carl), Some(&[].into()));
    assert_eq!(
        status.failed_to_confirm_clients.get(&carl),
        Some(&[].into())
    );
    assert_eq!(kinds(&three.carl), ["created", "Join"]);
    three.network.bring_up(&c()).await;
    assert_eq!(kinds(&three.carl), ["created", "Join", "message to 1"]);
}

#[tokio::test]
async fn a6_d84_leaving_is_told_to_everybody_else() {
    let three = three();
    let id = three.group().await;
    three.bob.leave(&id).await.unwrap();
    assert!(
        !three
            .stored(&id)
            .members
            .contains_key(&three.bob.qualified_id())
    );
    for user in [&three.alice, &three.anna, &three.carl, &three.bob] {
        assert_eq!(kinds(user).last().unwrap(), "Leave");
    }
    let gone = three.bob.conversation(&id).await;
    assert_eq!(gone, Err(GalleyError::ConvNotFound.into()));
    assert_eq!(
        three.bob.leave(&id).await,
        Err(GalleyError::ConvNotFound.into())
    );
    // The owner's own user leaves.
    three.alice.leave(&id).await.unwrap();
    assert_eq!(kinds(&three.carl).last().unwrap(), "Leave");
    assert_eq!(three.stored(&id).members.len(), 2);
}

/// D85: removing the same member twice.
#[tokio::test]
async fn b1_d82_d85_changes_wait_for_a_backend_that_is_down_in_order() {
    let three = three();
    let id = three.group().await;
    three.network.take_down(&b());
    three.alice.rename(&id, "one").await.unwrap();
    three
        .alice
        .set_receipt_mode(&id, ReceiptMode(1))
        .await
        .unwrap();
    let timer = Some(Milliseconds::new(1000));
    three.alice.set_message_timer(&id, timer).await.unwrap();
    let (anna, carl) = (three.anna.qualified_id(), three.carl.qualified_id());
    three
        .alice
        .set_role(&id, carl.clone(), RoleName::admin())
        .await
        .unwrap();
    three.alice.remove_member(&id, anna.clone()).await.unwrap();
    // D85.
    let again = three.alice.remove_member(&id, anna).await;
    assert_eq!(again, Err(ConversationError::NoChanges));
    three.alice.delete_conversation(&id).await.unwrap();
    let changes = [
        "Rename",
        "ReceiptModeUpdate",
        "MessageTimerUpdate",
        "MemberUpdate",
        "RemoveMembers",
        "Delete",
    ];
    assert_eq!(kinds(&three.carl)[2..], changes);
    assert_eq!(kinds(&three.bob), ["created", "Join"]);
    three.network.bring_up(&b()).await;
    assert_eq!(kinds(&three.bob)[2..], changes);
    assert!(three.b.remote_conversations(three.bob.id()).is_empty());
    assert!(three.a.conversation(*id.id()).is_none());
}

#[tokio::test]
async fn b2_d81_adding_members_asks_the_backends_that_have_to_agree() {
    let three = three();
    let new = NewConversation::with([three.bob.qualified_id()]);
    let id = three.alice.create_conversation(new).await.unwrap();
    let carl = || [three.carl.qualified_id()];
    three.network.take_down(&b());
    // A new backend while a present one is down.
    let failed = three
        .alice
        .add_members(&id, carl(), RoleName::member())
        .await;
    assert_eq!(failed, Err(ConversationError::Unreachable([b()].into())));
    // A local user all the same.
    let anna = [three.anna.qualified_id()];
    three
        .alice
        .add_members(&id, anna, RoleName::member())
        .await
        .unwrap();
    three.network.bring_up(&b()).await;
    three
        .alice
        .add_members(&id, carl(), RoleName::member())
        .await
        .unwrap();
    assert_eq!(kinds(&three.carl), ["Join"]);
    assert_eq!(kinds(&three.bob), ["created", "Join", "Join"]);
    assert!(three.c.remote_conversations(three.carl.id()).contains(&id));
    let again = three
        .alice
        .add_members(&id, carl(), RoleName::member())
        .await;
    assert_eq!(again, Err(ConversationError::NoChanges));
    // Somebody of a backend that is there already, while a third one is down.
    three.network.take_down(&b());
    let cora = three.c.local_user(add(&three.c, "cora")).unwrap();
    crate::conversations::connect(&three.alice, &cora);
    let cora = [cora.qualified_id()];
    three
        .alice
        .add_members(&id, cora, RoleName::member())
        .await
        .unwrap();
    three.network.bring_up(&b()).await;
    let admin = three.anna.add_members(&id, carl(), RoleName::admin()).await;
    let permission = Permission::AddConversationMember.into();
    assert_eq!(admin, Err(GalleyError::ActionDenied(permission).into()));
}

#[tokio::test]
async fn b3_d87_a_remote_admin_changes_what_the_owner_allows() {
    let three = three();
    let id = three.group().await;
    three.promote(&id, &three.bob);
    three
        .bob
        .set_receipt_mode(&id, ReceiptMode(1))
        .await
        .unwrap();
    for user in [&three.alice, &three.anna, &three.bob, &three.carl] {
        assert_eq!(kinds(user).last().unwrap(), "ReceiptModeUpdate");
    }
    let again = three.bob.set_receipt_mode(&id, ReceiptMode(1)).await;
    assert_eq!(again, Err(ConversationError::NoChanges));
    let not_there = three.bob.rename(&id, "new").await.unwrap_err();
    assert_eq!(Failure::from(not_there).label, "federation-not-implemented");
    let ben = [Qualified::new(add(&three.b, "ben"), b())];
    let join = three
        .bob
        .add_members(&id, ben, RoleName::member())
        .await
        .unwrap_err();
    assert_eq!(Failure::from(join).code, 422);
    let denied = three.carl.set_receipt_mode(&id, ReceiptMode(2)).await;
    let permission = Permission::ModifyConversationReceiptMode.into();
    assert_eq!(denied, Err(GalleyError::ActionDenied(permission).into()));
}

#[tokio::test]
async fn b5_d98_typing_reaches_everybody_but_the_typist() {
    let three = three();
    let id = three.group().await;
    let all = [&three.alice, &three.anna, &three.bob, &three.carl];
    for typist in all {
        let before: Vec<_> = all.iter().map(|user| kinds(user).len()).collect();
        typist.typing(&id, TypingState::Started).await.unwrap();
        for (user, before) in all.iter().zip(before) {
            let expected = usize::from(user.id() != typist.id());
            assert_eq!(kinds(user).len(), before + expected);
        }
    }
    assert_eq!(kinds(&three.alice).last().unwrap(), "started");
}

#[tokio::test]
async fn b7_d86_a_deleted_user_is_out_of_all_conversations() {
    let three = three();
    let id = three.group().await;
    let bob = three.bob.qualified_id();
    let a = three.a.clone();
    three.bob.delete(|_| a.brig()).await.unwrap();
    assert!(!three.stored(&id).members.contains_key(&bob));
    assert_eq!(kinds(&three.alice).last().unwrap(), "Leave");
    assert_eq!(kinds(&three.carl).last().unwrap(), "Leave");
    assert!(three.b.remote_conversations(three.bob.id()).is_empty());
    let b = three.b.clone();
    three.alice.delete(|_| b.brig()).await.unwrap();
    assert_eq!(
        kinds(&three.carl)
            .iter()
            .filter(|kind| *kind == "Leave")
            .count(),
        2
    );
}

#[tokio::test]
async fn missing_clients_are_reported_and_nothing_is_sent() {
    let three = three();
    let id = three.group().await;
    let to_bob = message(&[(&three.bob, 1), (&three.bob, 9)], Strategy::ReportAll);
    let sent = three.alice.send_message(&id, &to_bob).await.unwrap();
    let Either::Left(MessageNotSent::ClientMissing(status)) = sent else {
        panic!("{sent:?}")
    };
    assert!(
        status
            .missing
            .contains_client(&three.carl.qualified_id(), 1.into())
    );
    assert!(
        status
            .missing
            .contains_client(&three.anna.qualified_id(), 1.into())
    );
    assert_eq!(status.missing.len(), 2);
    assert!(
        status
            .deleted
            .contains_client(&three.bob.qualified_id(), 9.into())
    );
    assert_eq!(kinds(&three.bob), ["created", "Join"]);
}

#[tokio::test]
async fn backends_of_group_ids_of_layout_2_must_speak_v3() {
    let three = three();
    let id = three
        .alice
        .create_conversation(NewConversation::mls())
        .await
        .unwrap();
    three.alter(&id, |conversation| {
        let group = conversation.group().unwrap().after_reset().unwrap();
        conversation.protocol = federation_backend::ConversationProtocol::Mixed(group);
    });
    let old = Backend::new(
        "old.example".parse().unwrap(),
        Settings {
            versions: vec![Version::V0, Version::V1, Version::V2],
            ..settings()
        },
    );
    three.network.join(&old);
    let otto = old.local_user(add(&old, "otto")).unwrap();
    crate::conversations::connect(&three.alice, &otto);
    let joined = three
        .alice
        .add_members(&id, [otto.qualified_id()], RoleName::member())
        .await;
    assert_eq!(joined, Err(GalleyError::GroupIdVersionNotSupported.into()));
    three
        .alice
        .add_members(&id, [three.bob.qualified_id()], RoleName::member())
        .await
        .unwrap();
}

/// Whether backends can be in one conversation, asked for by a user.
#[tokio::test]
async fn d78_backends_are_connected_or_it_is_said_which_are_not() {
    let three = three();
    let all = [b(), c()].into();
    let status = || three.alice.federation_status(&all);
    assert_eq!(status().await, Ok(()));
    assert_eq!(three.alice.federation_status(&[].into()).await, Ok(()));
    let own = [three.a.domain().clone(), b()].into();
    assert_eq!(three.alice.federation_status(&own).await, Ok(()));
    let nowhere: Domain = "nowhere.example".parse().unwrap();
    let with_nowhere = [b(), nowhere.clone()].into();
    let failed = three.alice.federation_status(&with_nowhere).await;
    assert_eq!(
        failed,
        Err(ConversationError::Unreachable([nowhere].into()))
    );
    three.network.take_down(&b());
    three.network.take_down(&c());
    let failed = status().await.unwrap_err();
    assert_eq!(failed, ConversationError::Unreachable(all.clone()));
    assert_eq!(Failure::from(failed).code, 533);
    three.network.bring_up(&b()).await;
    three.network.bring_up(&c()).await;
    for backend in [&three.b, &three.c] {
        let mut policy = FederationPolicy::default();
        let open = RemotePolicy::unrestricted(FederatedUserSearchPolicy::FullSearch);
        policy.add_remote(three.a.domain().clone(), open).unwrap();
        backend.set_policy(policy);
    }
    let failed = status().await.unwrap_err();
    let ConversationError::NonFederating(apart) = failed else {
        panic!("{failed:?}")
    };
    let mut apart = apart.non_federating_backends;
    apart.sort();
    assert_eq!(apart, [b(), c()]);
}

/// D79 and D81, for those who come later.
#[tokio::test]
async fn d79_d81_backends_that_do_not_federate_are_not_brought_together() {
    let three = three();
    let new = NewConversation::with([three.bob.qualified_id()]);
    let id = three.alice.create_conversation(new).await.unwrap();
    three.c.set_policy(FederationPolicy::default());
    let add = |user: &federation_backend::LocalUser| {
        let users = [user.qualified_id()];
        let (alice, id) = (three.alice.clone(), id.clone());
        async move { alice.add_members(&id, users, RoleName::member()).await }
    };
    let failed = add(&three.carl).await.unwrap_err();
    let ConversationError::NonFederating(apart) = failed else {
        panic!("{failed:?}")
    };
    assert!(apart.non_federating_backends.contains(&c()));
    assert!(
        !three
            .stored(&id)
            .members
            .contains_key(&three.carl.qualified_id())
    );
    // A user of a backend that is down, and of one that is there.
    three.network.take_down(&c());
    let failed = add(&three.carl).await;
    assert_eq!(failed, Err(ConversationError::Unreachable([c()].into())));
    let ben = three
        .b
        .local_user(crate::world::add(&three.b, "ben"))
        .unwrap();
    crate::conversations::connect(&three.alice, &ben);
    assert_eq!(add(&ben).await, Ok(()));
    assert_eq!(kinds(&three.carl), [""; 0]);
}
