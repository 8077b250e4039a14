//! Commit bundles for groups of conversations that are owned here.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::bounded::NonEmptyVec;
use federation_api::client_identity::ClientIdentity;
use federation_api::conversation_action::{
    ConversationJoin, ConversationRemoveMembers, SomeConversationAction,
};
use federation_api::conversation_settings::{JoinType, LeaveReason};
use federation_api::galley_error::GalleyError;
use federation_api::mls_message_response::{JsonResponse, MlsMessageResponse, MlsUpdates};
use federation_api::mls_welcome::MlsWelcome;
use federation_api::role::RoleName;
use federation_api::{Failure, OfRecipient, OfSender, Qualified, UserId};

use super::actions::{Request, not_implemented, perform};
use super::announce::Told;
use super::commit_plan::{Plan, plan};
use super::mls::{No, Sent, protocol_error};
use super::{committed_clients, fanout, joining};
use crate::backend::Backend;
use crate::conversation_error::ConversationError;
use crate::event::{ConversationNotice, Notice};
use crate::mls_bytes::Bundle;
use crate::state::State;

/// Takes a commit bundle: changes the members, forwards the commit, sends the welcome, forwards the
/// message that comes with it.
///
/// Source: `galley.md` §4.8.
pub(crate) async fn send_bundle(
    backend: &Backend,
    sent: Sent,
) -> Result<MlsMessageResponse, Failure> {
    if !backend.settings().mls {
        return Ok(MlsMessageResponse::Error(GalleyError::MlsNotEnabled));
    }
    let Some(bundle) = Bundle::read(&sent.message) else {
        return Ok(*protocol_error("this is not a commit bundle"));
    };
    // Once before other backends are asked, once more after.
    let plan = match backend.with_state(|state| plan(backend, state, &sent, &bundle)) {
        Ok(plan) => plan,
        Err(no) => return Ok(*no),
    };
    let joins = plan.begun.is_none() && !plan.joining.is_empty();
    if joins && sent.sender.domain() != backend.domain() {
        return failed(not_implemented().into());
    }
    if let Some(suite) = plan.group.cipher_suite
        && let Err(no) = committed_clients::check(backend, suite.into(), &plan.added).await
    {
        return Ok(*no);
    }
    if joins && let Err(error) = joining::agreed(backend, sent.conversation, &plan.joining).await {
        return failed(error);
    }
    let carried_out = backend.with_state(|state| {
        let plan = plan_again(backend, state, &sent, &bundle)?;
        carry_out(backend, state, &sent, &bundle, plan)
    });
    backend.publish().await;
    let updates = match carried_out {
        Ok(updates) => updates,
        Err(Fault::No(no)) => return Ok(*no),
        Err(Fault::Members(error)) => return failed(error),
    };
    if let Some((_, welcome)) = bundle.welcome {
        send_welcome(backend, &sent, bundle.commit.added(), welcome).await;
    }
    if let Some(message) = bundle.application {
        backend.with_state(|state| {
            let clients = fanout::clients_of(state, &sent);
            fanout::send(backend, state, &sent, clients, &message.to_vec().into());
        });
        backend.publish().await;
    }
    let answers = updates
        .iter()
        .map(|told| told.for_backend(sent.sender.domain()).into());
    let answers = MlsUpdates(answers.collect());
    Ok(MlsMessageResponse::Updates(answers))
}

enum Fault {
    No(No),
    Members(ConversationError),
}

fn plan_again(
    backend: &Backend,
    state: &State,
    sent: &Sent,
    bundle: &Bundle<'_>,
) -> Result<Plan, Fault> {
    plan(backend, state, sent, bundle).map_err(Fault::No)
}

