//! The service by hand: axum.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use futures_util::stream;
use http::StatusCode;
use http::request::Parts;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::documents::{GetAsset, Prekeys, Profile, UserClients};
use super::galley::{Conversations, Done, GetConversations, Message, Update};
use bench_harness::{Failed, sample};

/// What the handlers answer.
struct Store {
    profile: Profile,
    profiles: Vec<Profile>,
    prekeys: Prekeys,
    conversations: Conversations,
}

pub(super) async fn serve(listener: TcpListener) -> Result<(), Failed> {
    let store = Store {
        profile: serde_json::from_value(sample::small().response)?,
        profiles: serde_json::from_value(sample::medium().response)?,
        prekeys: serde_json::from_value(sample::nested_map().response)?,
        conversations: serde_json::from_value(sample::conversations().response)?,
    };
    let router = Router::new()
        .route("/federation/get-user-by-handle", post(get_user_by_handle))
        .route("/federation/get-users-by-ids", post(get_users_by_ids))
        .route(
            "/federation/claim-multi-prekey-bundle",
            post(claim_multi_prekey_bundle),
        )
        .route("/federation/on-conversation-updated", post(on_updated))
        .route("/federation/get-conversations", post(get_conversations))
        .route("/federation/on-message-sent", post(on_message_sent))
        .route("/federation/stream-asset", post(stream_asset))
        .with_state(Arc::new(store));
    // Whoever has once looked for the missing 40 ms sets this, so the yardstick has it.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

/// The backend that calls.
struct Origin(String);

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts
            .headers
            .get("Wire-Origin-Domain")
            .and_then(|value| value.to_str().ok())
            .map(|text| Self(text.to_owned()))
            .ok_or((StatusCode::BAD_REQUEST, "Wire-Origin-Domain is required"))
    }
}

async fn get_user_by_handle(
    State(store): State<Arc<Store>>,
    Origin(origin): Origin,
    Json(handle): Json<String>,
) -> Json<Option<Profile>> {
    std::hint::black_box((origin, handle));
    Json(Some(store.profile.clone()))
}

async fn get_users_by_ids(
    State(store): State<Arc<Store>>,
    Origin(origin): Origin,
    Json(ids): Json<Vec<Uuid>>,
) -> Json<Vec<Profile>> {
    std::hint::black_box((origin, ids));
    Json(store.profiles.clone())
}

async fn claim_multi_prekey_bundle(
    State(store): State<Arc<Store>>,
    Origin(origin): Origin,
    Json(clients): Json<UserClients>,
) -> Json<Prekeys> {
    std::hint::black_box((origin, clients));
    Json(store.prekeys.clone())
}

async fn on_updated(Origin(origin): Origin, Json(update): Json<Update>) -> Json<Done> {
    std::hint::black_box((origin, update));
    Json(Done {})
}

async fn get_conversations(
    State(store): State<Arc<Store>>,
    Origin(origin): Origin,
    Json(request): Json<GetConversations>,
) -> Json<Conversations> {
    std::hint::black_box((origin, request));
    Json(store.conversations.clone())
}

async fn on_message_sent(Origin(origin): Origin, Json(message): Json<Message>) -> Json<Done> {
    std::hint::black_box((origin, message));
    Json(Done {})
}

async fn stream_asset(Origin(origin): Origin, Json(request): Json<GetAsset>) -> Response {
    std::hint::black_box((origin, request));
    let chunks = stream::iter(sample::asset().map(Ok::<_, Infallible>));
    let content_type = [(http::header::CONTENT_TYPE, "application/octet-stream")];
    (content_type, Body::from_stream(chunks)).into_response()
}
