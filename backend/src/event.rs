//! What a backend would push to the clients of its users, in a log of limited length.

use std::collections::VecDeque;

use federation_api::client::ClientId;
use federation_api::{Qualified, UserId};
use tokio::sync::broadcast;

use crate::relation::Relation;

/// Something that the clients of a local user are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Counts the events of a backend from 0 on; a gap means that the log has dropped some.
    pub number: u64,
    /// The local user.
    pub to: UserId,
    /// What its clients are told.
    pub notice: Notice,
}

/// What the clients of a local user are told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// A connection changed.
    ConnectionUpdated {
        /// The remote user.
        with: Qualified<UserId>,
        /// How the local user stands to it now.
        relation: Relation,
    },
    /// A user was deleted: the local one itself, or one that it was connected with.
    UserDeleted {
        /// The deleted user.
        user: Qualified<UserId>,
    },
    /// A client of the local user was removed, since it had no prekeys.
    ClientRemoved {
        /// The client.
        client: ClientId,
    },
}

/// The latest events, and those who listen for more.
#[derive(Debug)]
pub(crate) struct EventLog {
    latest: VecDeque<Event>,
    most: usize,
    next: u64,
    listeners: broadcast::Sender<Event>,
}

impl EventLog {
    pub(crate) fn new(most: usize) -> Self {
        // The channel wants at least one place, and a bound that it can allocate.
        let (listeners, _) = broadcast::channel(most.clamp(1, 4096));
        Self {
            latest: VecDeque::new(),
            most,
            next: 0,
            listeners,
        }
    }

    pub(crate) fn push(&mut self, to: UserId, notice: Notice) {
        let event = Event {
            number: self.next,
            to,
            notice,
        };
        self.next = self.next.wrapping_add(1);
        // An error only says that nobody listens.
        let _ = self.listeners.send(event.clone());
        if self.latest.len() >= self.most {
            self.latest.pop_front();
        }
        if self.most > 0 {
            self.latest.push_back(event);
        }
    }

    pub(crate) fn latest(&self) -> Vec<Event> {
        self.latest.iter().cloned().collect()
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.listeners.subscribe()
    }
}
