//! Alice asks Bob for a connection, and Bob accepts.

use federation_api::user::BaseProtocolTag;
use federation_backend::{Connection, LocalUser, Relation};

use super::{ALICE, BOB, unexpected};
use crate::demo::report::Report;
use crate::demo::scene::{Scene, Side};
use crate::fault::Fault;

/// The request, the acceptance, and how each side sees them.
pub(super) async fn connection(scene: &Scene, report: &mut Report) -> Result<(), Fault> {
    let (alice, bob) = (local(&scene.a, ALICE)?, local(&scene.b, BOB)?);
    report.step(
        "Alice asks Bob for a connection, and Bob accepts",
        "Each backend keeps its own user's side and tells the other what its user does. Before it asks,\n\
         it looks at the other user's profile: its policy may name the teams it deals with.",
    )?;

    let asked = alice.connect(&scene.b.brig, &bob.qualified_id()).await;
    report.outcome(match (&asked, both(&alice, &bob)) {
        (Ok(_), (Some(Relation::Sent), Some(Relation::Pending))) => Ok(sides(&alice, &bob)),
        _ => Err(format!("{}; {}", sides(&alice, &bob), unexpected(&asked))),
    })?;

    let accepted = bob.connect(&scene.a.brig, &alice.qualified_id()).await;
    report.outcome(match (&accepted, both(&alice, &bob)) {
        (Ok(_), (Some(Relation::Accepted), Some(Relation::Accepted))) => Ok(sides(&alice, &bob)),
        _ => Err(format!(
            "{}; {}",
            sides(&alice, &bob),
            unexpected(&accepted)
        )),
    })?;

    let (one, other) = (alice.qualified_id(), bob.qualified_id());
    let at_a = Connection::conversation(BaseProtocolTag::Proteus, &one, &other);
    let at_b = Connection::conversation(BaseProtocolTag::Proteus, &other, &one);
    report.outcome(if at_a == at_b {
        Ok(format!(
            "both compute the same conversation for the two: {at_a}"
        ))
    } else {
        Err(format!("{at_a} is not {at_b}"))
    })?;
    Ok(())
}

fn local(side: &Side, handle: &str) -> Result<LocalUser, Fault> {
    side.backend
        .local_user(side.user(handle)?)
        .map_err(Fault::failed)
}

/// How Alice stands to Bob, and Bob to Alice.
fn both(alice: &LocalUser, bob: &LocalUser) -> (Option<Relation>, Option<Relation>) {
    (
        alice.relation(&bob.qualified_id()),
        bob.relation(&alice.qualified_id()),
    )
}

fn sides(alice: &LocalUser, bob: &LocalUser) -> String {
    let word = |relation: Option<Relation>| {
        relation.map_or("none".to_owned(), |relation| {
            format!("{relation:?}").to_lowercase()
        })
    };
    let (at_a, at_b) = both(alice, bob);
    format!(
        "at A, Alice's side is {}; at B, Bob's side is {}",
        word(at_a),
        word(at_b)
    )
}
