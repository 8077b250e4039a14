//! What can be set for a connection.

use std::time::Duration;

use federation_api::Version;

/// Deadlines, limits and versions of a [`Connection`](crate::Connection).
///
/// ```
/// use std::time::Duration;
/// use federation_api::Version;
/// use federation_clients::{Options, Versions};
///
/// let options = Options::default()
///     .timeout(Duration::from_secs(5))
///     .versions(Versions::Fixed(Version::V2));
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) max_response: usize,
    pub(crate) versions: Versions,
}

/// In which version calls are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// In the newest that both sides speak: the target is asked, its answer is kept for a while, and
    /// dropped when the target answers as if it had changed.
    Negotiate {
        /// The versions that this side speaks.
        own: Vec<Version>,
        /// How long an answer is kept.
        keep: Duration,
    },
    /// Always in this one. Nobody is asked.
    Fixed(Version),
}

impl Default for Options {
    /// 30 seconds for a call without a deadline of its own, 30 seconds between two chunks of a
    /// stream, responses of at most 64 MiB, versions negotiated and kept for 5 minutes.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(30),
            max_response: 64 * 1024 * 1024,
            versions: Versions::Negotiate {
                own: Version::ALL.to_vec(),
                keep: Duration::from_secs(300),
            },
        }
    }
}

impl Options {
    /// How long a call may take that has no deadline of its own, and how long a negotiation.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long a byte stream may be silent before it counts as broken.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// The largest response that is taken in, in bytes. Byte streams have no limit.
    #[must_use]
    pub fn max_response(mut self, bytes: usize) -> Self {
        self.max_response = bytes;
        self
    }

    /// In which version calls are made.
    #[must_use]
    pub fn versions(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
    }
}
