//! The galley of a backend in memory.

pub(crate) mod actions;
mod admission;
mod announce;
mod changed;
mod commit_plan;
pub(crate) mod commits;
mod committed_clients;
mod created;
mod delivery;
mod fanout;
pub(crate) mod gone;
pub(crate) mod joining;
mod leaving;
pub(crate) mod messages;
pub(crate) mod mls;
mod one_to_one;
pub(crate) mod reachability;
pub(crate) mod reading;
pub(crate) mod sub_conversations;
pub(crate) mod typing;
mod updates;

use federation_api::conversation::{
    ClientRemovedRequest, ConversationCreated, GetConversationsRequest, GetConversationsResponse,
    GetConversationsResponseV2, LeaveConversationRequest, LeaveConversationResponse,
    NewRemoteConversation, UserDeletedConversationsNotification,
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
use federation_api::{
    Call, EmptyResponse, Failure, Galley, OfSender, Qualified, UserId, Version, VersionRange,
};

use crate::backend::{Backend, local};

pub(crate) use changed::apply;
pub(crate) use updates::prepare;

/// The galley of a [`Backend`]: what other backends ask and tell it about conversations.
///
/// Behaves as `galley.md` §4 to §6 and §8 to §10 say. A call that is addressed to another domain is
/// refused (400 `bad-request`).
///
/// # Messages of MLS
///
/// There is no cryptography in this crate. Of an MLS message its kind, group, epoch and sender are read,
/// of a commit whom it adds and removes, and the tree is kept as a list of leaves. What that does not
/// tell is not checked: no signature, no confirmation or membership tag, no tree hash, no validity of
/// key packages and leaf nodes, and whether the welcome and the group info say the same as the commit
/// (only that the group info is of the group in its next epoch, and that there is a welcome for as many
/// clients as were added).
///
/// No proposals are kept, so a commit that refers to one is refused (`MLSProposalNotFound`). Nor are any
/// sent: where a backend would send remove proposals, the clients are noted in
/// [`Group::to_remove`](crate::Group::to_remove) and get no more messages.
///
/// # Decisions that the protocol reference leaves open
///
/// - When the sender of a Proteus message is of a backend that does not answer, its client is believed.
/// - A commit adds existing clients only, and of a user who comes in all that have key packages
///   (`MLSClientMismatch`). Their backends are asked with `get-mls-clients`, however many there are.
/// - A group info of another group or epoch gets the diagnostics where the sender speaks V3, and a
///   protocol error where it cannot know them.
/// - A migration to MLS is done when every member has a client in the group.
/// - The first commit of a one-to-one conversation needs an accepted connection of the local user.
/// - Once a one-to-one conversation is stored, only its two members write to it.
/// - Typing of others is told to members of the conversation only.
/// - A reset of a conversation forgets its subconversations.
#[derive(Clone, Debug)]
pub struct BackendGalley {
    backend: Backend,
}

impl BackendGalley {
    pub(crate) const fn new(backend: Backend) -> Self {
        Self { backend }
    }

    /// The backend that this is the galley of.
    #[must_use]
    pub const fn backend(&self) -> &Backend {
        &self.backend
    }
}

/// A user of the calling backend.
fn caller(call: &Call, user: OfSender<UserId>) -> Qualified<UserId> {
    call.request().qualify(&user)
}

impl Galley for BackendGalley {
    type Error = Failure;

    async fn on_conversation_created(
        &self,
        call: &Call,
        created: ConversationCreated,
    ) -> Result<EmptyResponse, Failure> {
        self.backend.answer(call, |state| {
            created::register(&self.backend, state, call, created)
        })
    }

    async fn on_new_remote_conversation(
        &self,
        call: &Call,
        _: NewRemoteConversation,
    ) -> Result<EmptyResponse, Failure> {
        self.backend.offered(VersionRange::ALL.until(Version::V1))?;
        self.backend.answer(call, |_| EmptyResponse)
    }

    async fn get_conversations_v0(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponse, Failure> {
        self.backend.offered(VersionRange::ALL.until(Version::V2))?;
        self.backend
            .answer(call, |state| {
                reading::conversations(self.backend.domain(), state, call, &request)
            })
            .map(Into::into)
    }

    async fn get_conversations(
        &self,
        call: &Call,
        request: GetConversationsRequest,
    ) -> Result<GetConversationsResponseV2, Failure> {
        self.backend.offered(VersionRange::ALL.from(Version::V2))?;
        self.backend.answer(call, |state| {
            reading::conversations(self.backend.domain(), state, call, &request)
        })
    }

    async fn leave_conversation(
        &self,
        call: &Call,
        request: LeaveConversationRequest,
    ) -> Result<LeaveConversationResponse, Failure> {
        let left = self.backend.answer(call, |state| {
            leaving::leave(&self.backend, state, call, request)
        })?;
        self.backend.publish().await;
        left
    }

    async fn send_message(
        &self,
        call: &Call,
        request: ProteusMessageSendRequest,
    ) -> Result<MessageSendResponse, Failure> {
        self.backend.addressed(call)?;
        let sender = caller(call, request.sender);
        let conversation = local(call, &request.conv_id);
        messages::send(&self.backend, &sender, conversation, request.raw_message).await
    }

    async fn update_conversation(
        &self,
        call: &Call,
        request: ConversationUpdateRequest,
    ) -> Result<ConversationUpdateResponse, Failure> {
        self.backend.addressed(call)?;
        updates::update(&self.backend, call, request).await
    }

    async fn mls_welcome(
        &self,
        call: &Call,
        request: MlsWelcomeRequest,
    ) -> Result<MlsWelcomeResponse, Failure> {
        self.backend.answer(call, |state| {
            delivery::welcome(&self.backend, state, call, request)
        })?
    }

    async fn send_mls_message(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, Failure> {
        self.backend.addressed(call)?;
        let message = mls::Sent::of_call(call, request);
        Ok(match message {
            Ok(message) => mls::send_message(&self.backend, message).await,
            Err(error) => MlsMessageResponse::Error(error),
        })
    }

    async fn send_mls_commit_bundle(
        &self,
        call: &Call,
        request: MlsMessageSendRequest,
    ) -> Result<MlsMessageResponse, Failure> {
        self.backend.addressed(call)?;
        let message = mls::Sent::of_call(call, request);
        match message {
            Ok(message) => commits::send_bundle(&self.backend, message).await,
            Err(error) => Ok(MlsMessageResponse::Error(error)),
        }
    }

    async fn query_group_info(
        &self,
        call: &Call,
        request: GetGroupInfoRequest,
    ) -> Result<GetGroupInfoResponse, Failure> {
        let sender = caller(call, request.sender);
        let conversation = local(call, &request.conv.conv_id());
        self.backend
            .answer(call, |state| {
                let sub = request.conv.subconv_id();
                reading::group_info(&self.backend, state, &sender, conversation, sub)
            })
            .map(reading::told)
    }

    async fn update_typing_indicator(
        &self,
        call: &Call,
        request: TypingDataUpdateRequest,
    ) -> Result<TypingDataUpdateResponse, Failure> {
        self.backend.addressed(call)?;
        let typist = caller(call, request.user_id);
        let conversation = local(call, &request.conv_id);
        let state = request.typing_status.status;
        Ok(typing::update(&self.backend, &typist, conversation, state).await)
    }

    async fn on_typing_indicator_updated(
        &self,
        call: &Call,
        notice: TypingNotice,
    ) -> Result<EmptyResponse, Failure> {
        self.backend.addressed(call)?;
        match notice {
            TypingNotice::FromOwner(updated) => self
                .backend
                .with_state(|state| typing::deliver(state, call, updated)),
            // The body of backends of 2023, which tell the owner by this RPC (rule R20).
            TypingNotice::ToOwner(request) => {
                self.update_typing_indicator(call, request).await?;
            }
        }
        Ok(EmptyResponse)
    }

    async fn get_sub_conversation(
        &self,
        call: &Call,
        request: GetSubConversationsRequest,
    ) -> Result<GetSubConversationsResponse, Failure> {
        self.backend.offered(VersionRange::ALL.from(Version::V1))?;
        let user = caller(call, request.user);
        let conversation = local(call, &request.conv);
        self.backend
            .answer(call, |state| {
                sub_conversations::get(&self.backend, state, &user, conversation, &request.sub_conv)
            })
            .map(|found| match found {
                Ok(found) => GetSubConversationsResponse::Success(found),
                Err(error) => GetSubConversationsResponse::Error(error),
            })
    }

    async fn delete_sub_conversation(
        &self,
        call: &Call,
        request: DeleteSubConversationFedRequest,
    ) -> Result<DeleteSubConversationResponse, Failure> {
        self.backend.offered(VersionRange::ALL.from(Version::V1))?;
        let user = caller(call, request.user);
        let conversation = local(call, &request.conv);
        self.backend
            .answer(call, |state| {
                let named = (&request.group_id, request.epoch);
                sub_conversations::reset(state, &user, conversation, &request.sub_conv, named)
            })
            .map(|reset| match reset {
                Ok(()) => DeleteSubConversationResponse::Success,
                Err(error) => DeleteSubConversationResponse::Error(error),
            })
    }

    async fn leave_sub_conversation(
        &self,
        call: &Call,
        request: LeaveSubConversationRequest,
    ) -> Result<LeaveSubConversationResponse, Failure> {
        self.backend.offered(VersionRange::ALL.from(Version::V1))?;
        let client = federation_api::client_identity::ClientIdentity {
            user: caller(call, request.user),
            client: request.client,
        };
        let conversation = local(call, &request.conv);
        self.backend.answer(call, |state| {
            sub_conversations::leave(
                &self.backend,
                state,
                client,
                conversation,
                &request.sub_conv,
            )
        })
    }

    async fn get_one2one_conversation_v1(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponse, Failure> {
        self.backend
            .offered(VersionRange::ALL.from(Version::V1).until(Version::V2))?;
        self.backend.answer(call, |state| {
            one_to_one::answer_v1(&self.backend, state, call, &request)
        })?
    }

    async fn get_one2one_conversation(
        &self,
        call: &Call,
        request: GetOne2OneConversationRequest,
    ) -> Result<GetOne2OneConversationResponseV2, Failure> {
        self.backend.offered(VersionRange::ALL.from(Version::V2))?;
        self.backend.answer(call, |state| {
            one_to_one::answer(&self.backend, state, call, &request)
        })?
    }

    async fn on_client_removed(
        &self,
        call: &Call,
        removed: ClientRemovedRequest,
    ) -> Result<EmptyResponse, Failure> {
        self.backend.answer(call, |state| {
            gone::client(&self.backend, state, call, &removed)
        })
    }

    async fn on_message_sent(
        &self,
        call: &Call,
        message: RemoteMessage,
    ) -> Result<EmptyResponse, Failure> {
        self.backend
            .answer(call, |state| delivery::message(state, call, message))
    }

    async fn on_mls_message_sent(
        &self,
        call: &Call,
        message: RemoteMlsMessage,
    ) -> Result<EmptyResponse, Failure> {
        self.backend.answer(call, |state| {
            delivery::mls_message(&self.backend, state, call, message)
        })
    }

    async fn on_conversation_updated(
        &self,
        call: &Call,
        update: ConversationUpdate,
    ) -> Result<EmptyResponse, Failure> {
        self.backend.answer(call, |state| {
            apply(&self.backend, state, call.request(), update);
            EmptyResponse
        })
    }

    async fn on_user_deleted_conversations(
        &self,
        call: &Call,
        deleted: UserDeletedConversationsNotification,
    ) -> Result<EmptyResponse, Failure> {
        let told = self.backend.answer(call, |state| {
            gone::user(&self.backend, state, call, &deleted)
        })?;
        self.backend.publish().await;
        Ok(told)
    }
}
