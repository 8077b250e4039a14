//! Changing a conversation: what each action needs, and what it does.

use std::collections::BTreeSet;

use federation_api::access::{Access, AccessRole, ConversationAccessData};
use federation_api::bounded::NonEmptyVec;
use federation_api::conversation_action::{
    ConversationRemoveMembers, MlsReset, SomeConversationAction,
};
use federation_api::conversation_settings::{ConvType, GroupConvType, JoinType, LeaveReason};
use federation_api::galley_error::GalleyError;
use federation_api::group_id::{GroupId, GroupIdLayout};
use federation_api::permission::Permission;
use federation_api::protocol::ProtocolTag;
use federation_api::{ConvId, Domain, Failure, Qualified, UserId};

use super::admission::{fits, join};
use super::announce::{Told, announce};
use crate::backend::Backend;
use crate::conversation::{Conversation, ConversationProtocol, Group};
use crate::conversation_error::ConversationError;
use crate::state::State;

/// Who wants what.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) conversation: ConvId,
    pub(crate) by: &'a Qualified<UserId>,
    pub(crate) action: SomeConversationAction,
    /// An MLS commit has this effect, in contrast to a user who asks for it.
    pub(crate) committed: bool,
    /// Backends that are older than V3, as far as the action needs to know.
    pub(crate) outdated: &'a BTreeSet<Domain>,
}

/// What an action did besides the change itself.
#[derive(Default)]
pub(super) struct Effect {
    pub(super) joined: Vec<Qualified<UserId>>,
    /// Members that cannot stay after this.
    pub(super) to_remove: Vec<Qualified<UserId>>,
    pub(super) new_group: Option<GroupId>,
    pub(super) deleted: bool,
}

/// The change or why not.
pub(super) type Outcome = Result<Effect, ConversationError>;

/// Checks an action and carries it out. Members are told; backends of members will be when the outbox is
/// [published](Backend::publish). Gives what the actor's backend is told.
///
/// Source: `galley.md` §5.
pub(crate) fn perform(
    backend: &Backend,
    state: &mut State,
    request: Request<'_>,
) -> Result<Told, ConversationError> {
    let id = request.conversation;
    let mut conversation = state
        .conversations
        .remove(&id)
        .ok_or(GalleyError::ConvNotFound)?;
    let present: BTreeSet<_> = conversation.members.keys().cloned().collect();
    let outcome = check(&conversation, &request)
        .and_then(|()| carry_out(backend, state, &mut conversation, &request));
    let deleted = outcome.as_ref().is_ok_and(|effect| effect.deleted);
    if !deleted {
        state.conversations.insert(id, conversation);
    }
    let effect = outcome?;
    let told = Told {
        time: backend.settings().clock.now().into(),
        by: request.by.clone(),
        conversation: id,
        present,
        joined: effect.joined,
        action: request.action,
        group: effect.new_group,
    };
    announce(backend, state, &told, Some(request.by.domain()));
    for member in effect.to_remove {
        remove_as_consequence(backend, state, id, request.by, member);
    }
    Ok(told)
}

/// A member has no place in the conversation any more. The actor's backend is told of this, too.
fn remove_as_consequence(
    backend: &Backend,
    state: &mut State,
    id: ConvId,
    by: &Qualified<UserId>,
    member: Qualified<UserId>,
) {
    let Some(conversation) = state.conversations.get_mut(&id) else {
        return;
    };
    let present = conversation.members.keys().cloned().collect();
    conversation.members.remove(&member);
    conversation.removes_clients(|client| client.user == member);
    let Ok(targets) = NonEmptyVec::new(vec![member]) else {
        return;
    };
    let told = Told {
        time: backend.settings().clock.now().into(),
        by: by.clone(),
        conversation: id,
        present,
        joined: Vec::new(),
        action: SomeConversationAction::RemoveMembers(ConversationRemoveMembers {
            targets,
            reason: LeaveReason::Removed,
        }),
        group: None,
    };
    announce(backend, state, &told, None);
}

pub(super) fn denied(permission: Permission) -> ConversationError {
    GalleyError::ActionDenied(permission.into()).into()
}

