// Emitted by federation-codegen from src/galley.rs of federation-api. Do not edit.

use ::axum::Router;
use ::federation_api::{Domain, Failure};
use ::federation_api::galley::Galley;
use ::federation_servers::{Routes, Settings};

/// Serves an implementation of [`Galley`] under `/federation/…`, with default settings.
pub fn router<S>(service: S, own_domain: Domain) -> Router
where
    S: Galley<Error: Into<Failure>>,
{
    routes(service, own_domain, Settings::default()).into_router()
}

/// The RPCs of an implementation of [`Galley`], with these settings, for a router that may serve
/// other components too.
pub fn routes<S>(service: S, own_domain: Domain, settings: Settings) -> Routes
where
    S: Galley<Error: Into<Failure>>,
{
    let mut routes = Routes::new("galley", service, own_domain, settings);
    routes.call(rpcs::ON_CONVERSATION_CREATED, <S as Galley>::on_conversation_created);
    routes
        .call(
            rpcs::ON_NEW_REMOTE_CONVERSATION,
            <S as Galley>::on_new_remote_conversation,
        );
    routes.call(rpcs::GET_CONVERSATIONS_V0, <S as Galley>::get_conversations_v0);
    routes.call(rpcs::GET_CONVERSATIONS, <S as Galley>::get_conversations);
    routes.call(rpcs::LEAVE_CONVERSATION, <S as Galley>::leave_conversation);
    routes.call(rpcs::SEND_MESSAGE, <S as Galley>::send_message);
    routes.call(rpcs::UPDATE_CONVERSATION, <S as Galley>::update_conversation);
    routes.call(rpcs::MLS_WELCOME, <S as Galley>::mls_welcome);
    routes.call(rpcs::SEND_MLS_MESSAGE, <S as Galley>::send_mls_message);
    routes.call(rpcs::SEND_MLS_COMMIT_BUNDLE, <S as Galley>::send_mls_commit_bundle);
    routes.call(rpcs::QUERY_GROUP_INFO, <S as Galley>::query_group_info);
    routes.call(rpcs::UPDATE_TYPING_INDICATOR, <S as Galley>::update_typing_indicator);
    routes
        .call(
            rpcs::ON_TYPING_INDICATOR_UPDATED,
            <S as Galley>::on_typing_indicator_updated,
        );
    routes.call(rpcs::GET_SUB_CONVERSATION, <S as Galley>::get_sub_conversation);
    routes.call(rpcs::DELETE_SUB_CONVERSATION, <S as Galley>::delete_sub_conversation);
    routes.call(rpcs::LEAVE_SUB_CONVERSATION, <S as Galley>::leave_sub_conversation);
    routes
        .call(
            rpcs::GET_ONE2ONE_CONVERSATION_V1,
            <S as Galley>::get_one2one_conversation_v1,
        );
    routes.call(rpcs::GET_ONE2ONE_CONVERSATION, <S as Galley>::get_one2one_conversation);
    routes.call(rpcs::ON_CLIENT_REMOVED, <S as Galley>::on_client_removed);
    routes.call(rpcs::ON_MESSAGE_SENT, <S as Galley>::on_message_sent);
    routes.call(rpcs::ON_MLS_MESSAGE_SENT, <S as Galley>::on_mls_message_sent);
    routes
        .call(
            rpcs::ON_CONVERSATION_UPDATED_V0,
            <S as Galley>::on_conversation_updated_v0,
        );
    routes.call(rpcs::ON_CONVERSATION_UPDATED, <S as Galley>::on_conversation_updated);
    routes
        .call(
            rpcs::ON_USER_DELETED_CONVERSATIONS,
            <S as Galley>::on_user_deleted_conversations,
        );
    routes.erased()
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
