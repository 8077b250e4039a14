//! OpenAPI 3.1 documents of federation APIs, one for each component and version.
//!
//! For those who call or serve the API from another language, and for tools that read documents. The
//! documents of this workspace's own API are the JSON files beside this crate's sources, `v0/brig.json` to
//! `v3/cargohold.json`; this crate makes them, from the same declaration that servers and clients are
//! made from:
//!
//! ```
//! use federation_api::Version;
//!
//! let brig = federation_openapi::brig::component();
//! let document = federation_openapi::document(&brig, Version::V3);
//! let json = document.as_json();
//! assert_eq!(json["info"]["title"], "Federation API: brig");
//! let operation = &json["paths"]["/federation/get-user-by-handle"]["post"];
//! assert_eq!(operation["operationId"], "getUserByHandle");
//! println!("{}", document.to_json_pretty());
//! ```
//!
//! # What a document says
//!
//! - **Operations**: those whose version range holds the document's version, each `POST /federation/<rpc>`.
//!   The `operationId` is the RPC's name in lower camel case, the same in every version. Summary and
//!   description come from the doc comment. `x-kind` (`call`, `notification`, `byte-stream`),
//!   `x-idempotent` and `x-versions` (`{"from": 1, "until": 3}`, half open) say what the declaration says.
//!   Notifications stand under `webhooks` too.
//! - **Failures**: those that every server and the federator before it can give, and those that the doc
//!   comment of an RPC names, as in "an unsupported suite is 400 `mls-protocol-error`". All have the body
//!   `Error`, narrowed to the labels that the status can have.
//! - **Schemas**: requests as they are read (tolerant), responses as they are written (exact). Where a
//!   type has different schemas for the two and occurs in both, that of requests is called `<Name>Input`.
//!   `x-qualified-by` says whose a bare id is: `sender`, `recipient`, `subject`, or the key beside it that
//!   names the backend.
//! - **Spelling**: what the generators of clients in other languages understand. Alternatives of unions are
//!   named, with a discriminator where the wire has a tag; tuples are `prefixItems` with a length; integers
//!   of 32 bits without a sign and wider are `int64` with limits; a value or null is a union.
//!
//! Beside each document lies its rendering in OpenAPI 3.0.3, for generators that do not read 3.1:
//! [`Document::to_openapi_3_0`].
//!
//! # Components declared elsewhere
//!
//! A crate that declares a component of its own has the code that lists its operations emitted by its
//! build script (`federation_codegen::Output::Document`) and hands the component to [`document`]. The
//! emitted code needs [`Component::new`], [`Operation::call`] and [`Operation::byte_stream`].

extern crate self as federation_openapi;

mod answers;
mod assemble;
pub mod compare;
mod component;
mod document;
mod example;
mod files;
mod normalise;
mod openapi_3_0;
mod parameters;
mod prose;
mod raw_schema;
mod references;
mod schemas;
mod sorted;
mod unions;

pub use assemble::document;
pub use component::{Component, Operation};
pub use document::Document;
pub use files::{Spec, files, write_all};

include!(concat!(env!("OUT_DIR"), "/document.rs"));

/// The components of this workspace's API, in the order of their declaration.
#[must_use]
pub fn components() -> Vec<Component> {
    vec![
        brig::component(),
        galley::component(),
        cargohold::component(),
    ]
}
