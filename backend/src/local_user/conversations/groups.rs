//! MLS groups: messages, commits, group infos and subconversations.

use federation_api::base64::Base64Bytes;
use federation_api::client::ClientId;
use federation_api::client_identity::ClientIdentity;
use federation_api::conv_or_sub_conv::ConvOrSubConvId;
use federation_api::conversation_update::ConversationUpdate;
use federation_api::group_id::{GroupId, SubConvId};
use federation_api::mls_message::{
    EnableOutOfSyncCheck, GetGroupInfoRequest, GetGroupInfoResponse, GroupInfo,
    MlsMessageSendRequest,
};
use federation_api::mls_message_response::MlsMessageResponse;
use federation_api::one_to_one_conversation::{
    GetOne2OneConversationRequest, GetOne2OneConversationResponseV2,
};
use federation_api::protocol::Epoch;
use federation_api::sub_conversation::{
    DeleteSubConversationFedRequest, DeleteSubConversationResponse, GetSubConversationsRequest,
    GetSubConversationsResponse, LeaveSubConversationRequest, LeaveSubConversationResponse,
    PublicSubConversation,
};
use federation_api::{ConvId, Failure, OfRecipient, Qualified, Unit, UserId, Version};

use super::LocalUser;
use crate::conversation_error::ConversationError;
use crate::galley::mls::{Sent, send_message};
use crate::galley::{commits, reading, sub_conversations};
use crate::operation_error::UnexpectedAnswer;

fn unknown(what: &str, tag: &str) -> ConversationError {
    UnexpectedAnswer::new(format!("`{tag}` is no known outcome of {what}")).into()
}

impl LocalUser {
    /// Sends an MLS proposal or application message from one of the user's clients to a conversation or
    /// subconversation. With `in_sync` the owner refuses it if members of the conversation are not in
    /// the group.
    ///
    /// # Errors
    ///
    /// If the owner does not take it or does not answer.
    ///
    /// Source: `galley.md` §4.7.
    pub async fn send_mls_message(
        &self,
        id: &Qualified<ConvId>,
        sub: Option<&SubConvId>,
        client: ClientId,
        message: Base64Bytes,
        in_sync: bool,
    ) -> Result<(), ConversationError> {
        self.record()?;
        let sent = self.sent(id, sub, client, message, in_sync);
        if self.owns(id) {
            return taken(send_message(&self.backend, sent).await);
        }
        let request = self.request(sent);
        let (call, peer) = self.owner(id.domain())?;
        let answer = peer.send_mls_message(&call, request).await?;
        self.taken(&call, id, answer)
    }

    /// Sends a commit with what belongs to it: messages one after the other, as
    /// `galley.md` §7 says. The owner adds and removes members accordingly.
    ///
    /// # Errors
    ///
    /// If the owner does not take it or does not answer.
    ///
    /// Source: `galley.md` §4.8.
    pub async fn send_commit_bundle(
        &self,
        id: &Qualified<ConvId>,
        sub: Option<&SubConvId>,
        client: ClientId,
        bundle: Base64Bytes,
    ) -> Result<(), ConversationError> {
        self.record()?;
        let sent = self.sent(id, sub, client, bundle, false);
        if self.owns(id) {
            return taken(commits::send_bundle(&self.backend, sent).await?);
        }
        let request = self.request(sent);
        let (call, peer) = self.owner(id.domain())?;
        let answer = peer.send_mls_commit_bundle(&call, request).await?;
        self.taken(&call, id, answer)
    }

    fn sent(
        &self,
        id: &Qualified<ConvId>,
        sub: Option<&SubConvId>,
        client: ClientId,
        message: Base64Bytes,
        in_sync: bool,
    ) -> Sent {
        Sent {
            sender: self.qualified_id(),
            client,
            conversation: *id.id(),
            sub: sub.cloned(),
            message,
            in_sync,
            knows_diagnostics: true,
        }
    }

