//! Who types in a conversation.

use federation_api::galley_error::GalleyError;
use federation_api::typing::{
    TypingDataUpdateResponse, TypingDataUpdated, TypingNotice, TypingState,
};
use federation_api::{Call, ConvId, Domain, OfRecipient, OfSender, Parties, Qualified, UserId};

use super::reading::of_member;
use crate::backend::Backend;
use crate::event::{ConversationNotice, Notice};
use crate::state::State;

/// A member of a conversation that is owned here types, or does no longer. Tells everybody but the
/// typist's backend, which tells its users itself what is answered.
///
/// Source: `galley.md` §4.10.
pub(crate) async fn update(
    backend: &Backend,
    typist: &Qualified<UserId>,
    id: ConvId,
    typing: TypingState,
) -> TypingDataUpdateResponse {
    let told = backend.with_state(|state| {
        let conversation = of_member(state, id, typist)?;
        let mut domains = conversation.domains_but(backend.domain());
        domains.remove(typist.domain());
        let others = |domain: &Domain| TypingDataUpdated {
            time: backend.settings().clock.now().into(),
            orig_user_id: typist.clone(),
            conv_id: OfSender::new(id),
            users_in_conv: conversation
                .members_of(domain)
                .filter(|user| user != typist.id() || domain != typist.domain())
                .map(OfRecipient::new)
                .collect(),
            typing_status: typing.into(),
        };
        let elsewhere: Vec<_> = domains
            .into_iter()
            .map(|domain| (others(&domain), domain))
            .collect();
        let (here, answer) = (others(backend.domain()), others(typist.domain()));
        let own = backend.call_to(backend.domain());
        tell(state, own.request(), here);
        Some((elsewhere, answer))
    });
    let Some((elsewhere, answer)) = told else {
        return TypingDataUpdateResponse::Error(GalleyError::ConvNotFound);
    };
    let calls = elsewhere.into_iter().map(|(updated, domain)| async move {
        let call = backend.call_to(&domain);
        if let Some(peer) = backend.peers().peer(&domain) {
            let notice = TypingNotice::FromOwner(updated);
            // Nobody misses it for long.
            let _ = peer.on_typing_indicator_updated(&call, notice).await;
        }
    });
    futures_util::future::join_all(calls).await;
    TypingDataUpdateResponse::Success(answer)
}

/// `galley.md` §4.10. Other than the reference server, only members are told.
pub(super) fn deliver(state: &mut State, call: &Call, updated: TypingDataUpdated) {
    tell_members(state, call.request(), updated);
}

/// Tells those of the users that are members of the conversation of the other backend.
pub(crate) fn tell_members(
    state: &mut State,
    parties: Parties<'_>,
    mut updated: TypingDataUpdated,
) {
    let conversation = parties.qualify(&updated.conv_id);
    updated.users_in_conv.retain(|user| {
        let user = *parties.own(user);
        state.remote_conversations.contains(user, &conversation)
    });
    tell(state, parties, updated);
}

fn tell(state: &mut State, parties: Parties<'_>, updated: TypingDataUpdated) {
    let conversation = parties.qualify(&updated.conv_id);
    for user in updated.users_in_conv {
        let notice = Notice::Conversation {
            conversation: conversation.clone(),
            from: updated.orig_user_id.clone(),
            time: updated.time,
            what: ConversationNotice::Typing(updated.typing_status.status),
        };
        state.events.push(*parties.own(&user), notice);
    }
}
