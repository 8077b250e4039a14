//! Finding each other (`scenarios.md` A1).

use super::{BOB, Cast, unexpected};
use crate::demo::narrator::Narrator;
use crate::fault::Fault;

/// Bob, found in four ways.
pub(super) async fn users(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let Cast { alice, bob, .. } = cast;
    let (at, wanted) = (bob.backend().domain(), bob.qualified_id());
    let handle = BOB.parse().map_err(Fault::failed)?;
    narrator.step(
        "Alice finds Bob",
        "Alice is at A, Bob at B. A's brig asks B's brig through both federators: Outward of A finds Inward\n\
         of B in the DNS (SRV _wire-server-federator._tcp.b.example.com) and calls it over mutual TLS;\n\
         Inward looks the caller up, too, and holds its certificate against what it finds. Cold, all of\n\
         that happens, and the version is agreed on first.",
    )?;
    let title = format!("Alice searches for `{BOB}`");
    narrator
        .twice(&title, &["brig/search-users"], async |stage, _| {
            let found = alice.search(&stage.a.callers.brig, at, BOB, None).await;
            match found {
                Ok(found)
                    if found
                        .contacts
                        .first()
                        .is_some_and(|first| first.qualified_id == wanted) =>
                {
                    Ok(format!(
                        "{} found, first {}; what A may find at B: {}",
                        found.contacts.len(),
                        found.contacts[0].name.as_str(),
                        found.search_policy.as_str()
                    ))
                }
                other => Err(unexpected(&other)),
            }
        })
        .await?;
    let title = format!("Alice looks up the handle @{BOB}");
    narrator
        .twice(&title, &["brig/get-user-by-handle"], async |stage, _| {
            let found = alice.look_up(&stage.a.callers.brig, at, &handle).await;
            match found {
                Ok(Some(profile)) if profile.qualified_id == wanted => {
                    Ok(format!("@{BOB} is {}", profile.name.as_str()))
                }
                other => Err(unexpected(&other)),
            }
        })
        .await?;
    narrator
        .twice(
            "Alice opens Bob's profile",
            &["brig/get-users-by-ids"],
            async |stage, _| match alice.profile(&stage.a.callers.brig, &wanted).await {
                Ok(Some(profile)) if profile.qualified_id == wanted => {
                    Ok(format!("{} ({wanted})", profile.name.as_str()))
                }
                other => Err(unexpected(&other)),
            },
        )
        .await?;
    narrator
        .twice(
            "Alice asks which clients Bob has",
            &["brig/get-user-clients"],
            async |stage, _| match alice.clients(&stage.a.callers.brig, &wanted).await {
                Ok(clients) if clients.len() == super::clients(bob).len() => {
                    let ids: Vec<_> = clients.iter().map(|client| client.id.to_string()).collect();
                    Ok(format!("{} clients: {}", ids.len(), ids.join(", ")))
                }
                other => Err(unexpected(&other)),
            },
        )
        .await
}
