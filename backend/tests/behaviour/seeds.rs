//! The JSON form of a backend's data, and the two seeds that come with the crate.

use federation_api::asset::GetAsset;
use federation_api::key_package::KeyPackageData;
use federation_api::{Cargohold, OfSender, Qualified, UserId, Version};
use federation_backend::{
    AccountStatus, Backend, KeyPackageContent, Relation, Settings, TeamRestriction, basic_identity,
    derived, seeds,
};
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::world::{a, at_a, at_b, b, call, of_target, settings};

fn load(seed: &Value) -> Result<Backend, String> {
    Backend::from_seed(&seed.to_string(), settings()).map_err(|error| error.to_string())
}

#[test]
fn the_seeds_of_the_crate_allow_each_other() {
    let here = Backend::from_seed(seeds::A_EXAMPLE_COM, Settings::default()).unwrap();
    let there = Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default()).unwrap();
    assert_eq!((here.domain(), there.domain()), (&a(), &b()));
    assert!(here.policy().accepts(&b()) && there.policy().accepts(&a()));
    // The same names give the same data in every run.
    let again = Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default()).unwrap();
    let bob = derived::user_id(&b(), "bob");
    let shown = |backend: &Backend| format!("{:?}", backend.user(bob).unwrap());
    assert_eq!(shown(&there), shown(&again));
    assert_eq!(there.user_of_handle(&"bob".parse().unwrap()), Some(bob));
}

/// Both sides know of each other's conversations, and the README knows their ids.
#[test]
fn the_seeds_of_the_crate_have_conversations_together() {
    let sides = [seeds::A_EXAMPLE_COM, seeds::B_EXAMPLE_COM];
    let sides = sides.map(|seed| Backend::from_seed(seed, Settings::default()).unwrap());
    let readme = include_str!("../../README.md");
    let mut found = 0;
    for (own, other) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
        for name in ["planning", "orchestra", "kitchen", "choir"] {
            let id = derived::conversation_id(own.domain(), name);
            let Some(conversation) = own.conversation(id) else {
                continue;
            };
            assert!(readme.contains(&format!("`{name}`, `{id}` | `{}`", own.domain())));
            let id = Qualified::new(id, own.domain().clone());
            for user in conversation.members.keys() {
                assert!(readme.contains(&user.id().to_string()), "{user}");
                if user.domain() == other.domain() {
                    assert!(
                        other.remote_conversations(*user.id()).contains(&id),
                        "{user}"
                    );
                }
            }
            found += 1;
        }
    }
    assert_eq!(found, 4);
    let (anton, bianca) = (
        derived::user_id(&a(), "anton"),
        derived::user_id(&b(), "bianca"),
    );
    for (side, one, other) in [
        (&sides[0], anton, at_b(bianca)),
        (&sides[1], bianca, at_a(anton)),
    ] {
        let relation = side.local_user(one).unwrap().relation(&other);
        assert_eq!(relation, Some(Relation::Accepted));
    }
}

#[test]
fn generated_key_packages_name_their_client() {
    let backend = Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default()).unwrap();
    let bob = backend.user(derived::user_id(&b(), "bob")).unwrap();
    let mut packages: Vec<&KeyPackageData> = Vec::new();
    for client in bob.clients.values() {
        for stored in &client.key_packages {
            let content = KeyPackageContent::read(&stored.data).unwrap();
            assert_eq!(content.suite, stored.suite);
            assert_eq!(content.identity, basic_identity(&at_b(bob.id), client.id));
            packages.push(&stored.data);
        }
    }
    let count = packages.len();
    packages.sort();
    packages.dedup();
    assert_eq!((count, packages.len()), (31, 31), "no two are the same");
}

#[tokio::test]
async fn the_large_asset_streams_in_full() {
    let backend = Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default()).unwrap();
    let film = backend.asset(derived::asset_id(&b(), "film")).unwrap();
    let wanted = GetAsset {
        user: OfSender::new(UserId::random()),
        key: of_target(film.key),
        token: film.token,
    };
    let mut stream = backend
        .cargohold()
        .stream_asset(&call(), wanted)
        .await
        .unwrap();
    let mut length = 0;
    while let Some(chunk) = stream.next().await {
        length += chunk.unwrap().len();
    }
    assert_eq!(length, 64 << 20);
}

#[test]
fn names_stand_for_ids() {
    let team = derived::team_id(&a(), "crew");
    let seed = json!({
        "domain": "b.example.com",
        "versions": [0, 1],
        "mls": false,
        "show_team_emails": true,
        "federation": {
            "strategy": "allowDynamic",
            "remotes": [{
                "domain": "a.example.com",
                "search_policy": "no_search",
                "restriction": {
                    "tag": "restrict_by_team",
                    "value": ["crew", "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11"]
                }
            }],
            "update_interval": 10
        },
        "teams": [{"name": "team"}],
        "users": [
            {"name": "Bob", "team": "team", "clients": [
                {"name": "phone", "prekeys": [{"id": 7, "key": "x"}], "generated_prekeys": 2},
                {"name": "old", "id": "2B"}
            ]},
            {"name": "Eve", "id": "b2c8f3a4-55d1-4a0e-8e6b-7d1c0a9e4f20", "status": "suspended"}
        ],
        "connections": [
            {"user": "Bob", "with": "alice@a.example.com", "relation": "accepted"},
            {
                "user": "b2c8f3a4-55d1-4a0e-8e6b-7d1c0a9e4f20",
                "with": "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11@a.example.com",
                "relation": "missing-legalhold-consent"
            }
        ],
        "assets": [{"name": "x", "owner": "Bob", "base64": "AAEC"}]
    });
    let backend = load(&seed).unwrap();
    assert_eq!(backend.settings().versions, [Version::V0, Version::V1]);
    assert!(!backend.settings().mls && backend.settings().show_team_emails);
    let given = "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11".parse().unwrap();
    assert_eq!(
        backend.policy().remotes[&a()].restriction,
        TeamRestriction::RestrictByTeam([team, given].into())
    );
    let bob = backend.user(derived::user_id(&b(), "Bob")).unwrap();
    assert_eq!(bob.team, Some(derived::team_id(&b(), "team")));
    let phone = derived::client_id(&b(), bob.id, "phone");
    let numbers: Vec<_> = bob.clients[&phone].prekeys.keys().map(|id| id.0).collect();
    assert_eq!(numbers, [1, 2, 7]);
    assert!(bob.clients.contains_key(&0x2b.into()));
    let eve = "b2c8f3a4-55d1-4a0e-8e6b-7d1c0a9e4f20".parse().unwrap();
    assert_eq!(backend.user(eve).unwrap().status, AccountStatus::Suspended);
    let alice = at_a(derived::user_id(&a(), "alice"));
    let relation = |user, with| backend.connection(user, with).unwrap().relation;
    assert_eq!(relation(bob.id, &alice), Relation::Accepted);
    let other = at_a("0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11".parse().unwrap());
    assert_eq!(relation(eve, &other), Relation::MissingLegalHoldConsent);
}

