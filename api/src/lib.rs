//! The federation API of messaging backends: every RPC declared once, with typed requests and
//! responses that say whose each id is.
//!
//! A *backend* is one installation, known by its [`Domain`]. Inside it are components: [`Brig`]
//! (users, clients, key material) and [`Cargohold`] (assets). Each component is a trait here, each
//! RPC a method of it. The same trait is implemented by the handler of a component team, by the
//! generated HTTP client, by the in-process client, by the mock and by the wrappers; whoever calls
//! an RPC writes the same line whatever is at the other end:
//!
//! ```
//! use federation_api::{Brig, Call, Handle, OfRecipient, UserProfile};
//!
//! /// Looks a user up, on whatever implements `Brig`.
//! async fn find<B: Brig>(brig: &B, handle: Handle) -> Result<Option<UserProfile>, B::Error> {
//!     let call = Call::new(
//!         "a.example.com".parse().expect("a domain"),
//!         "b.example.com".parse().expect("a domain"),
//!     );
//!     brig.get_user_by_handle(&call, OfRecipient::new(handle)).await
//! }
//! ```
//!
//! # What is where
//!
//! - The declarations: [`brig`], [`cargohold`].
//! - The envelope of a call: [`Call`], [`Version`], [`RequestId`], the [`headers`].
//! - Whose an id is: [`Qualified`], [`OfSender`], [`OfRecipient`], [`OfSubject`], [`Parties`].
//! - The error body: [`Failure`].
//! - The types of the documents, each beside its subject: [`user`], [`client`], [`prekey`],
//!   [`search`], [`connection`], [`mls`], [`key_package`], [`backends`], [`asset`]; of messages and MLS
//!   groups [`message`], [`qualified_user_map`], [`mls_message`], [`mls_message_response`],
//!   [`mls_welcome`], [`mls_keys`], [`sub_conversation`], [`typing`], and why something was refused,
//!   [`galley_error`].
//!
//! # Reading and writing
//!
//! What is read is tolerant: older backends leave keys out or write them differently, and every type
//! accepts what backends since January 2023 send. What is written is exact: the keys, in the form and
//! order of values that current backends expect. Each type says where the fact comes from.
//!
//! # Features
//!
//! None is on by default; each only adds.
//!
//! | feature | adds |
//! |---|---|
//! | `openapi` | `schemars::JsonSchema` for every type: the schemas of the published documents |
//! | `proptest` | `proptest::arbitrary::Arbitrary` for every type |
//! | `protobuf` | `galley_payload`: the Protocol Buffers inside `send-message`, as typed messages |
//! | `declaration` | the hand-over of the declaration to the build scripts of dependent crates |

pub mod access;
pub mod asset;
pub mod audience;
pub mod backends;
pub mod backends_answer;
pub mod base64;
pub mod bounded;
pub mod brig;
pub mod byte_stream;
pub mod call;
pub mod cargohold;
mod claimed_text;
pub mod client;
pub mod client_identity;
pub mod colour;
pub mod component;
pub mod connection;
pub mod conv_or_sub_conv;
pub mod conversation;
pub mod conversation_action;
pub mod conversation_settings;
pub mod conversation_update;
pub mod domain;
pub mod either;
pub mod email;
pub mod empty;
mod excerpt;
pub mod failure;
pub mod galley;
pub mod galley_error;
#[cfg(feature = "protobuf")]
pub mod galley_payload;
pub mod group_id;
pub mod group_info_diagnostics;
pub mod handle;
pub mod headers;
pub mod id;
pub mod integer;
pub mod json;
pub mod key_package;
mod legacy_id;
pub mod lenient;
pub mod message;
pub mod mls;
pub mod mls_keys;
pub mod mls_message;
pub mod mls_message_response;
pub mod mls_welcome;
pub mod name;
mod novelty;
pub mod numbered;
mod older_keys;
pub mod one_to_one;
pub mod one_to_one_conversation;
pub mod ownership;
pub mod permission;
pub mod prekey;
pub mod presence;
pub mod protocol;
pub mod qualified;
pub mod qualified_user_map;
pub mod raw;
mod record;
pub mod role;
pub mod rpc;
mod scalar;
pub mod search;
pub mod sub_conversation;
pub mod tagged;
pub mod text;
pub mod timestamp;
pub mod typing;
pub mod user;
pub mod user_map;
pub mod version;
pub mod version_info;
pub mod word;

pub use federation_api_macros::component;

pub use audience::Audience;
pub use brig::Brig;
pub use byte_stream::{ByteStream, StreamError};
pub use call::{Call, RequestId, RequestIdError};
pub use cargohold::Cargohold;
pub use component::{Component, UnknownComponent};
pub use domain::{Domain, DomainError};
pub use empty::{EmptyResponse, Unit};
pub use failure::{Failure, FailureData};
pub use galley::Galley;
pub use galley_error::GalleyError;
pub use handle::{Handle, HandleError};
pub use id::{AssetId, ConvId, IdError, ProviderId, ServiceId, TeamId, UserId};
pub use ownership::{ForeignId, OfRecipient, OfSender, OfSubject, OwnedByParty, Parties};
pub use qualified::{Qualified, QualifiedHandle};
pub use rpc::{Kind, Rpc};
pub use user::UserProfile;
pub use version::{UnknownVersion, Version, VersionRange};
pub use version_info::{NoCommonVersion, VersionInfo};
