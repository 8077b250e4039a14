//! axum routers that serve the federation API over an implementation of its traits.
//!
//! Implement a trait of [`federation_api`] with plain `async fn`s, and mount the router of its module:
//!
//! ```no_run
//! use federation_api::asset::{GetAsset, GetAssetResponse};
//! use federation_api::{ByteStream, Call, Cargohold, Failure};
//!
//! struct NoAssets;
//!
//! impl Cargohold for NoAssets {
//!     type Error = Failure;
//!
//!     async fn get_asset(&self, _: &Call, _: GetAsset) -> Result<GetAssetResponse, Failure> {
//!         Ok(GetAssetResponse { available: false })
//!     }
//!
//!     async fn stream_asset(&self, _: &Call, _: GetAsset) -> Result<ByteStream, Failure> {
//!         Err(Failure::not_found("Asset not found"))
//!     }
//! }
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let own_domain = "b.example.com".parse()?;
//! let router = federation_servers::cargohold::router(NoAssets, own_domain);
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8084").await?;
//! axum::serve(listener, router).await?;
//! # Ok(())
//! # }
//! ```
//!
//! ([`serve`] does the same with limits, HTTP/2 and an orderly end; [`Routes::into_service`] is for a
//! process that serves nothing but RPCs.)
//!
//! # What a router does
//!
//! For `POST /federation/<rpc>`: it chooses the method whose version range holds the version of the
//! caller, checks the headers, takes in the body within [limits](Settings), decodes it, builds the
//! [`Call`](federation_api::Call), runs the method under a deadline, and encodes what it gives back.
//! Whatever goes wrong is answered with the error body of the protocol:
//!
//! | fault | status | label |
//! |---|---|---|
//! | unknown RPC, or not in the caller's version | 404 | `no-endpoint` |
//! | not a `POST` | 405 | `method-not-allowed` |
//! | `Wire-Origin-Domain` missing, repeated or malformed; `Wire-Origin-IP` malformed | 400 | `bad-request` |
//! | the body is not the JSON that the RPC takes; the message has the place | 400 | `bad-request` |
//! | the body broke off | 400 | `client-error` |
//! | the body came too slowly | 408 | `client-error` |
//! | the body is too large | 413 | `client-error` |
//! | the body says that it is not JSON | 415 | `client-error` |
//! | too many calls of the same backend are under way | 429 | `client-error` |
//! | too many calls are under way, or their bodies are too large together | 503 | `server-error` |
//! | the method failed | its own | its own |
//! | the method panicked or took too long | 500 | `server-error` |
//!
//! A call is a `tracing` span `federation_call` with `component`, `rpc`, `origin`, `version` and
//! `request_id`; metrics go to the `metrics` facade (`federation_server_calls_total`,
//! `federation_server_call_duration_seconds`, and of what newer peers say `federation_undecodable_documents_total`
//! and `federation_unknown_alternatives_total`). Routers take tower layers like any other.
//!
//! # Emitted code
//!
//! Modules such as [`brig`] are emitted by `federation-codegen`. They need [`Routes::new`],
//! [`Routes::call`], [`Routes::byte_stream`], [`Routes::erased`], [`Routes::into_router`] and [`Settings`]; the same is
//! true of modules that are emitted for components declared elsewhere.

extern crate self as federation_servers;

mod answer;
mod body;
mod deadline;
mod dispatch;
mod envelope;
mod handler;
mod memory;
mod method;
mod observe;
mod places;
mod routes;
mod rpc_service;
mod serve;
mod settings;
mod watch;

pub use method::Method;
pub use routes::Routes;
pub use rpc_service::RpcService;
pub use serve::{Limits, serve};
pub use settings::Settings;

include!(concat!(env!("OUT_DIR"), "/server.rs"));
