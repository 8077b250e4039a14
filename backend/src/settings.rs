//! What is configured about a backend, and where it has time and chance from.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use federation_api::Version;
use federation_api::timestamp::UtcTimeMillis;
use federation_api::user::BaseProtocolTag;

/// How a [`Backend`](crate::Backend) behaves, apart from the data that it holds.
///
/// ```
/// use federation_api::Version;
/// use federation_backend::{Clock, Settings};
///
/// let settings = Settings {
///     versions: vec![Version::V0, Version::V1],
///     clock: Clock::fixed("2031-08-04T09:05:00.000Z".parse()?),
///     random_seed: Some(7),
///     ..Settings::default()
/// };
/// # Ok::<(), federation_api::timestamp::TimestampError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Settings {
    /// The versions of the federation API that `api-version` announces. An RPC that none of them has
    /// is answered with 404 `no-endpoint`. By default all.
    pub versions: Vec<Version>,
    /// Whether MLS is enabled; where it is not, `claim-key-packages` finds nobody. By default it is.
    pub mls: bool,
    /// Whether e-mail addresses of users in teams are shown to anybody. By default they are not.
    pub show_team_emails: bool,
    /// What the backend takes for the time. By default the system's clock.
    pub clock: Clock,
    /// What random choices follow from; without it they differ from run to run.
    pub random_seed: Option<u64>,
    /// How many of the latest [events](crate::Event) are kept, 1024 by default.
    pub event_log: usize,
    /// How many connections one user may have, 1000 by default: remote users make them by asking.
    pub connections_per_user: usize,
    /// In how many conversations of other backends one user may be, 10 000 by default: their owners
    /// say who is in them. Further ones are left out like those of unconnected users.
    pub remote_conversations_per_user: usize,
    /// How many members a conversation may have, 500 by default.
    pub members_per_conversation: usize,
    /// By which protocols conversations with users of other backends may be encrypted. By default by
    /// all.
    pub federation_protocols: BTreeSet<BaseProtocolTag>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            versions: Version::ALL.to_vec(),
            mls: true,
            show_team_emails: false,
            clock: Clock::system(),
            random_seed: None,
            event_log: 1024,
            connections_per_user: 1000,
            remote_conversations_per_user: 10_000,
            members_per_conversation: 500,
            federation_protocols: BTreeSet::from([BaseProtocolTag::Proteus, BaseProtocolTag::Mls]),
        }
    }
}

/// Tells the time: the system's clock, or one that a test has in its hands.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> UtcTimeMillis + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(UtcTimeMillis::now)
    }

    /// A clock that stands still.
    #[must_use]
    pub fn fixed(time: UtcTimeMillis) -> Self {
        Self::from_fn(move || time)
    }

    /// The clock that this function is.
    pub fn from_fn(now: impl Fn() -> UtcTimeMillis + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> UtcTimeMillis {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}
