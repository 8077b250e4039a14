//! What a backend says that is newer than this crate: in a request it is a fault that names the place and
//! the tag, in an answer it is kept; it is counted, and everything else goes on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use axum::body::Body;
use federation_api::conversation_update::ConversationUpdateResponse;
use federation_api::galley_error::GalleyError;
use federation_api::{EmptyResponse, Failure, Galley, Version};
use federation_clients::{Address, Connection, InProcess, Options, Versions, galley};
use federation_tests::{call, domain};
use http::{Request, Response};
use http_body_util::BodyExt;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::{Value, json};
use tower::ServiceExt;

const ALICE: &str = "3f1c2a60-7d4e-4b8a-9c11-5e0a6f2b7d01";
const CONV: &str = "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f";

/// The metrics of this thread, for as long as the guard is there.
fn recorded() -> (PrometheusHandle, impl Drop) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // The recorder has to outlive its guard; a test process is short.
    let guard = metrics::set_default_local_recorder(Box::leak(Box::new(recorder)));
    (handle, guard)
}

/// The lines of these metrics, without those of other ones.
fn lines(handle: &PrometheusHandle, metrics: &[&str]) -> Vec<String> {
    let mut lines: Vec<_> = handle
        .render()
        .lines()
        .filter(|line| metrics.iter().any(|metric| line.starts_with(metric)))
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}

const UNDECODABLE: &str = "federation_undecodable_documents_total{";
const UNKNOWN: &str = "federation_unknown_alternatives_total{";

fn update(action: &Value) -> Value {
    json!({
        "time": "2031-08-04T12:00:00Z", "origUserId": {"domain": "a.example.com", "id": ALICE},
        "convId": CONV, "alreadyPresentUsers": [], "action": action, "extraConversationData": null,
    })
}

fn created(protocol: &Value) -> Value {
    json!({
        "time": "2031-08-04T12:00:00Z", "orig_user_id": ALICE, "cnv_id": CONV, "cnv_type": 0,
        "cnv_access": [], "cnv_access_roles": [], "non_creator_members": [], "protocol": protocol,
    })
}

