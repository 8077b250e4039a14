//! Proteus messages in conversations that are owned here.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::base64::Base64Bytes;
use federation_api::client::{ClientId, GetUserClients};
use federation_api::either::Either;
use federation_api::galley_payload::NewOtrMessage;
use federation_api::message::{MessageNotSent, MessageSendResponse, MessageSendingStatus};
use federation_api::qualified_user_map::QualifiedUserClients;
use federation_api::{ConvId, Domain, Failure, OfRecipient, OfSender, Qualified, UserId};
use futures_util::{StreamExt, stream};

use crate::backend::Backend;
use crate::conversation::Conversation;
use crate::event::{ConversationNotice, Notice, PushOptions};
use crate::outbox::Notification;
use crate::state::State;

/// How many backends are asked for clients at a time.
///
/// Source: `scenarios.md` A4, step 2.
const ASKED_AT_A_TIME: usize = 8;

/// The clients of the members of a conversation.
struct Expected {
    clients: QualifiedUserClients,
    /// The members at backends that did not answer: what is known of their clients is what the message
    /// says.
    unconfirmed: BTreeSet<Qualified<UserId>>,
    members: BTreeSet<Qualified<UserId>>,
}

/// Sends the message of a member, local or remote, to the clients of all members.
///
/// Source: `galley.md` §4.4.
pub(crate) async fn send(
    backend: &Backend,
    sender: &Qualified<UserId>,
    conversation: ConvId,
    raw_message: Base64Bytes,
) -> Result<MessageSendResponse, Failure> {
    let message = NewOtrMessage::decode(raw_message.0)?;
    let members = backend.with_state(|state| {
        let conversation = state.conversations.get(&conversation)?;
        let members = || {
            conversation
                .members
                .keys()
                .cloned()
                .collect::<BTreeSet<_>>()
        };
        is_for_proteus(conversation, sender).then(members)
    });
    let Some(members) = members else {
        return Ok(Either::Left(MessageNotSent::ConversationNotFound));
    };
    let expected = collect(backend, &message, members).await;
    let known = expected.clients.contains_client(sender, message.sender);
    if !known && !expected.unconfirmed.contains(sender) {
        return Ok(Either::Left(MessageNotSent::UnknownClient));
    }
    let mut status = compare(backend, &expected, sender, &message);
    let missing = status.missing.clients();
    if missing
        .into_iter()
        .any(|(user, _)| message.strategy.counts(&user))
    {
        status.failed_to_send = QualifiedUserClients::new();
        status.failed_to_confirm_clients = QualifiedUserClients::new();
        return Ok(Either::Left(MessageNotSent::ClientMissing(status)));
    }
    status.missing = QualifiedUserClients::new();
    let parcel = parcel(sender, &message, &expected);
    let closed: BTreeSet<Domain> = parcel
        .recipients
        .domains()
        .filter(|domain| *domain != backend.domain())
        .filter(|domain| backend.peers().publisher(domain).is_none())
        .cloned()
        .collect();
    let unsent = parcel.recipient_clients();
    for (user, client) in unsent.clients() {
        if closed.contains(user.domain()) {
            status.failed_to_send.insert_client(user.clone(), client);
            status.failed_to_confirm_clients.insert_client(user, client);
        }
    }
    backend.with_state(|state| deliver(backend, state, sender, conversation, &parcel, &closed));
    backend.publish().await;
    Ok(Either::Right(status))
}

fn is_for_proteus(conversation: &Conversation, sender: &Qualified<UserId>) -> bool {
    !conversation.is_mls() && conversation.members.contains_key(sender)
}

/// Step 3: the clients of all members, from their backends.
async fn collect(
    backend: &Backend,
    message: &NewOtrMessage,
    members: BTreeSet<Qualified<UserId>>,
) -> Expected {
    let mut clients = QualifiedUserClients::new();
    let mut by_backend: BTreeMap<Domain, Vec<UserId>> = BTreeMap::new();
    for member in &members {
        let there = by_backend.entry(member.domain().clone()).or_default();
        there.push(*member.id());
    }
    for user in by_backend.remove(backend.domain()).unwrap_or_default() {
        let own = backend.with_state(|state| {
            let user = state.users.get(&user)?;
            Some(user.clients.keys().copied().collect())
        });
        let user = Qualified::new(user, backend.domain().clone());
        clients.insert(user, own.unwrap_or_default());
    }
    let asked = by_backend.into_iter().map(|(domain, users)| async move {
        let answer = ask(backend, &domain, &users).await;
        (domain, answer, users)
    });
    let answers: Vec<_> = stream::iter(asked)
        .buffer_unordered(ASKED_AT_A_TIME)
        .collect()
        .await;
    let mut unconfirmed = BTreeSet::new();
    for (domain, answer, users) in answers {
        for user in users {
            let user = Qualified::new(user, domain.clone());
            let told = match &answer {
                Some(answer) => answer.get(user.id()).cloned().unwrap_or_default(),
                None => {
                    unconfirmed.insert(user.clone());
                    let addressed = message.recipients.get(&user);
                    addressed.map_or_else(BTreeSet::new, |all| all.keys().copied().collect())
                }
            };
            clients.insert(user, told);
        }
    }
    Expected {
        clients,
        unconfirmed,
        members,
    }
}

