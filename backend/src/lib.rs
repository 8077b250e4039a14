//! A whole backend in memory: the reference brig, galley and cargohold of the federation API.
//!
//! A [`Backend`] is one installation: its users, teams, clients, connections, conversations and
//! assets, known under a domain, and a policy that says with whom it federates. [`Backend::brig`],
//! [`Backend::galley`] and [`Backend::cargohold`] are views that implement the traits of `federation-api` exactly as the
//! protocol reference describes the behaviour; mount them in a router, call them in process, or hold
//! clients of other languages against them. [`Backend::local_user`] is the other side: what a
//! user of the backend does to users and assets of others, through anything that implements the traits.
//!
//! ```
//! use federation_api::Qualified;
//! use federation_backend::{Backend, Relation, Settings, seeds};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let a = Backend::from_seed(seeds::A_EXAMPLE_COM, Settings::default())?;
//! let b = Backend::from_seed(seeds::B_EXAMPLE_COM, Settings::default())?;
//!
//! // Alice finds Bob, who is on the other backend, and asks him for a connection.
//! let alice = a.local_user(a.user_of_handle(&"alice".parse()?).ok_or("no Alice")?)?;
//! let found = alice.search(&b.brig(), b.domain(), "bob", None).await?;
//! let bob = &found.contacts[0].qualified_id;
//! assert_eq!(alice.connect(&b.brig(), bob).await?, Relation::Sent);
//!
//! // Bob accepts. Both have been told of every change.
//! let bob = b.local_user(*bob.id())?;
//! assert_eq!(bob.connect(&a.brig(), &alice.qualified_id()).await?, Relation::Accepted);
//! assert_eq!(alice.relation(&bob.qualified_id()), Some(Relation::Accepted));
//! assert_eq!(a.events().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is where
//!
//! - The installation: [`Backend`], [`Settings`], [`Clock`]; its data: [`User`], [`Team`], [`Client`],
//!   [`Connection`], [`Asset`]; the JSON form of them is in the `README.md` of the crate,
//!   two examples are in [`seeds`], and [`derived`] knows the ids that follow from names.
//! - Conversations that it owns: [`Conversation`], [`Group`]; how it reaches the backends of their
//!   members: [`Peers`], and the [`Network`] of several backends in one process.
//! - With whom it federates: [`FederationPolicy`].
//! - What it tells its users' clients: [`Event`].
//! - Connections: [`Relation`] and its state machine, in [`relation`].
//! - The calling side: [`LocalUser`], [`OperationError`]; what it checks about answers: [`verify`].
//!
//! Time and chance come in through the [`Settings`], so that a test can have both in its hands.
//!
//! It is made to be right and easy to read, not to be large: a search looks at every user.

mod asset;
mod backend;
mod brig;
mod cargohold;
mod client;
mod connection;
mod conversation;
mod conversation_error;
pub mod derived;
mod event;
mod galley;
mod key_package;
mod local_user;
mod mls_bytes;
mod network;
mod operation_error;
mod outbox;
mod peers;
mod policy;
pub mod relation;
mod remote_conversations;
mod seed;
pub mod seeds;
mod settings;
mod state;
mod text_search;
mod user;
pub mod verify;

pub use asset::{Asset, AssetOwner, Content};
pub use backend::{Backend, HandleTaken};
pub use brig::BackendBrig;
pub use cargohold::BackendCargohold;
pub use client::{Client, StoredKeyPackage};
pub use connection::Connection;
pub use conversation::{Conversation, ConversationProtocol, Group};
pub use conversation_error::ConversationError;
pub use event::{ConversationNotice, Event, Notice, PushOptions};
pub use galley::BackendGalley;
pub use key_package::{KeyPackageContent, KeyPackageFault, basic_identity};
pub use local_user::{DeletionReport, LocalUser, NewConversation};
pub use network::Network;
pub use operation_error::{OperationError, Refusal, UnexpectedAnswer};
pub use peers::{Asked, ClientsOfUsers, Components, Nobody, Peer, Peers, Publisher};
pub use policy::{FederationPolicy, PolicyConflict, RemotePolicy, Strategy, TeamRestriction};
pub use relation::{LocalAction, Relation};
pub use seed::SeedError;
pub use settings::{Clock, Settings};
pub use user::{AccountStatus, Team, User};
