//! MLS groups in conversations (`galley.md` §4.7 to §4.13, `scenarios.md` B6, B9).

use federation_api::client::ClientId;
use federation_api::client_identity::ClientIdentity;
use federation_api::galley_error::GalleyError;
use federation_api::group_id::{GroupId, GroupIdParts, SubConvId};
use federation_api::mls::CipherSuite;
use federation_api::mls_message_response::MlsMessageResponse;
use federation_api::one_to_one::one_to_one_conversation;
use federation_api::protocol::Epoch;
use federation_api::user::BaseProtocolTag;
use federation_api::{Call, ConvId, Galley, Qualified, Version};
use federation_backend::{
    ConversationError, Group, LocalUser, NewConversation, Settings, StoredKeyPackage,
};

use crate::conversations::{Three, kinds, three, three_with};
use crate::mls_bytes::{
    adding, application, commit, external_init, group_info, leaf, newcomer, proposal, remove,
    welcome,
};
use crate::world::settings;

const ONE: ClientId = ClientId(1);

fn client(user: &LocalUser) -> ClientIdentity {
    ClientIdentity {
        user: user.qualified_id(),
        client: ONE,
    }
}

impl Three {
    fn group_of(&self, id: &Qualified<ConvId>) -> Group {
        self.stored(id).group().unwrap().clone()
    }

    /// Alice's MLS conversation with Bob, in epoch 1.
    async fn mls(&self) -> (Qualified<ConvId>, GroupId) {
        let id = self
            .alice
            .create_conversation(NewConversation::mls())
            .await
            .unwrap();
        let group = self.group_of(&id).id;
        let mut bundle = adding(&group, 0, 0, &[client(&self.bob)]);
        bundle.extend(application(&group, 1));
        self.alice
            .send_commit_bundle(&id, None, ONE, bundle.into())
            .await
            .unwrap();
        (id, group)
    }
}

async fn send(
    user: &LocalUser,
    id: &Qualified<ConvId>,
    message: Vec<u8>,
) -> Result<(), ConversationError> {
    user.send_mls_message(id, None, ONE, message.into(), true)
        .await
}

async fn bundle(
    user: &LocalUser,
    id: &Qualified<ConvId>,
    bundle: Vec<u8>,
) -> Result<(), ConversationError> {
    user.send_commit_bundle(id, None, ONE, bundle.into()).await
}

/// The tag of the answer that was no success.
fn tag(failed: Result<(), ConversationError>) -> String {
    match failed.unwrap_err() {
        ConversationError::Galley(error) => error.to_string(),
        ConversationError::Mls(answer) => match *answer {
            MlsMessageResponse::ProtocolError(_) => "protocol".to_owned(),
            MlsMessageResponse::ProposalFailure(failure) => {
                format!("proposal {}", failure.status)
            }
            MlsMessageResponse::OutOfSyncError(_) => "out of sync".to_owned(),
            MlsMessageResponse::GroupInfoDiagnostics(_) => "diagnostics".to_owned(),
            other => format!("{other:?}"),
        },
        other => other.to_string(),
    }
}

#[tokio::test]
async fn b9_commits_add_members_and_everything_goes_to_the_group() {
    let three = three();
    let (id, group) = three.mls().await;
    assert_eq!(kinds(&three.bob), ["Join", "welcome to 1", "mls to 1"]);
    assert_eq!(kinds(&three.alice), ["created", "Join"]);
    // From the other backend, and back.
    send(&three.bob, &id, application(&group, 1)).await.unwrap();
    assert_eq!(kinds(&three.alice).last().unwrap(), "mls to 1");
    assert_eq!(kinds(&three.bob).len(), 3);
    send(&three.bob, &id, proposal(&group, 1, &leaf(1), &remove(0)))
        .await
        .unwrap();
    bundle(
        &three.alice,
        &id,
        adding(&group, 1, 0, &[client(&three.carl)]),
    )
    .await
    .unwrap();
    assert_eq!(kinds(&three.bob)[3..], ["Join", "mls to 1"]);
    assert_eq!(kinds(&three.carl), ["Join", "welcome to 1"]);
    let info = three.carl.group_info(&id, None).await.unwrap();
    assert_eq!(info.as_ref(), &group_info(&group, 2)[4..]);
    let mut removing = commit(&group, 2, &leaf(0), &[remove(1)]);
    removing.extend(group_info(&group, 3));
    bundle(&three.alice, &id, removing).await.unwrap();
    assert_eq!(kinds(&three.bob).last().unwrap(), "RemoveMembers");
    assert!(three.b.remote_conversations(three.bob.id()).is_empty());
    assert_eq!(
        three.group_of(&id).leaves,
        [Some(client(&three.alice)), None, Some(client(&three.carl))]
    );
    let told = three.carl.conversation(&id).await.unwrap();
    assert_eq!(told.protocol.mls_data().unwrap().epoch(), Epoch(3));
}

