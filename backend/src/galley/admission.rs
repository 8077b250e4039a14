//! Who may come into a conversation, and who may let them in.

use federation_api::access::{Access, AccessRole};
use federation_api::conversation_action::ConversationJoin;
use federation_api::galley_error::GalleyError;
use federation_api::permission::Permission;
use federation_api::role::RoleName;
use federation_api::{Qualified, UserId};

use super::actions::{Effect, Outcome, Request, denied, not_implemented};
use crate::backend::Backend;
use crate::conversation::Conversation;
use crate::conversation_error::ConversationError;
use crate::operation_error::Refusal;
use crate::state::State;
use crate::user::AccountStatus;

/// Whether somebody of the first role may give the second one away. Nobody gives custom roles.
fn covers(own: &RoleName, given: &RoleName) -> bool {
    *own == RoleName::admin() && *given == RoleName::admin()
        || (*own == RoleName::admin() || *own == RoleName::member()) && *given == RoleName::member()
}

/// Lets users in, if all of them may come in.
pub(super) fn join(
    backend: &Backend,
    state: &State,
    conversation: &mut Conversation,
    request: &Request<'_>,
    join: &ConversationJoin,
) -> Outcome {
    let own = conversation.members.get(request.by);
    if !own.is_some_and(|own| covers(own, &join.role)) {
        return Err(denied(Permission::AddConversationMember));
    }
    if request.by.domain() != backend.domain() {
        return Err(not_implemented().into());
    }
    if !conversation.access.contains(&Access::Invite) {
        return Err(GalleyError::ConvAccessDenied.into());
    }
    let mut joined = Vec::new();
    for user in &join.users {
        if conversation.members.contains_key(user) || joined.contains(user) {
            continue;
        }
        if user.domain() == backend.domain() {
            if !state.is_active(*user.id()) {
                return Err(Refusal::NoSuchUser.into());
            }
        } else if !state.connected(*request.by.id(), user) {
            return Err(GalleyError::NotConnected.into());
        }
        if !fits(backend, state, conversation, user) {
            return Err(GalleyError::ConvAccessDenied.into());
        }
        joined.push(user.clone());
    }
    if joined.is_empty() {
        return Err(ConversationError::NoChanges);
    }
    let most = backend.settings().members_per_conversation;
    if conversation.members.len() + joined.len() > most {
        return Err(GalleyError::TooManyMembers.into());
    }
    for user in &joined {
        conversation.members.insert(user.clone(), join.role.clone());
    }
    Ok(Effect {
        joined,
        ..Effect::default()
    })
}

/// Whether the access roles of a conversation let this user be in it. A user of another backend is
/// somebody outside of the team.
pub(super) fn fits(
    backend: &Backend,
    state: &State,
    conversation: &Conversation,
    user: &Qualified<UserId>,
) -> bool {
    let needed = if user.domain() == backend.domain() {
        let Some(user) = state.users.get(user.id()) else {
            return false;
        };
        if user.service.is_some() {
            AccessRole::Service
        } else if user.team.is_some() && user.team == conversation.team {
            AccessRole::TeamMember
        } else if user.status == AccountStatus::Ephemeral {
            AccessRole::Guest
        } else {
            AccessRole::NonTeamMember
        }
    } else {
        AccessRole::NonTeamMember
    };
    conversation.access_roles.contains(&needed)
}
