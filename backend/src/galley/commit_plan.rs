//! What a commit would change, and why it may not.

use std::collections::BTreeSet;

use federation_api::client_identity::ClientIdentity;
use federation_api::conversation_settings::ConvType;
use federation_api::galley_error::GalleyError;
use federation_api::group_id::GroupIdParts;
use federation_api::group_info_diagnostics::{GroupInfoDiagnostics, GroupMember};
use federation_api::mls_message::GroupInfo;
use federation_api::mls_message_response::{JsonResponse, MlsMessageResponse};
use federation_api::protocol::CipherSuiteTag;
use federation_api::{Failure, Qualified, UserId};

use super::committed_clients::{Added, by_user};
use super::mls::{No, Sent, check_leaf, find, locate, no, protocol_error};
use super::one_to_one;
use crate::backend::Backend;
use crate::conversation::{Conversation, Group};
use crate::conversation_error::ConversationError;
use crate::mls_bytes::{Bundle, MlsMessage, Proposal, Sender};
use crate::state::State;

/// What a commit changes, once it is found to be good.
pub(super) struct Plan {
    /// The group after the commit.
    pub(super) group: Group,
    /// The clients that come into the group of the conversation. Who comes into a subconversation is in
    /// that already.
    pub(super) added: Vec<Added>,
    /// Users that are to become members.
    pub(super) joining: Vec<Qualified<UserId>>,
    /// Members whose last client is removed.
    pub(super) leaving: Vec<Qualified<UserId>>,
    /// A one-to-one conversation that begins with this commit.
    pub(super) begun: Option<Conversation>,
}

/// The most subconversations of a conversation.
const MOST_SUB_CONVERSATIONS: usize = 100;

/// Finds out what the commit does, and refuses it if it cannot.
pub(super) fn plan(
    backend: &Backend,
    state: &State,
    sent: &Sent,
    bundle: &Bundle<'_>,
) -> Result<Plan, No> {
    let parts = locate(backend, sent, &bundle.message.group_id)?;
    let conversation = find(state, sent, &parts)?;
    let fresh;
    let group = match conversation {
        Some(conversation) => match conversation.group_of(sent.sub.as_ref()) {
            Some(group) => group,
            None => {
                fresh = fresh_sub_group(conversation, &parts)?;
                &fresh
            }
        },
        None => {
            let id = parts.conversation.clone();
            fresh = Group::first(ConvType::One2One, id, None)
                .ok_or_else(|| no(GalleyError::ConvNotFound))?;
            &fresh
        }
    };
    if group.id.as_ref() != bundle.message.group_id.as_slice() {
        return Err(protocol_error(
            "the group id is not the one of the conversation",
        ));
    }
    if bundle.message.epoch != group.epoch {
        return Err(no(GalleyError::MlsStaleMessage));
    }
    if bundle.commit.refers {
        return Err(no(GalleyError::MlsProposalNotFound));
    }
    let mut next = group.clone();
    committer(sent, bundle, &mut next)?;
    let removed = change_leaves(sent, bundle, &mut next)?;
    group_info(backend, sent, bundle, &mut next)?;
    let added_clients = by_user(bundle.commit.added(), group);
    let mut added: BTreeSet<_> = bundle.commit.added().map(|client| &client.user).collect();
    let Some(conversation) = conversation else {
        added.remove(&sent.sender);
        let begun = begin(backend, state, sent, &added)?;
        return Ok(Plan {
            group: next,
            added: added_clients,
            joining: Vec::new(),
            leaving: Vec::new(),
            begun: Some(begun),
        });
    };
    if sent.sub.is_some() {
        let parent: BTreeSet<_> = conversation
            .group()
            .into_iter()
            .flat_map(Group::clients)
            .collect();
        if !next.clients().all(|client| parent.contains(client)) {
            return Err(no(GalleyError::MlsSubConvClientNotInParent));
        }
        return Ok(Plan {
            group: next,
            added: Vec::new(),
            joining: Vec::new(),
            leaving: Vec::new(),
            begun: None,
        });
    }
    let is_member = |user: &Qualified<UserId>| conversation.members.contains_key(user);
    let stays = |user: &Qualified<UserId>| next.clients().any(|client| client.user == *user);
    let leaving: BTreeSet<_> = removed.into_iter().map(|client| client.user).collect();
    Ok(Plan {
        joining: added
            .into_iter()
            .filter(|user| !is_member(user))
            .cloned()
            .collect(),
        leaving: leaving
            .into_iter()
            .filter(|user| is_member(user) && !stays(user))
            .collect(),
        group: next,
        added: added_clients,
        begun: None,
    })
}