#[tokio::test]
async fn messages_are_checked_step_by_step() {
    let three = three();
    let (id, group) = three.mls().await;
    let parts = group.parts().unwrap();
    let changed = |change: fn(&mut GroupIdParts)| {
        let mut parts = parts.clone();
        change(&mut parts);
        parts.group_id().unwrap()
    };
    let other = changed(|parts| {
        let nil = ConvId::from_uuid(uuid::Uuid::nil());
        parts.conversation = Qualified::new(nil, parts.conversation.domain().clone());
    });
    let elsewhere = changed(|parts| {
        let id = *parts.conversation.id();
        parts.conversation = Qualified::new(id, crate::conversations::c());
    });
    let next = parts.after_reset().unwrap().group_id().unwrap();
    let cases = [
        (vec![1, 2, 3], "protocol"),
        (welcome(0), "MLSUnsupportedMessage"),
        (application(&GroupId::from(vec![1]), 1), "protocol"),
        (application(&other, 1), "MLSGroupConversationMismatch"),
        (application(&elsewhere, 1), "ConvAccessDenied"),
        (application(&next, 1), "protocol"),
        (proposal(&group, 1, &leaf(7), &remove(0)), "protocol"),
        (
            proposal(&group, 1, &leaf(0), &remove(0)),
            "MLSClientSenderUserMismatch",
        ),
        (commit(&group, 1, &leaf(1), &[]), "MLSUnsupportedMessage"),
        (proposal(&group, 2, &leaf(1), &remove(0)), "MLSStaleMessage"),
        (
            proposal(&group, 1, &leaf(1), &remove(9)),
            "MLSInvalidLeafNodeIndex",
        ),
        (
            proposal(&group, 1, &leaf(1), &external_init()),
            "MLSUnsupportedProposal",
        ),
        (application(&group, 2), "MLSStaleMessage"),
        (application(&group, 0), "MLSStaleMessage"),
    ];
    for (message, expected) in cases {
        assert_eq!(tag(send(&three.bob, &id, message).await), expected);
    }
    let failed = send(&three.carl, &id, application(&group, 1)).await;
    assert_eq!(tag(failed), "ConvNotFound");
    three.alter(&id, |conversation| {
        let member = federation_api::role::RoleName::member();
        conversation
            .members
            .insert(three.carl.qualified_id(), member);
    });
    assert_eq!(
        tag(send(&three.bob, &id, application(&group, 1)).await),
        "out of sync"
    );
    let sent = three
        .bob
        .send_mls_message(&id, None, ONE, application(&group, 1).into(), false);
    sent.await.unwrap();
}

