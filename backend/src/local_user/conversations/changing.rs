//! Changing conversations and leaving them.

use federation_api::access::ConversationAccessData;
use federation_api::bounded::NonEmptyVec;
use federation_api::conversation::{LeaveConversationRequest, RemoveFromConversationError};
use federation_api::conversation_action::{
    ConversationJoin, ConversationMemberUpdate, ConversationMessageTimerUpdate,
    ConversationReceiptModeUpdate, ConversationRemoveMembers, ConversationRename, EmptyAction,
    OtherMemberUpdate, SomeConversationAction,
};
use federation_api::conversation_settings::{JoinType, LeaveReason, Milliseconds, ReceiptMode};
use federation_api::conversation_update::{
    ConversationUpdate, ConversationUpdateRequest, ConversationUpdateResponse,
};
use federation_api::either::Either;
use federation_api::galley_error::GalleyError;
use federation_api::role::RoleName;
use federation_api::word::Word;
use federation_api::{Call, ConvId, OfRecipient, Qualified, UserId};

use super::LocalUser;
use crate::conversation_error::ConversationError;
use crate::event::{ConversationNotice, Notice};
use crate::galley::actions::{Request, not_implemented, perform};
use crate::galley::{apply, joining, prepare};
use crate::operation_error::UnexpectedAnswer;

impl LocalUser {
    /// Changes a conversation. Where another backend owns it, that one decides; renaming it and setting
    /// its message timer is not possible there (422), and others cannot be removed (403).
    ///
    /// # Errors
    ///
    /// [`NoChanges`](ConversationError::NoChanges) if it already is so; if the owner does not allow it,
    /// or a backend that has to agree does not answer.
    ///
    /// Source: `galley.md` §5; `scenarios.md` B1 to B3.
    pub async fn change(
        &self,
        id: &Qualified<ConvId>,
        action: SomeConversationAction,
    ) -> Result<(), ConversationError> {
        self.record()?;
        if !self.owns(id) {
            return self.ask_owner(id, action).await;
        }
        let by = self.qualified_id();
        let outdated = prepare(&self.backend, *id.id(), &by, &action).await?;
        if let SomeConversationAction::Join(join) = &action {
            joining::agreed(&self.backend, *id.id(), &join.users).await?;
        }
        let request = Request {
            conversation: *id.id(),
            by: &by,
            action,
            committed: false,
            outdated: &outdated,
        };
        let performed = self
            .backend
            .with_state(|state| perform(&self.backend, state, request));
        self.backend.publish().await;
        performed.map(drop)
    }

    async fn ask_owner(
        &self,
        id: &Qualified<ConvId>,
        action: SomeConversationAction,
    ) -> Result<(), ConversationError> {
        self.enter(id)?;
        match action {
            SomeConversationAction::Rename(_) | SomeConversationAction::MessageTimerUpdate(_) => {
                return Err(not_implemented().into());
            }
            SomeConversationAction::RemoveMembers(_) => {
                return Err(GalleyError::InvalidOperation.into());
            }
            SomeConversationAction::Leave(_) => return self.leave_remote(id).await,
            _ => {}
        }
        let (call, peer) = self.owner(id.domain())?;
        let request = ConversationUpdateRequest {
            user: self.sender(),
            conv_id: OfRecipient::new(*id.id()),
            action,
        };
        match peer.update_conversation(&call, request).await? {
            ConversationUpdateResponse::Update(update) => {
                let update = ConversationUpdate::try_from(update)
                    .map_err(|error| UnexpectedAnswer::new(error.to_string()))?;
                self.applied(&call, id, update)
            }
            ConversationUpdateResponse::NoChanges => Err(ConversationError::NoChanges),
            ConversationUpdateResponse::Error(error) => Err(error.into()),
            ConversationUpdateResponse::NonFederatingBackends(apart) => {
                Err(ConversationError::NonFederating(apart))
            }
            ConversationUpdateResponse::UnreachableBackends(silent) => {
                let silent = silent.unreachable_backends.into_iter().collect();
                Err(ConversationError::Unreachable(silent))
            }
            ConversationUpdateResponse::Unknown(unknown) => Err(UnexpectedAnswer::new(format!(
                "`{}` is no known outcome of a change",
                unknown.tag()
            ))
            .into()),
        }
    }

    /// Applies what the owner answers, if it is about the conversation that was asked about.
    pub(super) fn applied(
        &self,
        call: &Call,
        id: &Qualified<ConvId>,
        update: ConversationUpdate,
    ) -> Result<(), ConversationError> {
        if call.response().qualify(&update.conv_id) != *id {
            return Err(UnexpectedAnswer::new("the answer is of another conversation").into());
        }
        self.backend
            .with_state(|state| apply(&self.backend, state, call.response(), update));
        Ok(())
    }

