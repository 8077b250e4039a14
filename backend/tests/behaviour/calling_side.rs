//! What the calling side makes of answers that cannot be true, and of calls that fail: `brig.md` §8.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::backends::NonConnectedBackends;
use federation_api::client::ClientId;
use federation_api::mls::CipherSuite;
use federation_api::{Domain, Failure, Qualified, UserId};
use federation_backend::{
    Backend, Connection, LocalUser, OperationError, Refusal, Relation, derived, seeds, verify,
};

use crate::liar::{Liar, Lie};
use crate::world::{a, at_b, b, call, settings};

fn world() -> (Backend, LocalUser, impl Fn(Lie) -> Liar) {
    let here = Backend::from_seed(seeds::A_EXAMPLE_COM, settings()).unwrap();
    let there = Backend::from_seed(seeds::B_EXAMPLE_COM, settings()).unwrap();
    let alice = here.local_user(derived::user_id(&a(), "alice")).unwrap();
    (here, alice, move |lie| Liar(there.brig(), lie))
}

fn bob() -> Qualified<UserId> {
    at_b(derived::user_id(&b(), "bob"))
}

/// Checks that a lie was noticed, and gives what it says of it.
fn noticed<T: std::fmt::Debug>(outcome: Result<T, OperationError<Failure>>) -> String {
    let error = outcome.expect_err("the lie was believed");
    assert!(
        matches!(error, OperationError::UnexpectedAnswer(_)),
        "{error}"
    );
    let failure = Failure::from(error);
    assert_eq!(
        (failure.code, &*failure.label),
        (533, "federation-unexpected-body")
    );
    let start = "Could parse body, but response was not expected: ";
    failure.message.strip_prefix(start).unwrap().to_owned()
}

#[tokio::test]
async fn users_that_nobody_asked_for() {
    let (_, alice, liar) = world();
    let handle = "bob".parse().unwrap();
    for lie in [Lie::Domain, Lie::Other] {
        let liar = liar(lie);
        noticed(alice.look_up(&liar, &b(), &handle).await);
        noticed(alice.profile(&liar, &bob()).await);
        noticed(alice.connect(&liar, &bob()).await);
        assert_eq!(alice.relation(&bob()), None);
    }
    let told = noticed(alice.search(&liar(Lie::Domain), &b(), "b", None).await);
    assert!(told.starts_with("b.example.com speaks for"), "{told}");
    let told = noticed(alice.search(&liar(Lie::More), &b(), "b", None).await);
    assert_eq!(told, "16 contacts where 15 are the most");
    noticed(alice.clients(&liar(Lie::Other), &bob()).await);
}

#[tokio::test]
async fn key_material_that_nobody_asked_for() {
    let (_, alice, liar) = world();
    let phone = derived::client_id(&b(), *bob().id(), "phone");
    let other = liar(Lie::Other);
    noticed(alice.claim_prekey(&other, &bob(), phone).await);
    noticed(alice.claim_prekeys(&other, &bob()).await);
    let asked = || BTreeMap::from([(*bob().id(), BTreeSet::from([phone]))]);
    noticed(alice.claim_many_prekeys(&other, &b(), asked()).await);
    let told = noticed(
        alice
            .claim_many_prekeys(&liar(Lie::More), &b(), asked())
            .await,
    );
    assert!(
        told.starts_with("nobody asked for the client dead"),
        "{told}"
    );
    for (lie, expected) in [
        (Lie::Domain, "it is of"),
        (Lie::Other, "it is of"),
        (Lie::Suite, "it is of the suite 2"),
        (Lie::Garbage, "MLS 1.0"),
        (Lie::Reference, "its reference"),
        (Lie::Credential, "its credential names somebody else"),
    ] {
        let suite = CipherSuite(1);
        let told = noticed(alice.claim_key_packages(&liar(lie), &bob(), suite).await);
        assert!(told.contains(expected), "{lie:?}: {told}");
    }
}

