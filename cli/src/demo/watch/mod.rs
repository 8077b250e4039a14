//! Watching what goes from one part to another, each hop at one of its ends.
//!
//! | hop | watched |
//! |---|---|
//! | component to Outward | where the component's client hands a request to the network |
//! | federator to the DNS | around the resolver |
//! | Outward to Inward | in Outward, by what it tells of connections and answers |
//! | Inward to component | where the component takes a request from the network |

mod caller;
mod component;
mod federator;
mod resolver;

pub(crate) use caller::WatchedCaller;
pub(crate) use component::watched;
pub(crate) use federator::Tap;
pub(crate) use resolver::WatchedDns;
