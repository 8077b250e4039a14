//! Users of other backends that leave conversations of this one.

use federation_api::conversation::{
    LeaveConversationRequest, LeaveConversationResponse, RemoveFromConversationError,
};
use federation_api::conversation_action::{EmptyAction, SomeConversationAction};
use federation_api::conversation_settings::ConvType;
use federation_api::either::Either;
use federation_api::permission::Permission;
use federation_api::{Call, Failure, Unit};

use super::actions::{Request, perform};
use super::{caller, local};
use crate::backend::Backend;
use crate::conversation_error::ConversationError;
use crate::state::State;

/// `galley.md` §4.3.
pub(super) fn leave(
    backend: &Backend,
    state: &mut State,
    call: &Call,
    request: LeaveConversationRequest,
) -> Result<LeaveConversationResponse, Failure> {
    use RemoveFromConversationError::{NotFound, RemovalNotAllowed, Unchanged};
    let leaver = caller(call, request.leaver);
    let id = local(call, &request.conv_id);
    let found = state.conversations.get(&id);
    let Some((role, r#type)) = found
        .and_then(|conversation| Some((conversation.members.get(&leaver)?, conversation.r#type)))
    else {
        return Ok(Either::Left(NotFound.into()));
    };
    if r#type != ConvType::Regular || !role.grants(Permission::LeaveConversation) {
        return Ok(Either::Left(RemovalNotAllowed.into()));
    }
    let request = Request {
        conversation: id,
        by: &leaver,
        action: SomeConversationAction::Leave(EmptyAction {}),
        committed: false,
        outdated: &Default::default(),
    };
    match perform(backend, state, request) {
        Ok(_) => Ok(Either::Right(Unit)),
        Err(ConversationError::NoChanges) => Ok(Either::Left(Unchanged.into())),
        Err(error) => Err(Failure::server_error(error.to_string())),
    }
}
