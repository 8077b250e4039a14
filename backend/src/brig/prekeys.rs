//! Prekeys: each is handed out once.

use federation_api::client::ClientId;
use federation_api::prekey::{ClientPrekey, Prekey, PrekeyBundle};
use federation_api::user_map::{ClientMap, UserClientPrekeyMap, UserClients};
use federation_api::{Call, OfSender, UserId};

use super::local;
use crate::state::State;

/// A prekey of one client. A client that has none is removed.
///
/// Source: `brig.md` §4.4.
pub(super) fn claim(state: &mut State, user: UserId, client: ClientId) -> Option<Prekey> {
    let taken = state
        .users
        .get_mut(&user)?
        .clients
        .get_mut(&client)?
        .take_prekey();
    if taken.is_none() {
        state.remove_client(user, client);
    }
    taken
}

/// A prekey of each client; those that have none are left out, and left alone.
///
/// Source: `brig.md` §4.5.
pub(super) fn claim_bundle(state: &mut State, user: UserId) -> PrekeyBundle {
    let clients = state.users.get_mut(&user).map_or_else(Vec::new, |user| {
        user.clients
            .values_mut()
            .filter_map(|client| {
                let prekey = client.take_prekey()?;
                Some(ClientPrekey {
                    client: client.id,
                    prekey,
                })
            })
            .collect()
    });
    PrekeyBundle {
        user: OfSender::new(user),
        clients,
    }
}

/// A prekey, or null, for each client that is asked for.
///
/// Source: `brig.md` §4.6.
pub(super) fn claim_all(
    state: &mut State,
    call: &Call,
    clients: UserClients,
) -> UserClientPrekeyMap {
    clients
        .into_iter()
        .map(|(user, clients)| {
            let user = local(call, &user);
            let prekeys = clients
                .into_iter()
                .map(|client| (client, claim(state, user, client)))
                .collect::<ClientMap<_>>();
            (OfSender::new(user), prekeys)
        })
        .collect()
}
