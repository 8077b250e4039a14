// Emitted by federation-codegen from src/galley.rs of federation-api. Do not edit.

use ::core::fmt::Formatter;
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
use ::federation_clients::{
    BoxFuture, CallError, Connection, DynamicRpc, Mocked, Retry, Retryable,
};
use ::std::sync::Arc;

/// Calls [`Galley`] of another backend, over a [`Connection`].
#[derive(Clone, Debug)]
pub struct Client {
    connection: Connection,
}

impl Client {
    /// A client that makes its calls over this connection.
    pub fn new(connection: Connection) -> Self {
        Self { connection }
    }
}

impl Galley for Client {
    type Error = CallError;

    async fn on_conversation_created(
        &self,
        call: &Call,
        created: ConversationCreated,
    ) -> Result<EmptyResponse, CallError> {
        self.connection.call(&rpcs::ON_CONVERSATION_CREATED, call, &created).await
    }

    async fn on_new_remote_conversation(
        &self,
        call: &Call,
        conversation: NewRemoteConversation,
    ) -> Result<EmptyResponse, CallError> {
        self.connection
            .call(&rpcs::ON_NEW_REMOTE_CONVERSATION, call, &conversation)
            .await
    }

    async fn get_conversations_v0(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponse, CallError> {
        self.connection.call(&rpcs::GET_CONVERSATIONS_V0, call, &request).await
    }

    async fn get_conversations(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponseV2, CallError> {
        if self.connection.is_older(&rpcs::GET_CONVERSATIONS, call).await? {
            let request = ::federation_clients::convert(
                &rpcs::GET_CONVERSATIONS_V0,
                request,
            )?;
            let response = Galley::get_conversations_v0(self, call, request).await?;
            return ::federation_clients::convert(&rpcs::GET_CONVERSATIONS, response);
        }
        self.connection.call(&rpcs::GET_CONVERSATIONS, call, &request).await
    }

    async fn leave_conversation(
        &self,
        call: &Call,
        request: LeaveConversationRequest,
    ) -> Result<LeaveConversationResponse, CallError> {
        self.connection.call(&rpcs::LEAVE_CONVERSATION, call, &request).await
    }

    async fn send_message(
        &self,
        call: &Call,
        request: ProteusMessageSendRequest,
    ) -> Result<MessageSendResponse, CallError> {
        self.connection.call(&rpcs::SEND_MESSAGE, call, &request).await
    }

    async fn update_conversation(
        &self,
        call: &Call,
        request: ConversationUpdateRequest,
    ) -> Result<ConversationUpdateResponse, CallError> {
        self.connection.call(&rpcs::UPDATE_CONVERSATION, call, &request).await
    }

    async fn mls_welcome(
        &self,
        call: &Call,
        request: MlsWelcomeRequest,
    ) -> Result<MlsWelcomeResponse, CallError> {
        self.connection.call(&rpcs::MLS_WELCOME, call, &request).await
    }

    async fn send_mls_message(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, CallError> {
        self.connection.call(&rpcs::SEND_MLS_MESSAGE, call, &request).await
    }

    async fn send_mls_commit_bundle(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, CallError> {
        self.connection.call(&rpcs::SEND_MLS_COMMIT_BUNDLE, call, &request).await
    }

    async fn query_group_info(
        &self,
        call: &Call,
        request: GetGroupInfoRequest,
    ) -> Result<GetGroupInfoResponse, CallError> {
        self.connection.call(&rpcs::QUERY_GROUP_INFO, call, &request).await
    }

    async fn update_typing_indicator(
        &self,
        call: &Call,
        request: TypingDataUpdateRequest,
    ) -> Result<TypingDataUpdateResponse, CallError> {
        self.connection.call(&rpcs::UPDATE_TYPING_INDICATOR, call, &request).await
    }

    async fn on_typing_indicator_updated(
        &self,
        call: &Call,
        notice: TypingNotice,
    ) -> Result<EmptyResponse, CallError> {
        self.connection.call(&rpcs::ON_TYPING_INDICATOR_UPDATED, call, &notice).await
    }

    async fn get_sub_conversation(
        &self,
        call: &Call,
        request: GetSubConversationsRequest,
    ) -> Result<GetSubConversationsResponse, CallError> {
        self.connection.call(&rpcs::GET_SUB_CONVERSATION, call, &request).await
    }

    async fn delete_sub_conversation(
        &self,
        call: &Call,
        request: DeleteSubConversationFedRequest,
    ) -> Result<DeleteSubConversationResponse, CallError> {
        self.connection.call(&rpcs::DELETE_SUB_CONVERSATION, call, &request).await
    }

    async fn leave_sub_conversation(
        &self,
        call: &Call,
        request: LeaveSubConversationRequest,
    ) -> Result<LeaveSubConversationResponse, CallError> {
        self.connection.call(&rpcs::LEAVE_SUB_CONVERSATION, call, &request).await
    }

    async fn get_one2one_conversation_v1(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponse, CallError> {
        self.connection.call(&rpcs::GET_ONE2ONE_CONVERSATION_V1, call, &request).await
    }

    async fn get_one2one_conversation(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponseV2, CallError> {
        if self.connection.is_older(&rpcs::GET_ONE2ONE_CONVERSATION, call).await? {
            let request = ::federation_clients::convert(
                &rpcs::GET_ONE2ONE_CONVERSATION_V1,
                request,
            )?;
            let response = Galley::get_one2one_conversation_v1(self, call, request)
                .await?;
            return ::federation_clients::convert(
                &rpcs::GET_ONE2ONE_CONVERSATION,
                response,
            );
        }
        self.connection.call(&rpcs::GET_ONE2ONE_CONVERSATION, call, &request).await
    }

    async fn on_client_removed(
        &self,
        call: &Call,
        removed: ClientRemovedRequest,
    ) -> Result<EmptyResponse, CallError> {
        self.connection.call(&rpcs::ON_CLIENT_REMOVED, call, &removed).await
    }

    async fn on_message_sent(
        &self,
        call: &Call,
        message: RemoteMessage,
    ) -> Result<EmptyResponse, CallError> {
        self.connection.call(&rpcs::ON_MESSAGE_SENT, call, &message).await
    }

    async fn on_mls_message_sent(
        &self,
        call: &Call,
        message: RemoteMlsMessage,
    ) -> Result<EmptyResponse, CallError> {
        self.connection.call(&rpcs::ON_MLS_MESSAGE_SENT, call, &message).await
    }

    async fn on_conversation_updated_v0(
        &self,
        call: &Call,
        update: ConversationUpdateV0,
    ) -> Result<EmptyResponse, CallError> {
        self.connection.call(&rpcs::ON_CONVERSATION_UPDATED_V0, call, &update).await
    }

    async fn on_conversation_updated(
        &self,
        call: &Call,
        update: ConversationUpdate,
    ) -> Result<EmptyResponse, CallError> {
        if self.connection.is_older(&rpcs::ON_CONVERSATION_UPDATED, call).await? {
            let request = ::federation_clients::convert(
                &rpcs::ON_CONVERSATION_UPDATED_V0,
                update,
            )?;
            let response = Galley::on_conversation_updated_v0(self, call, request)
                .await?;
            return ::federation_clients::convert(
                &rpcs::ON_CONVERSATION_UPDATED,
                response,
            );
        }
        self.connection.call(&rpcs::ON_CONVERSATION_UPDATED, call, &update).await
    }

    async fn on_user_deleted_conversations(
        &self,
        call: &Call,
        deleted: UserDeletedConversationsNotification,
    ) -> Result<EmptyResponse, CallError> {
        self.connection.call(&rpcs::ON_USER_DELETED_CONVERSATIONS, call, &deleted).await
    }
}

/// Repeats calls that failed for a passing reason, if their RPC is declared idempotent; hands all
/// others to the [`Galley`] inside as they are.
#[derive(Clone, Debug)]
pub struct Retrying<S> {
    inner: S,
    retry: Retry,
}

impl<S> Retrying<S> {
    /// Repeats calls on `inner` as `retry` says.
    pub fn new(inner: S, retry: Retry) -> Self {
        Self { inner, retry }
    }
}

impl<S> Galley for Retrying<S>
where
    S: Galley<Error: Retryable>,
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
        self.retry
            .run(
                &rpcs::ON_NEW_REMOTE_CONVERSATION,
                call,
                conversation,
                |conversation| {
                    Galley::on_new_remote_conversation(&self.inner, call, conversation)
                },
            )
            .await
    }

    async fn get_conversations_v0(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponse, S::Error> {
        self.retry
            .run(
                &rpcs::GET_CONVERSATIONS_V0,
                call,
                request,
                |request| { Galley::get_conversations_v0(&self.inner, call, request) },
            )
            .await
    }

    async fn get_conversations(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponseV2, S::Error> {
        self.retry
            .run(
                &rpcs::GET_CONVERSATIONS,
                call,
                request,
                |request| { Galley::get_conversations(&self.inner, call, request) },
            )
            .await
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
        self.retry
            .run(
                &rpcs::QUERY_GROUP_INFO,
                call,
                request,
                |request| { Galley::query_group_info(&self.inner, call, request) },
            )
            .await
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
        self.retry
            .run(
                &rpcs::GET_SUB_CONVERSATION,
                call,
                request,
                |request| { Galley::get_sub_conversation(&self.inner, call, request) },
            )
            .await
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
        self.retry
            .run(
                &rpcs::GET_ONE2ONE_CONVERSATION_V1,
                call,
                request,
                |request| {
                    Galley::get_one2one_conversation_v1(&self.inner, call, request)
                },
            )
            .await
    }

    async fn get_one2one_conversation(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponseV2, S::Error> {
        self.retry
            .run(
                &rpcs::GET_ONE2ONE_CONVERSATION,
                call,
                request,
                |request| {
                    Galley::get_one2one_conversation(&self.inner, call, request)
                },
            )
            .await
    }

    async fn on_client_removed(
        &self,
        call: &Call,
        removed: ClientRemovedRequest,
    ) -> Result<EmptyResponse, S::Error> {
        Galley::on_client_removed(&self.inner, call, removed).await
    }

    async fn on_message_sent(
        &self,
        call: &Call,
        message: RemoteMessage,
    ) -> Result<EmptyResponse, S::Error> {
        Galley::on_message_sent(&self.inner, call, message).await
    }

    async fn on_mls_message_sent(
        &self,
        call: &Call,
        message: RemoteMlsMessage,
    ) -> Result<EmptyResponse, S::Error> {
        Galley::on_mls_message_sent(&self.inner, call, message).await
    }

    async fn on_conversation_updated_v0(
        &self,
        call: &Call,
        update: ConversationUpdateV0,
    ) -> Result<EmptyResponse, S::Error> {
        Galley::on_conversation_updated_v0(&self.inner, call, update).await
    }

    async fn on_conversation_updated(
        &self,
        call: &Call,
        update: ConversationUpdate,
    ) -> Result<EmptyResponse, S::Error> {
        Galley::on_conversation_updated(&self.inner, call, update).await
    }

    async fn on_user_deleted_conversations(
        &self,
        call: &Call,
        deleted: UserDeletedConversationsNotification,
    ) -> Result<EmptyResponse, S::Error> {
        Galley::on_user_deleted_conversations(&self.inner, call, deleted).await
    }
}

/// Some implementation of [`Galley`]; which one is not in the type.
pub struct Handle<E>(Arc<dyn Boxed<E>>);

impl<E: Send + 'static> Handle<E> {
    /// Hides which implementation of [`Galley`] `inner` is.
    pub fn new(inner: impl Galley<Error = E>) -> Self {
        Self(Arc::new(inner))
    }
}

impl<E> Clone for Handle<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E> ::core::fmt::Debug for Handle<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl<E: Send + 'static> Galley for Handle<E> {
    type Error = E;

    async fn on_conversation_created(
        &self,
        call: &Call,
        created: ConversationCreated,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_conversation_created(call, created).await
    }

    async fn on_new_remote_conversation(
        &self,
        call: &Call,
        conversation: NewRemoteConversation,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_new_remote_conversation(call, conversation).await
    }

    async fn get_conversations_v0(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponse, E> {
        self.0.boxed_get_conversations_v0(call, request).await
    }

    async fn get_conversations(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponseV2, E> {
        self.0.boxed_get_conversations(call, request).await
    }

    async fn leave_conversation(
        &self,
        call: &Call,
        request: LeaveConversationRequest,
    ) -> Result<LeaveConversationResponse, E> {
        self.0.boxed_leave_conversation(call, request).await
    }

    async fn send_message(
        &self,
        call: &Call,
        request: ProteusMessageSendRequest,
    ) -> Result<MessageSendResponse, E> {
        self.0.boxed_send_message(call, request).await
    }

    async fn update_conversation(
        &self,
        call: &Call,
        request: ConversationUpdateRequest,
    ) -> Result<ConversationUpdateResponse, E> {
        self.0.boxed_update_conversation(call, request).await
    }

    async fn mls_welcome(
        &self,
        call: &Call,
        request: MlsWelcomeRequest,
    ) -> Result<MlsWelcomeResponse, E> {
        self.0.boxed_mls_welcome(call, request).await
    }

    async fn send_mls_message(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, E> {
        self.0.boxed_send_mls_message(call, request).await
    }

    async fn send_mls_commit_bundle(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, E> {
        self.0.boxed_send_mls_commit_bundle(call, request).await
    }

    async fn query_group_info(
        &self,
        call: &Call,
        request: GetGroupInfoRequest,
    ) -> Result<GetGroupInfoResponse, E> {
        self.0.boxed_query_group_info(call, request).await
    }

    async fn update_typing_indicator(
        &self,
        call: &Call,
        request: TypingDataUpdateRequest,
    ) -> Result<TypingDataUpdateResponse, E> {
        self.0.boxed_update_typing_indicator(call, request).await
    }

    async fn on_typing_indicator_updated(
        &self,
        call: &Call,
        notice: TypingNotice,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_typing_indicator_updated(call, notice).await
    }

    async fn get_sub_conversation(
        &self,
        call: &Call,
        request: GetSubConversationsRequest,
    ) -> Result<GetSubConversationsResponse, E> {
        self.0.boxed_get_sub_conversation(call, request).await
    }

    async fn delete_sub_conversation(
        &self,
        call: &Call,
        request: DeleteSubConversationFedRequest,
    ) -> Result<DeleteSubConversationResponse, E> {
        self.0.boxed_delete_sub_conversation(call, request).await
    }

    async fn leave_sub_conversation(
        &self,
        call: &Call,
        request: LeaveSubConversationRequest,
    ) -> Result<LeaveSubConversationResponse, E> {
        self.0.boxed_leave_sub_conversation(call, request).await
    }

    async fn get_one2one_conversation_v1(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponse, E> {
        self.0.boxed_get_one2one_conversation_v1(call, request).await
    }

    async fn get_one2one_conversation(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponseV2, E> {
        self.0.boxed_get_one2one_conversation(call, request).await
    }

    async fn on_client_removed(
        &self,
        call: &Call,
        removed: ClientRemovedRequest,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_client_removed(call, removed).await
    }

    async fn on_message_sent(
        &self,
        call: &Call,
        message: RemoteMessage,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_message_sent(call, message).await
    }

    async fn on_mls_message_sent(
        &self,
        call: &Call,
        message: RemoteMlsMessage,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_mls_message_sent(call, message).await
    }

    async fn on_conversation_updated_v0(
        &self,
        call: &Call,
        update: ConversationUpdateV0,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_conversation_updated_v0(call, update).await
    }

    async fn on_conversation_updated(
        &self,
        call: &Call,
        update: ConversationUpdate,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_conversation_updated(call, update).await
    }

    async fn on_user_deleted_conversations(
        &self,
        call: &Call,
        deleted: UserDeletedConversationsNotification,
    ) -> Result<EmptyResponse, E> {
        self.0.boxed_on_user_deleted_conversations(call, deleted).await
    }
}

trait Boxed<E>: Send + Sync {
    fn boxed_on_conversation_created<'a>(
        &'a self,
        call: &'a Call,
        created: ConversationCreated,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;

    fn boxed_on_new_remote_conversation<'a>(
        &'a self,
        call: &'a Call,
        conversation: NewRemoteConversation,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;

    fn boxed_get_conversations_v0<'a>(
        &'a self,
        call: &'a Call,
        request: GetConversationsRequest,
    ) -> BoxFuture<'a, Result<GetConversationsResponse, E>>;

    fn boxed_get_conversations<'a>(
        &'a self,
        call: &'a Call,
        request: GetConversationsRequest,
    ) -> BoxFuture<'a, Result<GetConversationsResponseV2, E>>;

    fn boxed_leave_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: LeaveConversationRequest,
    ) -> BoxFuture<'a, Result<LeaveConversationResponse, E>>;

    fn boxed_send_message<'a>(
        &'a self,
        call: &'a Call,
        request: ProteusMessageSendRequest,
    ) -> BoxFuture<'a, Result<MessageSendResponse, E>>;

    fn boxed_update_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: ConversationUpdateRequest,
    ) -> BoxFuture<'a, Result<ConversationUpdateResponse, E>>;

    fn boxed_mls_welcome<'a>(
        &'a self,
        call: &'a Call,
        request: MlsWelcomeRequest,
    ) -> BoxFuture<'a, Result<MlsWelcomeResponse, E>>;

    fn boxed_send_mls_message<'a>(
        &'a self,
        call: &'a Call,
        request: MlsMessageSendRequest,
    ) -> BoxFuture<'a, Result<MlsMessageResponse, E>>;

    fn boxed_send_mls_commit_bundle<'a>(
        &'a self,
        call: &'a Call,
        request: MlsMessageSendRequest,
    ) -> BoxFuture<'a, Result<MlsMessageResponse, E>>;

    fn boxed_query_group_info<'a>(
        &'a self,
        call: &'a Call,
        request: GetGroupInfoRequest,
    ) -> BoxFuture<'a, Result<GetGroupInfoResponse, E>>;

    fn boxed_update_typing_indicator<'a>(
        &'a self,
        call: &'a Call,
        request: TypingDataUpdateRequest,
    ) -> BoxFuture<'a, Result<TypingDataUpdateResponse, E>>;

    fn boxed_on_typing_indicator_updated<'a>(
        &'a self,
        call: &'a Call,
        notice: TypingNotice,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;

    fn boxed_get_sub_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: GetSubConversationsRequest,
    ) -> BoxFuture<'a, Result<GetSubConversationsResponse, E>>;

