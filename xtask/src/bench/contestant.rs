//! Who takes part.

use futures_util::future::BoxFuture;
use tokio::net::TcpListener;

use crate::bench::load::Caller;
use crate::bench::{Failed, by_hand, generated};

/// One way to build the same service and its client.
#[derive(Clone, Copy)]
pub(crate) struct Contestant {
    /// How orders and tables name it.
    pub(crate) name: &'static str,
    /// Serves until the process ends.
    pub(crate) serve: fn(TcpListener) -> BoxFuture<'static, Result<(), Failed>>,
    /// A caller of the server at this address, such as `127.0.0.1:8080`, over one HTTP/2 connection.
    pub(crate) connect: fn(&str) -> Result<Box<dyn Caller>, Failed>,
}

/// The contestant that the others are compared to.
pub(crate) const YARDSTICK: &str = "by-hand";
/// The yardstick again: what it differs from itself is noise.
pub(crate) const YARDSTICK_AGAIN: &str = "by-hand-2";
/// What this workspace generates.
pub(crate) const GENERATED: &str = "generated";

const ALL: [Contestant; 3] = [
    Contestant {
        name: YARDSTICK,
        serve: by_hand::serve,
        connect: by_hand::connect,
    },
    Contestant {
        name: YARDSTICK_AGAIN,
        serve: by_hand::serve,
        connect: by_hand::connect,
    },
    Contestant {
        name: GENERATED,
        serve: generated::serve,
        connect: generated::connect,
    },
];

/// The contestant of this name.
pub(crate) fn named(name: &str) -> Result<Contestant, Failed> {
    ALL.into_iter()
        .find(|known| known.name == name)
        .ok_or_else(|| format!("no contestant is called `{name}`").into())
}