/// What all actions have in common (steps 2 to 5).
fn check(conversation: &Conversation, request: &Request<'_>) -> Result<(), ConversationError> {
    use SomeConversationAction as Action;
    let of_group = match &request.action {
        Action::Join(join) => join.join_type == JoinType::InternalAdd,
        Action::RemoveMembers(_) => true,
        _ => false,
    };
    if conversation.is_mls() && of_group && !request.committed {
        return Err(GalleyError::InvalidOperation.into());
    }
    let role = conversation.members.get(request.by);
    let permission = request.action.tag().permission();
    if role.is_some_and(|role| !role.grants(permission)) {
        return Err(denied(permission));
    }
    let any_type = matches!(request.action, Action::Rename(_) | Action::Reset(_));
    if conversation.r#type != ConvType::Regular && !any_type {
        return Err(GalleyError::InvalidOperation.into());
    }
    if role.is_none() {
        return Err(GalleyError::ConvNotFound.into());
    }
    Ok(())
}

/// What is particular to an action (step 6), and the action itself.
fn carry_out(
    backend: &Backend,
    state: &State,
    conversation: &mut Conversation,
    request: &Request<'_>,
) -> Outcome {
    use SomeConversationAction as Action;
    let remote = request.by.domain() != backend.domain();
    match &request.action {
        Action::Join(users) => join(backend, state, conversation, request, users),
        Action::Leave(_) => {
            conversation.members.remove(request.by);
            conversation.removes_clients(|client| client.user == *request.by);
            Ok(Effect::default())
        }
        Action::RemoveMembers(remove) => {
            let mut any = false;
            for target in &remove.targets {
                any |= conversation.members.remove(target).is_some();
            }
            if !any {
                return Err(ConversationError::NoChanges);
            }
            conversation.removes_clients(|client| remove.targets.contains(&client.user));
            Ok(Effect::default())
        }
        Action::MemberUpdate(update) => {
            let role = conversation.members.get_mut(&update.target);
            let role = role.ok_or(GalleyError::ConvMemberNotFound)?;
            *role = update.update.conversation_role.clone();
            Ok(Effect::default())
        }
        Action::Delete(_) => {
            if conversation.team.is_some() && remote {
                return Err(not_implemented().into());
            }
            Ok(Effect {
                deleted: true,
                ..Effect::default()
            })
        }
        Action::Rename(rename) => {
            if !(1..=256).contains(&rename.name.chars().count()) {
                let fault = "the name of a conversation has 1 to 256 characters";
                return Err(Failure::client_error(400, fault).into());
            }
            conversation.name = Some(rename.name.clone());
            Ok(Effect::default())
        }
        Action::MessageTimerUpdate(update) => {
            set(&mut conversation.message_timer, update.message_timer)
        }
        Action::ReceiptModeUpdate(_) if conversation.is_mls() => {
            Err(GalleyError::MlsReadReceiptsNotAllowed.into())
        }
        Action::ReceiptModeUpdate(update) => {
            set(&mut conversation.receipt_mode, Some(update.receipt_mode))
        }
        Action::AccessUpdate(update) => access(backend, state, conversation, request, update),
        Action::ProtocolUpdate(protocol) => self::protocol(backend, conversation, *protocol),
        Action::AddPermissionUpdate(_) if conversation.group_type != GroupConvType::Channel => {
            Err(GalleyError::InvalidTargetAccess.into())
        }
        Action::AddPermissionUpdate(update) => set(
            &mut conversation.add_permission,
            Some(update.add_permission),
        ),
        Action::Reset(reset) => self::reset(conversation, reset, request.outdated),
        Action::HistoryUpdate(_) if conversation.group_type != GroupConvType::Channel => {
            Err(GalleyError::HistoryNotSupported.into())
        }
        Action::HistoryUpdate(history) => set(&mut conversation.history, *history),
    }
}

fn set<T: PartialEq>(place: &mut T, value: T) -> Outcome {
    if *place == value {
        return Err(ConversationError::NoChanges);
    }
    *place = value;
    Ok(Effect::default())
}

