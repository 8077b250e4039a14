//! The conversations of the service.

use federation_api::conversation::{
    ClientRemovedRequest, ConversationCreated, GetConversationsRequest, GetConversationsResponseV2,
    LeaveConversationRequest, LeaveConversationResponse, NewRemoteConversation,
    UserDeletedConversationsNotification,
};
use federation_api::conversation_update::{
    ConversationUpdate, ConversationUpdateRequest, ConversationUpdateResponse,
};
use federation_api::message::{MessageSendResponse, ProteusMessageSendRequest, RemoteMessage};
use federation_api::mls_message::{
    GetGroupInfoRequest, GetGroupInfoResponse, MlsMessageSendRequest, RemoteMlsMessage,
};
use federation_api::mls_message_response::MlsMessageResponse;
use federation_api::mls_welcome::{MlsWelcomeRequest, MlsWelcomeResponse};
use federation_api::one_to_one_conversation::{
    GetOne2OneConversationRequest, GetOne2OneConversationResponse, GetOne2OneConversationResponseV2,
};
use federation_api::sub_conversation::{
    DeleteSubConversationFedRequest, DeleteSubConversationResponse, GetSubConversationsRequest,
    GetSubConversationsResponse, LeaveSubConversationRequest, LeaveSubConversationResponse,
};
use federation_api::typing::{TypingDataUpdateRequest, TypingDataUpdateResponse, TypingNotice};
use federation_api::{Call, EmptyResponse, Failure, Galley};

use super::server::not_measured;
use bench_harness::{Failed, sample};

/// What the handlers answer.
pub(super) struct Conversations(GetConversationsResponseV2);

impl Conversations {
    pub(super) fn new() -> Result<Self, Failed> {
        let response = sample::conversations().response;
        Ok(Self(serde_json::from_value(response)?))
    }
}

impl Galley for Conversations {
    type Error = Failure;

    async fn get_conversations(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponseV2, Failure> {
        std::hint::black_box((call.origin(), request));
        Ok(self.0.clone())
    }

    async fn on_conversation_updated(
        &self,
        call: &Call,
        update: ConversationUpdate,
    ) -> Result<EmptyResponse, Failure> {
        std::hint::black_box((call.origin(), update));
        Ok(EmptyResponse)
    }

    async fn on_message_sent(
        &self,
        call: &Call,
        message: RemoteMessage,
    ) -> Result<EmptyResponse, Failure> {
        std::hint::black_box((call.origin(), message));
        Ok(EmptyResponse)
    }

    not_measured! {
        on_conversation_created: ConversationCreated => EmptyResponse,
        on_new_remote_conversation: NewRemoteConversation => EmptyResponse,
        leave_conversation: LeaveConversationRequest => LeaveConversationResponse,
        send_message: ProteusMessageSendRequest => MessageSendResponse,
        update_conversation: ConversationUpdateRequest => ConversationUpdateResponse,
        mls_welcome: MlsWelcomeRequest => MlsWelcomeResponse,
        send_mls_message: MlsMessageSendRequest => MlsMessageResponse,
        send_mls_commit_bundle: MlsMessageSendRequest => MlsMessageResponse,
        query_group_info: GetGroupInfoRequest => GetGroupInfoResponse,
        update_typing_indicator: TypingDataUpdateRequest => TypingDataUpdateResponse,
        on_typing_indicator_updated: TypingNotice => EmptyResponse,
        get_sub_conversation: GetSubConversationsRequest => GetSubConversationsResponse,
        delete_sub_conversation: DeleteSubConversationFedRequest => DeleteSubConversationResponse,
        leave_sub_conversation: LeaveSubConversationRequest => LeaveSubConversationResponse,
        get_one2one_conversation_v1:
            GetOne2OneConversationRequest => GetOne2OneConversationResponse,
        get_one2one_conversation:
            GetOne2OneConversationRequest => GetOne2OneConversationResponseV2,
        on_client_removed: ClientRemovedRequest => EmptyResponse,
        on_mls_message_sent: RemoteMlsMessage => EmptyResponse,
        on_user_deleted_conversations: UserDeletedConversationsNotification => EmptyResponse,
    }
}