async fn post(router: &axum::Router, rpc: &str, body: &Value) -> (u16, Value) {
    let request = Request::post(format!("/federation/{rpc}"))
        .header("content-type", "application/json")
        .header("wire-origin-domain", "a.example.com")
        .header("x-wire-api-version", "3")
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn requests_that_cannot_be_read_are_counted_and_the_next_one_is_served() {
    let (metrics, _guard) = recorded();
    let mock = galley::Mock::default();
    mock.on_conversation_updated
        .answers(|_, _| Ok(EmptyResponse));
    mock.on_conversation_created
        .answers(|_, _| Ok(EmptyResponse));
    let router = federation_servers::galley::router(mock, domain("b.example.com"));

    let song = update(&json!({"tag": "ConversationSingTag", "action": {"song": "…"}}));
    let quantum = created(&json!({"protocol": "quantum"}));
    for (rpc, body, place, tag) in [
        (
            "on-conversation-updated",
            &song,
            "action: ",
            "`ConversationSingTag`",
        ),
        (
            "on-conversation-updated",
            &song,
            "action: ",
            "`ConversationSingTag`",
        ),
        (
            "on-conversation-created",
            &quantum,
            "protocol.protocol: ",
            "`quantum`",
        ),
    ] {
        let (status, answer) = post(&router, rpc, body).await;
        let failure: Failure = serde_json::from_value(answer).unwrap();
        assert_eq!((status, &*failure.label), (400, "bad-request"), "{failure}");
        assert!(failure.message.starts_with(place), "{failure}");
        assert!(failure.message.contains(tag), "{failure}");
    }
    for (rpc, body) in [
        (
            "on-conversation-updated",
            update(&json!({"tag": "ConversationDeleteTag", "action": {}})),
        ),
        (
            "on-conversation-created",
            created(&json!({"protocol": "proteus"})),
        ),
    ] {
        assert_eq!(post(&router, rpc, &body).await, (200, json!({})));
    }

    let of = |rpc: &str, count| {
        format!(r#"{UNDECODABLE}component="galley",rpc="{rpc}",direction="request"}} {count}"#)
    };
    assert_eq!(
        lines(&metrics, &[UNDECODABLE, UNKNOWN]),
        [
            of("on-conversation-created", 1),
            of("on-conversation-updated", 2)
        ]
    );
    assert!(
        !metrics.render().contains("Sing"),
        "a label that the peer chose"
    );
}

/// A client of a galley that always answers this.
fn asking(answer: &Value) -> galley::Client {
    let answer = answer.to_string();
    let router = axum::Router::new().fallback(move || async move {
        Response::builder()
            .header("content-type", "application/json")
            .body(Body::from(answer))
            .unwrap()
    });
    galley::Client::new(Connection::new(
        Address::in_process(),
        InProcess::new(router),
        Options::default().versions(Versions::Fixed(Version::V3)),
    ))
}

async fn change(answer: &Value) -> Result<ConversationUpdateResponse, Failure> {
    let request = json!({
        "user": ALICE, "conv_id": CONV,
        "action": {"tag": "ConversationDeleteTag", "action": {}},
    });
    let request = serde_json::from_value(request).unwrap();
    let answer = asking(answer).update_conversation(&call(), request).await;
    answer.map_err(Into::into)
}

#[tokio::test]
async fn answers_are_kept_as_far_as_possible_and_counted() {
    let (metrics, _guard) = recorded();
    let error = json!({"tag": "ConversationUpdateResponseError", "contents": {"tag": "TooLoud"}});
    let ConversationUpdateResponse::Error(GalleyError::Unknown(unknown)) =
        change(&error).await.unwrap()
    else {
        panic!("a known error");
    };
    assert_eq!(unknown.tag(), &"TooLoud");
    let song = update(&json!({"tag": "ConversationSingTag", "action": {}}));
    let song = json!({"tag": "ConversationUpdateResponseUpdate", "contents": song});
    assert!(matches!(
        change(&song).await,
        Ok(ConversationUpdateResponse::Update(_))
    ));
    // All is known.
    let same = json!({"tag": "ConversationUpdateResponseNoChanges"});
    assert_eq!(
        change(&same).await,
        Ok(ConversationUpdateResponse::NoChanges)
    );
    // Nothing can be made of this.
    let failure = change(&json!({"tag": "ConversationUpdateResponseUpdate", "contents": 7}))
        .await
        .unwrap_err();
    assert_eq!(failure.label, "federation-invalid-body");
    assert!(failure.message.contains("contents"), "{failure}");
    // A protocol that nobody knows makes the conversation unreadable, and says so.
    let request = serde_json::from_value(json!({"user_id": ALICE, "conv_ids": [CONV]})).unwrap();
    let conversation = json!({"convs": [{
        "id": CONV,
        "metadata": {
            "type": 0, "creator": ALICE, "access": [], "access_role": [], "name": null,
            "last_event": "0.0", "last_event_time": "1970-01-01T00:00:00.000Z",
            "team": null, "message_timer": null, "receipt_mode": null,
        },
        "members": {"self_role": "wire_member", "others": []},
        "protocol": {"protocol": "quantum"},
    }]});
    let failed = asking(&conversation)
        .get_conversations(&call(), request)
        .await;
    let failure: Failure = failed.unwrap_err().into();
    assert!(failure.message.contains("convs[0].protocol"), "{failure}");
    assert!(failure.message.contains("`quantum`"), "{failure}");

    let of = |metric: &str, rpc: &str, count| {
        format!(r#"{metric}component="galley",rpc="{rpc}",direction="response"}} {count}"#)
    };
    assert_eq!(
        lines(&metrics, &[UNDECODABLE, UNKNOWN]),
        [
            of(UNDECODABLE, "get-conversations", 1),
            of(UNDECODABLE, "update-conversation", 1),
            of(UNKNOWN, "update-conversation", 2),
        ]
    );
}