#[tokio::test]
async fn lifetimes_are_looked_at() {
    let (_, alice, liar) = world();
    let mut bundle = alice
        .claim_key_packages(&liar(Lie::Unknown), &bob(), CipherSuite(1))
        .await
        .unwrap()
        .unwrap();
    let ends = 4_102_444_800; // 2100-01-01
    for (now, good) in [
        (0, true),
        (ends - 1, true),
        (ends, false),
        (u64::MAX, false),
    ] {
        let verdict = verify::key_packages(&bob(), CipherSuite(1), &bundle, now);
        assert_eq!(verdict.is_ok(), good, "{now}");
    }
    // Two packages of one client: the next claim gives others of the same clients.
    let more = alice
        .claim_key_packages(&liar(Lie::Unknown), &bob(), CipherSuite(1))
        .await
        .unwrap()
        .unwrap();
    bundle.key_packages.extend(more.key_packages);
    let verdict = verify::key_packages(&bob(), CipherSuite(1), &bundle, 0);
    assert!(verdict.unwrap_err().detail.ends_with("it is the second"));
}

#[tokio::test]
async fn connections_stay_as_they_are_when_the_other_side_does_not_agree() {
    let (here, alice, liar) = world();
    noticed(alice.connect(&liar(Lie::Unknown), &bob()).await);
    for (lie, expected) in [
        (
            Lie::Fails,
            OperationError::Call(Failure::server_error("out of order")),
        ),
        (Lie::Other, Refusal::UserNotActivated.into()),
    ] {
        let sent = Connection::new(Relation::Sent);
        here.put_connection(alice.id(), bob(), sent);
        let error = alice.rescind(&liar(lie), &bob()).await.unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(here.connection(alice.id(), &bob()), Some(sent));
    }
    // A reaction that the table has no transition for changes nothing.
    let answer = alice.rescind(&liar(Lie::More), &bob()).await;
    assert_eq!(answer, Ok(Relation::Cancelled));
    let nobody = at_b(UserId::random());
    let error = alice.connect(&liar(Lie::Suite), &nobody).await.unwrap_err();
    assert_eq!(error, Refusal::NoSuchUser.into());
}

#[tokio::test]
async fn what_could_not_be_told_is_reported() {
    let (here, alice, liar) = world();
    here.put_connection(alice.id(), bob(), Connection::new(Relation::Sent));
    let report = alice.delete(|_: &Domain| liar(Lie::Fails)).await.unwrap();
    assert_eq!(report.delivered, 0);
    assert_eq!(report.not_rescinded[0].0, bob());
    let (domain, notification, _) = &report.undelivered[0];
    assert_eq!((domain, notification.connections.len()), (&b(), 1));
}

#[tokio::test]
async fn the_own_backend_is_not_called() {
    let (here, alice, _) = world();
    let anton = Qualified::new(derived::user_id(&a(), "anton"), a());
    let error = alice.connect(&here.brig(), &anton).await.unwrap_err();
    assert_eq!(error, Refusal::OwnBackend.into());
    assert_eq!(Failure::from(error).code, 400);
}

#[test]
fn the_rest_of_the_list() {
    let domains = |names: &[&str]| -> BTreeSet<Domain> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    };
    let asked = domains(&["c.example.com", "d.example.com"]);
    for (answered, good) in [(&["d.example.com"][..], true), (&["e.example.com"], false)] {
        let answer = NonConnectedBackends {
            non_connected_backends: domains(answered),
        };
        assert_eq!(verify::non_connected(&asked, &answer).is_ok(), good);
    }
    assert!(verify::mls_client(ClientId(1), ClientId(1)).is_ok());
    assert!(verify::mls_client(ClientId(1), ClientId(2)).is_err());
    let empty = Vec::new();
    assert!(verify::profiles(&call(), &[], &empty).is_ok());
}