fn fresh_sub_group(conversation: &Conversation, parts: &GroupIdParts) -> Result<Group, No> {
    let full = conversation.sub_conversations.len() >= MOST_SUB_CONVERSATIONS;
    if !conversation.is_mls() || full {
        return Err(no(GalleyError::ConvNotFound));
    }
    let id = parts.conversation.clone();
    Group::first(ConvType::Regular, id, parts.subconversation.as_ref())
        .ok_or_else(|| no(GalleyError::ConvNotFound))
}

/// Who commits is the client that sends, and it is in the group or comes in now.
fn committer(sent: &Sent, bundle: &Bundle<'_>, next: &mut Group) -> Result<(), No> {
    check_leaf(sent, next, &bundle.message)?;
    let named = bundle.commit.committer.as_ref();
    if named.is_some_and(|named| !sent.is_from(named)) {
        return Err(no(GalleyError::MlsIdentityMismatch));
    }
    let own = || ClientIdentity {
        user: sent.sender.clone(),
        client: sent.client,
    };
    let external = bundle.commit.proposals.contains(&Proposal::ExternalInit);
    match bundle.message.sender {
        Sender::Member(_) if external => Err(no(GalleyError::MlsUnsupportedProposal)),
        Sender::Member(0) if next.epoch == 0 => {
            next.add(own());
            Ok(())
        }
        Sender::Member(_) if next.epoch == 0 => {
            Err(protocol_error("the first committer is the first leaf"))
        }
        Sender::Member(_) => Ok(()),
        Sender::NewMemberCommit if !external || bundle.commit.added().next().is_some() => {
            Err(no(GalleyError::MlsUnsupportedProposal))
        }
        Sender::NewMemberCommit if next.epoch == 0 => {
            Err(protocol_error("the group is not active"))
        }
        Sender::NewMemberCommit => Ok(()),
        Sender::External | Sender::NewMemberProposal => Err(no(GalleyError::MlsUnsupportedMessage)),
    }
}

/// Removes and adds, in this order (RFC 9420, §12.3). Gives the clients that were removed.
fn change_leaves(
    sent: &Sent,
    bundle: &Bundle<'_>,
    next: &mut Group,
) -> Result<Vec<ClientIdentity>, No> {
    let external = bundle.message.sender == Sender::NewMemberCommit;
    for proposal in &bundle.commit.proposals {
        if matches!(
            proposal,
            Proposal::PreSharedKey | Proposal::ReInit | Proposal::Update
        ) {
            return Err(no(GalleyError::MlsUnsupportedProposal));
        }
    }
    let indices: BTreeSet<u32> = bundle.commit.removed().collect();
    for index in &indices {
        let client = next.leaf(*index);
        let client = client.ok_or_else(|| no(GalleyError::MlsInvalidLeafNodeIndex))?;
        match (external, sent.is_from(client)) {
            (false, true) => return Err(no(GalleyError::MlsSelfRemovalNotAllowed)),
            (true, false) => return Err(no(GalleyError::MlsClientSenderUserMismatch)),
            _ => {}
        }
    }
    let removed: Vec<_> = indices
        .iter()
        .rev()
        .filter_map(|index| next.remove(*index))
        .collect();
    let joining: Vec<_> = if external {
        vec![ClientIdentity {
            user: sent.sender.clone(),
            client: sent.client,
        }]
    } else {
        bundle.commit.added().cloned().collect()
    };
    for client in &joining {
        if next.leaves.contains(&Some(client.clone())) {
            return Err(no(GalleyError::MlsClientMismatch));
        }
        next.add(client.clone());
    }
    let welcomed = bundle.welcome.map_or(0, |(newcomers, _)| newcomers);
    if welcomed != bundle.commit.added().count() {
        return Err(no(GalleyError::MlsWelcomeMismatch));
    }
    Ok(removed)
}