    fn boxed_delete_sub_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: DeleteSubConversationFedRequest,
    ) -> BoxFuture<'a, Result<DeleteSubConversationResponse, E>>;

    fn boxed_leave_sub_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: LeaveSubConversationRequest,
    ) -> BoxFuture<'a, Result<LeaveSubConversationResponse, E>>;

    fn boxed_get_one2one_conversation_v1<'a>(
        &'a self,
        call: &'a Call,
        request: GetOne2OneConversationRequest,
    ) -> BoxFuture<'a, Result<GetOne2OneConversationResponse, E>>;

    fn boxed_get_one2one_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: GetOne2OneConversationRequest,
    ) -> BoxFuture<'a, Result<GetOne2OneConversationResponseV2, E>>;

    fn boxed_on_client_removed<'a>(
        &'a self,
        call: &'a Call,
        removed: ClientRemovedRequest,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;

    fn boxed_on_message_sent<'a>(
        &'a self,
        call: &'a Call,
        message: RemoteMessage,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;

    fn boxed_on_mls_message_sent<'a>(
        &'a self,
        call: &'a Call,
        message: RemoteMlsMessage,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;

    fn boxed_on_conversation_updated_v0<'a>(
        &'a self,
        call: &'a Call,
        update: ConversationUpdateV0,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;

    fn boxed_on_conversation_updated<'a>(
        &'a self,
        call: &'a Call,
        update: ConversationUpdate,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;

    fn boxed_on_user_deleted_conversations<'a>(
        &'a self,
        call: &'a Call,
        deleted: UserDeletedConversationsNotification,
    ) -> BoxFuture<'a, Result<EmptyResponse, E>>;
}