async fn ask(
    backend: &Backend,
    domain: &Domain,
    users: &[UserId],
) -> Option<BTreeMap<UserId, BTreeSet<ClientId>>> {
    let call = backend.call_to(domain);
    let request = GetUserClients {
        users: users.iter().copied().map(OfRecipient::new).collect(),
    };
    let answer = backend
        .peers()
        .peer(domain)?
        .get_user_clients(&call, request)
        .await;
    let clients = answer.ok()?.into_iter().map(|(user, clients)| {
        let user = call.response().qualify(&user).into_parts().0;
        (user, clients.into_iter().map(|client| client.id).collect())
    });
    Some(clients.collect())
}

/// Step 6: what is wrong with the recipients.
fn compare(
    backend: &Backend,
    expected: &Expected,
    sender: &Qualified<UserId>,
    message: &NewOtrMessage,
) -> MessageSendingStatus {
    let addressed = message.recipient_clients();
    let is_sender = |user: &Qualified<UserId>, client| user == sender && client == message.sender;
    let mut status = MessageSendingStatus {
        time: backend.settings().clock.now(),
        missing: QualifiedUserClients::new(),
        redundant: QualifiedUserClients::new(),
        deleted: QualifiedUserClients::new(),
        failed_to_send: QualifiedUserClients::new(),
        failed_to_confirm_clients: QualifiedUserClients::new(),
    };
    for (user, client) in expected.clients.clients() {
        if !addressed.contains_client(&user, client) && !is_sender(&user, client) {
            status.missing.insert_client(user, client);
        }
    }
    for (user, client) in addressed.clients() {
        let is_expected = expected.clients.contains_client(&user, client);
        if is_sender(&user, client) {
            status.redundant.insert_client(user, client);
        } else if is_expected && expected.unconfirmed.contains(&user) {
            status.failed_to_confirm_clients.insert_client(user, client);
        } else if !is_expected {
            if expected.members.contains(&user) {
                status.deleted.insert_client(user, client);
            } else {
                status.redundant.insert_client(user, client);
            }
        }
    }
    for user in &expected.unconfirmed {
        let named = message.recipients.get(user);
        if named.is_none_or(|clients| clients.is_empty()) {
            status.redundant.remove(user);
            status.failed_to_send.insert(user.clone(), BTreeSet::new());
            let unconfirmed = &mut status.failed_to_confirm_clients;
            unconfirmed.entry(user.clone()).or_default();
        }
    }
    status
}

/// Step 8: the message for those clients that are both expected and addressed.
fn parcel(
    sender: &Qualified<UserId>,
    message: &NewOtrMessage,
    expected: &Expected,
) -> NewOtrMessage {
    let mut parcel = message.clone();
    parcel.recipients = message
        .recipients
        .iter()
        .filter_map(|(user, clients)| {
            let known = expected.clients.get(&user)?;
            let wanted = clients.iter().filter(|(client, _)| {
                known.contains(client) && !(user == *sender && **client == message.sender)
            });
            let wanted: federation_api::user_map::ClientMap<_> = wanted
                .map(|(client, text)| (*client, text.clone()))
                .collect();
            (!wanted.is_empty()).then_some((user, wanted))
        })
        .collect();
    parcel
}

/// To local clients at once, to others through their backends.
fn deliver(
    backend: &Backend,
    state: &mut State,
    sender: &Qualified<UserId>,
    id: ConvId,
    parcel: &NewOtrMessage,
    closed: &BTreeSet<Domain>,
) {
    // Whoever left while clients were asked for gets nothing.
    let Some(conversation) = state.conversations.get(&id) else {
        return;
    };
    let mut parcel = parcel.clone();
    parcel.recipients = std::mem::take(&mut parcel.recipients)
        .iter()
        .filter(|(user, _)| conversation.members.contains_key(user))
        .map(|(user, clients)| (user, clients.clone()))
        .collect();
    let time = backend.settings().clock.now().into();
    for domain in parcel.recipients.domains() {
        let conversation = OfSender::new(id);
        let message = parcel.for_backend(domain, time, sender.clone(), conversation);
        if domain != backend.domain() {
            if !closed.contains(domain) {
                state
                    .outbox
                    .push(domain.clone(), Notification::Message(message));
            }
            continue;
        }
        let options = PushOptions {
            native_push: message.push,
            transient: message.transient,
            priority: message.priority,
        };
        let own = backend.call_to(domain);
        for (user, clients) in message.recipients {
            for (client, text) in clients {
                let notice = Notice::Conversation {
                    conversation: Qualified::new(id, domain.clone()),
                    from: sender.clone(),
                    time,
                    what: ConversationNotice::Message {
                        client,
                        sender_client: message.sender_client,
                        text,
                        data: message.data.clone(),
                        push: options,
                    },
                };
                state.events.push(*own.request().own(&user), notice);
            }
        }
    }
}
