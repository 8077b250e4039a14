//! A client that progenitor generates from the published document of brig.

#![allow(clippy::all, mismatched_lifetime_syntaxes, reason = "it is generated")]

include!(concat!(env!("OUT_DIR"), "/client.rs"));
