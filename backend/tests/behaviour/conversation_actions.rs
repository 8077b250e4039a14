//! `update-conversation`: the rules per action (`galley.md` §5) and the roles (§6).

use federation_api::access::{Access, AccessRole, ConversationAccessData};
use federation_api::conversation_action::SomeConversationAction;
use federation_api::conversation_settings::{AddPermission, ConvType, GroupConvType};
use federation_api::conversation_update::ConversationUpdateRequest;
use federation_api::permission::Permission;
use federation_api::role::RoleName;
use federation_api::{ConvId, Failure, Galley, OfRecipient, OfSender, Qualified, TeamId};
use federation_backend::{Conversation, ConversationProtocol, Group};
use serde_json::{Value, json};

use crate::conversations::{Three, call_from, kinds, stranger, three};
use crate::world::{a, b};

async fn ask(three: &Three, id: &Qualified<ConvId>, action: Value) -> Result<Value, Failure> {
    let request = ConversationUpdateRequest {
        user: OfSender::new(three.bob.id()),
        conv_id: OfRecipient::new(*id.id()),
        action: serde_json::from_value(action).unwrap(),
    };
    let galley = three.a.galley();
    let call = call_from(b(), a());
    let answer = galley.update_conversation(&call, request).await?;
    Ok(serde_json::to_value(answer).unwrap())
}

fn action(tag: &str, action: impl Into<Value>) -> Value {
    json!({"tag": tag, "action": action.into()})
}

/// One of each kind, such as it could be carried out.
fn actions(three: &Three) -> Vec<Value> {
    let carl = serde_json::to_value(three.carl.qualified_id()).unwrap();
    vec![
        action(
            "ConversationJoinTag",
            json!({"users": [stranger(a())], "role": "wire_member"}),
        ),
        action("ConversationLeaveTag", json!({})),
        action(
            "ConversationRemoveMembersTag",
            json!({"targets": [carl], "reason": "removed"}),
        ),
        action(
            "ConversationMemberUpdateTag",
            json!({"target": carl, "update": {"conversation_role": "wire_admin"}}),
        ),
        action("ConversationDeleteTag", json!({})),
        action("ConversationRenameTag", json!({"name": "new"})),
        action(
            "ConversationMessageTimerUpdateTag",
            json!({"message_timer": 5}),
        ),
        action(
            "ConversationReceiptModeUpdateTag",
            json!({"receipt_mode": 1}),
        ),
        action(
            "ConversationAccessDataTag",
            json!({"access": ["invite", "code"], "access_role": ["team_member", "non_team_member"]}),
        ),
        action("ConversationUpdateProtocolTag", json!("mixed")),
        action(
            "ConversationUpdateAddPermissionTag",
            json!({"add_permission": "everyone"}),
        ),
        action("ConversationResetTag", json!({"group_id": "", "epoch": 3})),
        action("ConversationHistoryUpdateTag", json!({"depth": "60"})),
    ]
}

fn permission(action: &Value) -> Permission {
    let action: SomeConversationAction = serde_json::from_value(action.clone()).unwrap();
    action.tag().permission()
}

/// The tag of the answer, with that of the error in it; or the label of the failure.
fn outcome(answer: Result<Value, Failure>) -> String {
    match answer {
        Err(failure) => format!("{} {}", failure.code, failure.label),
        Ok(answer) => {
            let tag = answer["tag"].as_str().unwrap();
            let tag = tag.strip_prefix("ConversationUpdateResponse").unwrap();
            match tag {
                "Error" => answer["contents"]["tag"].as_str().unwrap().to_owned(),
                tag => tag.to_owned(),
            }
        }
    }
}

#[tokio::test]
async fn the_role_decides_before_everything_else() {
    for role in ["wire_member", "custom_role"] {
        let three = three();
        let id = three.group().await;
        for action in actions(&three) {
            three.alter(&id, |conversation| {
                let role: RoleName = role.parse().unwrap();
                conversation.members.insert(three.bob.qualified_id(), role);
            });
            let permission = permission(&action);
            if role == "wire_member" && permission == Permission::LeaveConversation {
                continue;
            }
            let answer = ask(&three, &id, action.clone()).await.unwrap();
            let expected = json!({"tag": "ActionDenied", "contents": permission});
            assert_eq!(answer["contents"], expected, "{role}: {action}");
        }
    }
}

#[tokio::test]
async fn nobody_but_members_of_what_exists_is_heard() {
    let three = three();
    let id = three.group().await;
    let unknown = Qualified::new(ConvId::from_uuid(uuid::Uuid::nil()), a());
    for action in actions(&three) {
        assert_eq!(outcome(ask(&three, &unknown, action).await), "ConvNotFound");
    }
    three.alter(&id, |conversation| {
        conversation.members.remove(&three.bob.qualified_id());
    });
    for action in actions(&three) {
        assert_eq!(
            outcome(ask(&three, &id, action.clone()).await),
            "ConvNotFound",
            "{action}"
        );
    }
}