    fn request(&self, sent: Sent) -> MlsMessageSendRequest {
        MlsMessageSendRequest {
            conv_or_sub_id: conv_or_sub(sent.conversation, sent.sub.as_ref()),
            sender: self.sender(),
            sender_client: Some(sent.client),
            raw_message: sent.message,
            enable_out_of_sync_check: sent.in_sync.then_some(EnableOutOfSyncCheck::Enable),
        }
    }

    /// Applies the changes that the owner answers with.
    fn taken(
        &self,
        call: &federation_api::Call,
        id: &Qualified<ConvId>,
        answer: MlsMessageResponse,
    ) -> Result<(), ConversationError> {
        let MlsMessageResponse::Updates(updates) = answer else {
            return taken(answer);
        };
        for update in updates.0 {
            let update = ConversationUpdate::try_from(update)
                .map_err(|error| UnexpectedAnswer::new(error.to_string()))?;
            self.applied(call, id, update)?;
        }
        Ok(())
    }

    /// What a client needs to join the group by itself.
    ///
    /// # Errors
    ///
    /// If the owner says so or does not answer.
    ///
    /// Source: `galley.md` §4.9.
    pub async fn group_info(
        &self,
        id: &Qualified<ConvId>,
        sub: Option<&SubConvId>,
    ) -> Result<GroupInfo, ConversationError> {
        self.record()?;
        if self.owns(id) {
            let own = self.qualified_id();
            return Ok(self.backend.with_state(|state| {
                reading::group_info(&self.backend, state, &own, *id.id(), sub)
            })?);
        }
        let (call, peer) = self.owner(id.domain())?;
        let request = GetGroupInfoRequest {
            conv: conv_or_sub(*id.id(), sub),
            sender: self.sender(),
        };
        match peer.query_group_info(&call, request).await? {
            GetGroupInfoResponse::State(info) => Ok(info),
            GetGroupInfoResponse::Error(error) => Err(error.into()),
            GetGroupInfoResponse::Unknown(answer) => Err(unknown("the query", answer.tag())),
        }
    }

    /// A subconversation, even if nobody has begun it.
    ///
    /// # Errors
    ///
    /// If the owner says so or does not answer.
    ///
    /// Source: `galley.md` §4.11.
    pub async fn sub_conversation(
        &self,
        id: &Qualified<ConvId>,
        sub: &SubConvId,
    ) -> Result<PublicSubConversation, ConversationError> {
        self.record()?;
        if self.owns(id) {
            let own = self.qualified_id();
            return Ok(self.backend.with_state(|state| {
                sub_conversations::get(&self.backend, state, &own, *id.id(), sub)
            })?);
        }
        let (call, peer) = self.owner(id.domain())?;
        let request = GetSubConversationsRequest {
            user: self.sender(),
            conv: OfRecipient::new(*id.id()),
            sub_conv: sub.clone(),
        };
        match peer.get_sub_conversation(&call, request).await? {
            GetSubConversationsResponse::Success(found) => Ok(found),
            GetSubConversationsResponse::Error(error) => Err(error.into()),
            GetSubConversationsResponse::Unknown(answer) => Err(unknown("the query", answer.tag())),
        }
    }

    /// Begins a subconversation anew, if it is still as it was seen.
    ///
    /// # Errors
    ///
    /// If the owner says so or does not answer.
    ///
    /// Source: `galley.md` §4.12.
    pub async fn reset_sub_conversation(
        &self,
        id: &Qualified<ConvId>,
        sub: &SubConvId,
        seen: (GroupId, Epoch),
    ) -> Result<(), ConversationError> {
        self.record()?;
        let (group_id, epoch) = seen;
        if self.owns(id) {
            let own = self.qualified_id();
            let named = (&group_id, epoch);
            return Ok(self.backend.with_state(|state| {
                sub_conversations::reset(state, &own, *id.id(), sub, named)
            })?);
        }
        let (call, peer) = self.owner(id.domain())?;
        let request = DeleteSubConversationFedRequest {
            user: self.sender(),
            conv: OfRecipient::new(*id.id()),
            sub_conv: sub.clone(),
            group_id,
            epoch,
        };
        match peer.delete_sub_conversation(&call, request).await? {
            DeleteSubConversationResponse::Success => Ok(()),
            DeleteSubConversationResponse::Error(error) => Err(error.into()),
            DeleteSubConversationResponse::Unknown(answer) => {
                Err(unknown("the reset", answer.tag()))
            }
        }
    }