/// What happens at the level of the conversation went wrong.
fn failed(error: ConversationError) -> Result<MlsMessageResponse, Failure> {
    Ok(match error {
        ConversationError::Unreachable(silent) => MlsMessageResponse::UnreachableBackends(silent),
        ConversationError::NonFederating(apart) => MlsMessageResponse::NonFederatingBackends(apart),
        ConversationError::Galley(error @ GalleyError::GroupIdVersionNotSupported) => {
            MlsMessageResponse::Error(error)
        }
        error => {
            let failure = Failure::from(error);
            let answer = JsonResponse::try_from(&failure);
            MlsMessageResponse::ProposalFailure(answer.map_err(|_| failure)?)
        }
    })
}

/// Changes the members, then the group; forwards the commit to those who were in the group before.
fn carry_out(
    backend: &Backend,
    state: &mut State,
    sent: &Sent,
    bundle: &Bundle<'_>,
    plan: Plan,
) -> Result<Vec<Told>, Fault> {
    let before = fanout::clients_of(state, sent);
    if let Some(begun) = plan.begun {
        state.conversations.insert(sent.conversation, begun);
    }
    let mut updates = Vec::new();
    let actions = [
        NonEmptyVec::new(plan.joining).ok().map(|users| {
            SomeConversationAction::Join(ConversationJoin {
                users,
                role: RoleName::member(),
                join_type: JoinType::InternalAdd,
            })
        }),
        NonEmptyVec::new(plan.leaving).ok().map(|targets| {
            SomeConversationAction::RemoveMembers(ConversationRemoveMembers {
                targets,
                reason: LeaveReason::Removed,
            })
        }),
    ];
    for action in actions.into_iter().flatten() {
        let request = Request {
            conversation: sent.conversation,
            by: &sent.sender,
            action,
            committed: true,
            outdated: &BTreeSet::new(),
        };
        updates.push(perform(backend, state, request).map_err(Fault::Members)?);
    }
    if let Some(conversation) = state.conversations.get_mut(&sent.conversation) {
        match &sent.sub {
            None => {
                if let Some(group) = conversation.group_mut() {
                    *group = plan.group;
                }
            }
            Some(sub) => {
                conversation
                    .sub_conversations
                    .insert(sub.clone(), plan.group);
            }
        }
    }
    fanout::send(
        backend,
        state,
        sent,
        before,
        &bundle.commit_bytes.to_vec().into(),
    );
    Ok(updates)
}

/// Hands the welcome to the clients that were added. Who cannot be reached misses it.
async fn send_welcome(
    backend: &Backend,
    sent: &Sent,
    added: impl Iterator<Item = &ClientIdentity>,
    welcome: &[u8],
) {
    let mut by_backend: BTreeMap<_, BTreeMap<UserId, Vec<_>>> = BTreeMap::new();
    for client in added {
        let there = by_backend.entry(client.user.domain().clone()).or_default();
        there
            .entry(*client.user.id())
            .or_default()
            .push(client.client);
    }
    let conversation = Qualified::new(sent.conversation, backend.domain().clone());
    for (domain, users) in by_backend {
        if domain == *backend.domain() {
            let time = backend.settings().clock.now().into();
            backend.with_state(|state| {
                for (user, clients) in users {
                    let notice = Notice::Conversation {
                        conversation: conversation.clone(),
                        from: sent.sender.clone(),
                        time,
                        what: ConversationNotice::MlsWelcome {
                            clients,
                            welcome: welcome.to_vec().into(),
                        },
                    };
                    state.events.push(user, notice);
                }
            });
            continue;
        }
        let recipients = users.into_iter().flat_map(|(user, clients)| {
            let clients = clients.into_iter();
            clients.map(move |client| (OfRecipient::new(user), client))
        });
        let request = MlsWelcome {
            // The wire has no place for a committer of a third backend.
            originating_user: OfSender::new(*sent.sender.id()),
            welcome_message: welcome.to_vec().into(),
            recipients: recipients.collect(),
            qualified_conv_id: conversation.clone(),
        };
        if let Some(peer) = backend.peers().peer(&domain) {
            let call = backend.call_to(&domain);
            let _ = peer.mls_welcome(&call, request.into()).await;
        }
    }
}