impl<S: Galley> Boxed<S::Error> for S {
    fn boxed_on_conversation_created<'a>(
        &'a self,
        call: &'a Call,
        created: ConversationCreated,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Galley::on_conversation_created(self, call, created))
    }

    fn boxed_on_new_remote_conversation<'a>(
        &'a self,
        call: &'a Call,
        conversation: NewRemoteConversation,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Galley::on_new_remote_conversation(self, call, conversation))
    }

    fn boxed_get_conversations_v0<'a>(
        &'a self,
        call: &'a Call,
        request: GetConversationsRequest,
    ) -> BoxFuture<'a, Result<GetConversationsResponse, S::Error>> {
        Box::pin(Galley::get_conversations_v0(self, call, request))
    }

    fn boxed_get_conversations<'a>(
        &'a self,
        call: &'a Call,
        request: GetConversationsRequest,
    ) -> BoxFuture<'a, Result<GetConversationsResponseV2, S::Error>> {
        Box::pin(Galley::get_conversations(self, call, request))
    }

    fn boxed_leave_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: LeaveConversationRequest,
    ) -> BoxFuture<'a, Result<LeaveConversationResponse, S::Error>> {
        Box::pin(Galley::leave_conversation(self, call, request))
    }

    fn boxed_send_message<'a>(
        &'a self,
        call: &'a Call,
        request: ProteusMessageSendRequest,
    ) -> BoxFuture<'a, Result<MessageSendResponse, S::Error>> {
        Box::pin(Galley::send_message(self, call, request))
    }

    fn boxed_update_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: ConversationUpdateRequest,
    ) -> BoxFuture<'a, Result<ConversationUpdateResponse, S::Error>> {
        Box::pin(Galley::update_conversation(self, call, request))
    }

    fn boxed_mls_welcome<'a>(
        &'a self,
        call: &'a Call,
        request: MlsWelcomeRequest,
    ) -> BoxFuture<'a, Result<MlsWelcomeResponse, S::Error>> {
        Box::pin(Galley::mls_welcome(self, call, request))
    }

    fn boxed_send_mls_message<'a>(
        &'a self,
        call: &'a Call,
        request: MlsMessageSendRequest,
    ) -> BoxFuture<'a, Result<MlsMessageResponse, S::Error>> {
        Box::pin(Galley::send_mls_message(self, call, request))
    }

    fn boxed_send_mls_commit_bundle<'a>(
        &'a self,
        call: &'a Call,
        request: MlsMessageSendRequest,
    ) -> BoxFuture<'a, Result<MlsMessageResponse, S::Error>> {
        Box::pin(Galley::send_mls_commit_bundle(self, call, request))
    }

    fn boxed_query_group_info<'a>(
        &'a self,
        call: &'a Call,
        request: GetGroupInfoRequest,
    ) -> BoxFuture<'a, Result<GetGroupInfoResponse, S::Error>> {
        Box::pin(Galley::query_group_info(self, call, request))
    }

    fn boxed_update_typing_indicator<'a>(
        &'a self,
        call: &'a Call,
        request: TypingDataUpdateRequest,
    ) -> BoxFuture<'a, Result<TypingDataUpdateResponse, S::Error>> {
        Box::pin(Galley::update_typing_indicator(self, call, request))
    }

    fn boxed_on_typing_indicator_updated<'a>(
        &'a self,
        call: &'a Call,
        notice: TypingNotice,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Galley::on_typing_indicator_updated(self, call, notice))
    }

    fn boxed_get_sub_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: GetSubConversationsRequest,
    ) -> BoxFuture<'a, Result<GetSubConversationsResponse, S::Error>> {
        Box::pin(Galley::get_sub_conversation(self, call, request))
    }

    fn boxed_delete_sub_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: DeleteSubConversationFedRequest,
    ) -> BoxFuture<'a, Result<DeleteSubConversationResponse, S::Error>> {
        Box::pin(Galley::delete_sub_conversation(self, call, request))
    }

    fn boxed_leave_sub_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: LeaveSubConversationRequest,
    ) -> BoxFuture<'a, Result<LeaveSubConversationResponse, S::Error>> {
        Box::pin(Galley::leave_sub_conversation(self, call, request))
    }

    fn boxed_get_one2one_conversation_v1<'a>(
        &'a self,
        call: &'a Call,
        request: GetOne2OneConversationRequest,
    ) -> BoxFuture<'a, Result<GetOne2OneConversationResponse, S::Error>> {
        Box::pin(Galley::get_one2one_conversation_v1(self, call, request))
    }

    fn boxed_get_one2one_conversation<'a>(
        &'a self,
        call: &'a Call,
        request: GetOne2OneConversationRequest,
    ) -> BoxFuture<'a, Result<GetOne2OneConversationResponseV2, S::Error>> {
        Box::pin(Galley::get_one2one_conversation(self, call, request))
    }

    fn boxed_on_client_removed<'a>(
        &'a self,
        call: &'a Call,
        removed: ClientRemovedRequest,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Galley::on_client_removed(self, call, removed))
    }

    fn boxed_on_message_sent<'a>(
        &'a self,
        call: &'a Call,
        message: RemoteMessage,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Galley::on_message_sent(self, call, message))
    }

    fn boxed_on_mls_message_sent<'a>(
        &'a self,
        call: &'a Call,
        message: RemoteMlsMessage,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Galley::on_mls_message_sent(self, call, message))
    }

    fn boxed_on_conversation_updated_v0<'a>(
        &'a self,
        call: &'a Call,
        update: ConversationUpdateV0,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Galley::on_conversation_updated_v0(self, call, update))
    }

    fn boxed_on_conversation_updated<'a>(
        &'a self,
        call: &'a Call,
        update: ConversationUpdate,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Galley::on_conversation_updated(self, call, update))
    }

    fn boxed_on_user_deleted_conversations<'a>(
        &'a self,
        call: &'a Call,
        deleted: UserDeletedConversationsNotification,
    ) -> BoxFuture<'a, Result<EmptyResponse, S::Error>> {
        Box::pin(Galley::on_user_deleted_conversations(self, call, deleted))
    }
}