    /// Takes one of the user's clients out of a subconversation.
    ///
    /// # Errors
    ///
    /// If the owner says so or does not answer.
    ///
    /// Source: `galley.md` §4.13.
    pub async fn leave_sub_conversation(
        &self,
        id: &Qualified<ConvId>,
        sub: &SubConvId,
        client: ClientId,
    ) -> Result<(), ConversationError> {
        self.record()?;
        let answer = if self.owns(id) {
            let user = self.qualified_id();
            let client = ClientIdentity { user, client };
            self.backend.with_state(|state| {
                sub_conversations::leave(&self.backend, state, client, *id.id(), sub)
            })
        } else {
            let (call, peer) = self.owner(id.domain())?;
            let request = LeaveSubConversationRequest {
                user: self.sender(),
                client,
                conv: OfRecipient::new(*id.id()),
                sub_conv: sub.clone(),
            };
            peer.leave_sub_conversation(&call, request).await?
        };
        match answer {
            LeaveSubConversationResponse::Ok => Ok(()),
            LeaveSubConversationResponse::Error(error) => Err(error.into()),
            LeaveSubConversationResponse::ProtocolError(fault) => Err(ConversationError::Mls(
                Box::new(MlsMessageResponse::ProtocolError(fault)),
            )),
            LeaveSubConversationResponse::Unknown(answer) => Err(unknown("leaving", answer.tag())),
        }
    }

    /// What the backend of another user says of the MLS conversation of the two. A backend that is older
    /// than V2 is not asked, since it cannot tell its public keys.
    ///
    /// # Errors
    ///
    /// If it does not answer or is too old (533 `federation-version-error`).
    ///
    /// Source: `galley.md` §4.14, `scenarios.md` B9, D12 (96).
    pub async fn one_to_one(
        &self,
        with: &Qualified<UserId>,
    ) -> Result<GetOne2OneConversationResponseV2, ConversationError> {
        self.call(with.domain())?;
        let (call, peer) = self.owner(with.domain())?;
        if call.version() >= Version::V2 {
            let info = peer.api_version(&call, Unit).await?;
            if info
                .negotiate(&Version::ALL)
                .is_ok_and(|agreed| agreed < Version::V2)
            {
                let fault = "one-to-one conversations of MLS need version 2 of the federation API";
                return Err(Failure::new(533, "federation-version-error", fault).into());
            }
        }
        let request = GetOne2OneConversationRequest {
            sender_user: self.sender(),
            receiver_user: OfRecipient::new(*with.id()),
        };
        Ok(peer.get_one2one_conversation(&call, request).await?)
    }
}

fn conv_or_sub(id: ConvId, sub: Option<&SubConvId>) -> ConvOrSubConvId {
    match sub {
        None => ConvOrSubConvId::conv(OfRecipient::new(id)),
        Some(sub) => ConvOrSubConvId::subconv(OfRecipient::new(id), sub.clone()),
    }
}

fn taken(answer: MlsMessageResponse) -> Result<(), ConversationError> {
    match answer {
        MlsMessageResponse::Updates(_) => Ok(()),
        MlsMessageResponse::Error(error) => Err(error.into()),
        MlsMessageResponse::UnreachableBackends(silent) => {
            Err(ConversationError::Unreachable(silent))
        }
        MlsMessageResponse::NonFederatingBackends(apart) => {
            Err(ConversationError::NonFederating(apart))
        }
        answer => Err(ConversationError::Mls(Box::new(answer))),
    }
}