/// D81 and D87, for groups: backends that are down, and a remote member who adds somebody.
#[tokio::test]
async fn commits_are_checked_and_change_nothing_when_refused() {
    let three = three();
    let (id, group) = three.mls().await;
    let before = three.group_of(&id);
    let with = |proposals: &[Vec<u8>], by: u32, more: &[Vec<u8>]| {
        [&[commit(&group, 1, &leaf(by), proposals)], more]
            .concat()
            .concat()
    };
    let info = || group_info(&group, 2);
    let cases = [
        (&three.alice, vec![0], "protocol"),
        (&three.alice, commit(&group, 1, &leaf(0), &[]), "protocol"),
        (&three.alice, with(&[], 0, &[info(), info()]), "protocol"),
        (
            &three.alice,
            with(&[], 0, &[group_info(&group, 5)]),
            "diagnostics",
        ),
        (&three.alice, adding(&group, 0, 0, &[]), "MLSStaleMessage"),
        (
            &three.alice,
            with(&[remove(0)], 0, &[info()]),
            "MLSSelfRemovalNotAllowed",
        ),
        (
            &three.alice,
            with(&[remove(9)], 0, &[info()]),
            "MLSInvalidLeafNodeIndex",
        ),
        (
            &three.alice,
            with(&[external_init()], 0, &[info()]),
            "MLSUnsupportedProposal",
        ),
        (
            &three.alice,
            with(&[], 0, &[info(), welcome(1)]),
            "MLSWelcomeMismatch",
        ),
        (
            &three.alice,
            adding(&group, 1, 0, &[client(&three.bob)]),
            "MLSClientMismatch",
        ),
        (
            &three.bob,
            adding(&group, 1, 0, &[]),
            "MLSClientSenderUserMismatch",
        ),
        (
            &three.bob,
            adding(&group, 1, 1, &[client(&three.carl)]),
            "proposal 422",
        ),
        (&three.bob, with(&[remove(0)], 1, &[info()]), "proposal 403"),
    ];
    for (user, bytes, expected) in cases {
        assert_eq!(tag(bundle(user, &id, bytes).await), expected);
        assert_eq!(three.group_of(&id), before);
    }
    three.network.take_down(&crate::conversations::c());
    let failed = bundle(
        &three.alice,
        &id,
        adding(&group, 1, 0, &[client(&three.carl)]),
    )
    .await;
    let unreachable = ConversationError::Unreachable([crate::conversations::c()].into());
    assert_eq!(failed, Err(unreachable));
    assert_eq!(three.group_of(&id), before);
    // Nor can somebody of a new backend come while one that is there is down.
    three.network.bring_up(&crate::conversations::c()).await;
    three.network.take_down(three.b.domain());
    let commit = adding(&group, 1, 0, &[client(&three.carl)]);
    let failed = bundle(&three.alice, &id, commit).await;
    let unreachable = ConversationError::Unreachable([three.b.domain().clone()].into());
    assert_eq!(failed, Err(unreachable));
    assert_eq!(three.group_of(&id), before);
    let without = three_with(|| Settings {
        mls: false,
        ..settings()
    });
    let refused = without
        .alice
        .create_conversation(NewConversation::mls())
        .await;
    assert_eq!(refused, Err(GalleyError::MlsNotEnabled.into()));
    let failed = without
        .alice
        .send_commit_bundle(&id, None, ONE, vec![].into())
        .await;
    assert_eq!(tag(failed), "MLSNotEnabled");
    assert_eq!(
        tag(send(&without.alice, &id, vec![]).await),
        "MLSNotEnabled"
    );
}

