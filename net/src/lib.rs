//! What the servers and the federator do alike on a connection, below HTTP.
//!
//! - [`HeadReader`]: the head of a request must be whole some time after its first byte.
//! - [`Paced`]: whoever sends frames of HTTP/2 that carry nothing is read slowly.
//! - [`Gathered`]: small writes leave together.
//!
//! Nobody but those two needs this crate; it promises nothing to others.

mod gathered;
mod head;
mod paced;

pub use gathered::Gathered;
pub use head::{HeadReader, Requests};
pub use paced::Paced;
