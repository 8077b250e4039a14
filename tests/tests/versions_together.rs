//! Backends of every version, over sockets: what D77 and D96 of `scenarios.md` ask of a backend and its
//! older neighbour.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[allow(dead_code, reason = "the tests of the backend need more of it")]
#[path = "../../backend/tests/behaviour/mls_bytes.rs"]
mod mls_bytes;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use federation_api::client::ClientId;
use federation_api::client_identity::ClientIdentity;
use federation_api::conversation_settings::ConvType;
use federation_api::one_to_one::one_to_one_conversation;
use federation_api::one_to_one_conversation::GetOne2OneConversationResponseV2;
use federation_api::user::BaseProtocolTag;
use federation_api::{ConvId, Domain, Failure, Qualified, Version};
use federation_backend::{
    Backend, Client, Components, Connection as Relationship, ConversationNotice, FederationPolicy,
    Group, LocalUser, NewConversation, Notice, Peer, Peers, Publisher, Relation, Settings,
    Strategy, User,
};
use federation_clients::{
    Address, Connection, HttpSettings, HttpTransport, Options, Versions, brig, galley,
};
use federation_tests::{Server, domain};

/// The one client of each user.
const CLIENT: ClientId = ClientId(1);

type Remote = Components<brig::Client, galley::Client>;

/// The other backends, over HTTP.
struct Over(BTreeMap<Domain, Arc<Remote>>);

impl Peers for Over {
    fn peer(&self, domain: &Domain) -> Option<Arc<dyn Peer>> {
        let remote = self.0.get(domain)?.clone();
        Some(remote)
    }

    // Without a queue a notification goes out at once.
    fn publisher(&self, domain: &Domain) -> Option<Arc<dyn Publisher>> {
        let remote = self.0.get(domain)?.clone();
        Some(remote)
    }
}

/// A backend that speaks versions up to this one, with one user, and its server.
struct Side {
    backend: Backend,
    user: LocalUser,
    server: Server,
}

impl Side {
    async fn start(name: &str, handle: &str, newest: Version) -> Self {
        let versions = Version::ALL
            .into_iter()
            .filter(|version| *version <= newest);
        let settings = Settings {
            versions: versions.collect(),
            ..Settings::default()
        };
        let backend = Backend::new(domain(name), settings);
        backend.set_policy(FederationPolicy {
            strategy: Strategy::AllowAll,
            remotes: BTreeMap::new(),
        });
        let id = federation_backend::derived::user_id(backend.domain(), handle);
        let mut user = User::new(id, handle.parse().unwrap());
        user.handle = Some(handle.parse().unwrap());
        user.clients.insert(CLIENT, Client::new(CLIENT));
        backend.put_user(user).unwrap();
        let own = || backend.domain().clone();
        let set = federation_servers::Settings::default;
        let router = federation_servers::brig::routes(backend.brig(), own(), set())
            .and(federation_servers::galley::routes(
                backend.galley(),
                own(),
                set(),
            ))
            .into_router();
        Self {
            user: backend.local_user(id).unwrap(),
            server: Server::start(router).await,
            backend,
        }
    }

    /// How this side calls the other one: in a version that both speak.
    fn remote(&self, other: &Self) -> Remote {
        let own = self.backend.settings().versions.clone();
        let keep = Duration::from_secs(60);
        let connection = Connection::new(
            Address::direct(&other.server.url()).unwrap(),
            HttpTransport::new(&HttpSettings::default()).unwrap(),
            Options::default().versions(Versions::Negotiate { own, keep }),
        );
        Components {
            brig: brig::Client::new(connection.clone()),
            galley: galley::Client::new(connection),
        }
    }

    fn meets(&self, other: &Self) {
        let remote = Arc::new(self.remote(other));
        let remotes = [(other.backend.domain().clone(), remote)];
        self.backend.set_peers(Over(remotes.into()));
        let accepted = Relationship::new(Relation::Accepted);
        self.backend
            .put_connection(self.user.id(), other.user.qualified_id(), accepted);
    }

    /// What the user was told about conversations.
    fn told(&self) -> Vec<&'static str> {
        let events = self.backend.events().into_iter();
        let notices = events.filter_map(|event| match event.notice {
            Notice::Conversation { what, .. } => Some(what),
            _ => None,
        });
        notices
            .map(|notice| match notice {
                ConversationNotice::Created { .. } => "created",
                ConversationNotice::Changed(action) => action.tag().as_str(),
                ConversationNotice::MlsWelcome { .. } => "welcome",
                _ => "something else",
            })
            .collect()
    }
}

