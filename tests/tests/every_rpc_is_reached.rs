//! Every variant of every RPC, in every version that has it, with the example of the published document
//! as its request: through a generated client over a socket, to the reference backend, and back.
//!
//! What is answered is the business of other tests; here it is enough that the example is understood and
//! somebody answers.

use federation_api::Version;
use federation_backend::{Backend, Settings, seeds};
use federation_clients::{
    Address, Connection, DynamicAnswer, DynamicError, DynamicRpc, HttpSettings, HttpTransport,
    Options, Versions, brig, cargohold, galley,
};
use federation_openapi::{Component, document};
use federation_tests::{Server, call, domain};

/// Answers of a backend that has understood the request and refuses it. (`internal-error` is what the
/// protocol says to a welcome message that is none, and the bytes of an example are none.)
const REFUSALS: [&str; 5] = [
    "mls-protocol-error",
    "internal-error",
    "invalid-payload",
    "not-found",
    "federation-function-not-supported",
];

async fn backend() -> Server {
    let backend = Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default()).expect("a seed");
    let own = || domain("b.example.com");
    let settings = federation_servers::Settings::default;
    let router = federation_servers::brig::routes(backend.brig(), own(), settings())
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
        .into_router();
    Server::start(router).await
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
    let server = backend().await;
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
