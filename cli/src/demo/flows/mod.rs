//! What the users of the two backends do: `scenarios.md` Part A, and a little of Part B.

mod assets;
mod connecting;
mod conversations;
mod discovery;
mod keys;
mod leaving;
mod messages;
mod outage;
mod refused;

use std::cell::RefCell;
use std::fmt::Debug;

use federation_api::client::ClientId;
use federation_api::{ConvId, Qualified};
use federation_backend::{ConversationNotice, LocalUser, Notice};

use super::narrator::Narrator;
use crate::fault::Fault;

/// A user of the first backend.
pub(super) const ALICE: &str = "alice";
/// A user of the second backend.
pub(super) const BOB: &str = "bob";

/// Who acts, and what they have made so far.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) alice: LocalUser,
    pub(super) bob: LocalUser,
    /// The conversation of the cold round, and that of the warm one.
    conversations: RefCell<Vec<Qualified<ConvId>>>,
}

/// The whole story, part by part.
pub(super) async fn tell(narrator: &mut Narrator) -> Result<(), Fault> {
    let cast = Cast {
        alice: narrator.stage.a.user(ALICE)?,
        bob: narrator.stage.b.user(BOB)?,
        conversations: RefCell::default(),
    };
    discovery::users(narrator, &cast).await?;
    connecting::connection(narrator, &cast).await?;
    keys::keys(narrator, &cast).await?;
    conversations::conversation(narrator, &cast).await?;
    messages::messages(narrator, &cast).await?;
    conversations::changes(narrator, &cast).await?;
    outage::outage(narrator, &cast).await?;
    assets::assets(narrator, &cast).await?;
    leaving::leaving(narrator, &cast).await?;
    refused::refused(narrator, &cast).await
}

impl Cast {
    /// The conversation of this round.
    fn conversation(&self, round: usize) -> Result<Qualified<ConvId>, String> {
        let conversations = self.conversations.borrow();
        let conversation = conversations.get(round).cloned();
        conversation.ok_or_else(|| "there is no conversation".to_owned())
    }
}

/// What is wrong with an answer: that it is this one.
fn unexpected(answer: &impl Debug) -> String {
    format!("not expected: {answer:?}")
}

/// The clients of a user, as its own backend knows them.
fn clients(user: &LocalUser) -> Vec<ClientId> {
    let user = user.backend().user(user.id());
    user.map_or_else(Vec::new, |user| user.clients.keys().copied().collect())
}

/// What the clients of a user were told of its conversations since there were `before` events.
fn told(user: &LocalUser, before: usize) -> Vec<ConversationNotice> {
    let events = user.backend().events().into_iter().skip(before);
    events
        .filter(|event| event.to == user.id())
        .filter_map(|event| match event.notice {
            Notice::Conversation { what, .. } => Some(what),
            _ => None,
        })
        .collect()
}

/// How many events the backend of a user has told of so far.
fn events(user: &LocalUser) -> usize {
    user.backend().events().len()
}