#[tokio::test]
async fn other_types_of_conversations_are_hardly_changed() {
    let three = three();
    for action in actions(&three) {
        let id = three.group().await;
        three.promote(&id, &three.bob);
        three.alter(&id, |conversation| conversation.r#type = ConvType::One2One);
        let expected = match action["tag"].as_str().unwrap() {
            "ConversationRenameTag" => "Update",
            _ => "InvalidOperation",
        };
        assert_eq!(
            outcome(ask(&three, &id, action.clone()).await),
            expected,
            "{action}"
        );
    }
}

type Change = fn(&mut Conversation);

fn group(conversation: &Conversation) -> Group {
    let id = Qualified::new(conversation.id, a());
    let mut group = Group::first(ConvType::Regular, id, None).unwrap();
    group.epoch = 3;
    group
}

#[tokio::test]
async fn each_action_has_its_own_rules() {
    const NOTHING: Change = |_| {};
    const TEAM: Change =
        |conversation| conversation.team = Some(TeamId::from_uuid(uuid::Uuid::nil()));
    const MLS: Change =
        |conversation| conversation.protocol = ConversationProtocol::Mls(group(conversation));
    const TEAM_MIXED: Change = |conversation| {
        TEAM(conversation);
        conversation.protocol = ConversationProtocol::Mixed(group(conversation));
    };
    const CHANNEL: Change = |conversation| {
        conversation.group_type = GroupConvType::Channel;
        conversation.add_permission = Some(AddPermission::Admins);
    };
    let access = |access: &[Access], roles: &[AccessRole]| {
        let data = ConversationAccessData {
            access: access.iter().copied().collect(),
            access_role: roles.iter().copied().collect(),
        };
        action(
            "ConversationAccessDataTag",
            serde_json::to_value(data).unwrap(),
        )
    };
    let timer = |timer: Value| {
        action(
            "ConversationMessageTimerUpdateTag",
            json!({"message_timer": timer}),
        )
    };
    let receipts = || {
        action(
            "ConversationReceiptModeUpdateTag",
            json!({"receipt_mode": 1}),
        )
    };
    let rename = |name: String| action("ConversationRenameTag", json!({"name": name}));
    let protocol = |tag: &str| action("ConversationUpdateProtocolTag", json!(tag));
    let permission = |word: &str| {
        action(
            "ConversationUpdateAddPermissionTag",
            json!({"add_permission": word}),
        )
    };
    let join = |kind: &str| {
        let join = json!({"users": [stranger(a())], "role": "wire_member", "join_type": kind});
        action("ConversationJoinTag", join)
    };
    let remove = || {
        let remove = json!({"targets": [stranger(b())], "reason": "removed"});
        action("ConversationRemoveMembersTag", remove)
    };
    let custom = json!({"users": [stranger(a())], "role": "custom_role"});
    let nobody = json!({"target": stranger(a()), "update": {"conversation_role": "wire_admin"}});
    use AccessRole::{NonTeamMember, TeamMember};
    let cases: Vec<(Change, Value, &str)> = vec![
        (
            NOTHING,
            join("internal_add"),
            "422 federation-not-implemented",
        ),
        (MLS, join("external_add"), "422 federation-not-implemented"),
        (MLS, join("internal_add"), "InvalidOperation"),
        (
            NOTHING,
            action("ConversationJoinTag", custom),
            "ActionDenied",
        ),
        (NOTHING, action("ConversationLeaveTag", json!({})), "Update"),
        (NOTHING, remove(), "NoChanges"),
        (MLS, remove(), "InvalidOperation"),
        (
            NOTHING,
            action("ConversationMemberUpdateTag", nobody),
            "ConvMemberNotFound",
        ),
        (
            NOTHING,
            action("ConversationDeleteTag", json!({})),
            "Update",
        ),
        (
            TEAM,
            action("ConversationDeleteTag", json!({})),
            "422 federation-not-implemented",
        ),
        (NOTHING, rename("x".repeat(256)), "Update"),
        (NOTHING, rename("x".repeat(257)), "400 client-error"),
        (NOTHING, rename(String::new()), "400 client-error"),
        (NOTHING, timer(json!(5)), "Update"),
        (NOTHING, timer(json!(null)), "NoChanges"),
        (NOTHING, receipts(), "Update"),
        (MLS, receipts(), "MLSReadReceiptsNotAllowed"),
        (
            NOTHING,
            access(&[Access::Private], &[NonTeamMember]),
            "InvalidTargetAccess",
        ),
        (
            NOTHING,
            access(&[Access::Invite], &[]),
            "InvalidTargetAccess",
        ),
        (
            NOTHING,
            access(&[Access::Invite], &[TeamMember]),
            "InvalidTargetAccess",
        ),
        (NOTHING, access(&[Access::Code], &[NonTeamMember]), "Update"),
        (
            NOTHING,
            access(
                &[Access::Invite],
                &[TeamMember, NonTeamMember, AccessRole::Service],
            ),
            "NoChanges",
        ),
        (NOTHING, protocol("proteus"), "NoChanges"),
        (NOTHING, protocol("mixed"), "ConvInvalidProtocolTransition"),
        (TEAM, protocol("mixed"), "Update"),
        (TEAM, protocol("mls"), "ConvInvalidProtocolTransition"),
        (
            TEAM_MIXED,
            protocol("mls"),
            "MLSMigrationCriteriaNotSatisfied",
        ),
        (MLS, protocol("mls"), "NoChanges"),
        (MLS, protocol("proteus"), "ConvInvalidProtocolTransition"),
        (NOTHING, permission("everyone"), "InvalidTargetAccess"),
        (CHANNEL, permission("everyone"), "Update"),
        (CHANNEL, permission("admins"), "NoChanges"),
        (
            NOTHING,
            action("ConversationHistoryUpdateTag", json!({"depth": "60"})),
            "HistoryNotSupported",
        ),
        (
            CHANNEL,
            action("ConversationHistoryUpdateTag", json!({"depth": "60"})),
            "Update",
        ),
        (
            NOTHING,
            action("ConversationResetTag", json!({"group_id": "", "epoch": 3})),
            "InvalidOperation",
        ),
        (
            MLS,
            action("ConversationResetTag", json!({"group_id": "", "epoch": 2})),
            "MLSStaleMessage",
        ),
        (
            MLS,
            action("ConversationResetTag", json!({"group_id": "", "epoch": 3})),
            "ConvNotFound",
        ),
    ];
    for (change, action, expected) in cases {
        let three = three();
        let id = three.group().await;
        three.promote(&id, &three.bob);
        three.alter(&id, change);
        let answer = ask(&three, &id, action.clone()).await;
        assert_eq!(outcome(answer), expected, "{action}");
        // Carl hears of what happened, Bob's backend applies the answer itself.
        let heard = kinds(&three.carl).len() > 2;
        assert_eq!(heard, expected == "Update", "{action}");
        assert_eq!(kinds(&three.bob), ["created", "Join"]);
    }
}

#[tokio::test]
async fn a_reset_gives_the_next_group() {
    let three = three();
    let id = three.group().await;
    three.alter(&id, |conversation| {
        conversation.protocol = ConversationProtocol::Mls(group(conversation));
    });
    let old = three.stored(&id).group().unwrap().id.clone();
    let reset = action("ConversationResetTag", json!({"group_id": old, "epoch": 3}));
    let answer = ask(&three, &id, reset).await.unwrap();
    let new = three.stored(&id).group().unwrap().clone();
    assert_eq!(new.epoch, 0);
    assert_eq!(new.id.parts().unwrap().generation, 1);
    assert_eq!(
        answer["contents"]["extraConversationData"]["group_id"],
        json!(new.id)
    );
}

#[tokio::test]
async fn those_who_no_longer_fit_are_removed_and_everybody_is_told() {
    let three = three();
    let id = three.group().await;
    three.promote(&id, &three.bob);
    let team = TeamId::from_uuid(uuid::Uuid::nil());
    crate::world::change(&three.a, three.alice.id(), |user| user.team = Some(team));
    three.alter(&id, |conversation| conversation.team = Some(team));
    let access = json!({"access": ["invite"], "access_role": ["team_member"]});
    let answer = ask(&three, &id, action("ConversationAccessDataTag", access))
        .await
        .unwrap();
    assert_eq!(
        answer["contents"]["alreadyPresentUsers"],
        json!([three.bob.id()])
    );
    assert_eq!(three.stored(&id).members.len(), 1);
    // The removals are told to the requester's backend, too.
    let removed = |kinds: Vec<String>| kinds.iter().filter(|kind| *kind == "RemoveMembers").count();
    assert_eq!(removed(kinds(&three.alice)), 3);
    assert!(kinds(&three.bob).contains(&"RemoveMembers".to_owned()));
    assert!(three.b.remote_conversations(three.bob.id()).is_empty());
    assert!(three.c.remote_conversations(three.carl.id()).is_empty());
}
