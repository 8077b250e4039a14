//! What the servers and the federator do alike on a connection, below HTTP.
//!
//! - [`HeadReader`]: the head of a request must be whole some time after its first byte.
//! - [`Gathered`]: small writes leave together.
//!
//! Nobody but those two needs this crate; it promises nothing to others.

mod gathered;
mod head;

pub use gathered::Gathered;
pub use head::{HeadReader, Requests};
