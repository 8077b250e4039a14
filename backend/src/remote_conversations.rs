//! Conversations of other backends: which local users are in them.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::{ConvId, Qualified, UserId};

/// Which local users are in which conversations of other backends. Their owners know the rest.
#[derive(Debug, Default)]
pub(crate) struct RemoteConversations {
    members: BTreeMap<Qualified<ConvId>, BTreeSet<UserId>>,
    of_user: BTreeMap<UserId, BTreeSet<Qualified<ConvId>>>,
}

static NOTHING: BTreeSet<Qualified<ConvId>> = BTreeSet::new();

impl RemoteConversations {
    /// Notes that a user is in a conversation, unless it is in too many already. Says whether it is.
    pub(crate) fn enter(
        &mut self,
        user: UserId,
        conversation: &Qualified<ConvId>,
        most: usize,
    ) -> bool {
        let entered = self.of_user.entry(user).or_default();
        if entered.len() >= most && !entered.contains(conversation) {
            return false;
        }
        entered.insert(conversation.clone());
        let members = self.members.entry(conversation.clone()).or_default();
        members.insert(user);
        true
    }

    /// Says whether the user was in it.
    pub(crate) fn leave(&mut self, user: UserId, conversation: &Qualified<ConvId>) -> bool {
        let Some(members) = self.members.get_mut(conversation) else {
            return false;
        };
        let left = members.remove(&user);
        if members.is_empty() {
            self.members.remove(conversation);
        }
        if let Some(entered) = self.of_user.get_mut(&user) {
            entered.remove(conversation);
            if entered.is_empty() {
                self.of_user.remove(&user);
            }
        }
        left
    }

    pub(crate) fn contains(&self, user: UserId, conversation: &Qualified<ConvId>) -> bool {
        let members = self.members.get(conversation);
        members.is_some_and(|members| members.contains(&user))
    }

    /// The conversations that a user is in.
    pub(crate) fn of(&self, user: UserId) -> &BTreeSet<Qualified<ConvId>> {
        self.of_user.get(&user).unwrap_or(&NOTHING)
    }
}
