//! Federators over real sockets, with real certificates and a real DNS server.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod certificates;
mod discovery;
mod happy;
mod load;
mod operations;
mod order;
mod paths;
mod peer_certificates;
mod pooling;
mod rewriting;
mod scenarios;
mod spoofing;
mod streaming;
#[allow(dead_code, reason = "shared with other tests")]
mod support;
