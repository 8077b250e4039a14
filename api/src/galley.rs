//! The declaration of galley: conversations and messages.

use federation_api_macros::component;

use crate::call::Call;
use crate::conversation::{
    ClientRemovedRequest, ConversationCreated, GetConversationsRequest, GetConversationsResponse,
    GetConversationsResponseV2, LeaveConversationRequest, LeaveConversationResponse,
    NewRemoteConversation, UserDeletedConversationsNotification,
};
use crate::conversation_update::{
    ConversationUpdate, ConversationUpdateRequest, ConversationUpdateResponse, ConversationUpdateV0,
};
use crate::empty::EmptyResponse;
use crate::message::{MessageSendResponse, ProteusMessageSendRequest, RemoteMessage};
use crate::mls_message::{
    GetGroupInfoRequest, GetGroupInfoResponse, MlsMessageSendRequest, RemoteMlsMessage,
};
use crate::mls_message_response::MlsMessageResponse;
use crate::mls_welcome::{MlsWelcomeRequest, MlsWelcomeResponse};
use crate::one_to_one_conversation::{
    GetOne2OneConversationRequest, GetOne2OneConversationResponse, GetOne2OneConversationResponseV2,
};
use crate::sub_conversation::{
    DeleteSubConversationFedRequest, DeleteSubConversationResponse, GetSubConversationsRequest,
    GetSubConversationsResponse, LeaveSubConversationRequest, LeaveSubConversationResponse,
};
use crate::typing::{TypingDataUpdateRequest, TypingDataUpdateResponse, TypingNotice};

/// Conversations and messages.
///
/// A conversation belongs to the backend on which it was created, its *owner*: the owner keeps its
/// members and decides about every change; the backends of remote members ask the owner and are told by
/// it. Every negative answer is a value of the response.
///
/// Source: `galley.md`.
#[component("galley")]
pub trait Galley {
    /// What a failed call gives its caller.
    type Error;

    /// The origin has created a conversation, and users of the target are in it from the beginning.
    ///
    /// The target takes in those of its users that are connected to the creator and silently leaves
    /// out the others. If the call fails, the origin gives the conversation up.
    #[rpc(called_by = owner)]
    async fn on_conversation_created(
        &self,
        call: &Call,
        created: ConversationCreated,
    ) -> Result<EmptyResponse, Self::Error>;

    /// A user of the target is about to join an existing conversation of the origin.
    ///
    /// Retired in July 2023, and unknown to backends since. Backends of early 2023 fail to add a user
    /// if it is not answered; there is nothing to do for it.
    #[rpc(until = V1, idempotent, called_by = owner)]
    async fn on_new_remote_conversation(
        &self,
        call: &Call,
        conversation: NewRemoteConversation,
    ) -> Result<EmptyResponse, Self::Error>;