/// A [`Galley`] that answers as it was told, RPC by RPC, and remembers what it was asked.
#[derive(Debug, Default)]
pub struct Mock {
    /// Answers `on-conversation-created`.
    pub on_conversation_created: Mocked<ConversationCreated, EmptyResponse>,
    /// Answers `on-new-remote-conversation`.
    pub on_new_remote_conversation: Mocked<NewRemoteConversation, EmptyResponse>,
    /// Answers `get-conversations`.
    pub get_conversations_v0: Mocked<GetConversationsRequest, GetConversationsResponse>,
    /// Answers `get-conversations`.
    pub get_conversations: Mocked<GetConversationsRequest, GetConversationsResponseV2>,
    /// Answers `leave-conversation`.
    pub leave_conversation: Mocked<LeaveConversationRequest, LeaveConversationResponse>,
    /// Answers `send-message`.
    pub send_message: Mocked<ProteusMessageSendRequest, MessageSendResponse>,
    /// Answers `update-conversation`.
    pub update_conversation: Mocked<
        ConversationUpdateRequest,
        ConversationUpdateResponse,
    >,
    /// Answers `mls-welcome`.
    pub mls_welcome: Mocked<MlsWelcomeRequest, MlsWelcomeResponse>,
    /// Answers `send-mls-message`.
    pub send_mls_message: Mocked<MlsMessageSendRequest, MlsMessageResponse>,
    /// Answers `send-mls-commit-bundle`.
    pub send_mls_commit_bundle: Mocked<MlsMessageSendRequest, MlsMessageResponse>,
    /// Answers `query-group-info`.
    pub query_group_info: Mocked<GetGroupInfoRequest, GetGroupInfoResponse>,
    /// Answers `update-typing-indicator`.
    pub update_typing_indicator: Mocked<
        TypingDataUpdateRequest,
        TypingDataUpdateResponse,
    >,
    /// Answers `on-typing-indicator-updated`.
    pub on_typing_indicator_updated: Mocked<TypingNotice, EmptyResponse>,
    /// Answers `get-sub-conversation`.
    pub get_sub_conversation: Mocked<
        GetSubConversationsRequest,
        GetSubConversationsResponse,
    >,
    /// Answers `delete-sub-conversation`.
    pub delete_sub_conversation: Mocked<
        DeleteSubConversationFedRequest,
        DeleteSubConversationResponse,
    >,
    /// Answers `leave-sub-conversation`.
    pub leave_sub_conversation: Mocked<
        LeaveSubConversationRequest,
        LeaveSubConversationResponse,
    >,
    /// Answers `get-one2one-conversation`.
    pub get_one2one_conversation_v1: Mocked<
        GetOne2OneConversationRequest,
        GetOne2OneConversationResponse,
    >,
    /// Answers `get-one2one-conversation`.
    pub get_one2one_conversation: Mocked<
        GetOne2OneConversationRequest,
        GetOne2OneConversationResponseV2,
    >,
    /// Answers `on-client-removed`.
    pub on_client_removed: Mocked<ClientRemovedRequest, EmptyResponse>,
    /// Answers `on-message-sent`.
    pub on_message_sent: Mocked<RemoteMessage, EmptyResponse>,
    /// Answers `on-mls-message-sent`.
    pub on_mls_message_sent: Mocked<RemoteMlsMessage, EmptyResponse>,
    /// Answers `on-conversation-updated`.
    pub on_conversation_updated_v0: Mocked<ConversationUpdateV0, EmptyResponse>,
    /// Answers `on-conversation-updated`.
    pub on_conversation_updated: Mocked<ConversationUpdate, EmptyResponse>,
    /// Answers `on-user-deleted-conversations`.
    pub on_user_deleted_conversations: Mocked<
        UserDeletedConversationsNotification,
        EmptyResponse,
    >,
}

