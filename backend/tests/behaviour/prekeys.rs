//! Claiming prekeys: `brig.md` §4.4–4.6.

use federation_api::client::ClientId;
use federation_api::prekey::PrekeyId;
use federation_api::user_map::{UserClients, UserMap};
use federation_api::{Brig, OfSender, UserId};
use federation_backend::{Backend, Notice};

use crate::world::{add, add_with, b, backend, call, client, of_target, with_client};

const LAST_RESORT: u16 = 65535;

/// Bob has a client with two prekeys and the last-resort one, one with the last-resort one only, one
/// with a single prekey, and one with none.
fn with_bob() -> (Backend, UserId) {
    let backend = backend(b());
    let bob = add_with(&backend, "bob", |user| {
        with_client(user, client(1, &[7, 3, LAST_RESORT]));
        with_client(user, client(2, &[LAST_RESORT]));
        with_client(user, client(3, &[9]));
        with_client(user, client(4, &[]));
    });
    (backend, bob)
}

async fn claim(backend: &Backend, user: UserId, client: u64) -> Option<u16> {
    let asked = (of_target(user), ClientId(client));
    let claimed = backend.brig().claim_prekey(&call(), asked).await.unwrap()?;
    assert_eq!(claimed.client, ClientId(client));
    assert_eq!(&*claimed.prekey.key, format!("key {}", claimed.prekey.id.0));
    Some(claimed.prekey.id.0)
}

fn client_ids(backend: &Backend, user: UserId) -> Vec<u64> {
    let user = backend.user(user).unwrap();
    user.clients.keys().map(|id| id.0).collect()
}

#[tokio::test]
async fn each_prekey_once_and_the_last_resort_for_ever() {
    let (backend, bob) = with_bob();
    for expected in [3, 7, LAST_RESORT, LAST_RESORT, LAST_RESORT] {
        assert_eq!(claim(&backend, bob, 1).await, Some(expected));
    }
    assert_eq!(claim(&backend, bob, 2).await, Some(LAST_RESORT));
    assert_eq!(claim(&backend, bob, 9).await, None);
    assert_eq!(claim(&backend, UserId::random(), 1).await, None);
    assert!(backend.events().is_empty());
}

#[tokio::test]
async fn a_client_without_prekeys_is_deleted_when_it_is_claimed_from() {
    let (backend, bob) = with_bob();
    assert_eq!(claim(&backend, bob, 3).await, Some(9));
    assert_eq!(client_ids(&backend, bob), [1, 2, 3, 4]);
    assert_eq!(claim(&backend, bob, 3).await, None);
    assert_eq!(client_ids(&backend, bob), [1, 2, 4]);
    assert_eq!(claim(&backend, bob, 4).await, None);
    assert_eq!(client_ids(&backend, bob), [1, 2]);
    let told: Vec<_> = backend
        .events()
        .into_iter()
        .map(|event| (event.to, event.notice))
        .collect();
    let removed = |client| {
        (
            bob,
            Notice::ClientRemoved {
                client: ClientId(client),
            },
        )
    };
    assert_eq!(told, [removed(3), removed(4)]);
}

#[tokio::test]
async fn a_bundle_has_one_of_each_client_and_deletes_none() {
    let (backend, bob) = with_bob();
    let bundle = |user| {
        let brig = backend.brig();
        async move {
            let bundle = brig.claim_prekey_bundle(&call(), of_target(user)).await;
            let bundle = bundle.unwrap();
            assert_eq!(bundle.user, OfSender::new(user));
            let prekeys = bundle.clients.iter();
            prekeys
                .map(|claimed| (claimed.client.0, claimed.prekey.id.0))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(bundle(bob).await, [(1, 3), (2, LAST_RESORT), (3, 9)]);
    assert_eq!(bundle(bob).await, [(1, 7), (2, LAST_RESORT)]);
    assert_eq!(bundle(bob).await, [(1, LAST_RESORT), (2, LAST_RESORT)]);
    assert_eq!(client_ids(&backend, bob), [1, 2, 3, 4]);
    assert_eq!(bundle(UserId::random()).await, []);
}

#[tokio::test]
async fn a_multi_bundle_has_exactly_what_was_asked_for() {
    let (backend, bob) = with_bob();
    let (eve, stranger) = (add(&backend, "eve"), UserId::random());
    let clients = |ids: &[u64]| ids.iter().copied().map(ClientId).collect();
    let asked: UserClients = [
        (of_target(bob), clients(&[1, 3, 4, 9])),
        (of_target(eve), clients(&[])),
        (of_target(stranger), clients(&[1])),
    ]
    .into_iter()
    .collect();
    let prekeys = backend
        .brig()
        .claim_multi_prekey_bundle(&call(), asked)
        .await
        .unwrap();
    assert_eq!(
        serde_json::to_value(&prekeys).unwrap(),
        serde_json::json!({
            bob.to_string(): {
                "1": {"id": 3, "key": "key 3"},
                "3": {"id": 9, "key": "key 9"},
                "4": null,
                "9": null
            },
            eve.to_string(): {},
            stranger.to_string(): {"1": null}
        })
    );
    assert_eq!(client_ids(&backend, bob), [1, 2, 3], "4 had none");
    let nothing = backend
        .brig()
        .claim_multi_prekey_bundle(&call(), UserMap::default())
        .await;
    assert!(nothing.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_prekey_is_given_twice_however_many_ask_at_once() {
    let backend = backend(b());
    let numbers: Vec<u16> = (1..=200).collect();
    let bob = add_with(&backend, "bob", |user| {
        with_client(user, client(1, &numbers));
    });
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let brig = backend.brig();
            tokio::spawn(async move {
                let mut claimed = Vec::new();
                for _ in 0..25 {
                    let asked = (of_target(bob), ClientId(1));
                    let prekey = brig.claim_prekey(&call(), asked).await.unwrap();
                    claimed.push(prekey.unwrap().prekey.id);
                }
                claimed
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all.sort_unstable();
    assert_eq!(all, numbers.into_iter().map(PrekeyId).collect::<Vec<_>>());
}