async fn pair(newest: Version) -> (Side, Side) {
    let new = Side::start("new.example.com", "alice", Version::NEWEST).await;
    let old = Side::start("old.example.com", "bob", newest).await;
    new.meets(&old);
    old.meets(&new);
    (new, old)
}

#[tokio::test]
async fn d77_a_conversation_with_a_user_of_each_older_version() {
    for newest in Version::ALL {
        let (new, old) = pair(newest).await;
        for (one, other) in [(&new, &old), (&old, &new)] {
            let bob = other.user.qualified_id();
            let profile = one
                .user
                .profile(&one.remote(other).brig, &bob)
                .await
                .unwrap();
            assert_eq!(profile.unwrap().qualified_id, bob, "{newest}");
            let conversation = NewConversation::with([bob]);
            let id = one.user.create_conversation(conversation).await.unwrap();
            one.user.rename(&id, "lunch").await.unwrap();
            let seen = other.user.conversation(&id).await.unwrap();
            assert_eq!(seen.metadata.name.unwrap(), "lunch", "{newest}");
        }
        for side in [&new, &old] {
            // Its own conversation, and that of the other side.
            let told = side.told();
            let count = |kind: &str| told.iter().filter(|told| **told == kind).count();
            assert_eq!(
                (count("created"), count("ConversationRenameTag")),
                (2, 2),
                "{newest}"
            );
            assert_eq!(side.backend.lost_notifications(), 0, "{newest}");
        }
    }
}

/// The conversation of the two. Which side owns it depends on who they are.
fn conversation_of(one: &Side, other: &Side) -> Qualified<ConvId> {
    let (one, other) = (one.user.qualified_id(), other.user.qualified_id());
    one_to_one_conversation(BaseProtocolTag::Mls, &one, &other)
}

fn new_owns(new: &Side, old: &Side) -> bool {
    conversation_of(new, old).domain() == new.backend.domain()
}

/// The owner's user begins the conversation, and the other one is welcomed.
async fn begins(owner: &Side, other: &Side) {
    let id = conversation_of(owner, other);
    let group = Group::first(ConvType::One2One, id.clone(), None)
        .unwrap()
        .id;
    let client = ClientIdentity {
        user: other.user.qualified_id(),
        client: CLIENT,
    };
    let bundle = mls_bytes::adding(&group, 0, 0, &[client]).into();
    owner
        .user
        .send_commit_bundle(&id, None, CLIENT, bundle)
        .await
        .unwrap();
    assert_eq!(other.told(), ["welcome"]);
}

#[tokio::test]
async fn d96_one_to_one_conversations_with_a_backend_of_version_1() {
    let mut owned = [0; 2];
    // Users are drawn until both sides have been the owner.
    for number in 0..50 {
        let new = Side::start(
            "new.example.com",
            &format!("alice.{number}"),
            Version::NEWEST,
        )
        .await;
        let old = Side::start("old.example.com", "bob", Version::V1).await;
        new.meets(&old);
        old.meets(&new);
        let new_owns = new_owns(&new, &old);
        owned[usize::from(new_owns)] += 1;
        if new_owns {
            // The old side asks the owner, which cannot tell its keys in that version.
            let failed = old
                .user
                .one_to_one(&new.user.qualified_id())
                .await
                .unwrap_err();
            let failure = Failure::from(failed);
            assert_eq!(
                (failure.code, &*failure.label),
                (533, "federation-remote-error")
            );
            let inner = failure.inner.unwrap();
            assert_eq!(inner.label, "federation-function-not-supported");
            begins(&new, &old).await;
        } else {
            // The new side does not even ask.
            let failed = new
                .user
                .one_to_one(&old.user.qualified_id())
                .await
                .unwrap_err();
            let failure = Failure::from(failed);
            assert_eq!(
                (failure.code, &*failure.label),
                (533, "federation-version-error")
            );
            begins(&old, &new).await;
        }
        if owned.iter().all(|count| *count > 0) {
            break;
        }
    }
    assert!(owned.iter().all(|count| *count > 0), "{owned:?}");
}

/// From version 2 on the owner answers.
#[tokio::test]
async fn d96_one_to_one_conversations_with_a_backend_of_version_2() {
    let (new, old) = pair(Version::V2).await;
    let (owner, other) = match new_owns(&new, &old) {
        true => (&new, &old),
        false => (&old, &new),
    };
    let answer = other.user.one_to_one(&owner.user.qualified_id()).await;
    assert!(
        matches!(answer, Ok(GetOne2OneConversationResponseV2::Ok(_))),
        "{answer:?}"
    );
    let answer = owner.user.one_to_one(&other.user.qualified_id()).await;
    assert_eq!(
        answer,
        Ok(GetOne2OneConversationResponseV2::BackendMismatch)
    );
}