impl Galley for Mock {
    type Error = CallError;

    async fn on_conversation_created(
        &self,
        call: &Call,
        created: ConversationCreated,
    ) -> Result<EmptyResponse, CallError> {
        self.on_conversation_created
            .answer(&rpcs::ON_CONVERSATION_CREATED, call, created)
            .await
    }

    async fn on_new_remote_conversation(
        &self,
        call: &Call,
        conversation: NewRemoteConversation,
    ) -> Result<EmptyResponse, CallError> {
        self.on_new_remote_conversation
            .answer(&rpcs::ON_NEW_REMOTE_CONVERSATION, call, conversation)
            .await
    }

    async fn get_conversations_v0(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponse, CallError> {
        self.get_conversations_v0
            .answer(&rpcs::GET_CONVERSATIONS_V0, call, request)
            .await
    }

    async fn get_conversations(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponseV2, CallError> {
        self.get_conversations.answer(&rpcs::GET_CONVERSATIONS, call, request).await
    }

    async fn leave_conversation(
        &self,
        call: &Call,
        request: LeaveConversationRequest,
    ) -> Result<LeaveConversationResponse, CallError> {
        self.leave_conversation.answer(&rpcs::LEAVE_CONVERSATION, call, request).await
    }

    async fn send_message(
        &self,
        call: &Call,
        request: ProteusMessageSendRequest,
    ) -> Result<MessageSendResponse, CallError> {
        self.send_message.answer(&rpcs::SEND_MESSAGE, call, request).await
    }

    async fn update_conversation(
        &self,
        call: &Call,
        request: ConversationUpdateRequest,
    ) -> Result<ConversationUpdateResponse, CallError> {
        self.update_conversation.answer(&rpcs::UPDATE_CONVERSATION, call, request).await
    }

    async fn mls_welcome(
        &self,
        call: &Call,
        request: MlsWelcomeRequest,
    ) -> Result<MlsWelcomeResponse, CallError> {
        self.mls_welcome.answer(&rpcs::MLS_WELCOME, call, request).await
    }

    async fn send_mls_message(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, CallError> {
        self.send_mls_message.answer(&rpcs::SEND_MLS_MESSAGE, call, request).await
    }

    async fn send_mls_commit_bundle(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, CallError> {
        self.send_mls_commit_bundle
            .answer(&rpcs::SEND_MLS_COMMIT_BUNDLE, call, request)
            .await
    }

    async fn query_group_info(
        &self,
        call: &Call,
        request: GetGroupInfoRequest,
    ) -> Result<GetGroupInfoResponse, CallError> {
        self.query_group_info.answer(&rpcs::QUERY_GROUP_INFO, call, request).await
    }

    async fn update_typing_indicator(
        &self,
        call: &Call,
        request: TypingDataUpdateRequest,
    ) -> Result<TypingDataUpdateResponse, CallError> {
        self.update_typing_indicator
            .answer(&rpcs::UPDATE_TYPING_INDICATOR, call, request)
            .await
    }

    async fn on_typing_indicator_updated(
        &self,
        call: &Call,
        notice: TypingNotice,
    ) -> Result<EmptyResponse, CallError> {
        self.on_typing_indicator_updated
            .answer(&rpcs::ON_TYPING_INDICATOR_UPDATED, call, notice)
            .await
    }

    async fn get_sub_conversation(
        &self,
        call: &Call,
        request: GetSubConversationsRequest,
    ) -> Result<GetSubConversationsResponse, CallError> {
        self.get_sub_conversation
            .answer(&rpcs::GET_SUB_CONVERSATION, call, request)
            .await
    }

    async fn delete_sub_conversation(
        &self,
        call: &Call,
        request: DeleteSubConversationFedRequest,
    ) -> Result<DeleteSubConversationResponse, CallError> {
        self.delete_sub_conversation
            .answer(&rpcs::DELETE_SUB_CONVERSATION, call, request)
            .await
    }

    async fn leave_sub_conversation(
        &self,
        call: &Call,
        request: LeaveSubConversationRequest,
    ) -> Result<LeaveSubConversationResponse, CallError> {
        self.leave_sub_conversation
            .answer(&rpcs::LEAVE_SUB_CONVERSATION, call, request)
            .await
    }

    async fn get_one2one_conversation_v1(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponse, CallError> {
        self.get_one2one_conversation_v1
            .answer(&rpcs::GET_ONE2ONE_CONVERSATION_V1, call, request)
            .await
    }

    async fn get_one2one_conversation(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponseV2, CallError> {
        self.get_one2one_conversation
            .answer(&rpcs::GET_ONE2ONE_CONVERSATION, call, request)
            .await
    }

    async fn on_client_removed(
        &self,
        call: &Call,
        removed: ClientRemovedRequest,
    ) -> Result<EmptyResponse, CallError> {
        self.on_client_removed.answer(&rpcs::ON_CLIENT_REMOVED, call, removed).await
    }

    async fn on_message_sent(
        &self,
        call: &Call,
        message: RemoteMessage,
    ) -> Result<EmptyResponse, CallError> {
        self.on_message_sent.answer(&rpcs::ON_MESSAGE_SENT, call, message).await
    }

    async fn on_mls_message_sent(
        &self,
        call: &Call,
        message: RemoteMlsMessage,
    ) -> Result<EmptyResponse, CallError> {
        self.on_mls_message_sent.answer(&rpcs::ON_MLS_MESSAGE_SENT, call, message).await
    }

    async fn on_conversation_updated_v0(
        &self,
        call: &Call,
        update: ConversationUpdateV0,
    ) -> Result<EmptyResponse, CallError> {
        self.on_conversation_updated_v0
            .answer(&rpcs::ON_CONVERSATION_UPDATED_V0, call, update)
            .await
    }

    async fn on_conversation_updated(
        &self,
        call: &Call,
        update: ConversationUpdate,
    ) -> Result<EmptyResponse, CallError> {
        self.on_conversation_updated
            .answer(&rpcs::ON_CONVERSATION_UPDATED, call, update)
            .await
    }

    async fn on_user_deleted_conversations(
        &self,
        call: &Call,
        deleted: UserDeletedConversationsNotification,
    ) -> Result<EmptyResponse, CallError> {
        self.on_user_deleted_conversations
            .answer(&rpcs::ON_USER_DELETED_CONVERSATIONS, call, deleted)
            .await
    }
}

/// Every RPC of `galley`, for tools that are told its name when they run.
pub const ALL: &[DynamicRpc] = &[
    DynamicRpc::call::<
        ConversationCreated,
        EmptyResponse,
    >(rpcs::ON_CONVERSATION_CREATED),
    DynamicRpc::call::<
        NewRemoteConversation,
        EmptyResponse,
    >(rpcs::ON_NEW_REMOTE_CONVERSATION),
    DynamicRpc::call::<
        GetConversationsRequest,
        GetConversationsResponse,
    >(rpcs::GET_CONVERSATIONS_V0),
    DynamicRpc::call::<
        GetConversationsRequest,
        GetConversationsResponseV2,
    >(rpcs::GET_CONVERSATIONS),
    DynamicRpc::call::<
        LeaveConversationRequest,
        LeaveConversationResponse,
    >(rpcs::LEAVE_CONVERSATION),
    DynamicRpc::call::<
        ProteusMessageSendRequest,
        MessageSendResponse,
    >(rpcs::SEND_MESSAGE),
    DynamicRpc::call::<
        ConversationUpdateRequest,
        ConversationUpdateResponse,
    >(rpcs::UPDATE_CONVERSATION),
    DynamicRpc::call::<MlsWelcomeRequest, MlsWelcomeResponse>(rpcs::MLS_WELCOME),
    DynamicRpc::call::<
        MlsMessageSendRequest,
        MlsMessageResponse,
    >(rpcs::SEND_MLS_MESSAGE),
    DynamicRpc::call::<
        MlsMessageSendRequest,
        MlsMessageResponse,
    >(rpcs::SEND_MLS_COMMIT_BUNDLE),
    DynamicRpc::call::<
        GetGroupInfoRequest,
        GetGroupInfoResponse,
    >(rpcs::QUERY_GROUP_INFO),
    DynamicRpc::call::<
        TypingDataUpdateRequest,
        TypingDataUpdateResponse,
    >(rpcs::UPDATE_TYPING_INDICATOR),
    DynamicRpc::call::<TypingNotice, EmptyResponse>(rpcs::ON_TYPING_INDICATOR_UPDATED),
    DynamicRpc::call::<
        GetSubConversationsRequest,
        GetSubConversationsResponse,
    >(rpcs::GET_SUB_CONVERSATION),
    DynamicRpc::call::<
        DeleteSubConversationFedRequest,
        DeleteSubConversationResponse,
    >(rpcs::DELETE_SUB_CONVERSATION),
    DynamicRpc::call::<
        LeaveSubConversationRequest,
        LeaveSubConversationResponse,
    >(rpcs::LEAVE_SUB_CONVERSATION),
    DynamicRpc::call::<
        GetOne2OneConversationRequest,
        GetOne2OneConversationResponse,
    >(rpcs::GET_ONE2ONE_CONVERSATION_V1),
    DynamicRpc::call::<
        GetOne2OneConversationRequest,
        GetOne2OneConversationResponseV2,
    >(rpcs::GET_ONE2ONE_CONVERSATION),
    DynamicRpc::call::<ClientRemovedRequest, EmptyResponse>(rpcs::ON_CLIENT_REMOVED),
    DynamicRpc::call::<RemoteMessage, EmptyResponse>(rpcs::ON_MESSAGE_SENT),
    DynamicRpc::call::<RemoteMlsMessage, EmptyResponse>(rpcs::ON_MLS_MESSAGE_SENT),
    DynamicRpc::call::<
        ConversationUpdateV0,
        EmptyResponse,
    >(rpcs::ON_CONVERSATION_UPDATED_V0),
    DynamicRpc::call::<ConversationUpdate, EmptyResponse>(rpcs::ON_CONVERSATION_UPDATED),
    DynamicRpc::call::<
        UserDeletedConversationsNotification,
        EmptyResponse,
    >(rpcs::ON_USER_DELETED_CONVERSATIONS),
];

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
