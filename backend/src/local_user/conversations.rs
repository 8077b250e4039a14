//! What users do in conversations, whoever owns them (`scenarios.md` A3 to A6, B1 to B9).

mod changing;
mod creating;
mod gone;
mod groups;
mod messages;

use std::sync::Arc;

use federation_api::conversation::{GetConversationsRequest, RemoteConversationV2};
use federation_api::galley_error::GalleyError;
use federation_api::{Call, ConvId, Domain, OfRecipient, Qualified};

pub use creating::NewConversation;

use super::LocalUser;
use crate::conversation_error::ConversationError;
use crate::galley::reading;
use crate::operation_error::UnexpectedAnswer;
use crate::peers::Peer;

impl LocalUser {
    /// A conversation that the user is in, as its owner tells of it.
    ///
    /// # Errors
    ///
    /// `ConvNotFound` if the user is not in it; if the owner cannot be reached, or answers with something
    /// else.
    ///
    /// Source: `galley.md` §4.2, `scenarios.md` B4.
    pub async fn conversation(
        &self,
        id: &Qualified<ConvId>,
    ) -> Result<RemoteConversationV2, ConversationError> {
        self.record()?;
        if self.owns(id) {
            let found = self.backend.with_state(|state| {
                let conversation = state.conversations.get(id.id())?;
                reading::for_member(id.domain(), state, conversation, &self.qualified_id())
            });
            return found.ok_or_else(|| GalleyError::ConvNotFound.into());
        }
        self.enter(id)?;
        let (call, peer) = self.owner(id.domain())?;
        let request = GetConversationsRequest {
            user_id: self.sender(),
            conv_ids: vec![OfRecipient::new(*id.id())],
        };
        let mut found = peer.get_conversations(&call, request).await?.convs;
        match (found.pop(), found.is_empty()) {
            (Some(one), true) if call.response().qualify(&one.id) == *id => Ok(one),
            (None, _) => Err(GalleyError::ConvNotFound.into()),
            _ => Err(UnexpectedAnswer::new("other conversations than the one asked for").into()),
        }
    }

    /// Whether the conversation is one of the own backend.
    fn owns(&self, id: &Qualified<ConvId>) -> bool {
        id.domain() == self.backend.domain()
    }

    /// Refuses conversations of other backends that the user is not in.
    fn enter(&self, id: &Qualified<ConvId>) -> Result<(), ConversationError> {
        let inside = self
            .backend
            .with_state(|state| state.remote_conversations.contains(self.id, id));
        if inside {
            Ok(())
        } else {
            Err(GalleyError::ConvNotFound.into())
        }
    }

    /// Whom to call at the owner of a conversation.
    fn owner(&self, domain: &Domain) -> Result<(Call, Arc<dyn Peer>), ConversationError> {
        let peer = self.backend.peers().peer(domain);
        let peer = peer.ok_or_else(|| ConversationError::Unreachable([domain.clone()].into()))?;
        Ok((self.backend.call_to(domain), peer))
    }
}
