//! Bob leaves (`scenarios.md` A6).

use federation_api::conversation_action::SomeConversationAction;
use federation_backend::ConversationNotice;

use super::{Cast, events, told, unexpected};
use crate::demo::narrator::Narrator;
use crate::fault::Fault;

/// Bob leaves both conversations.
pub(super) async fn leaving(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let Cast { alice, bob, .. } = cast;
    narrator.step(
        "Bob leaves",
        "The owner removes him and tells everybody but his own backend, which knows by the answer.",
    )?;
    let rpcs = &["galley/leave-conversation"];
    narrator
        .twice("Bob leaves the conversation", rpcs, async |stage, round| {
            let before = events(alice);
            let id = cast.conversation(round)?;
            let left = bob.leave(&id).await;
            stage.settled().await?;
            let members = stage.a.backend.conversation(*id.id());
            let members = members.map(|conversation| conversation.members.len());
            let still_in = bob.backend().remote_conversations(bob.id()).contains(&id);
            match (left, &told(alice, before)[..], members, still_in) {
                (
                    Ok(()),
                    [ConversationNotice::Changed(SomeConversationAction::Leave(_))],
                    Some(1),
                    false,
                ) => Ok("Alice's clients are told; she is alone in it".to_owned()),
                other => Err(unexpected(&other)),
            }
        })
        .await
}
