//! What the backend does, rule by rule, called through the traits of the declaration.

// The setting in `clippy.toml` reaches test functions, not what they call.
#![allow(clippy::unwrap_used)]

mod administration;
mod assets;
mod calling_side;
mod connections;
mod conversation_actions;
mod conversation_flows;
mod conversation_mls;
mod conversation_rpcs;
mod conversations;
mod flows;
mod group_queries;
mod liar;
mod mls;
mod mls_bytes;
mod prekeys;
mod profiles;
mod search;
mod seeds;
mod state_machine;
mod world;
