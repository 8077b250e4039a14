//! The seeds that come with the crate: two backends that federate with each other.

/// `a.example.com`: Alice and her colleagues, and conversations with users of the other backend. For
/// [`Backend::from_seed`](crate::Backend::from_seed).
pub const A_EXAMPLE_COM: &str = include_str!("../seeds/a.example.com.json");

/// `b.example.com`: Bob and others, among them one of every kind that the protocol treats in its own
/// way, conversations, and an asset of 64 MiB. For [`Backend::from_seed`](crate::Backend::from_seed).
pub const B_EXAMPLE_COM: &str = include_str!("../seeds/b.example.com.json");
