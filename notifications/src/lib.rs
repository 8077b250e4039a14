//! Notifications of the federation API that are never lost: what announces something leaves it with a
//! durable queue, and a pusher delivers it when the other backend is there, in order.
//!
//! ```no_run
//! use std::sync::Arc;
//! use federation_api::Galley;
//! use federation_clients::{Connection, galley::Client};
//! use federation_notifications::{Announcement, Embedded, Outlet, Pusher, galley, pusher};
//! # use federation_api::conversation_update::ConversationUpdate;
//!
//! # async fn example(update: ConversationUpdate) -> Result<(), Box<dyn std::error::Error>> {
//! let queue = Arc::new(Embedded::open("notifications.db")?);
//! let federator = Connection::via_federator("http://127.0.0.1:8097")?;
//!
//! // Deliver, beside whatever else the process does.
//! let pusher = Pusher::new(queue.clone(), federator.clone(), pusher::Settings::default());
//! tokio::spawn(pusher.run(std::future::pending()));
//!
//! // Announce to many backends at once: written once, stored when this returns.
//! let outlet = Outlet::new(queue);
//! let to = Announcement::new(
//!     "a.example.com".parse()?,
//!     ["b.example.com".parse()?, "c.example.com".parse()?],
//! );
//! galley::Publisher::new(outlet.clone())
//!     .on_conversation_updated(&to, update.clone())
//!     .await?;
//!
//! // Or do not care whether a call is queued: this is a `Galley` like any other.
//! let galley = galley::Queued::new(Client::new(federator), outlet);
//! let call = federation_api::Call::new("a.example.com".parse()?, "b.example.com".parse()?);
//! galley.on_conversation_updated(&call, update).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What is here
//!
//! - The messages: [`PayloadBundle`], [`BackendNotification`], and the [`StoredMessage`] that may be older.
//! - For each component with notifications a module ([`brig`], [`galley`]) with a `Publisher`, typed, for
//!   any number of targets, and `Queued`, which implements the component's trait. Emitted; crates with
//!   components of their own emit the same (`Output::Publisher`).
//! - The queues: [`Embedded`] in a file of this machine, [`Amqp`] on RabbitMQ, both a [`Queue`] for programs
//!   and open to [operators](Operate).
//! - The [`Pusher`], which delivers.
//!
//! # What is promised
//!
//! A publish that returned without an error is durable. Each message is delivered at least once, and to
//! each target in the order of publishing: the next is not begun before the last was accepted. A target
//! that is down holds nobody else up. A delivery is repeated after a crash, so receivers must bear that.
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `embedded` | yes | [`Embedded`], with SQLite compiled in |
//! | `amqp` | no | [`Amqp`] |
//!
//! Source: `transport.md` §11.

extern crate self as federation_notifications;

#[cfg(feature = "amqp")]
mod amqp;
mod bundle;
#[cfg(feature = "embedded")]
mod embedded;
mod observe;
mod operate;
mod publish;
pub mod pusher;
mod queue;

#[cfg(feature = "amqp")]
pub use amqp::{Address, Amqp};
pub use bundle::{BackendNotification, BodyVersions, PayloadBundle, StoredMessage, Unreadable};
#[cfg(feature = "embedded")]
pub use embedded::Embedded;
pub use operate::{Kept, Operate, Overview, Shelf};
pub use publish::{Announcement, Bundling, Outlet, PublishError, older};
pub use pusher::{Backoff, Pusher};
pub use queue::{Consumer, Delivery, End, Message, Queue, QueueError};

include!(concat!(env!("OUT_DIR"), "/publisher.rs"));
