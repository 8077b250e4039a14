//! Which backends federate with each other, and what they tell each other about deleted users.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::bounded::{BoundError, BoundedVec};
use crate::record::record;
use crate::{Domain, OfRecipient, OfSender, UserId};

/// Some backends: the request of `get-not-fully-connected-backends`.
///
/// Source: `brig.md` §5.27.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct DomainSet {
    /// The backends.
    pub domains: BTreeSet<Domain>,
}

record!(DomainSet);

/// Those of the backends asked about with which the target does not federate: the answer of
/// `get-not-fully-connected-backends`.
///
/// Backends of mid-2023 write the key as `connected_backends`, with the same meaning; both are read.
///
/// Source: `brig.md` §5.28, `history.md` §6.6 (rule R12).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ReadNonConnectedBackends")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(!try_from))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct NonConnectedBackends {
    /// The backends with which the target does not federate.
    pub non_connected_backends: BTreeSet<Domain>,
}

#[derive(Deserialize)]
#[serde(remote = "Self")]
struct ReadNonConnectedBackends {
    non_connected_backends: Option<BTreeSet<Domain>>,
    connected_backends: Option<BTreeSet<Domain>>,
}

record!(read ReadNonConnectedBackends);

impl TryFrom<ReadNonConnectedBackends> for NonConnectedBackends {
    type Error = &'static str;

    fn try_from(read: ReadNonConnectedBackends) -> Result<Self, &'static str> {
        // Not an alias: whoever writes both keys (rule W10) would be refused.
        let non_connected_backends = read
            .non_connected_backends
            .or(read.connected_backends)
            .ok_or("missing field `non_connected_backends`")?;
        Ok(Self {
            non_connected_backends,
        })
    }
}

/// The most users that one notification about a deleted user may name.
pub const MOST_DELETED_CONNECTIONS: usize = 1000;

/// A user of the origin was deleted: tells the backend of those that it was connected with.
///
/// Source: `brig.md` §5.29.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct UserDeletedConnectionsNotification {
    /// The deleted user.
    pub user: OfSender<UserId>,
    /// The users that it was connected with: 1 to 1000, duplicates count.
    pub connections: BoundedVec<OfRecipient<UserId>, 1, MOST_DELETED_CONNECTIONS>,
}

record!(UserDeletedConnectionsNotification);

impl UserDeletedConnectionsNotification {
    /// Tells `connections` that `user` was deleted.
    ///
    /// # Errors
    ///
    /// When there are none or more than 1000; [`split`](Self::split) makes several notifications.
    pub fn new(
        user: OfSender<UserId>,
        connections: Vec<OfRecipient<UserId>>,
    ) -> Result<Self, BoundError> {
        Ok(Self {
            user,
            connections: BoundedVec::new(connections)?,
        })
    }

    /// As many notifications as it takes to tell all of `connections` that `user` was deleted; none
    /// for none.
    pub fn split(
        user: OfSender<UserId>,
        connections: &[OfRecipient<UserId>],
    ) -> impl Iterator<Item = Self> {
        connections
            .chunks(MOST_DELETED_CONNECTIONS)
            .filter_map(move |chunk| Self::new(user, chunk.to_vec()).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_split() {
        let ids: Vec<_> = (0..2001)
            .map(|_| OfRecipient::new(UserId::random()))
            .collect();
        let user = OfSender::new(UserId::random());
        let parts: Vec<_> = UserDeletedConnectionsNotification::split(user, &ids)
            .map(|part| part.connections.len())
            .collect();
        assert_eq!(parts, [1000, 1000, 1]);
        assert!(UserDeletedConnectionsNotification::new(user, ids).is_err());
    }
}