#[tokio::test]
async fn sub_conversations_begin_are_left_and_begin_anew() {
    let three = three();
    let (id, _) = three.mls().await;
    let sub: SubConvId = "conference".parse().unwrap();
    let fresh = three.bob.sub_conversation(&id, &sub).await.unwrap();
    assert_eq!(fresh.group.epoch(), Epoch(0));
    assert!(three.stored(&id).sub_conversations.is_empty());
    assert_eq!(
        three.bob.group_info(&id, Some(&sub)).await,
        Err(GalleyError::MlsMissingGroupInfo.into())
    );
    let left = three.bob.leave_sub_conversation(&id, &sub, ONE).await;
    assert_eq!(left, Err(GalleyError::ConvNotFound.into()));
    let group = fresh.group.group_id;
    let first = adding(&group, 0, 0, &[]);
    three
        .alice
        .send_commit_bundle(&id, Some(&sub), ONE, first.into())
        .await
        .unwrap();
    let mut joining = commit(&group, 1, &newcomer(), &[external_init()]);
    joining.extend(group_info(&group, 2));
    three
        .bob
        .send_commit_bundle(&id, Some(&sub), ONE, joining.into())
        .await
        .unwrap();
    let seen = three.bob.sub_conversation(&id, &sub).await.unwrap();
    assert_eq!(seen.members, [client(&three.alice), client(&three.bob)]);
    // A client that is not in the conversation cannot come in.
    let mut foreign = commit(&group, 2, &newcomer(), &[external_init()]);
    foreign.extend(group_info(&group, 3));
    let failed = three
        .bob
        .send_commit_bundle(&id, Some(&sub), ClientId(9), foreign.into())
        .await;
    assert_eq!(tag(failed), "MLSSubConvClientNotInParent");
    three
        .bob
        .leave_sub_conversation(&id, &sub, ONE)
        .await
        .unwrap();
    assert_eq!(
        three
            .bob
            .sub_conversation(&id, &sub)
            .await
            .unwrap()
            .members
            .len(),
        1
    );
    let again = three.bob.leave_sub_conversation(&id, &sub, ONE).await;
    assert_eq!(tag(again), "protocol");
    let reset = three
        .bob
        .reset_sub_conversation(&id, &sub, (group.clone(), Epoch(1)))
        .await;
    assert_eq!(reset, Err(GalleyError::MlsStaleMessage.into()));
    let other = three
        .bob
        .reset_sub_conversation(&id, &sub, (GroupId::from(vec![]), Epoch(2)))
        .await;
    assert_eq!(other, Err(GalleyError::ConvNotFound.into()));
    three
        .bob
        .reset_sub_conversation(&id, &sub, (group, Epoch(2)))
        .await
        .unwrap();
    let anew = three.alice.sub_conversation(&id, &sub).await.unwrap();
    assert_eq!(anew.group.group_id.parts().unwrap().generation, 1);
}

#[tokio::test]
async fn b6_a_removed_client_is_to_be_removed_from_its_groups() {
    let three = three();
    let (id, group) = three.mls().await;
    three.bob.remove_client(ONE).await.unwrap();
    assert_eq!(three.group_of(&id).to_remove, [client(&three.bob)].into());
    let told = kinds(&three.bob).len();
    three
        .alice
        .send_mls_message(&id, None, ONE, application(&group, 1).into(), false)
        .await
        .unwrap();
    assert_eq!(kinds(&three.bob).len(), told);
}

