//! What can be set for a router, with defaults that are safe on the open network.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::places::Places;

/// Limits and deadlines of a router.
///
/// ```
/// use std::time::Duration;
/// use federation_servers::Settings;
///
/// let settings = Settings::default()
///     .max_body(1024 * 1024)
///     .max_body_of("get-users-by-ids", 64 * 1024)
///     .handler_deadline(Duration::from_secs(5));
/// ```
#[derive(Debug, Clone)]
pub struct Settings {
    max_body: usize,
    max_body_of: BTreeMap<String, usize>,
    max_bodies: usize,
    body_deadline: Duration,
    handler_deadline: Duration,
    max_calls: usize,
    max_calls_per_origin: usize,
    chunk_deadline: Duration,
}

impl Default for Settings {
    /// Bodies of at most 16 MiB, and 256 MiB together, that arrive within 30 seconds; 10 seconds for the
    /// handler, which is when a federator gives up waiting; 30 seconds from one chunk of a stream to the next; 4096 calls
    /// at once, 1024 of them of one backend.
    fn default() -> Self {
        Self {
            max_body: 16 * 1024 * 1024,
            max_body_of: BTreeMap::new(),
            max_bodies: 256 * 1024 * 1024,
            body_deadline: Duration::from_secs(30),
            handler_deadline: Duration::from_secs(10),
            max_calls: 4096,
            max_calls_per_origin: 1024,
            chunk_deadline: Duration::from_secs(30),
        }
    }
}

impl Settings {
    /// The largest request body, in bytes. A larger one is 413.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The largest request body of one RPC, in bytes, in place of the general limit.
    #[must_use]
    pub fn max_body_of(mut self, rpc: impl Into<String>, bytes: usize) -> Self {
        self.max_body_of.insert(rpc.into(), bytes);
        self
    }

    /// All request bodies of the component that are held at once, in bytes, until their calls are answered.
    /// A call whose body does not fit in is refused with 503.
    #[must_use]
    pub fn max_bodies(mut self, bytes: usize) -> Self {
        self.max_bodies = bytes;
        self
    }

    /// How long the request body may take to arrive after the headers. A slower one is 408.
    #[must_use]
    pub fn body_deadline(mut self, deadline: Duration) -> Self {
        self.body_deadline = deadline;
        self
    }

    /// How long the handler may take. A slower one is stopped and answered with 500. The [`Call`]
    /// tells it the time.
    ///
    /// For a byte stream this is the time until its first chunk.
    ///
    /// [`Call`]: federation_api::Call::deadline
    #[must_use]
    pub fn handler_deadline(mut self, deadline: Duration) -> Self {
        self.handler_deadline = deadline;
        self
    }

    /// How many calls may be under way at once on the component, from the head of the request until
    /// the head of the response. One more is refused at once with 503.
    #[must_use]
    pub fn max_calls(mut self, calls: usize) -> Self {
        self.max_calls = calls;
        self
    }

    /// How many of those calls may be of one backend, as `Wire-Origin-Domain` names it. One more is
    /// refused at once with 429, so that the others still find places.
    #[must_use]
    pub fn max_calls_per_origin(mut self, calls: usize) -> Self {
        self.max_calls_per_origin = calls;
        self
    }

    /// How long a handler may take from one chunk of a byte stream to the next. A slower stream is
    /// broken off.
    #[must_use]
    pub fn chunk_deadline(mut self, deadline: Duration) -> Self {
        self.chunk_deadline = deadline;
        self
    }

    pub(crate) fn time_for_chunk(&self) -> Duration {
        self.chunk_deadline
    }

    /// Names that were given a limit and are no RPC of these.
    pub(crate) fn limits_for_nothing<'a>(&'a self, rpcs: &[&str]) -> Vec<&'a str> {
        let names = self.max_body_of.keys().map(String::as_str);
        names.filter(|name| !rpcs.contains(name)).collect()
    }

    pub(crate) fn places(&self) -> Places {
        Places::new(self.max_calls, self.max_calls_per_origin, self.max_bodies)
    }

    pub(crate) fn limit_of(&self, rpc: &str) -> usize {
        self.max_body_of.get(rpc).copied().unwrap_or(self.max_body)
    }

    pub(crate) fn time_for_body(&self) -> Duration {
        self.body_deadline
    }

    pub(crate) fn time_for_handler(&self) -> Duration {
        self.handler_deadline
    }
}
