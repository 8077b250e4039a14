//! Messages in a conversation of the own backend and of another one (`scenarios.md` A4, A5).

use federation_api::base64::Base64Bytes;
use federation_api::either::Either;
use federation_api::galley_payload::{NewOtrMessage, Strategy};
use federation_api::qualified_user_map::QualifiedUserMap;
use federation_api::user_map::ClientMap;
use federation_backend::{ConversationNotice, LocalUser};

use super::{Cast, clients, events, told, unexpected};
use crate::demo::narrator::{Narrator, Seen};
use crate::demo::stage::Stage;
use crate::fault::Fault;

/// Alice writes to Bob, and Bob to Alice.
pub(super) async fn messages(narrator: &mut Narrator, cast: &Cast) -> Result<(), Fault> {
    let Cast { alice, bob, .. } = cast;
    narrator.step(
        "Messages",
        "The sender's client has encrypted the message for each client of each member. The owner of the\n\
         conversation asks the members' backends whether that are all, and hands the message on. Where\n\
         the sender is elsewhere, its backend sends the message to the owner and waits.",
    )?;
    let rpcs = &["brig/get-user-clients", "galley/on-message-sent"];
    narrator
        .twice("Alice writes to Bob", rpcs, async |stage, round| {
            send(stage, cast, round, (alice, bob), "Are you hungry?").await
        })
        .await?;
    let rpcs = &[
        "galley/send-message",
        "brig/get-user-clients",
        "galley/on-message-sent",
    ];
    narrator
        .twice("Bob answers", rpcs, async |stage, round| {
            send(stage, cast, round, (bob, alice), "Always.").await
        })
        .await
}

/// Sends a message to all clients of both, and looks at what arrives.
async fn send(
    stage: &Stage,
    cast: &Cast,
    round: usize,
    (from, to): (&LocalUser, &LocalUser),
    text: &str,
) -> Seen {
    let conversation = cast.conversation(round)?;
    let Some((sender, others)) = clients(from)
        .split_first()
        .map(|(one, rest)| (*one, rest.to_vec()))
    else {
        return Err("the sender has no client".to_owned());
    };
    let mut recipients: QualifiedUserMap<ClientMap<_>> = QualifiedUserMap::new();
    for (user, clients) in [(to, clients(to)), (from, others)] {
        let of_user = recipients.entry(user.qualified_id()).or_default();
        // What a client would have encrypted.
        of_user.extend(
            clients
                .into_iter()
                .map(|client| (client, text.to_owned().into())),
        );
    }
    let message = NewOtrMessage {
        sender,
        recipients,
        native_push: true,
        blob: Default::default(),
        native_priority: None,
        transient: false,
        strategy: Strategy::ReportAll,
    };
    let before = (events(to), events(from));
    let status = match from.send_message(&conversation, &message).await {
        Ok(Either::Right(status)) if status.failed_to_send.is_empty() => status,
        other => return Err(unexpected(&other)),
    };
    stage.settled().await?;
    let arrived = arrived(to, before.0, text);
    let at_others = self::arrived(from, before.1, text);
    if arrived == clients(to).len() && at_others + 1 == clients(from).len() {
        Ok(format!(
            "it arrives at {arrived} clients of the other side, and at {at_others} of the sender; missing: {}",
            status.missing.len()
        ))
    } else {
        Err(format!("it arrived at {arrived} and {at_others} clients"))
    }
}

/// At how many clients of a user this message arrived.
fn arrived(user: &LocalUser, before: usize, text: &str) -> usize {
    let expected = Base64Bytes::from(text.as_bytes().to_vec()).to_string();
    let told = told(user, before).into_iter();
    let messages = told.filter(|notice| {
        matches!(notice, ConversationNotice::Message { text, .. } if text.as_str() == expected)
    });
    messages.count()
}
