//! The other backends, as the galley of a backend reaches them.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use federation_api::backends::{DomainSet, NonConnectedBackends};
use federation_api::client::{GetUserClients, PubClient};
use federation_api::conversation::{
    ClientRemovedRequest, ConversationCreated, GetConversationsRequest, GetConversationsResponseV2,
    LeaveConversationRequest, LeaveConversationResponse, UserDeletedConversationsNotification,
};
use federation_api::conversation_update::{
    ConversationUpdate, ConversationUpdateRequest, ConversationUpdateResponse,
};
use federation_api::message::{MessageSendResponse, ProteusMessageSendRequest, RemoteMessage};
use federation_api::mls::{ClientInfo, MlsClientsRequest};
use federation_api::mls_message::{
    GetGroupInfoRequest, GetGroupInfoResponse, MlsMessageSendRequest, RemoteMlsMessage,
};
use federation_api::mls_message_response::MlsMessageResponse;
use federation_api::mls_welcome::{MlsWelcomeRequest, MlsWelcomeResponse};
use federation_api::one_to_one_conversation::{
    GetOne2OneConversationRequest, GetOne2OneConversationResponseV2,
};
use federation_api::sub_conversation::{
    DeleteSubConversationFedRequest, DeleteSubConversationResponse, GetSubConversationsRequest,
    GetSubConversationsResponse, LeaveSubConversationRequest, LeaveSubConversationResponse,
};
use federation_api::typing::{TypingDataUpdateRequest, TypingDataUpdateResponse, TypingNotice};
use federation_api::user_map::UserMap;
use federation_api::{
    Brig, Call, Domain, EmptyResponse, Failure, Galley, OfSender, Unit, UserId, VersionInfo,
};

/// The clients of users, as `get-user-clients` gives them.
pub type ClientsOfUsers = UserMap<BTreeSet<PubClient>, OfSender<UserId>>;

/// An answer that is still to come.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// How a backend reaches the others: in one process ([`Network`](crate::Network)), through a
/// federator, or not at all ([`Nobody`]).
pub trait Peers: Send + Sync + 'static {
    /// Whom to call at this domain; `None` where nobody can be reached.
    fn peer(&self, domain: &Domain) -> Option<Arc<dyn Peer>>;

    /// Whom to leave notifications with for this domain. A queue takes them whether or not the backend
    /// can be reached; without one they go to the backend itself.
    fn publisher(&self, domain: &Domain) -> Option<Arc<dyn Publisher>>;
}

/// No other backend can be reached.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Peers for Nobody {
    fn peer(&self, _: &Domain) -> Option<Arc<dyn Peer>> {
        None
    }

    fn publisher(&self, _: &Domain) -> Option<Arc<dyn Publisher>> {
        None
    }
}

/// The components of another backend: anything that implements `Brig` and `Galley`, made a [`Peer`]
/// and a [`Publisher`].
#[derive(Clone, Debug)]
pub struct Components<B, G> {
    /// Its brig.
    pub brig: B,
    /// Its galley.
    pub galley: G,
}

macro_rules! erased {
    (
        $(#[doc = $doc:expr])+
        pub trait $name:ident {
            $(#[doc = $rpc_doc:expr] $component:ident.$rpc:ident($request:ty) -> $response:ty;)+
        }
    ) => {
        $(#[doc = $doc])+
        pub trait $name: Send + Sync + 'static {
            $(
                #[doc = $rpc_doc]
                fn $rpc<'a>(&'a self, call: &'a Call, request: $request) -> Asked<'a, $response>;
            )+
        }

        impl<B, G> $name for Components<B, G>
        where
            B: Brig<Error: Into<Failure>>,
            G: Galley<Error: Into<Failure>>,
        {
            $(
                fn $rpc<'a>(&'a self, call: &'a Call, request: $request) -> Asked<'a, $response> {
                    let asked = self.$component.$rpc(call, request);
                    Box::pin(async move { asked.await.map_err(Into::into) })
                }
            )+
        }
    };
}

erased! {
    /// What a backend asks another one, and waits for the answer. The domain is in the [`Call`].
    ///
    /// Source: `scenarios.md` Parts A and B.
    pub trait Peer {
        /// `api-version`: also how to find out whether the backend can be reached.
        brig.api_version(Unit) -> VersionInfo;
        /// `get-user-clients`
        brig.get_user_clients(GetUserClients) -> ClientsOfUsers;
        /// `get-mls-clients`
        brig.get_mls_clients(MlsClientsRequest) -> BTreeSet<ClientInfo>;
        /// `get-not-fully-connected-backends`
        brig.get_not_fully_connected_backends(DomainSet) -> NonConnectedBackends;
        /// `on-conversation-created`
        galley.on_conversation_created(ConversationCreated) -> EmptyResponse;
        /// `on-typing-indicator-updated`
        galley.on_typing_indicator_updated(TypingNotice) -> EmptyResponse;
        /// `mls-welcome`
        galley.mls_welcome(MlsWelcomeRequest) -> MlsWelcomeResponse;
        /// `get-conversations`
        galley.get_conversations(GetConversationsRequest) -> GetConversationsResponseV2;
        /// `leave-conversation`
        galley.leave_conversation(LeaveConversationRequest) -> LeaveConversationResponse;
        /// `send-message`
        galley.send_message(ProteusMessageSendRequest) -> MessageSendResponse;
        /// `update-conversation`
        galley.update_conversation(ConversationUpdateRequest) -> ConversationUpdateResponse;
        /// `update-typing-indicator`
        galley.update_typing_indicator(TypingDataUpdateRequest) -> TypingDataUpdateResponse;
        /// `send-mls-message`
        galley.send_mls_message(MlsMessageSendRequest) -> MlsMessageResponse;
        /// `send-mls-commit-bundle`
        galley.send_mls_commit_bundle(MlsMessageSendRequest) -> MlsMessageResponse;
        /// `query-group-info`
        galley.query_group_info(GetGroupInfoRequest) -> GetGroupInfoResponse;
        /// `get-sub-conversation`
        galley.get_sub_conversation(GetSubConversationsRequest) -> GetSubConversationsResponse;
        /// `delete-sub-conversation`
        galley.delete_sub_conversation(DeleteSubConversationFedRequest) -> DeleteSubConversationResponse;
        /// `leave-sub-conversation`
        galley.leave_sub_conversation(LeaveSubConversationRequest) -> LeaveSubConversationResponse;
        /// `get-one2one-conversation`
        galley.get_one2one_conversation(GetOne2OneConversationRequest) -> GetOne2OneConversationResponseV2;
    }
}

erased! {
    /// What a backend leaves for another one, to be delivered in this order, sooner or later. An error
    /// says that it was not taken, and then it is lost.
    ///
    /// A queue makes the V0 body of a conversation update from the one that it is given.
    ///
    /// Source: `galley.md` §3.
    pub trait Publisher {
        /// `on-conversation-updated`
        galley.on_conversation_updated(ConversationUpdate) -> EmptyResponse;
        /// `on-message-sent`
        galley.on_message_sent(RemoteMessage) -> EmptyResponse;
        /// `on-mls-message-sent`
        galley.on_mls_message_sent(RemoteMlsMessage) -> EmptyResponse;
        /// `on-client-removed`
        galley.on_client_removed(ClientRemovedRequest) -> EmptyResponse;
        /// `on-user-deleted-conversations`
        galley.on_user_deleted_conversations(UserDeletedConversationsNotification) -> EmptyResponse;
    }
}
