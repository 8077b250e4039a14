//! New conversations of other backends.

use federation_api::conversation::{ConversationCreated, OtherMember};
use federation_api::role::RoleName;
use federation_api::{Call, EmptyResponse};

use super::caller;
use crate::backend::Backend;
use crate::event::{ConversationNotice, Notice};
use crate::state::State;

/// `galley.md` §4.1.
pub(super) fn register(
    backend: &Backend,
    state: &mut State,
    call: &Call,
    created: ConversationCreated,
) -> EmptyResponse {
    let most = backend.settings().remote_conversations_per_user;
    let creator = caller(call, created.orig_user_id);
    let conversation = call.request().qualify(&created.cnv_id);
    let mut members = vec![OtherMember::new(creator.clone(), RoleName::admin())];
    let mut entered = Vec::new();
    for member in created.non_creator_members {
        let user = &member.qualified_id;
        if user.domain() != backend.domain() {
            members.push(member);
            continue;
        }
        let user = *user.id();
        let connected = user == *creator.id() || state.connected(user, &creator);
        if connected
            && state.is_active(user)
            && state.remote_conversations.enter(user, &conversation, most)
        {
            entered.push(user);
            members.push(member);
        }
    }
    for user in entered {
        let others = members.iter().filter(|member| {
            *member.qualified_id.id() != user || member.qualified_id.domain() != backend.domain()
        });
        let notice = Notice::Conversation {
            conversation: conversation.clone(),
            from: creator.clone(),
            time: created.time,
            what: ConversationNotice::Created {
                name: created.cnv_name.clone(),
                members: others.cloned().collect(),
            },
        };
        state.events.push(user, notice);
    }
    EmptyResponse
}
