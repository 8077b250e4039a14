//! Every variant of every RPC, in every version that has it, with the example of the published document
//! as its request: through a generated client over a socket, to the reference backend, and back.
//!
//! What is answered is the business of other tests; here it is enough that the example is understood and
//! somebody answers.

use federation_api::{Failure, Version};
use federation_backend::{Backend, Settings, seeds};
use federation_clients::{
    Address, Connection, DynamicAnswer, DynamicError, DynamicRpc, HttpSettings, HttpTransport,
    InProcess, Options, Stage, Versions, brig, cargohold, galley,
};
use federation_openapi::{Component, document};
use federation_tests::{Server, call, domain};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// Answers of a backend that has understood the request and refuses it. (`internal-error` is what the
/// protocol says to a welcome message that is none, and the bytes of an example are none.)
const REFUSALS: [&str; 5] = [
    "mls-protocol-error",
    "internal-error",
    "invalid-payload",
    "not-found",
    "federation-function-not-supported",
];

fn router() -> axum::Router {
    let backend = Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default()).expect("a seed");
    let own = || domain("b.example.com");
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

/// The example of the request in the document of this version.
fn example(component: &Component, version: Version, name: &str) -> Vec<u8> {
    let document = document(component, version).into_json();
    let pointer =
        format!("/paths/~1federation~1{name}/post/requestBody/content/application~1json/example");
    let example = document.pointer(&pointer).expect("an example");
    serde_json::to_vec(example).expect("JSON")
}

async fn reached(server: &Server, component: &Component, all: &[DynamicRpc]) -> usize {
    let mut count = 0;
    for version in Version::ALL {
        let connection = Connection::new(
            Address::direct(&server.url()).expect("an address"),
            HttpTransport::new(&HttpSettings::default()).expect("a transport"),
            Options::default().versions(Versions::Fixed(version)),
        );
        for rpc in all
            .iter()
            .filter(|rpc| rpc.rpc().versions.contains(version))
        {
            let request = example(component, version, rpc.rpc().name);
            match rpc.invoke(&connection, &call(), &request).await {
                Ok(DynamicAnswer::Json(_) | DynamicAnswer::Bytes(_)) => {}
                Err(DynamicError::Call(error)) => {
                    let inner = error.failure().inner.as_deref();
                    let label = inner.map_or("", |inner| &*inner.label);
                    assert!(
                        REFUSALS.contains(&label),
                        "{version} {}: {error}",
                        rpc.rpc()
                    );
                }
                Err(error) => panic!("{version} {}: {error}", rpc.rpc()),
            }
            count += 1;
        }
    }
    count
}

#[tokio::test]
async fn every_one_in_every_version() {
    let server = Server::start(router()).await;
    // The rows of the table of RPCs and versions, counted.
    assert_eq!(
        reached(&server, &federation_openapi::brig::component(), brig::ALL).await,
        13 * 4 + 1
    );
    assert_eq!(
        reached(
            &server,
            &federation_openapi::galley::component(),
            galley::ALL
        )
        .await,
        16 * 4 + 4 * 3 + 1
    );
    assert_eq!(
        reached(
            &server,
            &federation_openapi::cargohold::component(),
            cargohold::ALL
        )
        .await,
        2 * 4
    );
}

/// Whether this name has a variant in this version.
fn is_in(all: &[DynamicRpc], name: &str, version: Version) -> bool {
    all.iter()
        .map(DynamicRpc::rpc)
        .any(|rpc| rpc.name == name && rpc.versions.contains(version))
}

/// In a version that does not have it an RPC is 404, and no client asks for it.
#[tokio::test]
async fn and_in_no_other() {
    let router = router();
    let mut absent = 0;
    for all in [brig::ALL, galley::ALL, cargohold::ALL] {
        for (rpc, version) in all
            .iter()
            .flat_map(|rpc| Version::ALL.map(|version| (rpc, version)))
            .filter(|(rpc, version)| !is_in(all, rpc.rpc().name, *version))
        {
            let request = http::Request::post(format!("/federation/{}", rpc.rpc().name))
                .header("content-type", "application/json")
                .header("wire-origin-domain", "a.example.com")
                .header("x-wire-api-version", u16::from(version.number()))
                .body(axum::body::Body::from("{}"))
                .expect("a request");
            let response = router.clone().oneshot(request).await.expect("an answer");
            assert_eq!(response.status(), 404, "{version} {}", rpc.rpc());
            let body = response.into_body().collect().await.expect("a body");
            let failure: Failure = serde_json::from_slice(&body.to_bytes()).expect("an error body");
            assert_eq!(failure.label, "no-endpoint", "{version} {}", rpc.rpc());

            let connection = Connection::new(
                Address::in_process(),
                InProcess::new(router.clone()),
                Options::default().versions(Versions::Fixed(version)),
            );
            let request = example_of_any(rpc);
            match rpc.invoke(&connection, &call(), &request).await {
                Err(DynamicError::Call(error)) => assert_eq!(error.stage(), Stage::Version),
                other => panic!("{version} {}: {other:?}", rpc.rpc()),
            }
            absent += 1;
        }
    }
    // `get-mls-client` in three versions, `on-new-remote-conversation` in three, and in version 0 the
    // three about subconversations and both variants of `get-one2one-conversation`.
    assert_eq!(absent, 3 + 3 + 3 + 2);
}

/// The example of a request in a version that has this variant.
fn example_of_any(rpc: &DynamicRpc) -> Vec<u8> {
    let rpc = rpc.rpc();
    let components = federation_openapi::components();
    let component = components.iter().find(|c| c.name() == rpc.component);
    let version = Version::ALL.into_iter().find(|v| rpc.versions.contains(*v));
    example(
        component.expect("a component"),
        version.expect("a version"),
        rpc.name,
    )
}
