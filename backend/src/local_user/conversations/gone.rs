//! What becomes of conversations when a user or one of its clients is gone.

use std::collections::BTreeMap;

use federation_api::client::ClientId;
use federation_api::conversation::{ClientRemovedRequest, UserDeletedConversationsNotification};
use federation_api::{ConvId, Domain, OfRecipient};

use super::LocalUser;
use crate::galley::gone::remove_user;
use crate::operation_error::Refusal;
use crate::outbox::Notification;
use crate::state::State;

/// The most conversations in one notification about a client.
///
/// Source: `galley.md` §4.15.
const MOST_CONVERSATIONS: usize = 1000;

impl LocalUser {
    /// Removes one of the user's clients, and tells the owners of the conversations that the user is in.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoSuchUser`] if the user cannot act any more. That there is no such client is no error.
    ///
    /// Source: `scenarios.md` B6.
    pub async fn remove_client(&self, client: ClientId) -> Result<(), Refusal> {
        self.record()?;
        self.backend.with_state(|state| {
            if !state
                .users
                .get(&self.id)
                .is_some_and(|user| user.clients.contains_key(&client))
            {
                return;
            }
            state.remove_client(self.id, client);
            let own = self.qualified_id();
            for conversation in state.conversations.values_mut() {
                conversation.removes_clients(|gone| gone.user == own && gone.client == client);
            }
            for (domain, conversations) in self.remote_by_owner(state) {
                for convs in conversations.chunks(MOST_CONVERSATIONS) {
                    let removed = ClientRemovedRequest {
                        user: self.sender(),
                        client,
                        convs: convs.to_vec(),
                    };
                    let removed = Notification::ClientRemoved(removed);
                    state.outbox.push(domain.clone(), removed);
                }
            }
        });
        self.backend.publish().await;
        Ok(())
    }

    /// The conversations of other backends that the user is in, by backend.
    fn remote_by_owner(&self, state: &State) -> BTreeMap<Domain, Vec<OfRecipient<ConvId>>> {
        let mut by_owner: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for conversation in state.remote_conversations.of(self.id) {
            let there = by_owner.entry(conversation.domain().clone()).or_default();
            there.push(OfRecipient::new(*conversation.id()));
        }
        by_owner
    }

    /// Takes the deleted user out of all conversations.
    ///
    /// Source: `scenarios.md` B7.
    pub(in crate::local_user) fn leave_all(&self, state: &mut State) {
        let own = self.qualified_id();
        let conversations: Vec<_> = state.conversations.keys().copied().collect();
        for id in conversations {
            remove_user(&self.backend, state, id, &own);
        }
        for (domain, conversations) in self.remote_by_owner(state) {
            let deleted =
                UserDeletedConversationsNotification::split(self.sender(), &conversations);
            for notification in deleted {
                let notification = Notification::UserDeleted(notification);
                state.outbox.push(domain.clone(), notification);
            }
        }
        for conversation in state.remote_conversations.of(self.id).clone() {
            state.remote_conversations.leave(self.id, &conversation);
        }
    }
}
