//! Whether a commit adds the clients that its users have.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::client::ClientId;
use federation_api::client_identity::ClientIdentity;
use federation_api::galley_error::GalleyError;
use federation_api::mls::{CipherSuite, ClientInfo, MlsClientsRequest};
use federation_api::mls_message_response::MlsMessageResponse;
use federation_api::{OfRecipient, Qualified, UserId};
use futures_util::{StreamExt, stream};

use super::mls::{No, no};
use crate::backend::Backend;
use crate::conversation::Group;

/// How many backends are asked for clients at a time.
const ASKED_AT_A_TIME: usize = 8;

/// What a commit adds of one user.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Added {
    user: Qualified<UserId>,
    clients: BTreeSet<ClientId>,
    /// Whether none of the user's clients is in the group yet.
    newcomer: bool,
}

/// What a commit adds to this group, by user.
pub(super) fn by_user<'a>(
    added: impl Iterator<Item = &'a ClientIdentity>,
    group: &Group,
) -> Vec<Added> {
    let mut by_user: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for client in added {
        let clients = by_user.entry(client.user.clone()).or_default();
        clients.insert(client.client);
    }
    let present: BTreeSet<_> = group.clients().map(|client| &client.user).collect();
    let added = by_user.into_iter().map(|(user, clients)| Added {
        newcomer: !present.contains(&user),
        user,
        clients,
    });
    added.collect()
}

impl Added {
    /// Every client exists, and a newcomer comes with all that can be added.
    fn agrees(&self, known: &BTreeSet<ClientInfo>) -> bool {
        let exists = |client: &ClientId| known.iter().any(|known| known.id == *client);
        let mut addable = known.iter().filter(|known| known.mls);
        self.clients.iter().all(exists)
            && (!self.newcomer || addable.all(|known| self.clients.contains(&known.id)))
    }
}

/// Asks the backends of users whose clients a commit adds which clients these users have.
///
/// # Errors
///
/// If a backend does not answer, or the clients are not those that the commit adds.
///
/// Source: `galley.md` §4.8, `scenarios.md` B9.
pub(super) async fn check(
    backend: &Backend,
    suite: CipherSuite,
    added: &[Added],
) -> Result<(), No> {
    let users = added.iter().map(|added| &added.user);
    let asked: Vec<_> = users.map(|user| clients_of(backend, suite, user)).collect();
    let answers: Vec<_> = stream::iter(asked)
        .buffered(ASKED_AT_A_TIME)
        .collect()
        .await;
    let answers = || added.iter().zip(&answers);
    let silent = answers().filter(|(_, known)| known.is_none());
    let silent: BTreeSet<_> = silent
        .map(|(added, _)| added.user.domain().clone())
        .collect();
    if !silent.is_empty() {
        return Err(Box::new(MlsMessageResponse::UnreachableBackends(silent)));
    }
    let agrees = |known: &Option<BTreeSet<ClientInfo>>, added: &Added| {
        known.as_ref().is_some_and(|known| added.agrees(known))
    };
    if answers().all(|(added, known)| agrees(known, added)) {
        Ok(())
    } else {
        Err(no(GalleyError::MlsClientMismatch))
    }
}

/// The clients of a user, local or remote. `None` where nobody answers.
async fn clients_of(
    backend: &Backend,
    suite: CipherSuite,
    user: &Qualified<UserId>,
) -> Option<BTreeSet<ClientInfo>> {
    if user.domain() == backend.domain() {
        let details = suite.details()?;
        let now = backend.settings().clock.now();
        return Some(backend.with_state(|state| {
            let clients = state.users.get_mut(user.id()).map(|user| &mut user.clients);
            let clients = clients.into_iter().flat_map(BTreeMap::values_mut);
            clients
                .map(|client| client.mls_info(details, now))
                .collect()
        }));
    }
    let call = backend.call_to(user.domain());
    let request = MlsClientsRequest {
        user_id: OfRecipient::new(*user.id()),
        cipher_suite: suite,
    };
    let peer = backend.peers().peer(user.domain())?;
    peer.get_mls_clients(&call, request).await.ok()
}