    /// Adds users to a conversation. Errors: as [`change`](Self::change).
    pub async fn add_members(
        &self,
        id: &Qualified<ConvId>,
        users: impl IntoIterator<Item = Qualified<UserId>> + Send,
        role: RoleName,
    ) -> Result<(), ConversationError> {
        let users = NonEmptyVec::new(users.into_iter().collect());
        let users = users.map_err(|_| ConversationError::NoChanges)?;
        let join = ConversationJoin {
            users,
            role,
            join_type: JoinType::InternalAdd,
        };
        self.change(id, SomeConversationAction::Join(join)).await
    }

    /// Removes somebody else from a conversation. Errors: as [`change`](Self::change).
    pub async fn remove_member(
        &self,
        id: &Qualified<ConvId>,
        member: Qualified<UserId>,
    ) -> Result<(), ConversationError> {
        let targets = NonEmptyVec::new(vec![member]);
        let remove = ConversationRemoveMembers {
            targets: targets.map_err(|_| ConversationError::NoChanges)?,
            reason: LeaveReason::Removed,
        };
        self.change(id, SomeConversationAction::RemoveMembers(remove))
            .await
    }

    /// Gives a member another role. Errors: as [`change`](Self::change).
    pub async fn set_role(
        &self,
        id: &Qualified<ConvId>,
        target: Qualified<UserId>,
        role: RoleName,
    ) -> Result<(), ConversationError> {
        let update = OtherMemberUpdate {
            conversation_role: role,
        };
        let update = ConversationMemberUpdate { target, update };
        self.change(id, SomeConversationAction::MemberUpdate(update))
            .await
    }

    /// Renames a conversation. Errors: as [`change`](Self::change).
    pub async fn rename(
        &self,
        id: &Qualified<ConvId>,
        name: &str,
    ) -> Result<(), ConversationError> {
        let rename = ConversationRename { name: name.into() };
        self.change(id, SomeConversationAction::Rename(rename))
            .await
    }

    /// Sets after how long messages vanish. Errors: as [`change`](Self::change).
    pub async fn set_message_timer(
        &self,
        id: &Qualified<ConvId>,
        message_timer: Option<Milliseconds>,
    ) -> Result<(), ConversationError> {
        let update = ConversationMessageTimerUpdate { message_timer };
        self.change(id, SomeConversationAction::MessageTimerUpdate(update))
            .await
    }

    /// Sets whether clients send receipts. Errors: as [`change`](Self::change).
    pub async fn set_receipt_mode(
        &self,
        id: &Qualified<ConvId>,
        receipt_mode: ReceiptMode,
    ) -> Result<(), ConversationError> {
        let update = ConversationReceiptModeUpdate { receipt_mode };
        self.change(id, SomeConversationAction::ReceiptModeUpdate(update))
            .await
    }

    /// Sets who may be in a conversation and how they come in. Errors: as [`change`](Self::change).
    pub async fn set_access(
        &self,
        id: &Qualified<ConvId>,
        access: ConversationAccessData,
    ) -> Result<(), ConversationError> {
        self.change(id, SomeConversationAction::AccessUpdate(access))
            .await
    }

    /// Deletes a conversation. Errors: as [`change`](Self::change).
    pub async fn delete_conversation(
        &self,
        id: &Qualified<ConvId>,
    ) -> Result<(), ConversationError> {
        self.change(id, SomeConversationAction::Delete(EmptyAction {}))
            .await
    }

    /// Leaves a conversation, whoever owns it. Errors: as [`change`](Self::change).
    ///
    /// Source: `scenarios.md` A6.
    pub async fn leave(&self, id: &Qualified<ConvId>) -> Result<(), ConversationError> {
        self.change(id, SomeConversationAction::Leave(EmptyAction {}))
            .await
    }

    /// The owner only answers that it is done; what the user is told of it is made here.
    async fn leave_remote(&self, id: &Qualified<ConvId>) -> Result<(), ConversationError> {
        let (call, peer) = self.owner(id.domain())?;
        let request = LeaveConversationRequest {
            conv_id: OfRecipient::new(*id.id()),
            leaver: self.sender(),
        };
        match peer.leave_conversation(&call, request).await? {
            Either::Right(_) => {
                let notice = Notice::Conversation {
                    conversation: id.clone(),
                    from: self.qualified_id(),
                    time: self.backend.settings().clock.now().into(),
                    what: ConversationNotice::Changed(SomeConversationAction::Leave(
                        EmptyAction {},
                    )),
                };
                self.backend.with_state(|state| {
                    state.remote_conversations.leave(self.id, id);
                    state.events.push(self.id, notice);
                });
                Ok(())
            }
            Either::Left(Word::Known(reason)) => Err(match reason {
                RemoveFromConversationError::NotFound => GalleyError::ConvNotFound.into(),
                RemoveFromConversationError::RemovalNotAllowed => {
                    GalleyError::InvalidOperation.into()
                }
                RemoveFromConversationError::Unchanged => ConversationError::NoChanges,
            }),
            Either::Left(Word::Unknown(reason)) => {
                let fault = format!("`{reason}` is no known reason for not leaving");
                Err(UnexpectedAnswer::new(fault).into())
            }
        }
    }
}
