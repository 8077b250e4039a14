//! Messages as they stand in queues: ours hold to the rules, and those that others wrote are read.

use federation_api::Version;
use federation_api::conversation_update::ConversationUpdate;
use federation_notifications::{
    Announcement, Embedded, Operate, Outlet, Shelf, StoredMessage, galley,
};
use serde_json::Value;

use crate::bed::domain;

pub(crate) fn conversation_update() -> ConversationUpdate {
    serde_json::from_str(
        r#"{
            "time": "2024-05-01T10:00:00Z",
            "origUserId": {"domain": "a.example.com", "id": "6f7c1c52-6f9c-4d0b-9a53-2f1f5b0f3c11"},
            "convId": "0d2e1c52-6f9c-4d0b-9a53-2f1f5b0f3c11",
            "alreadyPresentUsers": [],
            "action": {"tag": "ConversationRenameTag", "action": {"name": "green"}},
            "extraConversationData": null
        }"#,
    )
    .unwrap()
}

/// A message from before there were bundles: no versions, a slash before the name, and no request id.
pub(crate) fn legacy() -> String {
    r#"{"path":"/on-mls-message-sent","ownDomain":"a.example.com","targetComponent":"galley","body":"{ \"anything\" : 1e2 }"}"#.to_owned()
}

/// Everything that §11.2 says of a bundle, held against the bytes that a publisher leaves.
#[tokio::test]
async fn ours_hold_to_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    let queue = Embedded::open(folder.path().join("queue")).unwrap();
    let to = Announcement::new(domain("a.example.com"), [domain("b.example.com")])
        .with_request_id("an-id".parse().unwrap());
    let publisher = galley::Publisher::new(Outlet::new(std::sync::Arc::new(queue.clone())));
    publisher
        .on_conversation_updated(&to, conversation_update())
        .await
        .unwrap();
    let kept = queue
        .peek(&domain("b.example.com"), Shelf::Waiting, 1)
        .await
        .unwrap();
    let text = std::str::from_utf8(&kept[0].body).unwrap();

    let v1 = serde_json::to_string(&conversation_update()).unwrap();
    let json: Value = serde_json::from_str(text).unwrap();
    let forms = json["notifications"].as_array().unwrap();
    assert_eq!(json.as_object().unwrap().len(), 1);
    assert_eq!(forms.len(), 2, "newest first, then V0");
    for form in forms {
        let keys: Vec<_> = form
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let mut expected = [
            "ownDomain",
            "targetComponent",
            "path",
            "body",
            "bodyVersions",
            "requestId",
        ];
        expected.sort_unstable();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        assert_eq!(form["ownDomain"], "a.example.com");
        assert_eq!(form["targetComponent"], "galley");
        assert_eq!(form["path"], "on-conversation-updated");
        assert_eq!(form["requestId"], "an-id");
    }
    assert_eq!(forms[0]["bodyVersions"], serde_json::json!({"from": 1}));
    assert_eq!(
        forms[1]["bodyVersions"],
        serde_json::json!({"from": 0, "until_excl": 1})
    );
    assert_eq!(forms[0]["body"], v1, "the text of the request as a string");
    let v0: Value = serde_json::from_str(forms[1]["body"].as_str().unwrap()).unwrap();
    assert_eq!(v0["cuConvId"], "0d2e1c52-6f9c-4d0b-9a53-2f1f5b0f3c11");

    // Read and written again it is the same, byte for byte.
    let StoredMessage::Bundle(bundle) = StoredMessage::read(text.as_bytes()).unwrap() else {
        panic!("no bundle: {text}");
    };
    assert_eq!(serde_json::to_string(&bundle).unwrap(), text);
}

/// The example of the document, as an existing backend writes it: keys in another order, a null, a key that
/// we do not know.
#[test]
fn those_of_others_are_read() {
    let text = r#"{"notifications":[
        {"body":"{\"time\":1}","bodyVersions":{"from":1,"until_excl":null},"ownDomain":"A.example.com",
         "path":"on-conversation-updated","requestId":"1b4c6e0a","targetComponent":"galley","more":[1]},
        {"body":"{\"cuTime\":1}","bodyVersions":{"from":0,"until_excl":1},"ownDomain":"a.example.com",
         "path":"/on-conversation-updated","requestId":null,"targetComponent":"galley"}
    ],"more":{}}"#;
    let StoredMessage::Bundle(bundle) = StoredMessage::read(text.as_bytes()).unwrap() else {
        panic!("no bundle");
    };
    let [new, old] = &bundle.notifications[..] else {
        panic!("{bundle:?}");
    };
    assert_eq!(new.own_domain, domain("a.example.com"));
    assert_eq!(
        (new.body.as_str(), old.body.as_str()),
        (r#"{"time":1}"#, r#"{"cuTime":1}"#)
    );
    assert_eq!(
        (new.path.as_str(), old.path.as_str()),
        ("on-conversation-updated", "on-conversation-updated")
    );
    assert!(new.body_versions.unwrap().contains(Version::V3));
    assert!(!old.body_versions.unwrap().contains(Version::V1));
    assert_eq!(old.request_id, None);

    let StoredMessage::Legacy(single) = StoredMessage::read(legacy().as_bytes()).unwrap() else {
        panic!("no single notification");
    };
    assert_eq!(
        (single.path.as_str(), single.body_versions),
        ("on-mls-message-sent", None)
    );
}

#[test]
fn what_could_lead_elsewhere_is_not_read() {
    for (component, path) in [
        ("galley", "on-message-sent/../i"),
        ("galley", "//on-message-sent"),
        ("galley", ""),
        ("galley", "a?b=c"),
        ("gal/ley", "on-message-sent"),
        ("galley", "on-m\u{e9}ssage"),
    ] {
        let form = serde_json::json!({
            "ownDomain": "a.example.com", "targetComponent": component, "path": path, "body": "{}",
        });
        let bundle = serde_json::json!({"notifications": [form]});
        for message in [form, bundle] {
            let read = StoredMessage::read(message.to_string().as_bytes());
            let error = read.expect_err(path).to_string();
            assert!(error.contains("is no name"), "{error}");
        }
    }
    for text in ["", "[]", "{}", "null", r#"{"notifications":[]}"#, "\u{0}"] {
        StoredMessage::read(text.as_bytes()).expect_err(text);
    }
}
