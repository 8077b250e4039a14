//! Every RPC of brig and cargohold over a real socket, with the generated client and the generated
//! router around the reference backend: once as it is meant, once with a negative answer. (`scenarios.md` D75, D76, D97.)

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use federation_api::backends::{DomainSet, UserDeletedConnectionsNotification};
use federation_api::client::{ClientId, GetUserClients};
use federation_api::connection::{
    NewConnectionRequest, NewConnectionResponse, RemoteConnectionAction,
};
use federation_api::mls::CipherSuite;
use federation_api::search::SearchRequest;
use federation_api::{
    Brig, Cargohold, EmptyResponse, OfRecipient, OfSender, Unit, UserId, Version,
};
use federation_backend::{Backend, Settings, derived, seeds};
use federation_clients::{
    Address, CallError, Connection, HttpSettings, Options, Stage, Versions, brig, cargohold,
};
use federation_tests::{Server, call, domain, network};
use futures_util::TryStreamExt;
use serde_json::{Value, json};

/// The backend `b.example.com` on a socket, and clients of `a.example.com` for it.
struct Scene {
    backend: Backend,
    brig: brig::Client,
    cargohold: cargohold::Client,
    _server: Server,
}

impl Scene {
    async fn new(http1: bool) -> Self {
        let backend =
            Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default()).expect("a seed");
        let own = || domain("b.example.com");
        let settings = federation_servers::Settings::default;
        let router = federation_servers::brig::routes(backend.brig(), own(), settings())
            .and(federation_servers::cargohold::routes(
                backend.cargohold(),
                own(),
                settings(),
            ))
            .into_router();
        let server = Server::start(router).await;
        let http = HttpSettings::default().http1(http1);
        let connection = Connection::new(
            Address::direct(&server.url()).expect("an address"),
            network!().transport(&http),
            Options::default().versions(Versions::Negotiate {
                own: Version::ALL.to_vec(),
                keep: std::time::Duration::from_secs(60),
            }),
        );
        Self {
            backend,
            brig: brig::Client::new(connection.clone()),
            cargohold: cargohold::Client::new(connection),
            _server: server,
        }
    }

    fn user(&self, handle: &str) -> UserId {
        let handle = handle.parse().expect("a handle");
        self.backend.user_of_handle(&handle).expect("a seeded user")
    }

    async fn first_client(&self, user: UserId) -> ClientId {
        let users = GetUserClients {
            users: vec![OfRecipient::new(user)],
        };
        let clients = self
            .brig
            .get_user_clients(&call(), users)
            .await
            .expect("clients");
        let (_, clients) = clients.iter().next().expect("the user");
        clients.first().expect("a client").id
    }
}

fn nobody() -> OfRecipient<UserId> {
    OfRecipient::new(UserId::random())
}

fn request<T: serde::de::DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("a request")
}