#[test]
fn the_example_of_the_readme() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```json").unwrap();
    let (seed, _) = rest.split_once("```").unwrap();
    let backend = Backend::from_seed(seed, settings()).unwrap();
    assert_eq!(backend.connections(derived::user_id(&b(), "bob")).len(), 1);
}

/// Each fault is told with its place.
#[test]
fn faults() {
    let user = |user: Value| json!({"domain": "b.example.com", "users": [{"name": "Bob"}, user]});
    let client = |client: Value| user(json!({"name": "Eve", "clients": [client]}));
    let asset = |asset: Value| json!({"domain": "b.example.com", "assets": [asset]});
    let remote =
        |remote: Value| json!({"domain": "b.example.com", "federation": {"remotes": [remote]}});
    for (seed, expected) in [
        (json!({}), "missing field `domain`"),
        (json!({"domain": "b"}), "at domain"),
        (
            json!({"domain": "b.example.com", "user": []}),
            "unknown field `user`",
        ),
        (
            user(json!({"name": "Eve", "handel": "eve"})),
            "users[1].handel: unknown field `handel`",
        ),
        (
            user(json!({"name": "Eve", "handle": "Eve"})),
            "users[1].handle",
        ),
        (
            user(json!({"name": "Eve", "team": "none"})),
            "users[1].team: there is no such team",
        ),
        (
            user(json!({"name": "Eve", "status": "gone"})),
            "users[1].status",
        ),
        (
            user(json!({"name": "Bob"})),
            "users[1]: another user has the same id",
        ),
        (
            user(json!({"name": "Eve", "pictures": [{"asset": "none"}]})),
            "users[1].pictures[0].asset: there is no such asset",
        ),
        (
            client(json!({"name": "x", "key_packages": [{"not_after": "2100-01-01T00:00:00Z"}]})),
            "users[1].clients[0].key_packages[0]: give one of `count` and `data`",
        ),
        (
            client(json!({"name": "x", "key_packages": [
                {"count": 1, "cipher_suite": 3, "not_after": "2100-01-01T00:00:00Z"}
            ]})),
            "key_packages[0].cipher_suite: no supported cipher suite",
        ),
        (
            client(json!({"name": "x", "key_packages": [
                {"count": 1001, "not_after": "2100-01-01T00:00:00Z"}
            ]})),
            "key_packages[0].count: at most 1000",
        ),
        (
            client(json!({"name": "x", "generated_prekeys": 65535})),
            "generated_prekeys: at most",
        ),
        (
            client(json!({"name": "x", "generated_prekeys": 1, "prekeys": [{"id": 1, "key": ""}]})),
            "prekeys[0].id: there are two prekeys of the number 1",
        ),
        (asset(json!({"name": "x"})), "assets[0]: give one of"),
        (
            asset(json!({"name": "x", "text": "", "base64": ""})),
            "assets[0]: give one of",
        ),
        (
            asset(json!({"name": "x", "text": "", "retention": 6})),
            "assets[0].retention",
        ),
        (
            asset(json!({"name": "x", "text": "", "owner": "none"})),
            "assets[0].owner: there is no",
        ),
        (
            remote(
                json!({"domain": "a.example.com", "search_policy": "no_search",
                "restriction": {"tag": "restrict_by_team"}}),
            ),
            "federation.remotes[0].restriction: `restrict_by_team` needs",
        ),
        (
            remote(json!({"domain": "a.example.com", "search_policy": "all"})),
            "federation.remotes[0].search_policy",
        ),
        (
            json!({"domain": "b.example.com", "connections": [
                {"user": "Bob", "with": "alice@a.example.com", "relation": "accepted"}
            ]}),
            "connections[0].user: there is no such user",
        ),
        (
            json!({"domain": "b.example.com", "connections": [
                {"user": "Bob", "with": "alice", "relation": "accepted"}
            ]}),
            "connections[0].with",
        ),
    ] {
        let error = load(&seed).err().unwrap_or_default();
        assert!(error.contains(expected), "{seed}\n{error}\n{expected}");
    }
    assert!(load(&json!({"domain": "b.example.com"})).is_ok());
    for text in ["", "[", "null", "{\"domain\": \"b.example.com\"} x"] {
        assert!(Backend::from_seed(text, settings()).is_err(), "{text}");
    }
}
