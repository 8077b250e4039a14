//! Alice asks Bob for a connection, and Bob accepts (`scenarios.md` A2).

use federation_backend::Relation;

use super::{Cast, unexpected};
use crate::demo::narrator::Narrator;
use crate::fault::Fault;

const RPCS: &[&str] = &["brig/get-users-by-ids", "brig/send-connection-action"];

/// The request, the acceptance, and how each side sees them.
pub(super) async fn connection(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let Cast { alice, bob, .. } = cast;
    narrator.step(
        "Alice and Bob connect",
        "Each backend keeps its own user's side and tells the other what its user does. Before it asks,\n\
         it looks at the other user's profile: its policy may name the teams it deals with.",
    )?;
    narrator
        .twice("Alice asks Bob for a connection", RPCS, async |stage, _| {
            let asked = alice
                .connect(&stage.a.callers.brig, &bob.qualified_id())
                .await;
            match (&asked, sides(cast)) {
                (Ok(_), (Some(Relation::Sent), Some(Relation::Pending))) => Ok(described(cast)),
                _ => Err(format!("{}; {}", described(cast), unexpected(&asked))),
            }
        })
        .await?;
    narrator
        .twice("Bob accepts", RPCS, async |stage, _| {
            let accepted = bob
                .connect(&stage.b.callers.brig, &alice.qualified_id())
                .await;
            match (&accepted, sides(cast)) {
                (Ok(_), (Some(Relation::Accepted), Some(Relation::Accepted))) => {
                    Ok(described(cast))
                }
                _ => Err(format!("{}; {}", described(cast), unexpected(&accepted))),
            }
        })
        .await
}

/// How Alice stands to Bob, and Bob to Alice.
fn sides(cast: &Cast) -> (Option<Relation>, Option<Relation>) {
    let Cast { alice, bob, .. } = cast;
    (
        alice.relation(&bob.qualified_id()),
        bob.relation(&alice.qualified_id()),
    )
}

fn described(cast: &Cast) -> String {
    let word = |relation: Option<Relation>| match relation {
        Some(relation) => format!("{relation:?}").to_lowercase(),
        None => "none".to_owned(),
    };
    let (at_a, at_b) = sides(cast);
    format!(
        "at A, Alice's side is {}; at B, Bob's side is {}",
        word(at_a),
        word(at_b)
    )
}
