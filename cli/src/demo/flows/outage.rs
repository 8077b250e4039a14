//! A backend is down for a while (`scenarios.md` B10).

use federation_api::conversation_action::SomeConversationAction;
use federation_backend::ConversationNotice;

use std::cell::Cell;

use super::{Cast, events, told, unexpected};
use crate::demo::narrator::Narrator;
use crate::fault::Fault;

/// The names that the conversation gets while nobody reaches Bob's backend.
const NAMES: [&str; 3] = ["Soup", "Salad", "Pie"];

/// B is stopped, Alice goes on, B comes back.
pub(super) async fn outage(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let Cast { alice, bob, .. } = cast;
    narrator.step(
        "B is down for a while",
        "B's federator is stopped. What A has to tell B waits in A's queue, which tries again and again;\n\
         Alice notices nothing. When B is back, it gets all of it, in the order in which it happened.",
    )?;
    let before = Cell::new(0);
    narrator
        .without_b(
            "Alice renames the conversation three times",
            async |a, round| {
                before.set(events(bob));
                let id = cast.conversation(round)?;
                for name in NAMES {
                    let renamed = alice.rename(&id, name).await;
                    renamed.map_err(|error| unexpected(&error))?;
                }
                let early = told(bob, before.get());
                match a.courier.waiting() {
                    waiting @ 3 if early.is_empty() => Ok(format!("{waiting} notifications wait")),
                    waiting => Err(unexpected(&(waiting, early))),
                }
            },
            async |stage, _| {
                stage.settled().await?;
                let told = told(bob, before.get());
                let names = told.iter().filter_map(|notice| match notice {
                    ConversationNotice::Changed(SomeConversationAction::Rename(rename)) => {
                        Some(rename.name.as_str())
                    }
                    _ => None,
                });
                if names.eq(NAMES) {
                    Ok(format!(
                        "for Bob it was {}",
                        NAMES.map(|it| format!("`{it}`")).join(", ")
                    ))
                } else {
                    Err(unexpected(&told))
                }
            },
        )
        .await
}
