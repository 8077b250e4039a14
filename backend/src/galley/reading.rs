//! What a member's backend may ask about conversations that are owned here.

use federation_api::conversation::{
    GetConversationsRequest, GetConversationsResponseV2, OtherMember, RemoteConvMembers,
    RemoteConversationV2,
};
use federation_api::galley_error::GalleyError;
use federation_api::group_id::SubConvId;
use federation_api::mls_message::{GetGroupInfoResponse, GroupInfo};
use federation_api::{Call, ConvId, Domain, OfSender, Qualified, UserId};

use super::{caller, local};
use crate::backend::Backend;
use crate::conversation::Conversation;
use crate::state::State;

/// `galley.md` §4.2.
pub(super) fn conversations(
    own: &Domain,
    state: &State,
    call: &Call,
    request: &GetConversationsRequest,
) -> GetConversationsResponseV2 {
    let user = caller(call, request.user_id);
    // As often as the conversation is asked for it would be answered, and the answer would grow.
    let ids: std::collections::BTreeSet<_> =
        request.conv_ids.iter().map(|id| local(call, id)).collect();
    let found = ids.iter().filter_map(|id| state.conversations.get(id));
    GetConversationsResponseV2 {
        convs: found
            .filter_map(|conversation| for_member(own, state, conversation, &user))
            .collect(),
    }
}

/// A conversation as one of its members sees it. `None` for everybody else.
pub(crate) fn for_member(
    own: &Domain,
    state: &State,
    conversation: &Conversation,
    user: &Qualified<UserId>,
) -> Option<RemoteConversationV2> {
    let role = conversation.members.get(user)?;
    let others = conversation
        .members
        .iter()
        .filter(|(other, _)| *other != user);
    let service = |other: &Qualified<UserId>| {
        let local = Some(other).filter(|other| other.domain() == own)?;
        state.users.get(local.id())?.service
    };
    Some(RemoteConversationV2 {
        id: OfSender::new(conversation.id),
        metadata: conversation.metadata(),
        members: RemoteConvMembers {
            self_role: role.clone(),
            others: others
                .map(|(other, role)| OtherMember {
                    service: service(other),
                    ..OtherMember::new(other.clone(), role.clone())
                })
                .collect(),
        },
        protocol: conversation.told_protocol(),
    })
}

/// A conversation that this user is a member of.
pub(crate) fn of_member<'a>(
    state: &'a State,
    id: ConvId,
    user: &Qualified<UserId>,
) -> Option<&'a Conversation> {
    let conversation = state.conversations.get(&id)?;
    conversation
        .members
        .contains_key(user)
        .then_some(conversation)
}

/// `galley.md` §4.9.
pub(crate) fn group_info(
    backend: &Backend,
    state: &State,
    sender: &Qualified<UserId>,
    conversation: ConvId,
    sub: Option<&SubConvId>,
) -> Result<GroupInfo, GalleyError> {
    if !backend.settings().mls {
        return Err(GalleyError::MlsNotEnabled);
    }
    let conversation = of_member(state, conversation, sender).ok_or(GalleyError::ConvNotFound)?;
    let group = conversation.group_of(sub);
    let info = group.and_then(|group| group.info.clone());
    info.ok_or(GalleyError::MlsMissingGroupInfo)
}

/// The answer of `query-group-info`.
pub(super) fn told(found: Result<GroupInfo, GalleyError>) -> GetGroupInfoResponse {
    match found {
        Ok(info) => GetGroupInfoResponse::State(info),
        Err(error) => GetGroupInfoResponse::Error(error),
    }
}
