//! What becomes of a component's answer on its way: `transport.md` §5.6, §8.2, §8.3. What the caller is told
//! of each failure is in the table of errors.

use federation_clients::{CallError, Stage};

use crate::support::component::response;
use crate::support::{Component, Setup, World, is, is_remote, json};

const B: &str = "b.example.com";

/// What calling a backend with this component gives.
async fn with_component(component: Component, limits: &str) -> Result<(), CallError> {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        component: Some(component),
        limits: limits.to_owned(),
        ..world.setup(B)
    };
    let _b = world.with(setup).await;
    a.look_up(B).await
}

#[tokio::test]
async fn what_the_component_answers() {
    let error = |code: u16, label: &str, message: &str| {
        format!(r#"{{"code": {code}, "label": "{label}", "message": "{message}"}}"#)
    };
    // Status, content type, body; code, label, message of the inner error.
    let rows = [
        (404, "", String::new(), 404, "unknown-error", ""),
        (
            404,
            "application/json",
            error(404, "no-endpoint", "The requested endpoint does not exist"),
            404,
            "no-endpoint",
            "The requested endpoint does not exist",
        ),
        (
            400,
            "application/json",
            error(400, "bad-request", "Error in $"),
            400,
            "bad-request",
            "Error in $",
        ),
        (
            400,
            "text/plain",
            "Error in $".into(),
            400,
            "unknown-error",
            "Error in $",
        ),
        (
            418,
            "application/json",
            error(418, "teapot", "short"),
            418,
            "teapot",
            "short",
        ),
        (
            302,
            "text/plain",
            "there".into(),
            302,
            "unknown-error",
            "there",
        ),
        // Rewritten at Inward (§8.2).
        (503, "text/html", "busy".into(), 503, "server-error", "busy"),
        (
            500,
            "text/plain",
            "the database is at 10.0.0.7".into(),
            500,
            "server-error",
            "Internal Server Error",
        ),
        (
            500,
            "application/json",
            error(500, "odd", "secret"),
            500,
            "odd",
            "Internal Server Error",
        ),
        (
            533,
            "application/json",
            error(533, "federation-version-error", "m"),
            533,
            "federation-version-error",
            "m",
        ),
    ];
    for (status, content_type, body, code, label, message) in rows {
        let component = Component::answering(move |_| response(status, content_type, body.clone()));
        let answered = with_component(component.await, "").await;
        let answered = is_remote(answered, code, label);
        assert_eq!(answered.failure().inner.as_ref().unwrap().message, message);
    }
}

/// The code in the JSON counts, not the status line; but an error stays an error.
#[tokio::test]
async fn codes_that_do_not_fit_the_status() {
    let other = r#"{"code": 502, "label": "x", "message": "m"}"#;
    let component = Component::answering(move |_| json(500, other)).await;
    is_remote(with_component(component, "").await, 502, "x");
    let success = r#"{"code": 200, "label": "x", "message": "m"}"#;
    let component = Component::answering(move |_| json(503, success)).await;
    is_remote(with_component(component, "").await, 503, "x");
}

#[tokio::test]
async fn a_request_that_is_too_large() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        limits: "requestBody: 3".into(),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    // `"mira"` has six bytes.
    is_remote(a.look_up(B).await, 413, "client-error");
    assert!(b.component.seen().is_empty());
    // The other way round it is our own federator that refuses.
    is(
        b.look_up("a.example.com").await,
        Stage::LocalFederator,
        413,
        "client-error",
    );
}
