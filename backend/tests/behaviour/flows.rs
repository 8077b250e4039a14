//! The flows of `scenarios.md` that need only brig and cargohold, between the two seeds.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::connection::RemoteConnectionAction;
use federation_api::mls::CipherSuite;
use federation_api::{Domain, Qualified, UserId};
use federation_backend::{
    Backend, LocalUser, Notice, Refusal, Relation, derived, relation::receive, seeds,
};
use futures_util::StreamExt;

use crate::world::{a, add, at_a, at_b, b, backend, settings};

fn world() -> (Backend, Backend, LocalUser) {
    let here = Backend::from_seed(seeds::A_EXAMPLE_COM, settings()).unwrap();
    let there = Backend::from_seed(seeds::B_EXAMPLE_COM, settings()).unwrap();
    let alice = here.local_user(derived::user_id(&a(), "alice")).unwrap();
    (here, there, alice)
}

fn bob() -> Qualified<UserId> {
    at_b(derived::user_id(&b(), "bob"))
}

/// A1, D76: search, handle lookup, profile, clients.
#[tokio::test]
async fn discovery() {
    let (_, there, alice) = world();
    let brig = there.brig();
    let found = alice.search(&brig, &b(), "bob", None).await.unwrap();
    let contact = &found.contacts[0];
    assert_eq!(contact.qualified_id, bob());
    let found = alice.search(&brig, &b(), "bi", None).await.unwrap();
    assert_eq!(&*found.contacts[0].name, "Bianca Björk");
    let handle = "bob".parse().unwrap();
    let looked_up = alice.look_up(&brig, &b(), &handle).await.unwrap();
    assert_eq!(looked_up, alice.profile(&brig, &bob()).await.unwrap());
    let clients = alice.clients(&brig, &bob()).await.unwrap();
    assert_eq!(clients.len(), 2);
    let nobody = at_b(UserId::random());
    assert_eq!(alice.profile(&brig, &nobody).await, Ok(None));
    assert!(alice.clients(&brig, &nobody).await.unwrap().is_empty());
}

/// A2: request, acceptance, and what the clients of both are told.
#[tokio::test]
async fn connection() {
    let (here, there, alice) = world();
    let bob = there.local_user(*bob().id()).unwrap();
    let (alice_id, bob_id) = (alice.qualified_id(), bob.qualified_id());
    let mut bobs_clients = there.subscribe();

    assert_eq!(
        alice.connect(&there.brig(), &bob_id).await,
        Ok(Relation::Sent)
    );
    let pushed = bobs_clients.recv().await.unwrap();
    assert_eq!(pushed.to, bob.id());
    let updated = |with: &Qualified<UserId>, relation| Notice::ConnectionUpdated {
        with: with.clone(),
        relation,
    };
    assert_eq!(pushed.notice, updated(&alice_id, Relation::Pending));

    assert_eq!(
        bob.connect(&here.brig(), &alice_id).await,
        Ok(Relation::Accepted)
    );
    let told = |backend: &Backend| -> Vec<_> {
        backend
            .events()
            .into_iter()
            .map(|event| event.notice)
            .collect()
    };
    assert_eq!(
        told(&here),
        [
            updated(&bob_id, Relation::Sent),
            updated(&bob_id, Relation::Accepted)
        ]
    );
    assert_eq!(
        told(&there),
        [
            updated(&alice_id, Relation::Pending),
            updated(&alice_id, Relation::Accepted)
        ]
    );

    // Taking it back on one side leaves the other asking.
    assert_eq!(
        alice.rescind(&there.brig(), &bob_id).await,
        Ok(Relation::Pending)
    );
    assert_eq!(bob.relation(&alice_id), Some(Relation::Sent));
    assert_eq!(alice.block(&bob_id), Ok(Relation::Blocked));
}

/// A3, B9, D76: what it takes to write to Bob.
#[tokio::test]
async fn key_material() {
    let (_, there, alice) = world();
    let brig = there.brig();
    let bundle = alice.claim_prekeys(&brig, &bob()).await.unwrap();
    assert_eq!(bundle.clients.len(), 2);
    let phone = derived::client_id(&b(), *bob().id(), "phone");
    let one = alice
        .claim_prekey(&brig, &bob(), phone)
        .await
        .unwrap()
        .unwrap();
    let clients = BTreeMap::from([(*bob().id(), BTreeSet::from([phone]))]);
    let many = alice
        .claim_many_prekeys(&brig, &b(), clients)
        .await
        .unwrap();
    let of_bob = many.values().next().unwrap();
    let two = of_bob.get(&phone).unwrap().clone().unwrap();
    assert_ne!(one, two);

    for (suite, clients) in [(1, 2), (2, 1), (7, 0)] {
        let suite = CipherSuite(suite);
        let bundle = alice
            .claim_key_packages(&brig, &bob(), suite)
            .await
            .unwrap();
        assert_eq!(bundle.unwrap().key_packages.len(), clients);
    }
    let boris = at_b(derived::user_id(&b(), "boris"));
    let under_legal_hold = alice
        .claim_key_packages(&brig, &boris, CipherSuite(1))
        .await;
    assert_eq!(under_legal_hold, Ok(None));
}

