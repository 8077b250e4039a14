// Emitted by federation-codegen from src/galley.rs of federation-api. Do not edit.

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
use ::federation_openapi::{Component, Operation};

/// The component `galley`, as the documents describe it.
pub fn component() -> Component {
    Component::new(
        "galley",
        "Conversations and messages.\n\nA conversation belongs to the backend on which it was created, its *owner*: the owner keeps its\nmembers and decides about every change; the backends of remote members ask the owner and are told by\nit. Every negative answer is a value of the response.\n\nSource: `galley.md`.",
        [
            Operation::call::<
                ConversationCreated,
                EmptyResponse,
            >(
                rpcs::ON_CONVERSATION_CREATED,
                "The origin has created a conversation, and users of the target are in it from the beginning.\n\nThe target takes in those of its users that are connected to the creator and silently leaves\nout the others. If the call fails, the origin gives the conversation up.",
            ),
            Operation::call::<
                NewRemoteConversation,
                EmptyResponse,
            >(
                rpcs::ON_NEW_REMOTE_CONVERSATION,
                "A user of the target is about to join an existing conversation of the origin.\n\nRetired in July 2023, and unknown to backends since. Backends of early 2023 fail to add a user\nif it is not answered; there is nothing to do for it.",
            ),
            Operation::call::<
                GetConversationsRequest,
                GetConversationsResponse,
            >(
                rpcs::GET_CONVERSATIONS_V0,
                "Conversations of the target, as one of their members sees them.\n\nSuperseded in V2 by the form with the current encoding of MLS data.",
            ),
            Operation::call::<
                GetConversationsRequest,
                GetConversationsResponseV2,
            >(
                rpcs::GET_CONVERSATIONS,
                "Conversations of the target, as one of their members sees them.\n\nConversations that do not exist and those without the member are left out.",
            ),
            Operation::call::<
                LeaveConversationRequest,
                LeaveConversationResponse,
            >(
                rpcs::LEAVE_CONVERSATION,
                "A user of the origin leaves a conversation of the target.",
            ),
            Operation::call::<
                ProteusMessageSendRequest,
                MessageSendResponse,
            >(
                rpcs::SEND_MESSAGE,
                "A user of the origin sends a Proteus message to a conversation of the target.\n\nNothing is delivered where clients are missing that the sender may not leave out. A message that\ncannot be read is 400 `invalid-payload`.",
            ),
            Operation::call::<
                ConversationUpdateRequest,
                ConversationUpdateResponse,
            >(
                rpcs::UPDATE_CONVERSATION,
                "A user of the origin changes a conversation of the target.\n\nThe answer is what the other backends are told; the origin must apply it itself. Members that a user\nof the origin adds, and the deletion of a conversation of a team, are 422 `federation-not-implemented`.",
            ),
            Operation::call::<
                MlsWelcomeRequest,
                MlsWelcomeResponse,
            >(
                rpcs::MLS_WELCOME,
                "A welcome message for clients of the target that were added to an MLS group.",
            ),
            Operation::call::<
                MlsMessageSendRequest,
                MlsMessageResponse,
            >(
                rpcs::SEND_MLS_MESSAGE,
                "A user of the origin sends an MLS proposal or application message to a conversation of the target.",
            ),
            Operation::call::<
                MlsMessageSendRequest,
                MlsMessageResponse,
            >(
                rpcs::SEND_MLS_COMMIT_BUNDLE,
                "A user of the origin sends an MLS commit, with all that belongs to it, to a conversation of the\ntarget.\n\nThe answer has one update for each change of membership; the origin must apply them itself.",
            ),
            Operation::call::<
                GetGroupInfoRequest,
                GetGroupInfoResponse,
            >(rpcs::QUERY_GROUP_INFO, "The public state of an MLS group of the target."),
            Operation::call::<
                TypingDataUpdateRequest,
                TypingDataUpdateResponse,
            >(
                rpcs::UPDATE_TYPING_INDICATOR,
                "A user of the origin begins or stops to type in a conversation of the target.\n\nThe answer names the users of the origin that the origin must tell.",
            ),
            Operation::call::<
                TypingNotice,
                EmptyResponse,
            >(
                rpcs::ON_TYPING_INDICATOR_UPDATED,
                "A member of a conversation of the origin begins or stops to type.\n\nBackends of January 2023 ask the owner of the conversation by the same name: a user of the origin\ntypes in a conversation of the target.",
            ),
            Operation::call::<
                GetSubConversationsRequest,
                GetSubConversationsResponse,
            >(
                rpcs::GET_SUB_CONVERSATION,
                "A sub-conversation of a conversation of the target.\n\nOne that does not exist yet is made up, unless the conversation cannot have any.",
            ),
            Operation::call::<
                DeleteSubConversationFedRequest,
                DeleteSubConversationResponse,
            >(
                rpcs::DELETE_SUB_CONVERSATION,
                "A user of the origin resets a sub-conversation of the target, in the state that it names.",
            ),
            Operation::call::<
                LeaveSubConversationRequest,
                LeaveSubConversationResponse,
            >(
                rpcs::LEAVE_SUB_CONVERSATION,
                "A client of the origin leaves a sub-conversation of the target.",
            ),
            Operation::call::<
                GetOne2OneConversationRequest,
                GetOne2OneConversationResponse,
            >(
                rpcs::GET_ONE2ONE_CONVERSATION_V1,
                "The MLS one-to-one conversation of a user of the origin and one of the target.\n\nSuperseded in V2 by the form that also carries the target's public keys. An answer of this form\nwith a conversation is of no use to a newer caller; a target that owns the conversation refuses\nit: 400 `federation-function-not-supported`.",
            ),
            Operation::call::<
                GetOne2OneConversationRequest,
                GetOne2OneConversationResponseV2,
            >(
                rpcs::GET_ONE2ONE_CONVERSATION,
                "The MLS one-to-one conversation of a user of the origin and one of the target, with the target's\npublic keys.\n\nOne that does not exist yet is made up.",
            ),
            Operation::call::<
                ClientRemovedRequest,
                EmptyResponse,
            >(
                rpcs::ON_CLIENT_REMOVED,
                "A client of a user of the origin is gone: it is no longer in MLS groups of the target.",
            ),
            Operation::call::<
                RemoteMessage,
                EmptyResponse,
            >(
                rpcs::ON_MESSAGE_SENT,
                "A Proteus message in a conversation of the origin, for clients of users of the target.",
            ),
            Operation::call::<
                RemoteMlsMessage,
                EmptyResponse,
            >(
                rpcs::ON_MLS_MESSAGE_SENT,
                "An MLS message in a conversation of the origin, for clients of users of the target.",
            ),
            Operation::call::<
                ConversationUpdateV0,
                EmptyResponse,
            >(
                rpcs::ON_CONVERSATION_UPDATED_V0,
                "A conversation of the origin has changed.\n\nSuperseded in V1, which spells the keys differently and can say more.",
            ),
            Operation::call::<
                ConversationUpdate,
                EmptyResponse,
            >(
                rpcs::ON_CONVERSATION_UPDATED,
                "A conversation of the origin has changed.",
            ),
            Operation::call::<
                UserDeletedConversationsNotification,
                EmptyResponse,
            >(
                rpcs::ON_USER_DELETED_CONVERSATIONS,
                "A user of the origin was deleted: it is no longer in conversations of the target.",
            ),
        ],
    )
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
