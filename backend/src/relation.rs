//! The state machine of connections, from the point of view of the local user.

use federation_api::connection::RemoteConnectionAction;

/// How a local user stands to a remote one.
///
/// Never on the federation wire. No relation at all acts as [`Cancelled`](Self::Cancelled) does, with
/// the one exception that [`receive`] has.
///
/// Source: `brig.md` §6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Both want the connection.
    Accepted,
    /// The local user wants to hear nothing.
    Blocked,
    /// The remote user asked.
    Pending,
    /// The remote user asked, and the local user does not answer.
    Ignored,
    /// The local user asked.
    Sent,
    /// Nobody asks any more.
    Cancelled,
    /// The consent to legal hold is missing; acts as [`Blocked`](Self::Blocked) does.
    MissingLegalHoldConsent,
}

/// What a local user does to a connection. Only the first two are told to the other backend.
///
/// Source: `brig.md` §6, "Calling side".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LocalAction {
    /// Asks for the connection, or accepts it.
    Connect,
    /// Takes that back.
    Rescind,
    /// Wants to hear nothing from the remote user.
    Block,
    /// Leaves the request of the remote user unanswered.
    Ignore,
}

/// What became of a remote user's action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reception {
    /// The relation after it; `None` if there was none and is none.
    pub relation: Option<Relation>,
    /// Whether the action meant anything in the old relation, even if the relation stays the same.
    pub transition: bool,
    /// What the answer tells the acting side to apply in turn.
    pub reaction: Option<RemoteConnectionAction>,
}

/// The relation after a remote user's action, and the reaction to it.
///
/// Source: `brig.md` §6, "Receiving side".
#[must_use]
pub const fn receive(old: Option<Relation>, action: RemoteConnectionAction) -> Reception {
    use RemoteConnectionAction::{RemoteConnect, RemoteRescind};
    match after_remote(old, action) {
        Some(new) => Reception {
            relation: Some(new),
            transition: true,
            reaction: match new {
                Relation::Accepted | Relation::Sent => Some(RemoteConnect),
                _ => None,
            },
        },
        None => Reception {
            relation: old,
            transition: false,
            reaction: match (old, action) {
                (None, RemoteRescind) => Some(RemoteRescind),
                _ => None,
            },
        },
    }
}

/// The relation after a remote user's action; `None` where the action means nothing.
///
/// A caller applies the reaction that it was answered with through this, too.
///
/// Source: `brig.md` §6.
#[must_use]
pub const fn after_remote(
    old: Option<Relation>,
    action: RemoteConnectionAction,
) -> Option<Relation> {
    use Relation::{Accepted, Blocked, Cancelled, Ignored, MissingLegalHoldConsent, Pending, Sent};
    use RemoteConnectionAction::{RemoteConnect, RemoteRescind};
    match (action, old) {
        (RemoteConnect, Some(Sent | Accepted)) => Some(Accepted),
        (RemoteConnect, Some(Blocked | MissingLegalHoldConsent)) => None,
        (RemoteConnect, Some(Pending | Ignored | Cancelled) | None) => Some(Pending),
        (RemoteRescind, Some(Pending)) => Some(Cancelled),
        (RemoteRescind, Some(Accepted)) => Some(Sent),
        (RemoteRescind, _) => None,
    }
}

/// The relation after a local user's action; `None` where there is no such transition, and thus
/// nothing to tell the other backend.
///
/// Source: `brig.md` §6, "Calling side".
#[must_use]
pub const fn after_local(old: Option<Relation>, action: LocalAction) -> Option<Relation> {
    use LocalAction::{Block, Connect, Ignore, Rescind};
    use Relation::{Accepted, Blocked, Cancelled, Ignored, MissingLegalHoldConsent, Pending, Sent};
    match (action, old) {
        (Connect, Some(Pending | Accepted)) => Some(Accepted),
        (Connect, _) => Some(Sent),
        (Rescind, Some(Sent)) => Some(Cancelled),
        (Rescind, Some(Accepted)) => Some(Pending),
        (Rescind, _) => None,
        (Block, Some(Blocked | MissingLegalHoldConsent)) => None,
        (Block, _) => Some(Blocked),
        (Ignore, Some(Pending)) => Some(Ignored),
        (Ignore, _) => None,
    }
}

impl Relation {
    /// Whether the remote user is a member of the one-to-one conversation after an action of its own
    /// that led here.
    ///
    /// Source: `brig.md` §6, last paragraph.
    #[must_use]
    pub const fn remote_is_member(self) -> bool {
        matches!(self, Self::Accepted | Self::Pending | Self::Ignored)
    }

    /// Whether the local user is a member of the one-to-one conversation after an action of its own
    /// that led here.
    ///
    /// Source: `brig.md` §6, last paragraph.
    #[must_use]
    pub const fn local_is_member(self) -> bool {
        matches!(self, Self::Accepted | Self::Sent)
    }
}
