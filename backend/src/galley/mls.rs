//! MLS messages in conversations that are owned here.

use std::collections::BTreeSet;

use federation_api::base64::Base64Bytes;
use federation_api::client::ClientId;
use federation_api::conversation_settings::ConvType;
use federation_api::galley_error::GalleyError;
use federation_api::group_id::{GroupId, GroupIdParts, SubConvId};
use federation_api::mls_message::{EnableOutOfSyncCheck, MlsMessageSendRequest};
use federation_api::mls_message_response::{MlsMessageResponse, MlsOutOfSyncError, MlsUpdates};
use federation_api::{Call, ConvId, Qualified, UserId, Version};

use super::{caller, fanout, local};
use crate::backend::Backend;
use crate::conversation::{Conversation, ConversationProtocol, Group};
use crate::mls_bytes::{Content, MlsMessage, Proposal, PublicMessage, Sender};
use crate::state::State;

/// What a member, local or remote, sent to a group.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) sender: Qualified<UserId>,
    pub(crate) client: ClientId,
    pub(crate) conversation: ConvId,
    pub(crate) sub: Option<SubConvId>,
    pub(crate) message: Base64Bytes,
    /// Whether to refuse it if the group lacks members of the conversation.
    pub(crate) in_sync: bool,
    /// Whether the sender's backend can know what [`GroupInfoDiagnostics`] are.
    ///
    /// [`GroupInfoDiagnostics`]: federation_api::group_info_diagnostics::GroupInfoDiagnostics
    pub(crate) knows_diagnostics: bool,
}

/// Why it is not taken.
pub(super) type No = Box<MlsMessageResponse>;

pub(super) fn no(error: GalleyError) -> No {
    Box::new(MlsMessageResponse::Error(error))
}

pub(super) fn protocol_error(fault: &str) -> No {
    Box::new(MlsMessageResponse::ProtocolError(fault.into()))
}

impl Sent {
    /// # Errors
    ///
    /// The form of the request without a client cannot be carried out (`history.md` §7.4).
    pub(super) fn of_call(
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<Self, GalleyError> {
        Ok(Self {
            sender: caller(call, request.sender),
            client: request.sender_client.ok_or(GalleyError::MlsNotEnabled)?,
            conversation: local(call, &request.conv_or_sub_id.conv_id()),
            sub: request.conv_or_sub_id.subconv_id().cloned(),
            message: request.raw_message,
            in_sync: request.enable_out_of_sync_check == Some(EnableOutOfSyncCheck::Enable),
            // Rule W7: they came some months after the version.
            knows_diagnostics: call.version() >= Version::V3,
        })
    }

    /// Whether the client is this one.
    pub(super) fn is_from(&self, client: &federation_api::client_identity::ClientIdentity) -> bool {
        client.user == self.sender && client.client == self.client
    }
}

/// Takes a proposal or an application message and forwards it.
///
/// Source: `galley.md` §4.7.
pub(crate) async fn send_message(backend: &Backend, sent: Sent) -> MlsMessageResponse {
    let outcome = backend.with_state(|state| {
        take(backend, state, &sent)?;
        let clients = fanout::clients_of(state, &sent);
        fanout::send(backend, state, &sent, clients, &sent.message);
        Ok::<_, No>(())
    });
    backend.publish().await;
    match outcome {
        Ok(()) => MlsMessageResponse::Updates(MlsUpdates::default()),
        Err(no) => *no,
    }
}

fn take(backend: &Backend, state: &State, sent: &Sent) -> Result<(), No> {
    if !backend.settings().mls {
        return Err(no(GalleyError::MlsNotEnabled));
    }
    let message = MlsMessage::read(&sent.message)
        .ok_or_else(|| protocol_error("this is not one MLS message"))?;
    let (id, epoch) = match &message {
        MlsMessage::Public(public) => (&public.group_id, public.epoch),
        MlsMessage::Private {
            group_id,
            epoch,
            application: true,
        } => (group_id, *epoch),
        _ => return Err(no(GalleyError::MlsUnsupportedMessage)),
    };
    let parts = locate(backend, sent, id)?;
    let conversation = find(state, sent, &parts)?;
    let Some(conversation) = conversation else {
        // A one-to-one conversation that nobody has begun: epoch 0 and no leaves.
        return Err(protocol_error("the group is not active"));
    };
    let group = conversation.group_of(sent.sub.as_ref());
    let group = group.ok_or_else(|| no(GalleyError::ConvNotFound))?;
    if group.id.as_ref() != id.as_slice() {
        return Err(protocol_error(
            "the group id is not the one of the conversation",
        ));
    }
    match message {
        MlsMessage::Public(public) => proposal(sent, group, &public),
        _ => application(sent, conversation, group, epoch),
    }
}

/// The conversation that a message names is the one that the request names, and it is owned here.
pub(super) fn locate(backend: &Backend, sent: &Sent, id: &[u8]) -> Result<GroupIdParts, No> {
    let parts = GroupId::from(id.to_vec())
        .parts()
        .map_err(|error| protocol_error(&error.to_string()))?;
    if *parts.conversation.id() != sent.conversation || parts.subconversation != sent.sub {
        return Err(no(GalleyError::MlsGroupConversationMismatch));
    }
    if parts.conversation.domain() != backend.domain() {
        return Err(no(GalleyError::ConvAccessDenied));
    }
    Ok(parts)
}

/// The conversation, if the sender may write to it. Nothing stands for a one-to-one conversation that
/// is not stored yet.
pub(super) fn find<'a>(
    state: &'a State,
    sent: &Sent,
    parts: &GroupIdParts,
) -> Result<Option<&'a Conversation>, No> {
    let Some(conversation) = state.conversations.get(&sent.conversation) else {
        return match parts.conv_type {
            ConvType::One2One if sent.sub.is_none() => Ok(None),
            _ => Err(no(GalleyError::ConvNotFound)),
        };
    };
    if conversation.group().is_none() || !conversation.members.contains_key(&sent.sender) {
        return Err(no(GalleyError::ConvNotFound));
    }
    Ok(Some(conversation))
}

