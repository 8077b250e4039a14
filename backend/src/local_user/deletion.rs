//! Deleting a user, and telling the backends of those that it was connected with
//! (`scenarios.md` B7).

use std::collections::BTreeMap;

use federation_api::backends::UserDeletedConnectionsNotification;
use federation_api::connection::{NewConnectionRequest, RemoteConnectionAction};
use federation_api::{Brig, Domain, OfRecipient, Qualified, UserId};

use super::LocalUser;
use crate::operation_error::Refusal;
use crate::relation::Relation;

/// What became of telling others that a user was deleted.
#[derive(Debug)]
#[non_exhaustive]
pub struct DeletionReport<E> {
    /// How many notifications were delivered.
    pub delivered: usize,
    /// The notifications that were not: to be tried again, in order, by whoever keeps queues.
    pub undelivered: Vec<(Domain, UserDeletedConnectionsNotification, E)>,
    /// The requests that could not be taken back. Nothing more is done about these.
    pub not_rescinded: Vec<(Qualified<UserId>, E)>,
}

impl LocalUser {
    /// Deletes the user: what is left is a tombstone. Takes its pending requests back and tells each
    /// backend of the users that it was connected with, in notifications of at most 1000 users.
    ///
    /// It is out of all conversations, too. Their members' and owners' backends are told through the
    /// [`Peers`](crate::Peers) of the backend, and the report says nothing of these.
    ///
    /// `brig_of` gives what to call the brig of a backend through.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoSuchUser`] if it is deleted already. That others cannot be told is no error: the
    /// report says so.
    ///
    /// Source: `brig.md` §4.11 (last line) and §4.14; `galley.md` §4.19.
    pub async fn delete<B: Brig>(
        &self,
        brig_of: impl Fn(&Domain) -> B + Send,
    ) -> Result<DeletionReport<B::Error>, Refusal> {
        self.record()?;
        let connections = self
            .backend
            .with_state(|state| {
                let connections = state.delete_user(self.id, self.backend.domain())?;
                self.leave_all(state);
                Some(connections)
            })
            .ok_or(Refusal::NoSuchUser)?;
        self.backend.publish().await;
        let mut report = DeletionReport {
            delivered: 0,
            undelivered: Vec::new(),
            not_rescinded: Vec::new(),
        };
        let mut by_backend: BTreeMap<Domain, Vec<OfRecipient<UserId>>> = BTreeMap::new();
        for (remote, relation) in connections {
            let backend = by_backend.entry(remote.domain().clone()).or_default();
            backend.push(OfRecipient::new(*remote.id()));
            if relation == Relation::Sent {
                let brig = brig_of(remote.domain());
                let request = NewConnectionRequest {
                    from: self.sender(),
                    from_team: None,
                    to: OfRecipient::new(*remote.id()),
                    action: RemoteConnectionAction::RemoteRescind,
                };
                let call = self.envelope(remote.domain());
                if let Err(error) = brig.send_connection_action(&call, request).await {
                    report.not_rescinded.push((remote, error));
                }
            }
        }
        for (domain, connected) in by_backend {
            let brig = brig_of(&domain);
            for notification in UserDeletedConnectionsNotification::split(self.sender(), &connected)
            {
                let call = self.envelope(&domain);
                let outcome = brig
                    .on_user_deleted_connections(&call, notification.clone())
                    .await;
                match outcome {
                    Ok(_) => report.delivered += 1,
                    Err(error) => {
                        report
                            .undelivered
                            .push((domain.clone(), notification, error));
                    }
                }
            }
        }
        Ok(report)
    }
}
