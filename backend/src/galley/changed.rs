//! Changes of conversations of other backends, as their owners tell of them.

use std::collections::BTreeSet;

use federation_api::bounded::NonEmptyVec;
use federation_api::conversation_action::SomeConversationAction;
use federation_api::conversation_update::ConversationUpdate;
use federation_api::{Parties, Qualified, UserId};

use crate::backend::Backend;
use crate::event::{ConversationNotice, Notice};
use crate::state::State;

/// Applies what another backend says of one of its conversations, in a notification or in an answer.
///
/// Source: `galley.md` §4.18.
pub(crate) fn apply(
    backend: &Backend,
    state: &mut State,
    parties: Parties<'_>,
    update: ConversationUpdate,
) {
    let most = backend.settings().remote_conversations_per_user;
    let conversation = parties.qualify(&update.conv_id);
    let by = update.orig_user_id;
    let mut targets: BTreeSet<UserId> = update
        .already_present_users
        .iter()
        .map(|user| *parties.own(user))
        .filter(|user| state.remote_conversations.contains(*user, &conversation))
        .collect();
    let is_local = |user: &Qualified<UserId>| user.domain() == backend.domain();
    let mut action = update.action;
    match &mut action {
        SomeConversationAction::Join(join) => {
            let mut joined = Vec::new();
            for user in &join.users {
                if is_local(user) {
                    let id = *user.id();
                    let connected = id == *by.id() || state.connected(id, &by);
                    if !connected
                        || !state.is_active(id)
                        || !state.remote_conversations.enter(id, &conversation, most)
                    {
                        continue;
                    }
                    targets.insert(id);
                }
                joined.push(user.clone());
            }
            let Ok(joined) = NonEmptyVec::new(joined) else {
                return;
            };
            join.users = joined;
        }
        SomeConversationAction::Leave(_) if is_local(&by) => {
            state.remote_conversations.leave(*by.id(), &conversation);
        }
        SomeConversationAction::RemoveMembers(remove) => {
            for target in remove.targets.iter().filter(|user| is_local(user)) {
                state
                    .remote_conversations
                    .leave(*target.id(), &conversation);
            }
        }
        SomeConversationAction::Delete(_) => {
            for user in &targets {
                state.remote_conversations.leave(*user, &conversation);
            }
        }
        _ => {}
    }
    for user in targets {
        let notice = Notice::Conversation {
            conversation: conversation.clone(),
            from: by.clone(),
            time: update.time,
            what: ConversationNotice::Changed(action.clone()),
        };
        state.events.push(user, notice);
    }
}
