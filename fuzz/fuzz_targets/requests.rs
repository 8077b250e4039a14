//! Requests of a stranger to every RPC of a reference backend: an answer of the protocol, never a panic.
//!
//! An input is the name of an RPC, the version header and the body, on lines of their own.

#![no_main]

use std::cell::LazyCell;

use axum::Router;
use axum::body::Body;
use federation_api::Failure;
use federation_backend::{Backend, Settings, seeds};
use federation_clients::{brig, cargohold, galley};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

thread_local! {
    static ROUTER: LazyCell<Router> = LazyCell::new(router);
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (name, version, body) = (line(), line(), line());
    let request = Request::post(format!("/federation/{}", rpc(name)))
        .header("content-type", "application/json")
        .header("wire-origin-domain", "a.example.com")
        .header("x-wire-api-version", version)
        .body(Body::from(body.to_vec()));
    // A version that is no header value is no request.
    let Ok(request) = request else {
        return;
    };
    federation_fuzz::block_on(async {
        let response = ROUTER
            .with(|router| Router::clone(router))
            .oneshot(request)
            .await;
        let response = response.expect("a router answers");
        let status = response.status();
        let body = response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        if status != StatusCode::OK {
            let failure: Failure = serde_json::from_slice(&body).expect("the error body");
            assert_eq!(failure.code, status.as_u16());
        }
    });
});

/// The RPC of this name, or one that its bytes choose.
fn rpc(name: &[u8]) -> &'static str {
    let all = || {
        let all = [brig::ALL, galley::ALL, cargohold::ALL];
        all.into_iter().flatten().map(|rpc| rpc.rpc().name)
    };
    let hash = name.iter().fold(0_usize, |hash, byte| {
        hash.wrapping_mul(31) + usize::from(*byte)
    });
    all()
        .find(|known| known.as_bytes() == name)
        .or_else(|| all().nth(hash % all().count()))
        .expect("there are RPCs")
}

fn router() -> Router {
    let backend = Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default()).expect("a seed");
    let own = || "b.example.com".parse().expect("a domain");
    let settings = federation_servers::Settings::default;
    federation_servers::brig::routes(backend.brig(), own(), settings())
        .and(federation_servers::galley::routes(
            backend.galley(),
            own(),
            settings(),
        ))
        .and(federation_servers::cargohold::routes(
            backend.cargohold(),
            own(),
            settings(),
        ))
        .into_router()
}
