//! Messages from conversations of other backends, to local clients.

use std::collections::BTreeMap;

use federation_api::client::ClientId;
use federation_api::message::RemoteMessage;
use federation_api::mls_message::RemoteMlsMessage;
use federation_api::mls_welcome::{MlsWelcomeRequest, MlsWelcomeResponse};
use federation_api::{Call, EmptyResponse, Failure, UserId};

use super::{caller, local};
use crate::backend::Backend;
use crate::event::{ConversationNotice, Notice, PushOptions};
use crate::mls_bytes::MlsMessage;
use crate::state::State;

/// `galley.md` §4.16.
pub(super) fn message(state: &mut State, call: &Call, message: RemoteMessage) -> EmptyResponse {
    let conversation = call.request().qualify(&message.conversation);
    let push = PushOptions {
        native_push: message.push,
        transient: message.transient,
        priority: message.priority,
    };
    for (user, clients) in message.recipients {
        let user = local(call, &user);
        if !state.remote_conversations.contains(user, &conversation) {
            continue;
        }
        for (client, text) in clients {
            let notice = Notice::Conversation {
                conversation: conversation.clone(),
                from: message.sender.clone(),
                time: message.time,
                what: ConversationNotice::Message {
                    client,
                    sender_client: message.sender_client,
                    text,
                    data: message.data.clone(),
                    push,
                },
            };
            state.events.push(user, notice);
        }
    }
    EmptyResponse
}

/// `galley.md` §4.17.
pub(super) fn mls_message(
    backend: &Backend,
    state: &mut State,
    call: &Call,
    message: RemoteMlsMessage,
) -> EmptyResponse {
    if !backend.settings().mls {
        return EmptyResponse;
    }
    let conversation = call.request().qualify(&message.conversation);
    for (user, clients) in message.recipients {
        let user = local(call, &user);
        if !state.remote_conversations.contains(user, &conversation) {
            continue;
        }
        let notice = Notice::Conversation {
            conversation: conversation.clone(),
            from: message.sender.clone(),
            time: message.time,
            what: ConversationNotice::MlsMessage {
                clients: clients.into_inner(),
                sub_conversation: message.sub_conversation.clone(),
                message: message.message.clone(),
            },
        };
        state.events.push(user, notice);
    }
    EmptyResponse
}

/// `galley.md` §4.6. The old form of the request cannot be carried out (`history.md` §7.4).
pub(super) fn welcome(
    backend: &Backend,
    state: &mut State,
    call: &Call,
    request: MlsWelcomeRequest,
) -> Result<MlsWelcomeResponse, Failure> {
    let welcome = match request {
        MlsWelcomeRequest::Welcome(welcome) if backend.settings().mls => welcome,
        _ => return Ok(MlsWelcomeResponse::MlsNotEnabled),
    };
    let read = MlsMessage::read(&welcome.welcome_message);
    if !matches!(read, Some(MlsMessage::Welcome { .. })) {
        let fault = "the welcome message is no MLS message of this kind";
        return Err(Failure::new(500, "internal-error", fault));
    }
    let from = caller(call, welcome.originating_user);
    let mut recipients: BTreeMap<UserId, Vec<ClientId>> = BTreeMap::new();
    for (user, client) in &welcome.recipients {
        recipients
            .entry(local(call, user))
            .or_default()
            .push(*client);
    }
    let time = backend.settings().clock.now().into();
    for (user, clients) in recipients {
        if !state.is_active(user) {
            continue;
        }
        let notice = Notice::Conversation {
            conversation: welcome.qualified_conv_id.clone(),
            from: from.clone(),
            time,
            what: ConversationNotice::MlsWelcome {
                clients,
                welcome: welcome.welcome_message.clone(),
            },
        };
        state.events.push(user, notice);
    }
    Ok(MlsWelcomeResponse::Sent)
}