/// B8, D76, D97: public and private, a wrong token, an unknown key.
#[tokio::test]
async fn assets() {
    let (here, there, _) = world();
    let bob = there.local_user(*bob().id()).unwrap();
    let key = |name| {
        let asset = here.asset(derived::asset_id(&a(), name)).unwrap();
        Qualified::new(asset.key, a())
    };
    let cargohold = here.cargohold();
    let token = || Some("q0Jr2mXw6bT1c-_9uKf3Zg==".parse().unwrap());
    let mut note = bob
        .fetch_asset(&cargohold, &key("note"), token())
        .await
        .unwrap();
    assert_eq!(note.next().await.unwrap().unwrap(), "Meet me at noon.\n");
    let picture = bob.fetch_asset(&cargohold, &key("alice-small"), None).await;
    assert!(picture.is_ok());
    let refused = [
        (key("note"), None),
        (key("alice-small"), token()),
        (
            Qualified::new(
                "3-1-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77".parse().unwrap(),
                a(),
            ),
            None,
        ),
    ];
    for (key, token) in refused {
        let error = bob.fetch_asset(&cargohold, &key, token).await.unwrap_err();
        assert_eq!(error, Refusal::AssetNotFound.into());
    }
}

/// B7, D86: a pending request turns to cancelled at the other side, an accepted connection goes with a
/// word to the user, and the tombstone stays.
#[tokio::test]
async fn deletion() {
    let (here, there, alice) = world();
    let [bob, bianca, bruno] =
        ["bob", "bianca", "bruno"].map(|handle| at_b(derived::user_id(&b(), handle)));
    let brig = there.brig();
    alice.connect(&brig, &bob).await.unwrap();
    alice.connect(&brig, &bianca).await.unwrap();
    let bianca_acts = there.local_user(*bianca.id()).unwrap();
    bianca_acts
        .connect(&here.brig(), &alice.qualified_id())
        .await
        .unwrap();
    alice.block(&bruno).unwrap();
    let before = there.events().len();

    let report = alice.delete(|_: &Domain| there.brig()).await.unwrap();
    assert_eq!(report.delivered, 1);
    assert!(report.undelivered.is_empty() && report.not_rescinded.is_empty());
    let told: Vec<_> = there.events().split_off(before);
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].to, *bob.id());
    assert_eq!(
        told[0].notice,
        Notice::ConnectionUpdated {
            with: alice.qualified_id(),
            relation: Relation::Cancelled
        }
    );
    assert_eq!(told[1].to, *bianca.id());
    let user = alice.qualified_id();
    assert_eq!(told[1].notice, Notice::UserDeleted { user });
    for user in [&bob, &bianca, &bruno] {
        assert_eq!(there.connection(*user.id(), &alice.qualified_id()), None);
    }

    let profile = bianca_acts
        .profile(&here.brig(), &alice.qualified_id())
        .await;
    assert!(profile.unwrap().unwrap().deleted);
    assert!(here.connections(alice.id()).is_empty());
    assert_eq!(alice.block(&bob), Err(Refusal::NoSuchUser));
    assert!(alice.delete(|_: &Domain| there.brig()).await.is_err());
    assert_eq!(
        here.local_user(alice.id()).unwrap_err(),
        Refusal::NoSuchUser
    );
}

/// Notifications name at most 1000 users each.
#[tokio::test]
async fn deletion_of_somebody_well_connected() {
    let (here, there) = (backend(a()), backend(b()));
    let alice = here.local_user(add(&here, "alice")).unwrap();
    for number in 0..2001 {
        let friend = add(&there, &format!("friend.{number}"));
        let accepted = federation_backend::Connection::new(Relation::Accepted);
        here.put_connection(alice.id(), at_b(friend), accepted);
        there.put_connection(friend, at_a(alice.id()), accepted);
    }
    let report = alice.delete(|_: &Domain| there.brig()).await.unwrap();
    assert_eq!(report.delivered, 3);
    assert_eq!(there.events().last().unwrap().number, 2000);
}

/// D88: team restriction on either side.
#[tokio::test]
async fn teams_that_do_not_federate() {
    let (here, there, alice) = world();
    let refused = Err(Refusal::TeamNotFederating.into());
    let restrict = |backend: &Backend, team: &str| {
        let mut policy = backend.policy();
        for (domain, remote) in &mut policy.remotes {
            let team = derived::team_id(domain, team);
            remote.restriction = federation_backend::TeamRestriction::RestrictByTeam([team].into());
        }
        backend.set_policy(policy);
    };
    let bianca = at_b(derived::user_id(&b(), "bianca"));
    restrict(&here, "builders");
    let brig = there.brig();
    assert_eq!(
        alice.connect(&brig, &bob()).await,
        refused,
        "Bob has no team"
    );
    assert_eq!(alice.relation(&bob()), None);
    assert_eq!(alice.connect(&brig, &bianca).await, Ok(Relation::Sent));
    // The search carries the restriction.
    let found = alice.search(&brig, &b(), "b", None).await.unwrap();
    assert!(found.contacts.iter().all(|contact| contact.team.is_some()));

    let bruno = at_b(derived::user_id(&b(), "bruno"));
    restrict(&here, "quiet");
    restrict(&there, "others");
    assert_eq!(
        alice.connect(&brig, &bruno).await,
        refused,
        "Alice's team is not listed"
    );
    restrict(&there, "crew");
    assert_eq!(alice.connect(&brig, &bruno).await, Ok(Relation::Sent));
    // What was agreed before stays, and can be taken back.
    restrict(&here, "nobody");
    let rescinded = alice.rescind(&brig, &bianca).await;
    assert_eq!(rescinded, Ok(Relation::Cancelled));
}

#[test]
fn reactions_never_ask_for_more() {
    // Applying a reaction gives no reason for another call.
    for relation in [Relation::Sent, Relation::Accepted] {
        let reception = receive(Some(relation), RemoteConnectionAction::RemoteConnect);
        assert_eq!(reception.relation, Some(Relation::Accepted));
    }
}
