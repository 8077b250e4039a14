//! The connection state machine of `brig.md` §6: as a table, through the RPC, and on the calling side.

use crate::world::{a, add, at_a, at_b, b, backend, call, of_target};
use federation_api::connection::{
    NewConnectionRequest, NewConnectionResponse, RemoteConnectionAction,
};
use federation_api::{Brig, OfSender, UserId};
use federation_backend::relation::{after_local, after_remote, receive};
use federation_backend::{Backend, Connection, LocalAction, Refusal, Relation};

use LocalAction::{Block, Connect, Ignore, Rescind};
use Relation::{Accepted, Blocked, Cancelled, Ignored, MissingLegalHoldConsent, Pending, Sent};
use RemoteConnectionAction::{RemoteConnect, RemoteRescind};

type Row = (
    RemoteConnectionAction,
    Option<Relation>,
    Option<Relation>,
    Option<RemoteConnectionAction>,
);

/// The first table of §6, row by row: action, old state, new state, reaction.
const RECEIVING: &[Row] = &[
    (
        RemoteConnect,
        Some(Sent),
        Some(Accepted),
        Some(RemoteConnect),
    ),
    (
        RemoteConnect,
        Some(Accepted),
        Some(Accepted),
        Some(RemoteConnect),
    ),
    (RemoteConnect, Some(Blocked), Some(Blocked), None),
    (
        RemoteConnect,
        Some(MissingLegalHoldConsent),
        Some(MissingLegalHoldConsent),
        None,
    ),
    (RemoteConnect, Some(Pending), Some(Pending), None),
    (RemoteConnect, Some(Ignored), Some(Pending), None),
    (RemoteConnect, Some(Cancelled), Some(Pending), None),
    (RemoteConnect, None, Some(Pending), None),
    (RemoteRescind, Some(Pending), Some(Cancelled), None),
    (
        RemoteRescind,
        Some(Accepted),
        Some(Sent),
        Some(RemoteConnect),
    ),
    (RemoteRescind, Some(Sent), Some(Sent), None),
    (RemoteRescind, Some(Ignored), Some(Ignored), None),
    (RemoteRescind, Some(Cancelled), Some(Cancelled), None),
    (RemoteRescind, Some(Blocked), Some(Blocked), None),
    (
        RemoteRescind,
        Some(MissingLegalHoldConsent),
        Some(MissingLegalHoldConsent),
        None,
    ),
    (RemoteRescind, None, None, Some(RemoteRescind)),
];

/// The rules of the calling side.
const CALLING: &[(LocalAction, Option<Relation>, Option<Relation>)] = &[
    (Connect, None, Some(Sent)),
    (Connect, Some(Sent), Some(Sent)),
    (Connect, Some(Pending), Some(Accepted)),
    (Connect, Some(Accepted), Some(Accepted)),
    (Connect, Some(Ignored), Some(Sent)),
    (Connect, Some(Blocked), Some(Sent)),
    (Connect, Some(Cancelled), Some(Sent)),
    (Connect, Some(MissingLegalHoldConsent), Some(Sent)),
    (Rescind, None, None),
    (Rescind, Some(Sent), Some(Cancelled)),
    (Rescind, Some(Pending), None),
    (Rescind, Some(Accepted), Some(Pending)),
    (Rescind, Some(Ignored), None),
    (Rescind, Some(Blocked), None),
    (Rescind, Some(Cancelled), None),
    (Rescind, Some(MissingLegalHoldConsent), None),
    (Block, None, Some(Blocked)),
    (Block, Some(Sent), Some(Blocked)),
    (Block, Some(Pending), Some(Blocked)),
    (Block, Some(Accepted), Some(Blocked)),
    (Block, Some(Ignored), Some(Blocked)),
    (Block, Some(Blocked), None),
    (Block, Some(Cancelled), Some(Blocked)),
    (Block, Some(MissingLegalHoldConsent), None),
    (Ignore, None, None),
    (Ignore, Some(Sent), None),
    (Ignore, Some(Pending), Some(Ignored)),
    (Ignore, Some(Accepted), None),
    (Ignore, Some(Ignored), None),
    (Ignore, Some(Blocked), None),
    (Ignore, Some(Cancelled), None),
    (Ignore, Some(MissingLegalHoldConsent), None),
];

#[test]
fn receiving_side_as_a_function() {
    assert_eq!(RECEIVING.len(), 2 * 8);
    for (action, old, new, reaction) in RECEIVING {
        let reception = receive(*old, *action);
        assert_eq!(reception.relation, *new, "{action:?} in {old:?}");
        assert_eq!(reception.reaction, *reaction, "{action:?} in {old:?}");
    }
}

#[test]
fn calling_side_as_a_function() {
    assert_eq!(CALLING.len(), 4 * 8);
    for (action, old, new) in CALLING {
        assert_eq!(after_local(*old, *action), *new, "{action:?} in {old:?}");
    }
}

