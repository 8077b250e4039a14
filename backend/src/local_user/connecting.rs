//! Connecting with users of other backends (`scenarios.md` A2).

use federation_api::connection::{
    NewConnectionRequest, NewConnectionResponse, RemoteConnectionAction,
};
use federation_api::{Brig, OfRecipient, OfSender, Qualified, UserId};

use super::{LocalUser, called};
use crate::operation_error::{OperationError, Refusal, UnexpectedAnswer};
use crate::relation::{LocalAction, Relation, after_local};

impl LocalUser {
    /// How the user stands to a remote one.
    #[must_use]
    pub fn relation(&self, remote: &Qualified<UserId>) -> Option<Relation> {
        self.backend
            .connection(self.id, remote)
            .map(|connection| connection.relation)
    }

    /// Asks a remote user for a connection, or accepts the one that it asked for. Gives the relation
    /// after that: accepted if the other side wants it, too.
    ///
    /// # Errors
    ///
    /// If a call fails; if the policy of either side keeps the two apart; if the remote user does not
    /// exist or is not activated. Then the connection is as it was.
    ///
    /// Source: `brig.md` §6, "Calling side"; `transport.md` §14.3, "Connecting".
    pub async fn connect<B: Brig>(
        &self,
        brig: &B,
        remote: &Qualified<UserId>,
    ) -> Result<Relation, OperationError<B::Error>> {
        let profile = self
            .profile(brig, remote)
            .await?
            .ok_or(Refusal::NoSuchUser)?;
        let team = profile.team.map(|team| team.beside(remote));
        let policy = self.backend.policy();
        if !policy.may_connect(remote.domain(), team.as_ref()) {
            return Err(Refusal::TeamNotFederating.into());
        }
        self.act(brig, remote, LocalAction::Connect).await
    }

    /// Takes back that it asked for a connection, or that it accepted one. Gives the relation after
    /// that.
    ///
    /// # Errors
    ///
    /// If there is nothing to take back; otherwise as [`connect`](Self::connect).
    ///
    /// Source: `brig.md` §6, "Calling side".
    pub async fn rescind<B: Brig>(
        &self,
        brig: &B,
        remote: &Qualified<UserId>,
    ) -> Result<Relation, OperationError<B::Error>> {
        self.act(brig, remote, LocalAction::Rescind).await
    }

    /// Wants to hear nothing from a remote user any more. The other backend is not told.
    ///
    /// # Errors
    ///
    /// If it is blocked already.
    ///
    /// Source: `brig.md` §6, "Calling side".
    pub fn block(&self, remote: &Qualified<UserId>) -> Result<Relation, Refusal> {
        self.record()?;
        self.apply(remote, LocalAction::Block, None)
    }

    /// Leaves the request of a remote user unanswered. The other backend is not told.
    ///
    /// # Errors
    ///
    /// If there is no such request.
    ///
    /// Source: `brig.md` §6, "Calling side".
    pub fn ignore(&self, remote: &Qualified<UserId>) -> Result<Relation, Refusal> {
        self.record()?;
        self.apply(remote, LocalAction::Ignore, None)
    }

    /// An action that the other backend is told of: nothing changes here before it has agreed.
    async fn act<B: Brig>(
        &self,
        brig: &B,
        remote: &Qualified<UserId>,
        action: LocalAction,
    ) -> Result<Relation, OperationError<B::Error>> {
        let team = self.record()?.team;
        let wire = match action {
            LocalAction::Connect => RemoteConnectionAction::RemoteConnect,
            _ => RemoteConnectionAction::RemoteRescind,
        };
        let most = self.backend.settings().connections_per_user;
        self.backend.with_state(|state| {
            let connections = state.connections.entry(self.id).or_default();
            after_local(connections.relation(remote), action).ok_or(Refusal::NoSuchTransition)?;
            connections
                .make_room(remote, most)
                .map_err(|_| Refusal::TooManyConnections)
        })?;
        let request = NewConnectionRequest {
            from: self.sender(),
            from_team: team.map(OfSender::new),
            to: OfRecipient::new(*remote.id()),
            action: wire,
        };
        let call = self.call(remote.domain())?;
        let reaction = match called(brig.send_connection_action(&call, request).await)? {
            NewConnectionResponse::Ok(reaction) => reaction,
            NewConnectionResponse::NotFederating => {
                return Err(Refusal::TeamNotFederating.into());
            }
            NewConnectionResponse::UserNotActivated => {
                return Err(Refusal::UserNotActivated.into());
            }
            NewConnectionResponse::Unknown(unknown) => {
                return Err(UnexpectedAnswer::new(format!(
                    "`{}` is no known outcome of a connection action",
                    unknown.tag()
                ))
                .into());
            }
        };
        Ok(self.apply(remote, action, reaction)?)
    }

    /// Changes the connection by an action, then by the reaction to it. While the other backend was
    /// asked the connection may have become one that the action means nothing to; it stays, then.
    fn apply(
        &self,
        remote: &Qualified<UserId>,
        action: LocalAction,
        reaction: Option<RemoteConnectionAction>,
    ) -> Result<Relation, Refusal> {
        let most = self.backend.settings().connections_per_user;
        self.backend.with_state(|state| {
            let connections = state.connections.entry(self.id).or_default();
            let old = connections.relation(remote);
            let acted = connections
                .act(remote, action, most)
                .map_err(|_| Refusal::TooManyConnections)?;
            let reacted = reaction.and_then(|reaction| connections.react(remote, reaction));
            let new = reacted
                .or(acted)
                .or(old.filter(|_| action == LocalAction::Rescind))
                .ok_or(Refusal::NoSuchTransition)?;
            if Some(new) != old {
                state.tell_relation(self.id, remote, new);
            }
            Ok(new)
        })
    }
}
