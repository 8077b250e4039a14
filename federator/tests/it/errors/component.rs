//! At the component of the remote backend, and what the caller's client makes of its answer: stages 5 to
//! 7.

use std::time::Duration;

use federation_api::Version;
use federation_clients::{
    Address, CallError, Connection, HttpSettings, HttpTransport, Options, Stage, Versions,
};

use super::B;
use crate::support::component::response;
use crate::support::{Component, Setup, World, is, is_remote, json, look_up};

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
async fn the_component_is_down_or_slow() {
    let down = with_component(Component::down().await, "").await;
    let error = is_remote(down, 500, "server-error");
    assert_eq!(
        error.failure().inner.as_ref().unwrap().message,
        "Internal Server Error"
    );
    let slow = Component::after(|_| async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        json(200, "null")
    });
    let slow = with_component(slow.await, "componentTime: 100").await;
    let error = is_remote(slow, 500, "server-error");
    assert_eq!(error.stage(), Stage::RemoteComponent);
    assert!(error.is_retryable());
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
async fn the_answer_cannot_be_understood() {
    let answer =
        |content_type, body| Component::answering(move |_| response(200, content_type, body));
    let body = with_component(answer("application/json", "{").await, "").await;
    is(body, Stage::Answer, 533, "federation-invalid-body");
    let kind = with_component(answer("text/html", "null").await, "").await;
    is(
        kind,
        Stage::Answer,
        533,
        "federation-unsupported-content-type",
    );
    let kind = with_component(answer("nonsense", "null").await, "").await;
    is(kind, Stage::Answer, 533, "federation-invalid-content-type");
}

#[tokio::test]
async fn the_versions_do_not_meet() {
    for (versions, own, text) in [
        (
            r#"{"supported": [0, 1], "supported_versions": [0]}"#,
            Version::V3,
            "too old",
        ),
        (
            r#"{"supported": [0, 1], "supported_versions": []}"#,
            Version::V0,
            "too old",
        ),
        (
            r#"{"supported": [0, 1], "supported_versions": [2, 3]}"#,
            Version::V0,
            "too new",
        ),
        (
            r#"{"supported_versions": "3"}"#,
            Version::V3,
            "invalid version information",
        ),
        ("[]", Version::V3, "invalid version information"),
    ] {
        let world = World::new().await;
        let a = world.start("a.example.com").await;
        let setup = Setup {
            component: Some(Component::answering(move |_| json(200, versions)).await),
            ..world.setup(B)
        };
        let _b = world.with(setup).await;
        let options = Options::default().versions(Versions::Negotiate {
            own: vec![own],
            keep: Duration::from_secs(1),
        });
        let transport = HttpTransport::new(&HttpSettings::default()).unwrap();
        let address = Address::via_federator(&a.outward()).unwrap();
        let connection = Connection::new(address, transport, options);
        let error = look_up(&connection, &a.call(B)).await;
        let error = is(error, Stage::Version, 533, "federation-version-error");
        assert!(error.failure().message.contains(text), "{error}");
    }
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
