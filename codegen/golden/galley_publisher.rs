// Emitted by federation-codegen from src/galley.rs of federation-api. Do not edit.

use ::federation_api::Call;
use ::federation_api::conversation::{
    ClientRemovedRequest, ConversationCreated, GetConversationsRequest,
    GetConversationsResponse, GetConversationsResponseV2, LeaveConversationRequest,
    LeaveConversationResponse, NewRemoteConversation,
    UserDeletedConversationsNotification,
};
use ::federation_api::conversation_update::{
    ConversationUpdate, ConversationUpdateRequest, ConversationUpdateResponse,
    ConversationUpdateV0,
};
use ::federation_api::empty::EmptyResponse;
use ::federation_api::galley::Galley;
use ::federation_api::message::{
    MessageSendResponse, ProteusMessageSendRequest, RemoteMessage,
};
use ::federation_api::mls_message::{
    GetGroupInfoRequest, GetGroupInfoResponse, MlsMessageSendRequest, RemoteMlsMessage,
};
use ::federation_api::mls_message_response::MlsMessageResponse;
use ::federation_api::mls_welcome::{MlsWelcomeRequest, MlsWelcomeResponse};
use ::federation_api::one_to_one_conversation::{
    GetOne2OneConversationRequest, GetOne2OneConversationResponse,
    GetOne2OneConversationResponseV2,
};
use ::federation_api::sub_conversation::{
    DeleteSubConversationFedRequest, DeleteSubConversationResponse,
    GetSubConversationsRequest, GetSubConversationsResponse, LeaveSubConversationRequest,
    LeaveSubConversationResponse,
};
use ::federation_api::typing::{
    TypingDataUpdateRequest, TypingDataUpdateResponse, TypingNotice,
};
use ::federation_notifications::{Announcement, Outlet, PublishError};

/// Leaves notifications of [`Galley`] for any number of backends at once.
#[derive(Clone, Debug)]
pub struct Publisher {
    outlet: Outlet,
}

impl Publisher {
    /// A publisher that leaves its notifications with this outlet.
    pub fn new(outlet: Outlet) -> Self {
        Self { outlet }
    }

    /// [`::federation_api::galley::Galley::on_client_removed`], written once for all targets.
    pub async fn on_client_removed(
        &self,
        to: &Announcement,
        payload: ClientRemovedRequest,
    ) -> Result<EmptyResponse, PublishError> {
        let mut bundle = self.outlet.bundle(to);
        bundle.add(&rpcs::ON_CLIENT_REMOVED, &payload)?;
        bundle.publish().await
    }

    /// [`::federation_api::galley::Galley::on_message_sent`], written once for all targets.
    pub async fn on_message_sent(
        &self,
        to: &Announcement,
        payload: RemoteMessage,
    ) -> Result<EmptyResponse, PublishError> {
        let mut bundle = self.outlet.bundle(to);
        bundle.add(&rpcs::ON_MESSAGE_SENT, &payload)?;
        bundle.publish().await
    }

    /// [`::federation_api::galley::Galley::on_mls_message_sent`], written once for all targets.
    pub async fn on_mls_message_sent(
        &self,
        to: &Announcement,
        payload: RemoteMlsMessage,
    ) -> Result<EmptyResponse, PublishError> {
        let mut bundle = self.outlet.bundle(to);
        bundle.add(&rpcs::ON_MLS_MESSAGE_SENT, &payload)?;
        bundle.publish().await
    }

    /// [`::federation_api::galley::Galley::on_conversation_updated`], written once for all targets.
    pub async fn on_conversation_updated(
        &self,
        to: &Announcement,
        payload: ConversationUpdate,
    ) -> Result<EmptyResponse, PublishError> {
        let mut bundle = self.outlet.bundle(to);
        bundle.add(&rpcs::ON_CONVERSATION_UPDATED, &payload)?;
        if let Some(payload) = ::federation_notifications::older::<
            _,
            ConversationUpdateV0,
        >(payload) {
            bundle.add(&rpcs::ON_CONVERSATION_UPDATED_V0, &payload)?;
        }
        bundle.publish().await
    }

