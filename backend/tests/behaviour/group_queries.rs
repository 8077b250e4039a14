//! What members' backends ask and want of MLS groups, row by row (`galley.md` §4.9, §4.11 to §4.13).

use federation_api::conversation_settings::ConvType;
use federation_api::group_id::{GroupId, SubConvId};
use federation_api::mls_message::GroupInfo;
use federation_api::{ConvId, Failure, Galley, Qualified};
use federation_backend::{Backend, ConversationProtocol, Group, LocalUser, Settings};
use serde_json::{Value, json};

use crate::conversations::{Three, call_from, three, three_with};
use crate::world::{a, b, settings};

const UNKNOWN: &str = "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f";
const SUB: &str = "conference";

fn sub() -> SubConvId {
    SUB.parse().unwrap()
}

/// The group of a conversation or subconversation, as it is when nothing has happened yet.
fn fresh(id: &Qualified<ConvId>, sub: Option<&SubConvId>) -> Group {
    Group::first(ConvType::Regular, id.clone(), sub).unwrap()
}

/// What the answer says: the tag of the error in it if it is one, and otherwise its own.
fn outcome<T: serde::Serialize>(answer: Result<T, Failure>) -> String {
    let answer = serde_json::to_value(answer.unwrap()).unwrap();
    let tag = match answer["contents"].get("tag") {
        Some(error) => error,
        None => &answer["tag"],
    };
    tag.as_str().unwrap().to_owned()
}

fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// A question of Bob's backend about a conversation of A.
struct Asking<'a> {
    at: &'a Backend,
    by: &'a LocalUser,
}

impl Asking<'_> {
    async fn group_info(&self, conv: Value, sub: bool) -> String {
        let conv = match sub {
            true => json!({"tag": "subconv", "value": {"conv_id": conv, "subconv_id": SUB}}),
            false => json!({"tag": "conv", "value": {"conv_id": conv}}),
        };
        let request = read(json!({"conv": conv, "sender": self.by.id()}));
        let call = call_from(b(), a());
        outcome(self.at.galley().query_group_info(&call, request).await)
    }

    async fn get(&self, conv: Value) -> Value {
        let request =
            json!({"gsreq_user": self.by.id(), "gsreq_conv": conv, "gsreq_sub_conv": SUB});
        let call = call_from(b(), a());
        let answer = self
            .at
            .galley()
            .get_sub_conversation(&call, read(request))
            .await;
        serde_json::to_value(answer.unwrap()).unwrap()
    }

    async fn reset(&self, conv: Value, group: &GroupId, epoch: u64) -> String {
        let request = json!({
            "dscreq_user": self.by.id(), "dscreq_conv": conv, "dscreq_sub_conv": SUB,
            "dscreq_group_id": group, "dscreq_epoch": epoch,
        });
        let call = call_from(b(), a());
        outcome(
            self.at
                .galley()
                .delete_sub_conversation(&call, read(request))
                .await,
        )
    }

    async fn leave(&self, conv: Value, client: &str) -> String {
        let request = json!({
            "lscr_user": self.by.id(), "lscr_client": client, "lscr_conv": conv,
            "lscr_sub_conv": SUB,
        });
        let call = call_from(b(), a());
        outcome(
            self.at
                .galley()
                .leave_sub_conversation(&call, read(request))
                .await,
        )
    }
}

impl Three {
    fn asking<'a>(&'a self, by: &'a LocalUser) -> Asking<'a> {
        Asking { at: &self.a, by }
    }

    /// Lets the subconversation be there, in epoch 1, with these clients of number 1 in it.
    fn begin_sub(&self, id: &Qualified<ConvId>, clients: &[&LocalUser]) -> Group {
        let mut group = fresh(id, Some(&sub()));
        group.epoch = 1;
        group.leaves = clients
            .iter()
            .map(|user| {
                Some(federation_api::client_identity::ClientIdentity {
                    user: user.qualified_id(),
                    client: 1.into(),
                })
            })
            .collect();
        self.alter(id, |conversation| {
            conversation.protocol = ConversationProtocol::Mls(fresh(id, None));
            conversation.sub_conversations.insert(sub(), group.clone());
        });
        group
    }
}

#[tokio::test]
async fn query_group_info() {
    let three = three();
    let id = three.group().await;
    let conv = || json!(id.id());
    let bob = three.asking(&three.bob);
    for sub in [false, true] {
        assert_eq!(bob.group_info(json!(UNKNOWN), sub).await, "ConvNotFound");
        // Carl's id means nobody at B.
        let stranger = three.asking(&three.carl);
        assert_eq!(stranger.group_info(conv(), sub).await, "ConvNotFound");
        // Without any group, and with one that nobody has committed to.
        assert_eq!(bob.group_info(conv(), sub).await, "MLSMissingGroupInfo");
    }
    three.alter(&id, |conversation| {
        conversation.protocol = ConversationProtocol::Mls(fresh(&id, None));
    });
    assert_eq!(bob.group_info(conv(), false).await, "MLSMissingGroupInfo");
    three.alter(&id, |conversation| {
        let mut group = fresh(&id, None);
        group.info = Some(GroupInfo::from(vec![1, 2, 3]));
        conversation.protocol = ConversationProtocol::Mixed(group);
    });
    assert_eq!(
        bob.group_info(conv(), false).await,
        "GetGroupInfoResponseState"
    );
    // The subconversation is another group, and still unknown.
    assert_eq!(bob.group_info(conv(), true).await, "MLSMissingGroupInfo");
    let without = three_with(|| Settings {
        mls: false,
        ..settings()
    });
    let bob = without.asking(&without.bob);
    // Before everything else.
    assert_eq!(bob.group_info(json!(UNKNOWN), false).await, "MLSNotEnabled");
}

