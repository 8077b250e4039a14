//! How requests go over the network, whichever client carries them.

use std::time::Duration;

/// How requests go over the network.
///
/// ```
/// use federation_clients::HttpSettings;
///
/// let settings = HttpSettings::default().calls_per_connection(16).connections(4);
/// ```
#[derive(Debug, Clone)]
pub struct HttpSettings {
    pub(crate) http1: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) calls_per_connection: usize,
    pub(crate) connections: usize,
}

/// Flow control of HTTP/2: what may be in flight towards us on one stream, in bytes.
pub(crate) const STREAM_WINDOW: u32 = 1024 * 1024;

/// The same for all streams of a connection together.
pub(crate) const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;

/// The largest frame that we take, in bytes: a body that comes in one frame need not be put together.
pub(crate) const FRAME: u32 = 128 * 1024;

impl Default for HttpSettings {
    /// HTTP/2 with prior knowledge, 64 calls on each of up to 16 connections, 30 seconds to connect.
    fn default() -> Self {
        Self {
            http1: false,
            connect_timeout: Duration::from_secs(30),
            calls_per_connection: 64,
            connections: 16,
        }
    }
}

impl HttpSettings {
    /// HTTP/1.1 in place of HTTP/2.
    #[must_use]
    pub fn http1(mut self, http1: bool) -> Self {
        self.http1 = http1;
        self
    }

    /// How long making a connection may take.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Requests under way on one HTTP/2 connection, at least 1; another is opened for more. Old servers
    /// stop answering when the request bodies in flight on one connection pass some 64 KiB.
    #[must_use]
    pub fn calls_per_connection(mut self, calls: usize) -> Self {
        self.calls_per_connection = calls.max(1);
        self
    }

    /// Connections that are opened, at least 1; beyond that, requests wait.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }
}