    /// Conversations of the target, as one of their members sees them.
    ///
    /// Superseded in V2 by the form with the current encoding of MLS data.
    #[rpc(name = "get-conversations", until = V2, superseded_by = get_conversations, idempotent)]
    async fn get_conversations_v0(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponse, Self::Error> {
        self.get_conversations(call, request).await.map(Into::into)
    }

    /// Conversations of the target, as one of their members sees them.
    ///
    /// Conversations that do not exist and those without the member are left out.
    #[rpc(from = V2, idempotent)]
    async fn get_conversations(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponseV2, Self::Error>;

    /// A user of the origin leaves a conversation of the target.
    #[rpc]
    async fn leave_conversation(
        &self,
        call: &Call,
        request: LeaveConversationRequest,
    ) -> Result<LeaveConversationResponse, Self::Error>;

    /// A user of the origin sends a Proteus message to a conversation of the target.
    ///
    /// Nothing is delivered where clients are missing that the sender may not leave out. A message that
    /// cannot be read is 400 `invalid-payload`.
    #[rpc]
    async fn send_message(
        &self,
        call: &Call,
        request: ProteusMessageSendRequest,
    ) -> Result<MessageSendResponse, Self::Error>;

    /// A user of the origin changes a conversation of the target.
    ///
    /// The answer is what the other backends are told; the origin must apply it itself. Members that a user
    /// of the origin adds, and the deletion of a conversation of a team, are 422 `federation-not-implemented`.
    #[rpc]
    async fn update_conversation(
        &self,
        call: &Call,
        request: ConversationUpdateRequest,
    ) -> Result<ConversationUpdateResponse, Self::Error>;

    /// A welcome message for clients of the target that were added to an MLS group.
    #[rpc]
    async fn mls_welcome(
        &self,
        call: &Call,
        request: MlsWelcomeRequest,
    ) -> Result<MlsWelcomeResponse, Self::Error>;

    /// A user of the origin sends an MLS proposal or application message to a conversation of the target.
    #[rpc]
    async fn send_mls_message(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, Self::Error>;

    /// A user of the origin sends an MLS commit, with all that belongs to it, to a conversation of the
    /// target.
    ///
    /// The answer has one update for each change of membership; the origin must apply them itself.
    #[rpc]
    async fn send_mls_commit_bundle(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, Self::Error>;

    /// The public state of an MLS group of the target.
    #[rpc(idempotent)]
    async fn query_group_info(
        &self,
        call: &Call,
        request: GetGroupInfoRequest,
    ) -> Result<GetGroupInfoResponse, Self::Error>;

    /// A user of the origin begins or stops to type in a conversation of the target.
    ///
    /// The answer names the users of the origin that the origin must tell.
    #[rpc]
    async fn update_typing_indicator(
        &self,
        call: &Call,
        request: TypingDataUpdateRequest,
    ) -> Result<TypingDataUpdateResponse, Self::Error>;

    /// A member of a conversation of the origin begins or stops to type.
    ///
    /// Backends of January 2023 ask the owner of the conversation by the same name: a user of the origin
    /// types in a conversation of the target.
    #[rpc(called_by = owner)]
    async fn on_typing_indicator_updated(
        &self,
        call: &Call,
        notice: TypingNotice,
    ) -> Result<EmptyResponse, Self::Error>;

    /// A sub-conversation of a conversation of the target.
    ///
    /// One that does not exist yet is made up, unless the conversation cannot have any.
    #[rpc(from = V1, idempotent)]
    async fn get_sub_conversation(
        &self,
        call: &Call,
        request: GetSubConversationsRequest,
    ) -> Result<GetSubConversationsResponse, Self::Error>;

    /// A user of the origin resets a sub-conversation of the target, in the state that it names.
    #[rpc(from = V1)]
    async fn delete_sub_conversation(
        &self,
        call: &Call,
        request: DeleteSubConversationFedRequest,
    ) -> Result<DeleteSubConversationResponse, Self::Error>;

    /// A client of the origin leaves a sub-conversation of the target.
    #[rpc(from = V1)]
    async fn leave_sub_conversation(
        &self,
        call: &Call,
        request: LeaveSubConversationRequest,
    ) -> Result<LeaveSubConversationResponse, Self::Error>;

    /// The MLS one-to-one conversation of a user of the origin and one of the target.
    ///
    /// Superseded in V2 by the form that also carries the target's public keys. An answer of this form
    /// with a conversation is of no use to a newer caller; a target that owns the conversation refuses
    /// it: 400 `federation-function-not-supported`.
    #[rpc(
        name = "get-one2one-conversation",
        from = V1,
        until = V2,
        superseded_by = get_one2one_conversation,
        idempotent
    )]
    async fn get_one2one_conversation_v1(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponse, Self::Error>;

    /// The MLS one-to-one conversation of a user of the origin and one of the target, with the target's
    /// public keys.
    ///
    /// One that does not exist yet is made up.
    #[rpc(from = V2, idempotent)]
    async fn get_one2one_conversation(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponseV2, Self::Error>;

    /// A client of a user of the origin is gone: it is no longer in MLS groups of the target.
    #[notification]
    async fn on_client_removed(
        &self,
        call: &Call,
        removed: ClientRemovedRequest,
    ) -> Result<EmptyResponse, Self::Error>;

    /// A Proteus message in a conversation of the origin, for clients of users of the target.
    #[notification]
    async fn on_message_sent(
        &self,
        call: &Call,
        message: RemoteMessage,
    ) -> Result<EmptyResponse, Self::Error>;

    /// An MLS message in a conversation of the origin, for clients of users of the target.
    #[notification]
    async fn on_mls_message_sent(
        &self,
        call: &Call,
        message: RemoteMlsMessage,
    ) -> Result<EmptyResponse, Self::Error>;

    /// A conversation of the origin has changed.
    ///
    /// Superseded in V1, which spells the keys differently and can say more.
    #[notification(
        name = "on-conversation-updated",
        until = V1,
        superseded_by = on_conversation_updated
    )]
    async fn on_conversation_updated_v0(
        &self,
        call: &Call,
        update: ConversationUpdateV0,
    ) -> Result<EmptyResponse, Self::Error> {
        self.on_conversation_updated(call, update.into()).await
    }

    /// A conversation of the origin has changed.
    #[notification(from = V1)]
    async fn on_conversation_updated(
        &self,
        call: &Call,
        update: ConversationUpdate,
    ) -> Result<EmptyResponse, Self::Error>;

    /// A user of the origin was deleted: it is no longer in conversations of the target.
    #[notification]
    async fn on_user_deleted_conversations(
        &self,
        call: &Call,
        deleted: UserDeletedConversationsNotification,
    ) -> Result<EmptyResponse, Self::Error>;
}
