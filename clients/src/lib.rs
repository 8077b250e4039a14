//! Clients of the federation API: over HTTP, in process, retrying and mocked, all with the traits
//! that servers implement.
//!
//! ```no_run
//! use federation_api::{Brig, Call, OfRecipient};
//! use federation_clients::{Connection, Retry, brig};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // Through the local federator, to whatever backend a call names.
//! let connection = Connection::via_federator("http://127.0.0.1:8097")?;
//! let brig = brig::Retrying::new(brig::Client::new(connection), Retry::default());
//!
//! let call = Call::new("a.example.com".parse()?, "b.example.com".parse()?);
//! match brig.get_user_by_handle(&call, OfRecipient::new("mira".parse()?)).await {
//!     Ok(Some(profile)) => println!("{}", profile.qualified_id),
//!     Ok(None) => println!("no such user"),
//!     Err(error) => println!("{error} (try again: {})", error.is_retryable()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! `hyper`: `HyperTransport`, which carries requests in plain HTTP without the layers of reqwest, at
//! about two thirds of its CPU time for a small call.
//!
//! # What is emitted
//!
//! For each component there is a module ([`brig`], [`cargohold`]) with
//!
//! - `Client`: calls another backend over a [`Connection`];
//! - `Retrying`: wraps any implementation and repeats what is declared idempotent;
//! - `Handle`: some implementation, which one is not in the type;
//! - `Mock`: answers as a test says;
//! - `ALL`: the RPCs for tools that are told a name when they run.
//!
//! All but the last implement the component's trait. Emitted code relies on [`Connection::call`],
//! [`Connection::byte_stream`], [`Connection::is_older`], [`convert`], [`Retry::run`], [`Mocked`],
//! [`DynamicRpc`] and [`BoxFuture`], and so does what is emitted for components declared elsewhere.
//!
//! # What a client does
//!
//! It negotiates the version with the target (once, then from memory), refuses an RPC that the
//! version does not have before anything is sent, and calls the older variant of an RPC where the
//! declaration says that the two convert into each other. A call ends with its deadline, or with that
//! of the [`Options`]; dropping its future gives it up. Failures say at which [`Stage`] they happened and
//! carry exactly the status and label that the protocol gives to them ([`CallError`]).

extern crate self as federation_clients;

mod address;
mod answer;
mod base_url;
mod connection;
mod dynamic;
mod error;
mod http_settings;
mod http_transport;
#[cfg(feature = "hyper")]
mod hyper_transport;
mod in_process;
mod lanes;
mod mocked;
mod negotiation;
mod observe;
mod options;
mod retry;
mod stream;
mod transport;

pub use address::{Address, AddressError};
pub use connection::{Connection, SetupError, convert};
pub use dynamic::{DynamicAnswer, DynamicError, DynamicRpc};
pub use error::{CallError, Stage};
pub use futures_util::future::BoxFuture;
pub use http_settings::HttpSettings;
pub use http_transport::HttpTransport;
#[cfg(feature = "hyper")]
pub use hyper_transport::HyperTransport;
pub use in_process::InProcess;
pub use mocked::Mocked;
pub use options::{Options, Versions};
pub use retry::{Retry, Retryable};
pub use transport::{BodyError, BoxError, ResponseBody, Transport, TransportError};

include!(concat!(env!("OUT_DIR"), "/client.rs"));