/// Both protocols go the same way.
macro_rules! over_both {
    ($($name:ident),+ $(,)?) => {
        mod http2 { $(#[tokio::test] async fn $name() { super::$name(super::Scene::new(false).await).await; })+ }
        mod http1 { $(#[tokio::test] async fn $name() { super::$name(super::Scene::new(true).await).await; })+ }
    };
}

over_both!(
    versions,
    profiles,
    prekeys,
    mls,
    connections,
    backends,
    assets
);

async fn versions(scene: Scene) {
    let info = scene.brig.api_version(&call(), Unit).await.unwrap();
    assert_eq!(info.supported_versions, [0, 1, 2, 3]);
}

async fn profiles(scene: Scene) {
    let bob = scene.user("bob");
    let handle = |text: &str| OfRecipient::new(text.parse().unwrap());
    let found = scene
        .brig
        .get_user_by_handle(&call(), handle("bob"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (*found.qualified_id.id(), found.qualified_id.domain()),
        (bob, &domain("b.example.com"))
    );
    assert_eq!(
        scene
            .brig
            .get_user_by_handle(&call(), handle("nobody"))
            .await
            .unwrap(),
        None
    );

    let ids = vec![nobody(), OfRecipient::new(bob), OfRecipient::new(bob)];
    let profiles = scene.brig.get_users_by_ids(&call(), ids).await.unwrap();
    assert_eq!(profiles, [found.clone(), found]);

    let search = |term: &str| request::<SearchRequest>(json!({"term": term}));
    let result = scene
        .brig
        .search_users(&call(), search("bob"))
        .await
        .unwrap();
    assert_eq!(result.contacts.len(), 1);
    let hidden = scene
        .brig
        .search_users(&call(), search("zzz"))
        .await
        .unwrap();
    assert!(hidden.contacts.is_empty());
}

async fn prekeys(scene: Scene) {
    let bob = scene.user("bob");
    let client = scene.first_client(bob).await;
    let claimed = scene
        .brig
        .claim_prekey(&call(), (OfRecipient::new(bob), client))
        .await
        .unwrap();
    assert_eq!(claimed.expect("a prekey").client, client);
    assert_eq!(
        scene
            .brig
            .claim_prekey(&call(), (nobody(), client))
            .await
            .unwrap(),
        None
    );

    let bundle = scene
        .brig
        .claim_prekey_bundle(&call(), OfRecipient::new(bob))
        .await
        .unwrap();
    assert_eq!(bundle.clients.len(), 2);
    let nothing = scene
        .brig
        .claim_prekey_bundle(&call(), nobody())
        .await
        .unwrap();
    assert!(nothing.clients.is_empty());

    let wanted =
        json!({bob.to_string(): [client.to_string(), "1"], UserId::random().to_string(): []});
    let keys = scene
        .brig
        .claim_multi_prekey_bundle(&call(), request(wanted.clone()))
        .await
        .unwrap();
    let keys = serde_json::to_value(keys).unwrap();
    assert!(
        keys[bob.to_string()][client.to_string()].is_object(),
        "{keys}"
    );
    assert_eq!(keys[bob.to_string()]["1"], Value::Null, "{keys}");
    assert_eq!(keys.as_object().unwrap().len(), 2);
}

async fn mls(scene: Scene) {
    let bob = scene.user("bob");
    let clients = |suite: u16| request(json!({"user_id": bob, "cipher_suite": suite}));
    let known = scene
        .brig
        .get_mls_clients(&call(), clients(1))
        .await
        .unwrap();
    assert_eq!(known.iter().filter(|client| client.mls).count(), 2);
    let refused = scene
        .brig
        .get_mls_clients(&call(), clients(3))
        .await
        .unwrap_err();
    is_remote(&refused, 400, "mls-protocol-error");

    let one =
        |client: &str| request(json!({"user_id": bob, "client_id": client, "cipher_suite": 1}));
    let unknown = scene.brig.get_mls_client(&call(), one("1")).await.unwrap();
    assert_eq!((unknown.id, unknown.mls), (ClientId(1), false));

    let claim = |target: UserId| {
        request(json!({"claimant": UserId::random(), "target": target, "cipher_suite": 1}))
    };
    let bundle = scene
        .brig
        .claim_key_packages(&call(), claim(bob))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(bundle.key_packages.len(), 2);
    let held = claim(scene.user("boris"));
    assert_eq!(
        scene.brig.claim_key_packages(&call(), held).await.unwrap(),
        None
    );

    // The older variant is there for whoever speaks version 0, and says nothing about the suite.
    let version0 = Connection::new(
        Address::in_process(),
        federation_clients::InProcess::new(federation_servers::brig::router(
            scene.backend.brig(),
            domain("b.example.com"),
        )),
        Options::default().versions(Versions::Fixed(Version::V0)),
    );
    let older: BTreeSet<_> = brig::Client::new(version0)
        .get_mls_clients(&call(), clients(CipherSuite::DEFAULT.0))
        .await
        .unwrap();
    assert_eq!(older.len(), known.len());
}

async fn connections(scene: Scene) {
    let (bob, alice) = (scene.user("bob"), OfSender::new(UserId::random()));
    let ask = |to: OfRecipient<UserId>, action| NewConnectionRequest {
        from: alice,
        from_team: None,
        to,
        action,
    };
    let asked = ask(OfRecipient::new(bob), RemoteConnectionAction::RemoteConnect);
    let answer = scene
        .brig
        .send_connection_action(&call(), asked)
        .await
        .unwrap();
    assert_eq!(answer, NewConnectionResponse::Ok(None));
    let unknown = ask(nobody(), RemoteConnectionAction::RemoteConnect);
    let answer = scene
        .brig
        .send_connection_action(&call(), unknown)
        .await
        .unwrap();
    assert_eq!(answer, NewConnectionResponse::UserNotActivated);

    let deleted: UserDeletedConnectionsNotification =
        request(json!({"user": alice, "connections": [bob]}));
    for _ in 0..2 {
        let done = scene
            .brig
            .on_user_deleted_connections(&call(), deleted.clone())
            .await
            .unwrap();
        assert_eq!(done, EmptyResponse);
    }
    let alice = call().request().qualify(&alice);
    let relation = scene.backend.local_user(bob).expect("Bob").relation(&alice);
    assert_eq!(relation, None, "the connection is gone");
}

async fn backends(scene: Scene) {
    let domains = ["a.example.com", "c.example.com"].map(domain).into();
    let answer = scene
        .brig
        .get_not_fully_connected_backends(&call(), DomainSet { domains })
        .await
        .unwrap();
    assert_eq!(
        answer.non_connected_backends,
        [domain("c.example.com")].into()
    );
}

async fn assets(scene: Scene) {
    let asset = |name: &str, token: Option<&str>| {
        let key = scene_asset_key(name);
        request::<federation_api::asset::GetAsset>(
            json!({"user": UserId::random(), "key": key, "token": token}),
        )
    };
    let token = Some("Zm91ciBlZ2dzLCBmbG91cg==");
    let available = scene
        .cargohold
        .get_asset(&call(), asset("recipe", token))
        .await
        .unwrap();
    assert!(available.available);
    for refused in [
        asset("recipe", None),
        asset("recipe", Some("wrong")),
        asset("orphan", None),
    ] {
        let answer = scene
            .cargohold
            .get_asset(&call(), refused.clone())
            .await
            .unwrap();
        assert!(!answer.available);
        let error = scene
            .cargohold
            .stream_asset(&call(), refused)
            .await
            .unwrap_err();
        is_remote(&error, 404, "not-found");
    }
    let bytes = scene
        .cargohold
        .stream_asset(&call(), asset("recipe", token))
        .await
        .unwrap();
    let chunks: Vec<_> = bytes.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), b"Four eggs, flour, a pinch of salt.\n");
}

#[track_caller]
fn is_remote(error: &CallError, code: u16, label: &str) {
    assert_eq!(
        (error.stage(), error.status()),
        (Stage::RemoteComponent, 533),
        "{error}"
    );
    let inner = error.failure().inner.as_deref().expect("the remote error");
    assert_eq!((inner.code, &*inner.label), (code, label), "{inner}");
}

/// The key that the seed gives to an asset of this name.
fn scene_asset_key(name: &str) -> String {
    let seed: Value = serde_json::from_str(seeds::B_EXAMPLE_COM).expect("JSON");
    let asset = seed["assets"]
        .as_array()
        .and_then(|assets| assets.iter().find(|asset| asset["name"] == name))
        .expect("a seeded asset");
    let retention = asset["retention"].as_u64().unwrap_or(1);
    let id = derived::asset_id(&domain("b.example.com"), name);
    format!("3-{retention}-{id}")
}
