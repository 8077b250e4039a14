//! Federators over real sockets, with real certificates and a real DNS server.

// What a test cannot set up has failed.
#![allow(clippy::unwrap_used)]

mod certificates;
mod discovery;
mod errors;
mod happy;
mod load;
mod operations;
mod order;
mod paths;
mod pooling;
mod spoofing;
mod streaming;
mod support;