#[tokio::test]
async fn a_one_to_one_conversation_begins_with_its_first_commit() {
    let three = three();
    let (alice, bob) = (three.alice.qualified_id(), three.bob.qualified_id());
    let id = one_to_one_conversation(BaseProtocolTag::Mls, &alice, &bob);
    let (owner, committer, other) = if id.domain() == alice.domain() {
        (&three.a, &three.bob, &three.alice)
    } else {
        (&three.b, &three.alice, &three.bob)
    };
    let r#type = federation_api::conversation_settings::ConvType::One2One;
    let group = Group::first(r#type, id.clone(), None).unwrap().id;
    let alone = adding(&group, 0, 0, &[]);
    assert_eq!(tag(bundle(committer, &id, alone).await), "protocol");
    let with_carl = adding(&group, 0, 0, &[client(&three.carl)]);
    assert_eq!(tag(bundle(committer, &id, with_carl).await), "protocol");
    bundle(committer, &id, adding(&group, 0, 0, &[client(other)]))
        .await
        .unwrap();
    let stored = owner.conversation(*id.id()).unwrap();
    assert_eq!(stored.members.len(), 2);
    assert_eq!(kinds(other), ["welcome to 1"]);
}

#[tokio::test]
async fn no_bytes_bring_it_down() {
    let three = three();
    let (id, group) = three.mls().await;
    let good = adding(&group, 1, 0, &[client(&three.carl)]);
    for at in 0..good.len() {
        let shorter = good[..at].to_vec();
        assert!(bundle(&three.bob, &id, shorter.clone()).await.is_err());
        assert!(send(&three.bob, &id, shorter).await.is_err());
        let mut changed = good.clone();
        changed[at] ^= 0xff;
        assert!(bundle(&three.bob, &id, changed).await.is_err());
    }
}

/// A newcomer comes with all clients that can be added, and nobody with one that does not exist.
#[tokio::test]
async fn commits_add_the_clients_that_users_have() {
    let three = three();
    let (id, group) = three.mls().await;
    // Carl has three clients: two with key packages of the suite, one that cannot be added.
    for (client, packages) in [(1, 1), (2, 1), (3, 0)] {
        crate::world::change(&three.c, three.carl.id(), |user| {
            let mut client = crate::world::client(client, &[1]);
            client.key_packages = vec![StoredKeyPackage {
                suite: CipherSuite(1),
                data: vec![1].into(),
                not_after: "2100-01-01T00:00:00.000Z".parse().unwrap(),
            }];
            client.key_packages.truncate(packages);
            crate::world::with_client(user, client);
        });
    }
    let of_carl = |clients: &[u64]| {
        let clients = clients.iter().map(|client| ClientIdentity {
            user: three.carl.qualified_id(),
            client: ClientId(*client),
        });
        clients.collect::<Vec<_>>()
    };
    let before = three.group_of(&id);
    for clients in [&[1][..], &[2, 3], &[1, 2, 9]] {
        let commit = adding(&group, 1, 0, &of_carl(clients));
        let failed = bundle(&three.alice, &id, commit).await;
        assert_eq!(tag(failed), "MLSClientMismatch", "{clients:?}");
        assert_eq!(three.group_of(&id), before);
    }
    assert!(!kinds(&three.carl).contains(&"Join".to_owned()));
    bundle(&three.alice, &id, adding(&group, 1, 0, &of_carl(&[1, 2])))
        .await
        .unwrap();
    // Later the third one follows, alone; Bob may add it, since nobody joins the conversation.
    let failed = bundle(&three.bob, &id, adding(&group, 2, 1, &of_carl(&[9]))).await;
    assert_eq!(tag(failed), "MLSClientMismatch");
    three.network.take_down(&crate::conversations::c());
    let failed = bundle(&three.bob, &id, adding(&group, 2, 1, &of_carl(&[3]))).await;
    let unreachable = ConversationError::Unreachable([crate::conversations::c()].into());
    assert_eq!(failed, Err(unreachable));
    three.network.bring_up(&crate::conversations::c()).await;
    bundle(&three.bob, &id, adding(&group, 2, 1, &of_carl(&[3])))
        .await
        .unwrap();
    assert_eq!(three.group_of(&id).clients().count(), 5);
}

/// Whoever speaks V3 is told all that is needed to find out what is wrong.
#[tokio::test]
async fn a_group_info_that_does_not_fit_gets_diagnostics() {
    let three = three();
    let (id, group) = three.mls().await;
    let mut wrong = commit(&group, 1, &leaf(1), &[]);
    wrong.extend(group_info(&group, 5));
    let galley = three.a.galley();
    let answer = async |version| {
        let request = serde_json::json!({
            "conv_or_sub_id": {"tag": "conv", "value": {"conv_id": id.id()}},
            "sender": three.bob.id(), "sender_client": "1",
            "raw_message": federation_api::base64::Base64Bytes::from(wrong.clone()),
        });
        let call = Call::new(crate::world::b(), crate::world::a()).with_version(version);
        let request = serde_json::from_value(request).unwrap();
        galley.send_mls_commit_bundle(&call, request).await.unwrap()
    };
    let MlsMessageResponse::GroupInfoDiagnostics(told) = answer(Version::V3).await else {
        panic!("no diagnostics");
    };
    assert_eq!(told.commit.0, commit(&group, 1, &leaf(1), &[]));
    assert_eq!(told.group_info.as_ref(), &group_info(&group, 5)[4..]);
    assert_eq!((&told.group_id, &told.conv), (&group, &id));
    let clients: Vec<_> = told
        .clients
        .iter()
        .map(|one| (one.index, &one.client))
        .collect();
    assert_eq!(
        clients,
        [(0, &client(&three.alice)), (1, &client(&three.bob))]
    );
    // Older ones could not read them.
    assert!(matches!(
        answer(Version::V2).await,
        MlsMessageResponse::ProtocolError(_)
    ));
}