fn put(backend: &Backend, user: UserId, other: UserId, relation: Option<Relation>) {
    if let Some(relation) = relation {
        let other_domain = if *backend.domain() == a() { b() } else { a() };
        let other = federation_api::Qualified::new(other, other_domain);
        backend.put_connection(user, other, Connection::new(relation));
    }
}

#[tokio::test]
async fn receiving_side_through_the_rpc() {
    for (action, old, new, reaction) in RECEIVING {
        let case = format!("{action:?} in {old:?}");
        let backend = backend(b());
        let bob = add(&backend, "bob");
        let alice = UserId::random();
        put(&backend, bob, alice, *old);
        let before = backend.connection(bob, &at_a(alice));

        let request = NewConnectionRequest {
            from: OfSender::new(alice),
            from_team: None,
            to: of_target(bob),
            action: *action,
        };
        let answer = backend
            .brig()
            .send_connection_action(&call(), request)
            .await
            .unwrap();
        assert_eq!(answer, NewConnectionResponse::Ok(*reaction), "{case}");

        let after = backend.connection(bob, &at_a(alice));
        assert_eq!(after.map(|row| row.relation), *new, "{case}");
        match after_remote(*old, *action) {
            // Only the acting user's membership is decided about.
            Some(relation) => {
                let after = after.unwrap();
                let member = matches!(relation, Accepted | Pending | Ignored);
                assert_eq!(after.remote_is_member, member, "{case}");
                let was = before.is_some_and(|row| row.local_is_member);
                assert_eq!(after.local_is_member, was, "{case}");
            }
            None => assert_eq!(after, before, "{case}"),
        }
        let told = backend.events().len();
        assert_eq!(told, usize::from(*new != *old), "{case}");
    }
}

/// D88: each local action in each state, against each state of the other side.
#[tokio::test]
async fn both_sides_together() {
    for (action, old, new) in CALLING {
        for (_, there, ..) in &RECEIVING[..8] {
            let case = format!("{action:?} in {old:?}, the other side in {there:?}");
            let (here, other) = (backend(a()), backend(b()));
            let (alice, bob) = (add(&here, "alice"), add(&other, "bob"));
            put(&here, alice, bob, *old);
            put(&other, bob, alice, *there);
            let alice = here.local_user(alice).unwrap();

            let outcome = match action {
                Connect => alice.connect(&other.brig(), &at_b(bob)).await.ok(),
                Rescind => alice.rescind(&other.brig(), &at_b(bob)).await.ok(),
                Block => alice.block(&at_b(bob)).ok(),
                Ignore => alice.ignore(&at_b(bob)).ok(),
            };
            let wire = match action {
                Connect => Some(RemoteConnect),
                Rescind => Some(RemoteRescind),
                Block | Ignore => None,
            };
            let there_after = other.connection(bob, &alice.qualified_id());
            let there_after = there_after.map(|row| row.relation);
            let Some(new) = new else {
                assert_eq!(outcome, None, "{case}");
                assert_eq!(alice.relation(&at_b(bob)), *old, "{case}");
                assert_eq!(there_after, *there, "no call is made: {case}");
                continue;
            };
            // What the other side answers is applied as if it had come as a request.
            let reception = wire.map(|wire| receive(*there, wire));
            let expected = reception
                .and_then(|reception| reception.reaction)
                .and_then(|reaction| after_remote(Some(*new), reaction))
                .unwrap_or(*new);
            assert_eq!(outcome, Some(expected), "{case}");
            assert_eq!(alice.relation(&at_b(bob)), Some(expected), "{case}");
            let expected = reception.map_or(*there, |reception| reception.relation);
            assert_eq!(there_after, expected, "{case}");
        }
    }
}

/// Why reactions exist (`scenarios.md` A2).
#[tokio::test]
async fn an_ignored_request_is_accepted_late() {
    let (here, there) = (backend(a()), backend(b()));
    let alice = here.local_user(add(&here, "alice")).unwrap();
    let bob = there.local_user(add(&there, "bob")).unwrap();
    let (alice_id, bob_id) = (alice.qualified_id(), bob.qualified_id());

    assert_eq!(alice.connect(&there.brig(), &bob_id).await, Ok(Sent));
    assert_eq!(bob.ignore(&alice_id), Ok(Ignored));
    assert_eq!(bob.ignore(&alice_id), Err(Refusal::NoSuchTransition));
    assert_eq!(bob.connect(&here.brig(), &alice_id).await, Ok(Accepted));
    assert_eq!(alice.relation(&bob_id), Some(Accepted));
    for (backend, local, remote) in [(&here, &alice, &bob_id), (&there, &bob, &alice_id)] {
        let connection = backend.connection(local.id(), remote).unwrap();
        assert!(connection.local_is_member && connection.remote_is_member);
    }
}
