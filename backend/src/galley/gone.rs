//! Clients and users of other backends that are gone.

use std::collections::BTreeSet;

use federation_api::conversation::{ClientRemovedRequest, UserDeletedConversationsNotification};
use federation_api::conversation_action::{EmptyAction, SomeConversationAction};
use federation_api::conversation_settings::ConvType;
use federation_api::{Call, ConvId, EmptyResponse, Qualified, UserId};

use super::announce::{Told, announce};
use super::{caller, local};
use crate::backend::Backend;
use crate::state::State;

/// `galley.md` §4.15.
pub(super) fn client(
    backend: &Backend,
    state: &mut State,
    call: &Call,
    removed: &ClientRemovedRequest,
) -> EmptyResponse {
    if !backend.settings().mls {
        return EmptyResponse;
    }
    let user = caller(call, removed.user);
    let conversations: BTreeSet<_> = removed.convs.iter().map(|id| local(call, id)).collect();
    for id in conversations {
        if let Some(conversation) = state.conversations.get_mut(&id) {
            conversation
                .removes_clients(|client| client.user == user && client.client == removed.client);
        }
    }
    EmptyResponse
}

/// `galley.md` §4.19.
pub(super) fn user(
    backend: &Backend,
    state: &mut State,
    call: &Call,
    deleted: &UserDeletedConversationsNotification,
) -> EmptyResponse {
    let user = caller(call, deleted.user);
    for id in &deleted.conversations {
        remove_user(backend, state, local(call, id), &user);
    }
    EmptyResponse
}

/// Takes a deleted user out of a conversation; members of regular ones are told that it left.
pub(crate) fn remove_user(
    backend: &Backend,
    state: &mut State,
    id: ConvId,
    user: &Qualified<UserId>,
) {
    let Some(conversation) = state.conversations.get_mut(&id) else {
        return;
    };
    let present = conversation.members.keys().cloned().collect();
    if conversation.members.remove(user).is_none() || conversation.r#type != ConvType::Regular {
        return;
    }
    conversation.removes_clients(|client| client.user == *user);
    let told = Told {
        time: backend.settings().clock.now().into(),
        by: user.clone(),
        conversation: id,
        present,
        joined: Vec::new(),
        action: SomeConversationAction::Leave(EmptyAction {}),
        group: None,
    };
    announce(backend, state, &told, Some(user.domain()));
}