#[tokio::test]
async fn get_sub_conversation() {
    let three = three();
    let id = three.group().await;
    let conv = || json!(id.id());
    let (bob, stranger) = (three.asking(&three.bob), three.asking(&three.carl));
    let error =
        |tag: &str| json!({"tag": "GetSubConversationsResponseError", "contents": {"tag": tag}});
    assert_eq!(bob.get(json!(UNKNOWN)).await, error("ConvNotFound"));
    assert_eq!(stranger.get(conv()).await, error("ConvNotFound"));
    // Not stored: it depends on the protocol of the conversation.
    assert_eq!(bob.get(conv()).await, error("ConvNotFound"));
    three.alter(&id, |conversation| {
        conversation.protocol = ConversationProtocol::Mixed(fresh(&id, None));
    });
    let unsupported = error("MLSSubConvUnsupportedConvType");
    assert_eq!(bob.get(conv()).await, unsupported);
    three.alter(&id, |conversation| {
        conversation.protocol = ConversationProtocol::Mls(fresh(&id, None));
    });
    let made_up = bob.get(conv()).await;
    let expected = json!({
        "parent_qualified_id": id, "subconv_id": SUB, "epoch": 0, "members": [],
        "group_id": fresh(&id, Some(&sub())).id,
    });
    assert_eq!(made_up["contents"], expected);
    assert_eq!(bob.get(conv()).await, made_up, "always the same");
    assert!(three.stored(&id).sub_conversations.is_empty());
    // Stored.
    three.begin_sub(&id, &[&three.bob]);
    let stored = bob.get(conv()).await;
    assert_eq!(stored["contents"]["epoch"], 1);
    let member = json!([{"domain": "b.example.com", "user_id": three.bob.id(), "client_id": "1"}]);
    assert_eq!(stored["contents"]["members"], member);
    // The kind of the conversation counts even where it is stored.
    for (kind, found) in [
        (ConvType::One2One, true),
        (ConvType::Connect, false),
        (ConvType::SelfConv, false),
    ] {
        three.alter(&id, |conversation| conversation.r#type = kind);
        let answer = bob.get(conv()).await;
        assert_eq!(answer == stored, found, "{kind:?}");
        assert_eq!(answer == unsupported, !found, "{kind:?}");
    }
}

#[tokio::test]
async fn delete_sub_conversation() {
    let three = three();
    let id = three.group().await;
    let conv = || json!(id.id());
    let (bob, stranger) = (three.asking(&three.bob), three.asking(&three.carl));
    let group = fresh(&id, Some(&sub())).id;
    assert_eq!(bob.reset(json!(UNKNOWN), &group, 0).await, "ConvNotFound");
    assert_eq!(stranger.reset(conv(), &group, 0).await, "ConvNotFound");
    // Nothing is stored, which counts as epoch 0.
    assert_eq!(bob.reset(conv(), &group, 1).await, "MLSStaleMessage");
    assert_eq!(bob.reset(conv(), &group, 0).await, "ConvNotFound");
    three.begin_sub(&id, &[&three.alice, &three.bob]);
    assert_eq!(bob.reset(conv(), &group, 0).await, "MLSStaleMessage");
    let other = GroupId::from(vec![7]);
    assert_eq!(bob.reset(conv(), &other, 1).await, "ConvNotFound");
    let done = "DeleteSubConversationResponseSuccess";
    assert_eq!(bob.reset(conv(), &group, 1).await, done);
    let anew = three.stored(&id).sub_conversations[&sub()].clone();
    assert_eq!((anew.epoch, anew.clients().count()), (0, 0));
    assert_eq!(anew.id.parts().unwrap().generation, 1);
}

#[tokio::test]
async fn leave_sub_conversation() {
    let three = three();
    let id = three.group().await;
    let conv = || json!(id.id());
    let (bob, stranger) = (three.asking(&three.bob), three.asking(&three.carl));
    assert_eq!(bob.leave(json!(UNKNOWN), "1").await, "ConvNotFound");
    // Without MLS, and without a subconversation.
    assert_eq!(bob.leave(conv(), "1").await, "ConvNotFound");
    three.alter(&id, |conversation| {
        conversation.protocol = ConversationProtocol::Mls(fresh(&id, None));
    });
    assert_eq!(bob.leave(conv(), "1").await, "ConvNotFound");
    let group = three.begin_sub(&id, &[&three.alice, &three.bob]);
    assert_eq!(stranger.leave(conv(), "1").await, "ConvNotFound");
    let protocol = "LeaveSubConversationResponseProtocolError";
    assert_eq!(bob.leave(conv(), "2").await, protocol);
    let done = "LeaveSubConversationResponseOk";
    assert_eq!(bob.leave(conv(), "1").await, done);
    assert_eq!(bob.leave(conv(), "1").await, protocol);
    // Alice stays, so it goes on; after the last one it begins anew.
    assert_eq!(three.stored(&id).sub_conversations[&sub()].id, group.id);
    three.begin_sub(&id, &[&three.bob]);
    assert_eq!(bob.leave(conv(), "1").await, done);
    let anew = three.stored(&id).sub_conversations[&sub()].clone();
    assert_eq!(anew.id.parts().unwrap().generation, 1);
    let without = three_with(|| Settings {
        mls: false,
        ..settings()
    });
    let bob = without.asking(&without.bob);
    assert_eq!(bob.leave(json!(UNKNOWN), "1").await, "MLSNotEnabled");
}