/// A message from a leaf of the group is from the client on that leaf.
pub(super) fn check_leaf(sent: &Sent, group: &Group, public: &PublicMessage) -> Result<(), No> {
    let Sender::Member(leaf) = public.sender else {
        return Ok(());
    };
    if group.epoch == 0 {
        return Ok(());
    }
    match group.leaf(leaf) {
        None => Err(protocol_error("the sender is no leaf of the group")),
        Some(client) if sent.is_from(client) => Ok(()),
        Some(_) => Err(no(GalleyError::MlsClientSenderUserMismatch)),
    }
}

fn proposal(sent: &Sent, group: &Group, public: &PublicMessage) -> Result<(), No> {
    check_leaf(sent, group, public)?;
    let Content::Proposal(proposal) = &public.content else {
        return Err(no(GalleyError::MlsUnsupportedMessage));
    };
    if public.epoch != group.epoch {
        return Err(no(GalleyError::MlsStaleMessage));
    }
    match proposal {
        Proposal::Add(_) | Proposal::Update | Proposal::GroupContextExtensions => Ok(()),
        Proposal::Remove(leaf) if group.leaf(*leaf).is_some() => Ok(()),
        Proposal::Remove(_) => Err(no(GalleyError::MlsInvalidLeafNodeIndex)),
        Proposal::ExternalInit | Proposal::PreSharedKey | Proposal::ReInit => {
            Err(no(GalleyError::MlsUnsupportedProposal))
        }
    }
}

fn application(
    sent: &Sent,
    conversation: &Conversation,
    group: &Group,
    epoch: u64,
) -> Result<(), No> {
    if matches!(conversation.protocol, ConversationProtocol::Mixed(_)) {
        return Err(no(GalleyError::MlsUnsupportedMessage));
    }
    if sent.in_sync && sent.sub.is_none() {
        out_of_sync(conversation, group)?;
    }
    if group.epoch == 0 {
        return Err(protocol_error("the group is not active"));
    }
    if epoch > group.epoch || epoch < group.epoch.saturating_sub(2) || epoch == 0 {
        return Err(no(GalleyError::MlsStaleMessage));
    }
    Ok(())
}

/// Each member of the conversation has a client in the group.
fn out_of_sync(conversation: &Conversation, group: &Group) -> Result<(), No> {
    let present: BTreeSet<_> = group.clients().map(|client| &client.user).collect();
    let members = conversation.members.keys();
    let missing_users: Vec<_> = members
        .filter(|member| !present.contains(member))
        .cloned()
        .collect();
    if missing_users.is_empty() {
        Ok(())
    } else {
        let error = MlsOutOfSyncError { missing_users };
        Err(Box::new(MlsMessageResponse::OutOfSyncError(error)))
    }
}
