//! Requests of Inward to a component, watched where the component takes them from the network.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use federation_api::headers;

use super::caller::text;
use crate::demo::hop::{Answer, Hop, Kind, Place, Recorder};

/// The routes of a component; each request that it answers is noted.
pub(crate) fn watched(
    routes: Router,
    sender: Place,
    receiver: Place,
    recorder: Recorder,
) -> Router {
    let watching = Watching {
        sender,
        receiver,
        recorder,
    };
    routes.layer(from_fn_with_state(watching, note))
}

#[derive(Clone)]
struct Watching {
    sender: Place,
    receiver: Place,
    recorder: Recorder,
}

async fn note(State(watching): State<Watching>, request: Request, next: Next) -> Response {
    let mut hop = Hop {
        kind: Kind::ToComponent,
        sender: watching.sender,
        receiver: watching.receiver,
        what: request.uri().path().to_owned(),
        version: text(request.headers(), headers::API_VERSION),
        http: Some(format!("{:?}", request.version())),
        tls: None,
        answer: Answer::Nothing("the component gave up".to_owned()),
        request_id: text(request.headers(), headers::REQUEST_ID).unwrap_or_default(),
        began: watching.recorder.now(),
        time: std::time::Duration::ZERO,
    };
    let response = next.run(request).await;
    hop.time = watching.recorder.now().saturating_sub(hop.began);
    hop.answer = Answer::Status(response.status().as_u16());
    watching.recorder.note(hop);
    response
}
