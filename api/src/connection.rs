//! Connections between users of different backends.

use serde::{Deserialize, Serialize};

use crate::record::record;
use crate::tagged::tagged;
use crate::word::words;
use crate::{OfRecipient, OfSender, TeamId, UserId};

words! {
    /// What a user does to its connection with a user of another backend.
    ///
    /// Source: `brig.md` §5.22.
    pub enum RemoteConnectionAction: "a connection action" {
        /// Asks for the connection, or accepts it.
        RemoteConnect = "RemoteConnect",
        /// Takes that back.
        RemoteRescind = "RemoteRescind",
    }
}

/// A user of the origin asks a user of the target for a connection, or takes that back: the request
/// of `send-connection-action`.
///
/// Source: `brig.md` §5.21.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct NewConnectionRequest {
    /// The user that acts.
    pub from: OfSender<UserId>,
    /// The team of that user, if it has one. Backends from before 2024 leave the key out.
    #[serde(default)]
    pub from_team: Option<OfSender<TeamId>>,
    /// The user that it acts towards.
    pub to: OfRecipient<UserId>,
    /// What it does.
    pub action: RemoteConnectionAction,
}

record!(NewConnectionRequest);

tagged! {
    /// What became of a connection action: the answer of `send-connection-action`.
    ///
    /// Source: `brig.md` §5.23, `history.md` §7.2 (rule W7).
    pub enum NewConnectionResponse("tag", "contents") {
        /// The user that was acted towards does not exist or is not activated.
        UserNotActivated = "NewConnectionResponseUserNotActivated",
        /// The policy of the target forbids connections with this user. Backends from before 2024
        /// cannot read this answer.
        NotFederating = "NewConnectionResponseNotFederating"
            (to_old_readers = "NewConnectionResponseUserNotActivated"),
        /// Done. The content is the reaction of the user that was acted towards, or null; the origin
        /// applies it as if it had come as a request.
        Ok(Option<RemoteConnectionAction>) = "NewConnectionResponseOk",
        ..Unknown
    }
}
