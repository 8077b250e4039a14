//! Whom a document is written for.
//!
//! A few types have forms that only older or only newer backends can read, although the RPC is the
//! same in every version: the keys of a conversation update inside an answer, the MLS data of a
//! conversation. Their JSON depends on the reader. The runtimes of servers and clients say who that
//! is while they write ([`Audience::write`]); an implementation has nothing to do and nothing to forget.
//!
//! Source: `history.md` §7.2.

use std::cell::Cell;

use crate::{Call, Version};

/// The reader of the document that is being written.
///
/// Outside of [`write`](Audience::write) it is a backend that speaks the newest version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audience {
    version: Version,
    states_version: bool,
}

thread_local! {
    // Writing JSON is synchronous: from the beginning of a document to its end nothing else happens
    // on this thread.
    static CURRENT: Cell<Audience> = const { Cell::new(Audience::speaking(Version::NEWEST)) };
}

impl Audience {
    /// A backend that speaks this version.
    #[must_use]
    pub const fn speaking(version: Version) -> Self {
        Self {
            version,
            states_version: true,
        }
    }

    /// The backend that made a call: the reader of its response.
    #[must_use]
    pub fn origin_of(call: &Call) -> Self {
        Self {
            version: call.version(),
            states_version: call.states_version(),
        }
    }

    /// The reader of the document that this thread is writing.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// The version that it speaks, as far as it is known.
    #[must_use]
    pub const fn version(self) -> Version {
        self.version
    }

    /// Whether it stated that version. Backends from before 2024 do not.
    #[must_use]
    pub const fn states_version(self) -> bool {
        self.states_version
    }

    /// Runs `write`, during which this is the [current](Audience::current) audience.
    pub fn write<T>(self, write: impl FnOnce() -> T) -> T {
        /// Puts the previous audience back, whatever happens.
        struct Restore(Audience);

        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }

        let _restore = Restore(CURRENT.replace(self));
        write()
    }
}
