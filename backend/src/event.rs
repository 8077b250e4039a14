//! What a backend would push to the clients of its users, in a log of limited length.

use std::collections::VecDeque;

use federation_api::base64::Base64Bytes;
use federation_api::client::ClientId;
use federation_api::conversation::OtherMembers;
use federation_api::conversation_action::SomeConversationAction;
use federation_api::group_id::SubConvId;
use federation_api::message::Priority;
use federation_api::text::Text;
use federation_api::timestamp::UtcTime;
use federation_api::typing::TypingState;
use federation_api::{ConvId, Qualified, UserId};
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
    /// Something happened in a conversation.
    Conversation {
        /// The conversation, owned here or elsewhere.
        conversation: Qualified<ConvId>,
        /// Who did it.
        from: Qualified<UserId>,
        /// When.
        time: UtcTime,
        /// What.
        what: ConversationNotice,
    },
}

/// What happened in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConversationNotice {
    /// The local user is in a new conversation.
    Created {
        /// What it is called.
        name: Option<Text>,
        /// The members other than the local user, with the creator.
        members: OtherMembers,
    },
    /// It was changed.
    Changed(SomeConversationAction),
    /// Somebody types, or types no longer.
    Typing(TypingState),
    /// A Proteus message, for one client.
    Message {
        /// The client that it is for.
        client: ClientId,
        /// The client that it is from.
        sender_client: ClientId,
        /// The ciphertext for this client, in Base64.
        text: Text,
        /// What all recipients share, in Base64.
        data: Option<Text>,
        /// How it is to be handed to the device.
        push: PushOptions,
    },
    /// An MLS message, the same for several clients.
    MlsMessage {
        /// The clients that it is for.
        clients: Vec<ClientId>,
        /// The subconversation that it is in.
        sub_conversation: Option<SubConvId>,
        /// The message.
        message: Base64Bytes,
    },
    /// A welcome to an MLS group.
    MlsWelcome {
        /// The clients that it is for.
        clients: Vec<ClientId>,
        /// The message.
        welcome: Base64Bytes,
    },
}

/// How a Proteus message is to be handed to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushOptions {
    /// Whether it wakes the device.
    pub native_push: bool,
    /// Whether it is only for devices that are connected now.
    pub transient: bool,
    /// How urgent it is.
    pub priority: Option<Priority>,
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
