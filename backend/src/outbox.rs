//! Notifications on their way out: in order per backend, without a lock while they are handed on.

use std::collections::{BTreeMap, VecDeque};

use federation_api::conversation::{ClientRemovedRequest, UserDeletedConversationsNotification};
use federation_api::conversation_update::ConversationUpdate;
use federation_api::message::RemoteMessage;
use federation_api::mls_message::RemoteMlsMessage;
use federation_api::{Call, Domain, Failure};

use crate::backend::Backend;
use crate::peers::Publisher;

/// The most notifications that wait for one backend; what is older is lost.
const MOST_WAITING: usize = 10_000;

/// One notification to another backend.
#[derive(Clone, Debug)]
pub(crate) enum Notification {
    Updated(ConversationUpdate),
    Message(RemoteMessage),
    MlsMessage(RemoteMlsMessage),
    ClientRemoved(ClientRemovedRequest),
    UserDeleted(UserDeletedConversationsNotification),
}

impl Notification {
    pub(crate) async fn publish(self, to: &dyn Publisher, call: &Call) -> Result<(), Failure> {
        let published = match self {
            Self::Updated(update) => to.on_conversation_updated(call, update),
            Self::Message(message) => to.on_message_sent(call, message),
            Self::MlsMessage(message) => to.on_mls_message_sent(call, message),
            Self::ClientRemoved(removed) => to.on_client_removed(call, removed),
            Self::UserDeleted(deleted) => to.on_user_deleted_conversations(call, deleted),
        };
        published.await.map(drop)
    }
}

/// What waits, per backend. It is filled together with the change that it tells of, so that the order
/// of the changes is the order of the notifications.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: BTreeMap<Domain, Line>,
    pub(crate) lost: u64,
}

#[derive(Debug, Default)]
struct Line {
    notifications: VecDeque<Notification>,
    /// Somebody is handing these on, one after the other.
    moving: bool,
}

impl Outbox {
    pub(crate) fn push(&mut self, to: Domain, notification: Notification) {
        let line = self.waiting.entry(to).or_default();
        if line.notifications.len() >= MOST_WAITING {
            line.notifications.pop_front();
            self.lost += 1;
        }
        line.notifications.push_back(notification);
    }

    /// The domains for which something waits that nobody is handing on.
    fn resting(&self) -> Vec<Domain> {
        let resting = self.waiting.iter().filter(|(_, line)| !line.moving);
        resting.map(|(domain, _)| domain.clone()).collect()
    }

    fn begin(&mut self, domain: &Domain) -> bool {
        let line = self.waiting.get_mut(domain).filter(|line| !line.moving);
        line.map(|line| line.moving = true).is_some()
    }

    fn next(&mut self, domain: &Domain) -> Option<Notification> {
        let next = self.waiting.get_mut(domain)?.notifications.pop_front();
        if next.is_none() {
            self.waiting.remove(domain);
        }
        next
    }

    fn rest(&mut self, domain: &Domain) {
        if let Some(line) = self.waiting.get_mut(domain) {
            line.moving = false;
        }
    }
}

/// Says that nobody hands on any more, also when the task that did so was stopped.
struct Moving<'a> {
    backend: &'a Backend,
    domain: &'a Domain,
    done: bool,
}

impl Drop for Moving<'_> {
    fn drop(&mut self) {
        // Once nothing waits any more, the next notification is somebody else's.
        if !self.done {
            self.backend
                .with_state(|state| state.outbox.rest(self.domain));
        }
    }
}

impl Backend {
    /// Hands on what waits. Where somebody else does so already, it is left to them.
    pub(crate) async fn publish(&self) {
        for domain in self.with_state(|state| state.outbox.resting()) {
            if !self.with_state(|state| state.outbox.begin(&domain)) {
                continue;
            }
            let mut moving = Moving {
                backend: self,
                domain: &domain,
                done: false,
            };
            let call = self.call_to(&domain);
            while let Some(notification) = self.with_state(|state| state.outbox.next(&domain)) {
                let publisher = self.peers().publisher(&domain);
                let taken = match publisher {
                    Some(publisher) => notification.publish(&*publisher, &call).await.is_ok(),
                    None => false,
                };
                if !taken {
                    self.with_state(|state| state.outbox.lost += 1);
                }
            }
            moving.done = true;
        }
    }

    /// How many notifications nobody took, or were too many to wait. 0 in a network that works.
    #[must_use]
    pub fn lost_notifications(&self) -> u64 {
        self.with_state(|state| state.outbox.lost)
    }
}
