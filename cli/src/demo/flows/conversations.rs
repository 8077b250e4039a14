//! A conversation of Alice with Bob (`scenarios.md` A3, B4), and changes of it (B1, B5).

use federation_api::conversation_action::SomeConversationAction;
use federation_api::typing::TypingState;
use federation_backend::{ConversationNotice, NewConversation};

use super::{Cast, events, told, unexpected};
use crate::demo::narrator::Narrator;
use crate::fault::Fault;

/// Alice creates a conversation, and Bob reads it.
pub(super) async fn conversation(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let Cast { alice, bob, .. } = cast;
    narrator.step(
        "A conversation",
        "A owns the conversation that Alice creates. Its galley asks the backends of all members whether they\n\
         federate with each other, makes sure that they can be reached, and tells them. One cannot be\n\
         created while one of them is down. Each round makes one.",
    )?;
    let rpcs = &[
        "brig/get-not-fully-connected-backends",
        "brig/api-version",
        "galley/on-conversation-created",
    ];
    narrator
        .twice(
            "Alice creates a conversation with Bob",
            rpcs,
            async |_, _| {
                let before = events(bob);
                let new = NewConversation {
                    name: Some("Lunch".into()),
                    ..NewConversation::with([bob.qualified_id()])
                };
                let created = alice.create_conversation(new).await;
                match (&created, &told(bob, before)[..]) {
                    (
                        Ok(id),
                        [
                            ConversationNotice::Created {
                                name: Some(name), ..
                            },
                        ],
                    ) => {
                        cast.conversations.borrow_mut().push(id.clone());
                        Ok(format!(
                            "`{}` is {id}; Bob's clients are told",
                            name.as_str()
                        ))
                    }
                    (_, told) => Err(unexpected(&(&created, told))),
                }
            },
        )
        .await?;
    let rpcs = &["galley/get-conversations"];
    narrator
        .twice("Bob opens the conversation", rpcs, async |_, round| {
            let read = bob.conversation(&cast.conversation(round)?).await;
            match read {
                Ok(read) if read.members.others.len() == 1 => Ok(format!(
                    "Bob is {}; besides him there is 1 member",
                    read.members.self_role.as_str()
                )),
                other => Err(unexpected(&other)),
            }
        })
        .await
}

/// Both type, and Alice renames the conversation.
pub(super) async fn changes(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let Cast { alice, bob, .. } = cast;
    narrator.step(
        "Typing, and a new name",
        "The owner tells the backends of all members of what happens in a conversation. Members elsewhere\n\
         tell the owner first.",
    )?;
    let rpcs = &["galley/on-typing-indicator-updated"];
    narrator
        .twice("Alice types", rpcs, async |_, round| {
            let before = events(bob);
            let id = cast.conversation(round)?;
            let typed = alice.typing(&id, TypingState::Started).await;
            match (typed, &told(bob, before)[..]) {
                (Ok(()), [ConversationNotice::Typing(TypingState::Started)]) => {
                    Ok("Bob's clients are told".to_owned())
                }
                other => Err(unexpected(&other)),
            }
        })
        .await?;
    let rpcs = &["galley/update-typing-indicator"];
    narrator
        .twice("Bob types", rpcs, async |_, round| {
            let before = events(alice);
            let id = cast.conversation(round)?;
            let typed = bob.typing(&id, TypingState::Started).await;
            match (typed, &told(alice, before)[..]) {
                (Ok(()), [ConversationNotice::Typing(TypingState::Started)]) => {
                    Ok("Alice's clients are told".to_owned())
                }
                other => Err(unexpected(&other)),
            }
        })
        .await?;
    let rpcs = &["galley/on-conversation-updated"];
    narrator
        .twice(
            "Alice renames the conversation",
            rpcs,
            async |stage, round| {
                let before = events(bob);
                let renamed = alice.rename(&cast.conversation(round)?, "Dinner").await;
                stage.settled().await?;
                match (renamed, &told(bob, before)[..]) {
                    (
                        Ok(()),
                        [ConversationNotice::Changed(SomeConversationAction::Rename(rename))],
                    ) => Ok(format!("for Bob it is `{}` now", rename.name.as_str())),
                    other => Err(unexpected(&other)),
                }
            },
        )
        .await
}
