//! Three backends that reach each other, with a user on each: Alice on A, Bob on B, Carl on C.

use std::collections::BTreeMap;

use federation_api::client::ClientId;
use federation_api::galley_payload::{NewOtrMessage, Strategy as Mismatch};
use federation_api::qualified_user_map::QualifiedUserMap;
use federation_api::role::RoleName;
use federation_api::user_map::ClientMap;
use federation_api::{Call, ConvId, Domain, Qualified, UserId, Version};
use federation_backend::{
    Backend, Connection, Conversation, ConversationNotice, FederationPolicy, LocalUser, Network,
    NewConversation, Notice, Relation, Settings, Strategy,
};

use crate::world::{a, add_with, b, client, settings, with_client};

pub(crate) fn c() -> Domain {
    "c.example.com".parse().unwrap()
}

pub(crate) struct Three {
    pub(crate) a: Backend,
    pub(crate) b: Backend,
    pub(crate) c: Backend,
    pub(crate) network: Network,
    pub(crate) alice: LocalUser,
    pub(crate) bob: LocalUser,
    pub(crate) carl: LocalUser,
    /// On A, too.
    pub(crate) anna: LocalUser,
}

/// All connected with all, each with one client of number 1.
pub(crate) fn three() -> Three {
    three_with(settings)
}

pub(crate) fn three_with(settings: impl Fn() -> Settings) -> Three {
    let backend = |domain| {
        let backend = Backend::new(domain, settings());
        backend.set_policy(FederationPolicy {
            strategy: Strategy::AllowAll,
            remotes: BTreeMap::new(),
        });
        backend
    };
    let (a, b, c) = (backend(a()), backend(b()), backend(c()));
    let user = |backend: &Backend, handle: &str| {
        let id = add_with(backend, handle, |user| with_client(user, client(1, &[1])));
        backend.local_user(id).unwrap()
    };
    let three = Three {
        network: Network::of([&a, &b, &c]),
        alice: user(&a, "alice"),
        anna: user(&a, "anna"),
        bob: user(&b, "bob"),
        carl: user(&c, "carl"),
        a,
        b,
        c,
    };
    let all = [&three.alice, &three.anna, &three.bob, &three.carl];
    for one in all {
        for other in all {
            if one.backend().domain() != other.backend().domain() {
                connect(one, other);
            }
        }
    }
    three
}

pub(crate) fn connect(one: &LocalUser, other: &LocalUser) {
    let connection = Connection::new(Relation::Accepted);
    one.backend()
        .put_connection(one.id(), other.qualified_id(), connection);
}

impl Three {
    /// A conversation of Alice with Bob, Carl and Anna.
    pub(crate) async fn group(&self) -> Qualified<ConvId> {
        let members = [&self.bob, &self.carl, &self.anna].map(LocalUser::qualified_id);
        let new = NewConversation::with(members);
        self.alice.create_conversation(new).await.unwrap()
    }

    pub(crate) fn stored(&self, id: &Qualified<ConvId>) -> Conversation {
        self.a.conversation(*id.id()).unwrap()
    }

    /// Makes a user admin of a conversation of A.
    pub(crate) fn promote(&self, id: &Qualified<ConvId>, user: &LocalUser) {
        self.alter(id, |conversation| {
            conversation
                .members
                .insert(user.qualified_id(), RoleName::admin());
        });
    }

    pub(crate) fn alter(&self, id: &Qualified<ConvId>, change: impl FnOnce(&mut Conversation)) {
        let mut conversation = self.stored(id);
        change(&mut conversation);
        self.a.put_conversation(conversation);
    }
}

/// What a user was told of conversations, oldest first.
pub(crate) fn told(user: &LocalUser) -> Vec<ConversationNotice> {
    let events = user.backend().events().into_iter();
    events
        .filter(|event| event.to == user.id())
        .filter_map(|event| match event.notice {
            Notice::Conversation { what, .. } => Some(what),
            _ => None,
        })
        .collect()
}

/// The kinds of what a user was told of.
pub(crate) fn kinds(user: &LocalUser) -> Vec<String> {
    told(user)
        .into_iter()
        .map(|notice| match notice {
            ConversationNotice::Created { .. } => "created".to_owned(),
            ConversationNotice::Changed(action) => {
                let tag = action.tag().to_string();
                tag.replace("Conversation", "").replace("Tag", "")
            }
            ConversationNotice::Typing(state) => state.to_string(),
            ConversationNotice::Message { client, .. } => format!("message to {client}"),
            ConversationNotice::MlsMessage { clients, .. } => format!("mls to {}", clients.len()),
            ConversationNotice::MlsWelcome { clients, .. } => {
                format!("welcome to {}", clients.len())
            }
            other => format!("{other:?}"),
        })
        .collect()
}

/// A message of client 1 to these clients of users.
pub(crate) fn message(to: &[(&LocalUser, u64)], strategy: Mismatch) -> NewOtrMessage {
    let mut recipients: QualifiedUserMap<ClientMap<_>> = QualifiedUserMap::new();
    for (user, client) in to {
        let clients = recipients.entry(user.qualified_id()).or_default();
        clients.insert(ClientId(*client), "secret".into());
    }
    NewOtrMessage {
        sender: ClientId(1),
        recipients,
        native_push: true,
        blob: "shared".into(),
        native_priority: None,
        transient: false,
        strategy,
    }
}

pub(crate) fn call_from(origin: Domain, target: Domain) -> Call {
    Call::new(origin, target).with_version(Version::NEWEST)
}

pub(crate) fn stranger(domain: Domain) -> Qualified<UserId> {
    Qualified::new(UserId::from_uuid(uuid::Uuid::from_u128(77)), domain)
}
