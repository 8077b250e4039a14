//! Telling the members of a conversation, and the backends of members, that it changed.

use std::collections::BTreeSet;

use federation_api::conversation_action::SomeConversationAction;
use federation_api::conversation_update::{ConversationUpdate, ExtraConversationData};
use federation_api::group_id::GroupId;
use federation_api::timestamp::UtcTime;
use federation_api::{ConvId, Domain, OfRecipient, OfSender, Qualified, UserId};

use crate::backend::Backend;
use crate::event::{ConversationNotice, Notice};
use crate::outbox::Notification;
use crate::state::State;

/// A change that the owner tells of.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) time: UtcTime,
    pub(crate) by: Qualified<UserId>,
    pub(crate) conversation: ConvId,
    /// The members before the change.
    pub(crate) present: BTreeSet<Qualified<UserId>>,
    /// The members that came with it.
    pub(crate) joined: Vec<Qualified<UserId>>,
    pub(crate) action: SomeConversationAction,
    /// The group after a reset.
    pub(crate) group: Option<GroupId>,
}

impl Told {
    /// What a backend is told.
    ///
    /// Source: `galley.md` §4.5 (for the actor's backend), §4.18 (for others).
    pub(crate) fn for_backend(&self, domain: &Domain) -> ConversationUpdate {
        let there = self.present.iter().filter(|user| user.domain() == domain);
        ConversationUpdate {
            time: self.time,
            orig_user_id: self.by.clone(),
            conv_id: OfSender::new(self.conversation),
            already_present_users: there.map(|user| OfRecipient::new(*user.id())).collect(),
            action: self.action.clone(),
            extra_conversation_data: Some(ExtraConversationData {
                group_id: self.group.clone(),
            }),
        }
    }
}

/// Tells local members, and leaves word for the backends of remote ones, but not for `except`.
pub(super) fn announce(backend: &Backend, state: &mut State, told: &Told, except: Option<&Domain>) {
    let conversation = Qualified::new(told.conversation, backend.domain().clone());
    let mut domains = BTreeSet::new();
    for member in told.present.iter().chain(&told.joined) {
        if member.domain() == backend.domain() {
            let notice = Notice::Conversation {
                conversation: conversation.clone(),
                from: told.by.clone(),
                time: told.time,
                what: ConversationNotice::Changed(told.action.clone()),
            };
            state.events.push(*member.id(), notice);
        } else if Some(member.domain()) != except {
            domains.insert(member.domain());
        }
    }
    for domain in domains {
        let update = Notification::Updated(told.for_backend(domain));
        state.outbox.push(domain.clone(), update);
    }
}
