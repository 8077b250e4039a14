//! Who takes part.

use bench_harness::Contestant;

use crate::bench::{by_hand, generated};

/// The contestant that the others are compared to.
pub(crate) const YARDSTICK: &str = "by-hand";
/// The yardstick again: what it differs from itself is noise.
pub(crate) const YARDSTICK_AGAIN: &str = "by-hand-2";
/// What this workspace generates.
pub(crate) const GENERATED: &str = "generated";
/// The same with the leaner transport of the clients.
pub(crate) const LEAN: &str = "lean";

/// The same over HTTP/1.1, beside others over HTTP/1.1.
pub(crate) const GENERATED_HTTP1: &str = "generated/1.1";
/// The same with the leaner transport.
pub(crate) const LEAN_HTTP1: &str = "lean/1.1";

/// All contestants of this program.
pub(crate) const ALL: [Contestant; 6] = [
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
    Contestant {
        name: LEAN,
        serve: generated::serve,
        connect: generated::connect_lean,
    },
    Contestant {
        name: GENERATED_HTTP1,
        serve: generated::serve,
        connect: generated::connect_http1,
    },
    Contestant {
        name: LEAN_HTTP1,
        serve: generated::serve,
        connect: generated::connect_lean_http1,
    },
];
