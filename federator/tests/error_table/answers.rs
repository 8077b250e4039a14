//! What the caller makes of an answer: stages 7 and 8.

use std::time::Duration;

use federation_api::{Handle, UserId, Version};
use federation_backend::Settings;
use federation_backend::seeds::A_EXAMPLE_COM;
use federation_clients::{
    Address, CallError, Connection, HttpSettings, HttpTransport, Options, Versions, brig,
};

use super::B;
use crate::rows::{failure_is_row, is_row};
use crate::support::component::response;
use crate::support::{Backend, Component, Setup, World, look_up};

/// Two backends, the second of which answers everything so.
async fn answering(kind: &'static str, body: &'static str) -> (World, Backend, Backend) {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        component: Some(Component::answering(move |_| response(200, kind, body)).await),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    (world, a, b)
}

#[tokio::test]
async fn undecodable_body() {
    let (_world, a, _b) = answering("application/json", "{").await;
    is_row("undecodable_body", a.look_up(B).await);
}

#[tokio::test]
async fn unusable_content_type() {
    let (_world, a, _b) = answering("nonsense", "null").await;
    is_row("unusable_content_type", a.look_up(B).await);
}

#[tokio::test]
async fn unexpected_content_type() {
    let (_world, a, _b) = answering("text/html;charset=utf-8", "null").await;
    is_row("unexpected_content_type", a.look_up(B).await);
}

/// What a client that speaks `own` gets of a backend with this version information.
async fn negotiating(info: &'static str, own: Version) -> Result<(), CallError> {
    let (_world, a, _b) = answering("application/json", info).await;
    let options = Options::default().versions(Versions::Negotiate {
        own: vec![own],
        keep: Duration::from_secs(1),
    });
    let transport = HttpTransport::new(&HttpSettings::default()).unwrap();
    let address = Address::via_federator(&a.outward()).unwrap();
    look_up(&Connection::new(address, transport, options), &a.call(B)).await
}

#[tokio::test]
async fn version_info_malformed() {
    let failed = negotiating(r#"{"supported_versions": "3"}"#, Version::V3).await;
    is_row("version_info_malformed", failed);
}

#[tokio::test]
async fn version_too_old() {
    let info = r#"{"supported": [0, 1], "supported_versions": [0]}"#;
    is_row("version_too_old", negotiating(info, Version::V3).await);
}

#[tokio::test]
async fn version_too_new() {
    let info = r#"{"supported": [0, 1], "supported_versions": [2, 3]}"#;
    is_row("version_too_new", negotiating(info, Version::V0).await);
}

/// Somebody else than the one that was asked for: a whole backend calls, and tells its client.
#[tokio::test]
async fn impossible_answer() {
    let other = r#"{"qualified_id": {"domain": "b.example.com", "id": "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31"},
        "id": "8f7d3f0e-3d1c-4a55-b1c7-0e9d4a2b6c31", "name": "Another", "picture": [], "assets": [],
        "accent_id": 0, "handle": "another", "legalhold_status": "disabled"}"#;
    let (_world, a, _b) = answering("application/json", other).await;
    let backend =
        federation_backend::Backend::from_seed(A_EXAMPLE_COM, Settings::default()).unwrap();
    let alice: UserId = backend
        .user_of_handle(&"alice".parse::<Handle>().unwrap())
        .unwrap();
    let user = backend.local_user(alice).unwrap();
    let client = brig::Client::new(a.connection());
    let handle: Handle = "mira".parse().unwrap();
    let failed = user.look_up(&client, &B.parse().unwrap(), &handle).await;
    let failure = federation_api::Failure::from(failed.unwrap_err());
    failure_is_row("impossible_answer", &failure);
}
