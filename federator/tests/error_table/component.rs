//! At the component of the remote backend: stages 5 and 6. Generated routers where they answer so, and
//! what existing components answer where those differ.

use federation_api::{Failure, Rpc, Unit};
use federation_clients::{CallError, brig};
use serde_json::Value;

use super::B;
use crate::rows::is_row;
use crate::support::component::response;
use crate::support::{Backend, Component, Setup, World, domain, json};

/// Two backends, the second with this component.
async fn with_component(component: Component, limits: &str) -> (World, Backend, Backend) {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        component: Some(component),
        limits: limits.to_owned(),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    (world, a, b)
}

#[tokio::test]
async fn component_down() {
    let (_world, a, _b) = with_component(Component::down().await, "").await;
    let error = is_row("component_down", a.look_up(B).await);
    let inner = error.failure().inner.as_ref().unwrap();
    assert_eq!(inner.message, "Internal Server Error");
}

#[tokio::test]
async fn component_slow() {
    let slow = Component::after(|_| std::future::pending()).await;
    let (_world, a, _b) = with_component(slow, "componentTime: 100").await;
    let error = is_row("component_slow", a.look_up(B).await);
    assert!(error.is_retryable());
}

/// The router that is generated for brig, with a mock behind it.
async fn generated(prepare: impl FnOnce(&brig::Mock)) -> (World, Backend, Backend) {
    let mock = brig::Mock::default();
    prepare(&mock);
    let router = federation_servers::brig::router(mock, domain(B));
    with_component(Component::serving(router).await, "").await
}

async fn asks(a: &Backend, rpc: &Rpc, request: &Value) -> Result<(), CallError> {
    a.connection()
        .call::<_, Value>(rpc, &a.call(B), request)
        .await
        .map(drop)
}

#[tokio::test]
async fn unknown_rpc_at_galley() {
    let (_world, a, _b) = generated(|_| {}).await;
    let failed = asks(&a, &Rpc::new("galley", "no-such-rpc"), &Value::Null).await;
    let error = is_row("unknown_rpc_at_galley", failed);
    let inner = error.failure().inner.as_ref().unwrap();
    assert_eq!(inner.message, "The requested endpoint does not exist");
}

#[tokio::test]
async fn unknown_rpc_at_an_existing_brig() {
    let brig = Component::answering(|_| response(404, "text/plain", "")).await;
    let (_world, a, _b) = with_component(brig, "").await;
    let error = is_row("unknown_rpc_at_an_existing_brig", a.look_up(B).await);
    assert_eq!(error.failure().inner.as_ref().unwrap().message, "");
}

#[tokio::test]
async fn body_not_parsable() {
    let (_world, a, _b) = generated(|_| {}).await;
    let request = serde_json::json!({"no": "handle"});
    let failed = asks(&a, &Rpc::new("brig", "get-user-by-handle"), &request).await;
    is_row("body_not_parsable", failed);
}

#[tokio::test]
async fn body_not_parsable_at_an_existing_cargohold() {
    let cargohold = Component::answering(|_| response(400, "text/plain", "Error in $")).await;
    let (_world, a, _b) = with_component(cargohold, "").await;
    let error = is_row(
        "body_not_parsable_at_an_existing_cargohold",
        a.look_up(B).await,
    );
    assert_eq!(
        error.failure().inner.as_ref().unwrap().message,
        "Error in $"
    );
}

/// D54.
#[tokio::test]
async fn handler_error() {
    let teapot = r#"{"code": 418, "label": "teapot", "message": "short and stout"}"#;
    let component = Component::answering(move |_| json(418, teapot)).await;
    let (_world, a, _b) = with_component(component, "").await;
    let error = is_row("handler_error", a.look_up(B).await);
    let wanted: Failure = serde_json::from_str(teapot).unwrap();
    assert_eq!(error.failure().inner.as_deref(), Some(&wanted));
}

#[tokio::test]
async fn handler_panics() {
    let (_world, a, _b) = generated(|mock| {
        mock.api_version
            .answers(|_, Unit| panic!("a bug in a handler"));
    })
    .await;
    let failed = asks(&a, &Rpc::new("brig", "api-version"), &serde_json::json!([])).await;
    is_row("handler_panics", failed);
}
