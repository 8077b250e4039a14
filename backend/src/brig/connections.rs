//! What users of other backends do to their connections with local users.

use federation_api::backends::UserDeletedConnectionsNotification;
use federation_api::connection::{NewConnectionRequest, NewConnectionResponse};
use federation_api::{Call, EmptyResponse, Failure};

use super::local;
use crate::event::Notice;
use crate::relation::Relation;
use crate::state::State;

/// `brig.md` §4.11.
pub(super) fn act(
    state: &mut State,
    call: &Call,
    request: NewConnectionRequest,
    most: usize,
) -> Result<NewConnectionResponse, Failure> {
    let team = request.from_team.map(|team| call.request().qualify(&team));
    if !state.policy.may_connect(call.origin(), team.as_ref()) {
        return Ok(NewConnectionResponse::NotFederating);
    }
    let to = local(call, &request.to);
    if !state.users.get(&to).is_some_and(|user| user.activated) {
        return Ok(NewConnectionResponse::UserNotActivated);
    }
    let from = call.request().qualify(&request.from);
    let connections = state.connections.entry(to).or_default();
    let old = connections.relation(&from);
    let reception = connections
        .receive(&from, request.action, most)
        .map_err(|_| {
            Failure::new(
                403,
                "connection-limit",
                "The user has as many connections as it may",
            )
        })?;
    if let Some(relation) = reception.relation.filter(|_| reception.relation != old) {
        state.tell_relation(to, &from, relation);
    }
    Ok(NewConnectionResponse::Ok(reception.reaction))
}

/// `brig.md` §4.14.
pub(super) fn forget(
    state: &mut State,
    call: &Call,
    deleted: UserDeletedConnectionsNotification,
) -> EmptyResponse {
    let user = call.request().qualify(&deleted.user);
    for connected in deleted.connections {
        let connected = local(call, &connected);
        let removed = state
            .connections
            .get_mut(&connected)
            .and_then(|connections| connections.remove(&user));
        if removed.is_some_and(|connection| connection.relation == Relation::Accepted) {
            let user = user.clone();
            state.events.push(connected, Notice::UserDeleted { user });
        }
    }
    EmptyResponse
}
