//! MLS messages to the clients of a group.

use std::collections::BTreeMap;

use federation_api::base64::Base64Bytes;
use federation_api::bounded::NonEmptyVec;
use federation_api::client::ClientId;
use federation_api::client_identity::ClientIdentity;
use federation_api::message::MessageMetadata;
use federation_api::mls_message::RemoteMlsMessage;
use federation_api::{OfRecipient, OfSender, Qualified, UserId};

use super::mls::Sent;
use crate::backend::Backend;
use crate::event::{ConversationNotice, Notice};
use crate::outbox::Notification;
use crate::state::State;

/// The clients of the group, as they are now.
pub(super) fn clients_of(state: &State, sent: &Sent) -> Vec<ClientIdentity> {
    let conversation = state.conversations.get(&sent.conversation);
    let group = conversation.and_then(|found| found.group_of(sent.sub.as_ref()));
    group.map_or_else(Vec::new, |group| group.clients().cloned().collect())
}

/// Sends a message to these clients, but not to the one that it is from, and to members only.
///
/// Source: `galley.md` §4.7, §4.17.
pub(super) fn send(
    backend: &Backend,
    state: &mut State,
    sent: &Sent,
    clients: Vec<ClientIdentity>,
    message: &Base64Bytes,
) {
    let Some(conversation) = state.conversations.get(&sent.conversation) else {
        return;
    };
    let mut recipients: BTreeMap<Qualified<UserId>, Vec<ClientId>> = BTreeMap::new();
    for client in clients {
        let from = client.user == sent.sender && client.client == sent.client;
        if !from && conversation.members.contains_key(&client.user) {
            recipients
                .entry(client.user)
                .or_default()
                .push(client.client);
        }
    }
    let time = backend.settings().clock.now().into();
    let mut remote: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for (user, clients) in recipients {
        let (user, domain) = user.into_parts();
        if domain == *backend.domain() {
            let notice = Notice::Conversation {
                conversation: Qualified::new(sent.conversation, domain),
                from: sent.sender.clone(),
                time,
                what: ConversationNotice::MlsMessage {
                    clients,
                    sub_conversation: sent.sub.clone(),
                    message: message.clone(),
                },
            };
            state.events.push(user, notice);
        } else if let Ok(clients) = NonEmptyVec::new(clients) {
            let there = remote.entry(domain).or_default();
            there.insert(OfRecipient::new(user), clients);
        }
    }
    for (domain, recipients) in remote {
        let message = RemoteMlsMessage {
            time,
            metadata: MessageMetadata::default(),
            sender: sent.sender.clone(),
            conversation: OfSender::new(sent.conversation),
            sub_conversation: sent.sub.clone(),
            recipients: recipients.into(),
            message: message.clone(),
        };
        state.outbox.push(domain, Notification::MlsMessage(message));
    }
}
