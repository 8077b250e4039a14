//! Sending Proteus messages, and saying that one types.

use federation_api::galley_payload::NewOtrMessage;
use federation_api::message::{MessageSendResponse, ProteusMessageSendRequest};
use federation_api::typing::{
    TypingDataUpdateRequest, TypingDataUpdateResponse, TypingState, TypingStatus,
};
use federation_api::{ConvId, OfRecipient, Qualified};

use super::LocalUser;
use crate::conversation_error::ConversationError;
use crate::galley::{messages, typing};
use crate::operation_error::UnexpectedAnswer;

impl LocalUser {
    /// Sends a message from one of the user's clients. The answer says which clients were missing.
    ///
    /// # Errors
    ///
    /// If the user is not in the conversation of another backend, or that one does not answer.
    ///
    /// Source: `scenarios.md` A4, A5.
    pub async fn send_message(
        &self,
        id: &Qualified<ConvId>,
        message: &NewOtrMessage,
    ) -> Result<MessageSendResponse, ConversationError> {
        self.record()?;
        let raw_message = message.encode().into();
        if self.owns(id) {
            let sender = self.qualified_id();
            let sent = messages::send(&self.backend, &sender, *id.id(), raw_message);
            return Ok(sent.await?);
        }
        self.enter(id)?;
        let (call, peer) = self.owner(id.domain())?;
        let request = ProteusMessageSendRequest {
            conv_id: OfRecipient::new(*id.id()),
            sender: self.sender(),
            raw_message,
        };
        Ok(peer.send_message(&call, request).await?)
    }

    /// Says that the user types, or does no longer.
    ///
    /// # Errors
    ///
    /// If the user is not in the conversation, or its owner does not answer.
    ///
    /// Source: `scenarios.md` B5.
    pub async fn typing(
        &self,
        id: &Qualified<ConvId>,
        state: TypingState,
    ) -> Result<(), ConversationError> {
        self.record()?;
        if self.owns(id) {
            let typist = self.qualified_id();
            return match typing::update(&self.backend, &typist, *id.id(), state).await {
                TypingDataUpdateResponse::Error(error) => Err(error.into()),
                _ => Ok(()),
            };
        }
        self.enter(id)?;
        let (call, peer) = self.owner(id.domain())?;
        let request = TypingDataUpdateRequest {
            typing_status: TypingStatus::from(state),
            user_id: self.sender(),
            conv_id: OfRecipient::new(*id.id()),
        };
        match peer.update_typing_indicator(&call, request).await? {
            TypingDataUpdateResponse::Success(mut updated) => {
                if call.response().qualify(&updated.conv_id) != *id {
                    let fault = "the answer is of another conversation";
                    return Err(UnexpectedAnswer::new(fault).into());
                }
                // The typist knows.
                updated
                    .users_in_conv
                    .retain(|user| *call.response().own(user) != self.id);
                self.backend.with_state(|state| {
                    typing::tell_members(state, call.response(), updated);
                });
                Ok(())
            }
            TypingDataUpdateResponse::Error(error) => Err(error.into()),
            TypingDataUpdateResponse::Unknown(unknown) => Err(UnexpectedAnswer::new(format!(
                "`{}` is no known outcome of typing",
                unknown.tag()
            ))
            .into()),
        }
    }
}
