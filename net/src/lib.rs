//! What the servers and the federator do alike for those who call them, below HTTP and beside it.
//!
//! - [`Activity`]: what happens on a connection.
//! - [`HeadReader`]: the head of a request must be whole some time after its first byte.
//! - [`Paced`]: whoever sends frames of HTTP/2 that carry nothing is read slowly.
//! - [`Gathered`]: small writes leave together.
//! - [`Crowd`]: no backend has more requests under way than its share.
//! - [`Turns`]: a busy server gives each address its turn, not each connection.
//!
//! Nobody but those two needs this crate; it promises nothing to others.

mod activity;
mod crowd;
mod gathered;
mod head;
mod paced;
mod turns;

pub use activity::{Activity, Busy};
pub use crowd::{Crowd, Member};
pub use gathered::Gathered;
pub use head::HeadReader;
pub use paced::Paced;
pub use turns::{Taking, Turn, Turns};
