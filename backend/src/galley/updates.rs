//! Changes that users of other backends ask for.

use std::collections::BTreeSet;

use federation_api::backends_answer::UnreachableBackends;
use federation_api::conversation_action::{ConversationJoin, SomeConversationAction};
use federation_api::conversation_update::{ConversationUpdateRequest, ConversationUpdateResponse};
use federation_api::{Call, ConvId, Domain, Failure, Qualified};

use super::actions::{Request, needs_v3, perform};
use super::{caller, local, reachability};
use crate::backend::Backend;
use crate::conversation_error::ConversationError;

/// `galley.md` §4.5.
pub(super) async fn update(
    backend: &Backend,
    call: &Call,
    request: ConversationUpdateRequest,
) -> Result<ConversationUpdateResponse, Failure> {
    let by = caller(call, request.user);
    let conversation = local(call, &request.conv_id);
    let outdated = match prepare(backend, conversation, &by, &request.action).await {
        Ok(outdated) => outdated,
        Err(error) => return refused(error),
    };
    let request = Request {
        conversation,
        by: &by,
        action: request.action,
        committed: false,
        outdated: &outdated,
    };
    let performed = backend.with_state(|state| perform(backend, state, request));
    backend.publish().await;
    match performed {
        Ok(told) => Ok(ConversationUpdateResponse::Update(
            told.for_backend(call.origin()).into(),
        )),
        Err(error) => refused(error),
    }
}

/// What has to be asked of other backends before: nothing for most actions. Gives the backends of
/// members that are older than V3 where that counts.
pub(crate) async fn prepare(
    backend: &Backend,
    conversation: ConvId,
    by: &Qualified<federation_api::UserId>,
    action: &SomeConversationAction,
) -> Result<BTreeSet<Domain>, ConversationError> {
    let own = backend.domain();
    let found = backend.with_state(|state| {
        let conversation = state.conversations.get(&conversation)?;
        let member = conversation.members.contains_key(by);
        member.then(|| (conversation.domains_but(own), needs_v3(conversation)))
    });
    // Nobody is asked for the sake of somebody who is not in the conversation.
    let Some((domains, needs_v3)) = found else {
        return Ok(BTreeSet::new());
    };
    match action {
        SomeConversationAction::Join(join) if needs_v3 => {
            reachability::speak_v3(backend, &invited(own, join)).await?;
            Ok(BTreeSet::new())
        }
        SomeConversationAction::Reset(_) => Ok(reachability::outdated(backend, &domains).await),
        _ => Ok(BTreeSet::new()),
    }
}

/// The other backends of users that are to join.
pub(crate) fn invited(own: &Domain, join: &ConversationJoin) -> BTreeSet<Domain> {
    let domains = join.users.iter().map(Qualified::domain);
    domains.filter(|domain| *domain != own).cloned().collect()
}

fn refused(error: ConversationError) -> Result<ConversationUpdateResponse, Failure> {
    Ok(match error {
        ConversationError::Galley(error) => ConversationUpdateResponse::Error(error),
        ConversationError::NoChanges => ConversationUpdateResponse::NoChanges,
        ConversationError::NonFederating(apart) => {
            ConversationUpdateResponse::NonFederatingBackends(apart)
        }
        ConversationError::Unreachable(silent) => {
            ConversationUpdateResponse::UnreachableBackends(UnreachableBackends {
                unreachable_backends: silent.into_iter().collect(),
            })
        }
        error => return Err(error.into()),
    })
}
