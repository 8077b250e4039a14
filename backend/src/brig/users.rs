//! Profiles, searches and the lists of clients.

use std::collections::BTreeSet;

use federation_api::client::{GetUserClients, PubClient};
use federation_api::search::{FederatedUserSearchPolicy, SearchRequest, SearchResponse};
use federation_api::user_map::UserMap;
use federation_api::{Call, Domain, Handle, OfRecipient, OfSender, UserId, UserProfile};

use super::local;
use crate::backend::Backend;
use crate::client::Client;
use crate::state::State;
use crate::text_search::{Limits, MOST_CONTACTS, by_text};
use crate::user::{AccountStatus, User};

/// `brig.md` §4.2.
pub(super) fn by_handle(
    backend: &Backend,
    state: &State,
    call: &Call,
    handle: &OfRecipient<Handle>,
) -> Option<UserProfile> {
    if state.policy.lookup_policy(call.origin()) == FederatedUserSearchPolicy::NoSearch {
        return None;
    }
    let handle = call.request().qualify(handle);
    let owner = state.owner(handle.id())?;
    Some(owner)
        .filter(|owner| owner.status != AccountStatus::PendingInvitation)
        .map(|owner| profile(backend, owner))
}

/// `brig.md` §4.3.
pub(super) fn by_ids(
    backend: &Backend,
    state: &mut State,
    call: &Call,
    users: &[OfRecipient<UserId>],
) -> Vec<UserProfile> {
    let now = backend.settings().clock.now();
    let mut profiles = Vec::new();
    for id in users {
        let Some(user) = state.users.get(&local(call, id)) else {
            continue;
        };
        if user.status == AccountStatus::PendingInvitation {
            continue;
        }
        if user.status == AccountStatus::Ephemeral && user.expires_at.is_some_and(|end| end <= now)
        {
            state.due_for_deletion.insert(user.id);
        }
        profiles.push(profile(backend, user));
    }
    profiles
}

fn profile(backend: &Backend, user: &User) -> UserProfile {
    user.profile(backend.domain(), backend.settings().show_team_emails)
}

/// `brig.md` §4.7.
pub(super) fn search(
    domain: &Domain,
    state: &State,
    call: &Call,
    search: &SearchRequest,
) -> SearchResponse {
    let team = search.from.map(|team| call.request().qualify(&team));
    let search_policy = state.policy.search_policy(call.origin(), team.as_ref());
    let limits = Limits::of(call, search);
    let nowhere = limits.teams.as_ref().is_some_and(BTreeSet::is_empty);
    if nowhere || search_policy == FederatedUserSearchPolicy::NoSearch {
        return SearchResponse {
            contacts: Vec::new(),
            search_policy,
        };
    }
    let exact = crate::text_search::by_handle(state, &search.term, &limits);
    let by_text = match search_policy {
        FederatedUserSearchPolicy::FullSearch => by_text(state, &search.term, &limits),
        _ => Vec::new(),
    };
    SearchResponse {
        contacts: exact
            .into_iter()
            .chain(by_text)
            .take(MOST_CONTACTS)
            .map(|user| user.contact(domain))
            .collect(),
        search_policy,
    }
}

/// `brig.md` §4.8.
pub(super) fn clients(
    state: &State,
    call: &Call,
    asked: &GetUserClients,
) -> UserMap<BTreeSet<PubClient>> {
    asked
        .users
        .iter()
        .map(|user| {
            let id = local(call, user);
            let clients = state.users.get(&id).map_or_else(BTreeSet::new, |user| {
                user.clients.values().map(Client::public).collect()
            });
            (OfSender::new(id), clients)
        })
        .collect()
}