/// The group info is that of the group after the commit.
fn group_info(
    backend: &Backend,
    sent: &Sent,
    bundle: &Bundle<'_>,
    next: &mut Group,
) -> Result<(), No> {
    let MlsMessage::GroupInfo {
        bare,
        group_id,
        epoch,
        suite,
    } = &bundle.group_info
    else {
        return Err(protocol_error("the bundle has no group info"));
    };
    next.epoch = next
        .epoch
        .checked_add(1)
        .ok_or_else(|| no(GalleyError::MlsStaleMessage))?;
    if *epoch != next.epoch || group_id.as_slice() != next.id.as_ref() {
        return Err(inconsistent(backend, sent, bundle, next, bare));
    }
    let suite = CipherSuiteTag::try_from(*suite)
        .map_err(|_| protocol_error("the cipher suite is not supported"))?;
    if next.cipher_suite.is_some_and(|known| known != suite) {
        return Err(protocol_error(
            "the cipher suite of a group does not change",
        ));
    }
    next.cipher_suite = Some(suite);
    next.epoch_timestamp = Some(backend.settings().clock.now().into());
    next.info = Some(GroupInfo::from(bare.clone()));
    Ok(())
}

/// The group info is not of the next epoch of the group.
fn inconsistent(
    backend: &Backend,
    sent: &Sent,
    bundle: &Bundle<'_>,
    next: &Group,
    group_info: &[u8],
) -> No {
    if !sent.knows_diagnostics {
        return protocol_error("the group info is not of the next epoch of the group");
    }
    let leaves = (0..).zip(&next.leaves);
    let clients = leaves.filter_map(|(index, leaf)| {
        let client = leaf.clone()?;
        Some(GroupMember { index, client })
    });
    let diagnostics = GroupInfoDiagnostics {
        commit: bundle.commit_bytes.to_vec().into(),
        group_info: group_info.to_vec().into(),
        group_id: next.id.clone(),
        clients: clients.collect(),
        conv: Qualified::new(sent.conversation, backend.domain().clone()),
        subconv_id: sent.sub.clone(),
    };
    let diagnostics = MlsMessageResponse::GroupInfoDiagnostics(Box::new(diagnostics));
    Box::new(diagnostics)
}

/// The first commit of a one-to-one conversation adds the other user, who is connected with the first.
fn begin(
    backend: &Backend,
    state: &State,
    sent: &Sent,
    others: &BTreeSet<&Qualified<UserId>>,
) -> Result<Conversation, No> {
    let mut others = others.iter();
    let (Some(other), None) = (others.next(), others.next()) else {
        return Err(protocol_error(
            "the first commit adds exactly one other user",
        ));
    };
    let id = one_to_one::id_of(&sent.sender, other);
    if *id.id() != sent.conversation || id.domain() != backend.domain() {
        return Err(protocol_error(
            "this is not the conversation of these two users",
        ));
    }
    let own = backend.domain();
    let connected = match (sent.sender.domain() == own, other.domain() == own) {
        (true, false) => state.connected(*sent.sender.id(), other),
        (false, true) => state.connected(*other.id(), &sent.sender),
        (here, _) => here,
    };
    if !connected {
        let failure = Failure::from(ConversationError::Galley(GalleyError::NotConnected));
        return Err(match JsonResponse::try_from(&failure) {
            Ok(answer) => Box::new(MlsMessageResponse::ProposalFailure(answer)),
            Err(_) => no(GalleyError::ConvAccessDenied),
        });
    }
    one_to_one::new(&id, [&sent.sender, other]).ok_or_else(|| no(GalleyError::ConvNotFound))
}
