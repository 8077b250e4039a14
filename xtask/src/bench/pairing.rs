//! Whose client calls whose server.

use crate::bench::contestant::{GENERATED, LEAN, YARDSTICK, YARDSTICK_AGAIN};

/// What is built with other libraries, in the workspace `bench`.
pub(crate) const OTHERS: [&str; 5] = ["hyper", "tonic", "tarpc", "dropshot", "dropshot/1.1"];

/// A server on servant and warp, with no client of its own, for the small workload.
pub(crate) const SERVANT: &str = "servant";

/// A server and the client that loads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pairing {
    pub(crate) server: &'static str,
    pub(crate) client: &'static str,
}

impl Pairing {
    /// The yardstick on both sides.
    pub(crate) const YARDSTICK: Self = Self {
        server: YARDSTICK,
        client: YARDSTICK,
    };

    /// What is measured in a round, one after the other. A server is judged under the yardstick's
    /// client and a client against the yardstick's server, so that each ratio has one cause.
    pub(crate) const ALL: [Self; 8] = [
        Self::YARDSTICK,
        Self::server_of(GENERATED),
        Self::client_of(GENERATED),
        Self::server_of(YARDSTICK_AGAIN),
        Self::client_of(YARDSTICK_AGAIN),
        Self::both_of(GENERATED),
        Self::client_of(LEAN),
        Self::both_of(LEAN),
    ];

    /// The server of a contestant under the load of the yardstick's client.
    pub(crate) const fn server_of(contestant: &'static str) -> Self {
        Self {
            server: contestant,
            client: YARDSTICK,
        }
    }

    /// The client of a contestant against the yardstick's server.
    pub(crate) const fn client_of(contestant: &'static str) -> Self {
        Self {
            server: YARDSTICK,
            client: contestant,
        }
    }

    /// Both sides of a contestant.
    pub(crate) const fn both_of(contestant: &'static str) -> Self {
        Self {
            server: contestant,
            client: contestant,
        }
    }
}
