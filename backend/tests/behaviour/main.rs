//! What the backend does, rule by rule, called through the traits of the declaration.

mod assets;
mod calling_side;
mod connections;
mod flows;
mod mls;
mod prekeys;
mod profiles;
mod search;
mod seeds;
mod state_machine;
mod world;