/// 422, as for whatever remote users cannot ask for.
pub(crate) fn not_implemented() -> Failure {
    Failure::new(
        422,
        "federation-not-implemented",
        "Federation is not yet implemented for this endpoint",
    )
}

fn access(
    backend: &Backend,
    state: &State,
    conversation: &mut Conversation,
    request: &Request<'_>,
    update: &ConversationAccessData,
) -> Outcome {
    if update.access.contains(&Access::Private) || update.access_role.is_empty() {
        return Err(GalleyError::InvalidTargetAccess.into());
    }
    if conversation.team.is_some() {
        let removal = Permission::RemoveConversationMember;
        let role = conversation.members.get(request.by);
        if !role.is_some_and(|role| role.grants(removal)) {
            return Err(denied(removal));
        }
    } else if update
        .access_role
        .iter()
        .all(|role| *role == AccessRole::TeamMember)
    {
        return Err(GalleyError::InvalidTargetAccess.into());
    }
    if conversation.access == update.access && conversation.access_roles == update.access_role {
        return Err(ConversationError::NoChanges);
    }
    conversation.access = update.access.clone();
    conversation.access_roles = update.access_role.clone();
    let members = conversation.members.keys();
    let to_remove = members
        .filter(|member| !fits(backend, state, conversation, member))
        .cloned()
        .collect();
    Ok(Effect {
        to_remove,
        ..Effect::default()
    })
}

/// Migration is done when every member has a client in the group.
fn protocol(backend: &Backend, conversation: &mut Conversation, new: ProtocolTag) -> Outcome {
    let team = conversation.team.is_some();
    let next = match (&conversation.protocol, new) {
        (ConversationProtocol::Proteus, ProtocolTag::Proteus)
        | (ConversationProtocol::Mixed(_), ProtocolTag::Mixed)
        | (ConversationProtocol::Mls(_), ProtocolTag::Mls) => {
            return Err(ConversationError::NoChanges);
        }
        (ConversationProtocol::Proteus, ProtocolTag::Mixed) if team => {
            let id = Qualified::new(conversation.id, backend.domain().clone());
            Group::first(conversation.r#type, id, None).map(ConversationProtocol::Mixed)
        }
        (ConversationProtocol::Mixed(group), ProtocolTag::Mls) if team => {
            let present: BTreeSet<_> = group.clients().map(|client| &client.user).collect();
            if !conversation
                .members
                .keys()
                .all(|member| present.contains(member))
            {
                return Err(GalleyError::MlsMigrationCriteriaNotSatisfied.into());
            }
            Some(ConversationProtocol::Mls(group.clone()))
        }
        _ => None,
    };
    conversation.protocol = next.ok_or(GalleyError::ConvInvalidProtocolTransition)?;
    Ok(Effect::default())
}

fn reset(
    conversation: &mut Conversation,
    reset: &MlsReset,
    outdated: &BTreeSet<Domain>,
) -> Outcome {
    let group = conversation.group_mut().filter(|group| group.epoch > 0);
    let group = group.ok_or(GalleyError::InvalidOperation)?;
    if reset.epoch.0 != group.epoch {
        return Err(GalleyError::MlsStaleMessage.into());
    }
    if reset.group_id != group.id {
        return Err(GalleyError::ConvNotFound.into());
    }
    *group = group
        .after_reset()
        .ok_or_else(|| Failure::server_error("the group cannot be reset any more"))?;
    let new_group = Some(group.id.clone());
    conversation.sub_conversations.clear();
    let members = conversation.members.keys();
    let to_remove = members.filter(|member| outdated.contains(member.domain()));
    Ok(Effect {
        to_remove: to_remove.cloned().collect(),
        new_group,
        ..Effect::default()
    })
}

/// Whether all backends of members have to speak V3.
pub(crate) fn needs_v3(conversation: &Conversation) -> bool {
    let parts = conversation.group().map(|group| group.id.parts());
    parts.is_some_and(|parts| parts.is_ok_and(|parts| parts.layout == GroupIdLayout::Two))
}