    /// [`::federation_api::galley::Galley::on_user_deleted_conversations`], written once for all targets.
    pub async fn on_user_deleted_conversations(
        &self,
        to: &Announcement,
        payload: UserDeletedConversationsNotification,
    ) -> Result<EmptyResponse, PublishError> {
        let mut bundle = self.outlet.bundle(to);
        bundle.add(&rpcs::ON_USER_DELETED_CONVERSATIONS, &payload)?;
        bundle.publish().await
    }
}

/// A [`Galley`] whose notifications go through a queue; all other RPCs go to the one inside.
#[derive(Clone, Debug)]
pub struct Queued<S> {
    inner: S,
    publisher: Publisher,
}

impl<S> Queued<S> {
    /// Makes its calls on `inner` and leaves its notifications with `outlet`.
    pub fn new(inner: S, outlet: Outlet) -> Self {
        Self {
            inner,
            publisher: Publisher::new(outlet),
        }
    }
}

impl<S> Galley for Queued<S>
where
    S: Galley<Error: From<PublishError>>,
{
    type Error = S::Error;

    async fn on_conversation_created(
        &self,
        call: &Call,
        created: ConversationCreated,
    ) -> Result<EmptyResponse, S::Error> {
        Galley::on_conversation_created(&self.inner, call, created).await
    }

    async fn on_new_remote_conversation(
        &self,
        call: &Call,
        conversation: NewRemoteConversation,
    ) -> Result<EmptyResponse, S::Error> {
        Galley::on_new_remote_conversation(&self.inner, call, conversation).await
    }

    async fn get_conversations_v0(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponse, S::Error> {
        Galley::get_conversations_v0(&self.inner, call, request).await
    }

    async fn get_conversations(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponseV2, S::Error> {
        Galley::get_conversations(&self.inner, call, request).await
    }

    async fn leave_conversation(
        &self,
        call: &Call,
        request: LeaveConversationRequest,
    ) -> Result<LeaveConversationResponse, S::Error> {
        Galley::leave_conversation(&self.inner, call, request).await
    }

    async fn send_message(
        &self,
        call: &Call,
        request: ProteusMessageSendRequest,
    ) -> Result<MessageSendResponse, S::Error> {
        Galley::send_message(&self.inner, call, request).await
    }

    async fn update_conversation(
        &self,
        call: &Call,
        request: ConversationUpdateRequest,
    ) -> Result<ConversationUpdateResponse, S::Error> {
        Galley::update_conversation(&self.inner, call, request).await
    }

    async fn mls_welcome(
        &self,
        call: &Call,
        request: MlsWelcomeRequest,
    ) -> Result<MlsWelcomeResponse, S::Error> {
        Galley::mls_welcome(&self.inner, call, request).await
    }

    async fn send_mls_message(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, S::Error> {
        Galley::send_mls_message(&self.inner, call, request).await
    }

    async fn send_mls_commit_bundle(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, S::Error> {
        Galley::send_mls_commit_bundle(&self.inner, call, request).await
    }

    async fn query_group_info(
        &self,
        call: &Call,
        request: GetGroupInfoRequest,
    ) -> Result<GetGroupInfoResponse, S::Error> {
        Galley::query_group_info(&self.inner, call, request).await
    }

    async fn update_typing_indicator(
        &self,
        call: &Call,
        request: TypingDataUpdateRequest,
    ) -> Result<TypingDataUpdateResponse, S::Error> {
        Galley::update_typing_indicator(&self.inner, call, request).await
    }

    async fn on_typing_indicator_updated(
        &self,
        call: &Call,
        notice: TypingNotice,
    ) -> Result<EmptyResponse, S::Error> {
        Galley::on_typing_indicator_updated(&self.inner, call, notice).await
    }

    async fn get_sub_conversation(
        &self,
        call: &Call,
        request: GetSubConversationsRequest,
    ) -> Result<GetSubConversationsResponse, S::Error> {
        Galley::get_sub_conversation(&self.inner, call, request).await
    }

    async fn delete_sub_conversation(
        &self,
        call: &Call,
        request: DeleteSubConversationFedRequest,
    ) -> Result<DeleteSubConversationResponse, S::Error> {
        Galley::delete_sub_conversation(&self.inner, call, request).await
    }

    async fn leave_sub_conversation(
        &self,
        call: &Call,
        request: LeaveSubConversationRequest,
    ) -> Result<LeaveSubConversationResponse, S::Error> {
        Galley::leave_sub_conversation(&self.inner, call, request).await
    }

    async fn get_one2one_conversation_v1(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponse, S::Error> {
        Galley::get_one2one_conversation_v1(&self.inner, call, request).await
    }

    async fn get_one2one_conversation(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponseV2, S::Error> {
        Galley::get_one2one_conversation(&self.inner, call, request).await
    }

    async fn on_client_removed(
        &self,
        call: &Call,
        removed: ClientRemovedRequest,
    ) -> Result<EmptyResponse, S::Error> {
        Ok(self.publisher.on_client_removed(&Announcement::of(call), removed).await?)
    }

    async fn on_message_sent(
        &self,
        call: &Call,
        message: RemoteMessage,
    ) -> Result<EmptyResponse, S::Error> {
        Ok(self.publisher.on_message_sent(&Announcement::of(call), message).await?)
    }

    async fn on_mls_message_sent(
        &self,
        call: &Call,
        message: RemoteMlsMessage,
    ) -> Result<EmptyResponse, S::Error> {
        Ok(self.publisher.on_mls_message_sent(&Announcement::of(call), message).await?)
    }

    async fn on_conversation_updated(
        &self,
        call: &Call,
        update: ConversationUpdate,
    ) -> Result<EmptyResponse, S::Error> {
        Ok(
            self
                .publisher
                .on_conversation_updated(&Announcement::of(call), update)
                .await?,
        )
    }

    async fn on_user_deleted_conversations(
        &self,
        call: &Call,
        deleted: UserDeletedConversationsNotification,
    ) -> Result<EmptyResponse, S::Error> {
        Ok(
            self
                .publisher
                .on_user_deleted_conversations(&Announcement::of(call), deleted)
                .await?,
        )
    }
}

/// What is known of each RPC of `galley`, under the name of its method.
pub mod rpcs {
    use ::federation_api::{Rpc, Version};

    /// [`::federation_api::galley::Galley::on_conversation_created`]
    pub const ON_CONVERSATION_CREATED: Rpc = Rpc::new(
        "galley",
        "on-conversation-created",
    );

    /// [`::federation_api::galley::Galley::on_new_remote_conversation`]
    pub const ON_NEW_REMOTE_CONVERSATION: Rpc = Rpc::new(
            "galley",
            "on-new-remote-conversation",
        )
        .until(Version::V1)
        .idempotent();

    /// [`::federation_api::galley::Galley::get_conversations_v0`]
    pub const GET_CONVERSATIONS_V0: Rpc = Rpc::new("galley", "get-conversations")
        .until(Version::V2)
        .idempotent();

    /// [`::federation_api::galley::Galley::get_conversations`]
    pub const GET_CONVERSATIONS: Rpc = Rpc::new("galley", "get-conversations")
        .from(Version::V2)
        .idempotent();

    /// [`::federation_api::galley::Galley::leave_conversation`]
    pub const LEAVE_CONVERSATION: Rpc = Rpc::new("galley", "leave-conversation");

    /// [`::federation_api::galley::Galley::send_message`]
    pub const SEND_MESSAGE: Rpc = Rpc::new("galley", "send-message");

    /// [`::federation_api::galley::Galley::update_conversation`]
    pub const UPDATE_CONVERSATION: Rpc = Rpc::new("galley", "update-conversation");

    /// [`::federation_api::galley::Galley::mls_welcome`]
    pub const MLS_WELCOME: Rpc = Rpc::new("galley", "mls-welcome");

    /// [`::federation_api::galley::Galley::send_mls_message`]
    pub const SEND_MLS_MESSAGE: Rpc = Rpc::new("galley", "send-mls-message");

    /// [`::federation_api::galley::Galley::send_mls_commit_bundle`]
    pub const SEND_MLS_COMMIT_BUNDLE: Rpc = Rpc::new("galley", "send-mls-commit-bundle");

    /// [`::federation_api::galley::Galley::query_group_info`]
    pub const QUERY_GROUP_INFO: Rpc = Rpc::new("galley", "query-group-info")
        .idempotent();

    /// [`::federation_api::galley::Galley::update_typing_indicator`]
    pub const UPDATE_TYPING_INDICATOR: Rpc = Rpc::new(
        "galley",
        "update-typing-indicator",
    );

    /// [`::federation_api::galley::Galley::on_typing_indicator_updated`]
    pub const ON_TYPING_INDICATOR_UPDATED: Rpc = Rpc::new(
        "galley",
        "on-typing-indicator-updated",
    );

    /// [`::federation_api::galley::Galley::get_sub_conversation`]
    pub const GET_SUB_CONVERSATION: Rpc = Rpc::new("galley", "get-sub-conversation")
        .from(Version::V1)
        .idempotent();

    /// [`::federation_api::galley::Galley::delete_sub_conversation`]
    pub const DELETE_SUB_CONVERSATION: Rpc = Rpc::new(
            "galley",
            "delete-sub-conversation",
        )
        .from(Version::V1);

    /// [`::federation_api::galley::Galley::leave_sub_conversation`]
    pub const LEAVE_SUB_CONVERSATION: Rpc = Rpc::new("galley", "leave-sub-conversation")
        .from(Version::V1);

    /// [`::federation_api::galley::Galley::get_one2one_conversation_v1`]
    pub const GET_ONE2ONE_CONVERSATION_V1: Rpc = Rpc::new(
            "galley",
            "get-one2one-conversation",
        )
        .from(Version::V1)
        .until(Version::V2)
        .idempotent();

    /// [`::federation_api::galley::Galley::get_one2one_conversation`]
    pub const GET_ONE2ONE_CONVERSATION: Rpc = Rpc::new(
            "galley",
            "get-one2one-conversation",
        )
        .from(Version::V2)
        .idempotent();

    /// [`::federation_api::galley::Galley::on_client_removed`]
    pub const ON_CLIENT_REMOVED: Rpc = Rpc::new("galley", "on-client-removed")
        .notification();

    /// [`::federation_api::galley::Galley::on_message_sent`]
    pub const ON_MESSAGE_SENT: Rpc = Rpc::new("galley", "on-message-sent")
        .notification();

    /// [`::federation_api::galley::Galley::on_mls_message_sent`]
    pub const ON_MLS_MESSAGE_SENT: Rpc = Rpc::new("galley", "on-mls-message-sent")
        .notification();

    /// [`::federation_api::galley::Galley::on_conversation_updated_v0`]
    pub const ON_CONVERSATION_UPDATED_V0: Rpc = Rpc::new(
            "galley",
            "on-conversation-updated",
        )
        .until(Version::V1)
        .notification();

    /// [`::federation_api::galley::Galley::on_conversation_updated`]
    pub const ON_CONVERSATION_UPDATED: Rpc = Rpc::new(
            "galley",
            "on-conversation-updated",
        )
        .from(Version::V1)
        .notification();

    /// [`::federation_api::galley::Galley::on_user_deleted_conversations`]
    pub const ON_USER_DELETED_CONVERSATIONS: Rpc = Rpc::new(
            "galley",
            "on-user-deleted-conversations",
        )
        .notification();
}
