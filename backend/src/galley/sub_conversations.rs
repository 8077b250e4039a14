//! Subconversations of conversations that are owned here.

use federation_api::client_identity::ClientIdentity;
use federation_api::conversation_settings::ConvType;
use federation_api::galley_error::GalleyError;
use federation_api::group_id::{GroupId, SubConvId};
use federation_api::protocol::Epoch;
use federation_api::sub_conversation::{LeaveSubConversationResponse, PublicSubConversation};
use federation_api::{ConvId, Qualified, UserId};

use super::reading::of_member;
use crate::backend::Backend;
use crate::conversation::{ConversationProtocol, Group};
use crate::state::State;

/// `galley.md` §4.11.
pub(crate) fn get(
    backend: &Backend,
    state: &State,
    user: &Qualified<UserId>,
    id: ConvId,
    sub: &SubConvId,
) -> Result<PublicSubConversation, GalleyError> {
    let conversation = of_member(state, id, user).ok_or(GalleyError::ConvNotFound)?;
    if !matches!(conversation.r#type, ConvType::Regular | ConvType::One2One) {
        return Err(GalleyError::MlsSubConvUnsupportedConvType);
    }
    let parent = Qualified::new(id, backend.domain().clone());
    let fresh;
    let group = match conversation.sub_conversations.get(sub) {
        Some(stored) => stored,
        None => {
            fresh = match conversation.protocol {
                ConversationProtocol::Proteus => return Err(GalleyError::ConvNotFound),
                ConversationProtocol::Mixed(_) => {
                    return Err(GalleyError::MlsSubConvUnsupportedConvType);
                }
                ConversationProtocol::Mls(_) => {
                    Group::first(ConvType::Regular, parent.clone(), Some(sub))
                }
            }
            // The name is too long for a group id, so there can be no such subconversation.
            .ok_or(GalleyError::ConvNotFound)?;
            &fresh
        }
    };
    Ok(PublicSubConversation {
        parent_qualified_id: parent,
        subconv_id: sub.clone(),
        group: group.data(),
        members: group.clients().cloned().collect(),
    })
}

/// `galley.md` §4.12.
pub(crate) fn reset(
    state: &mut State,
    user: &Qualified<UserId>,
    id: ConvId,
    sub: &SubConvId,
    (group_id, epoch): (&GroupId, Epoch),
) -> Result<(), GalleyError> {
    let conversation = state.conversations.get_mut(&id);
    let conversation = conversation
        .filter(|conversation| conversation.members.contains_key(user))
        .ok_or(GalleyError::ConvNotFound)?;
    let stored = conversation.sub_conversations.get_mut(sub);
    if epoch.0 != stored.as_ref().map_or(0, |group| group.epoch) {
        return Err(GalleyError::MlsStaleMessage);
    }
    let stored = stored.filter(|group| group.id == *group_id);
    let group = stored.ok_or(GalleyError::ConvNotFound)?;
    // After 2³² resets there is no successor.
    *group = group.after_reset().ok_or(GalleyError::MlsStaleMessage)?;
    Ok(())
}

/// `galley.md` §4.13.
pub(crate) fn leave(
    backend: &Backend,
    state: &mut State,
    client: ClientIdentity,
    id: ConvId,
    sub: &SubConvId,
) -> LeaveSubConversationResponse {
    use LeaveSubConversationResponse::{Error, Ok, ProtocolError};
    if !backend.settings().mls {
        return Error(GalleyError::MlsNotEnabled);
    }
    let conversation = state.conversations.get_mut(&id).filter(|conversation| {
        conversation.group().is_some() && conversation.members.contains_key(&client.user)
    });
    let group = conversation.and_then(|found| found.sub_conversations.get_mut(sub));
    let Some(group) = group else {
        return Error(GalleyError::ConvNotFound);
    };
    if !group.clients().any(|present| *present == client) {
        return ProtocolError("the client is not in the subconversation".into());
    }
    group.to_remove.insert(client);
    if group.clients().next().is_none() {
        match group.after_reset() {
            Some(next) => *group = next,
            None => return Error(GalleyError::MlsStaleMessage),
        }
    }
    Ok
}
