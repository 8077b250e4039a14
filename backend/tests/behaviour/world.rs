//! Two small backends for the tests: `b.example.com` is called, `a.example.com` calls.

use std::collections::BTreeMap;

use federation_api::search::FederatedUserSearchPolicy;
use federation_api::timestamp::UtcTimeMillis;
use federation_api::{Call, Domain, Handle, OfRecipient, Qualified, UserId, Version};
use federation_backend::{
    Backend, Client, Clock, FederationPolicy, RemotePolicy, Settings, Strategy, TeamRestriction,
    User, derived,
};

pub(crate) fn a() -> Domain {
    "a.example.com".parse().unwrap()
}

pub(crate) fn b() -> Domain {
    "b.example.com".parse().unwrap()
}

/// A call of A to B in the newest version.
pub(crate) fn call() -> Call {
    Call::new(a(), b()).with_version(Version::NEWEST)
}

pub(crate) fn noon() -> UtcTimeMillis {
    "2031-08-04T12:00:00.000Z".parse().unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings {
        clock: Clock::fixed(noon()),
        random_seed: Some(1),
        ..Settings::default()
    }
}

/// `strategy`, with the other of the two backends configured in this way.
pub(crate) fn policy(
    strategy: Strategy,
    remote: Domain,
    search_policy: FederatedUserSearchPolicy,
    restriction: TeamRestriction,
) -> FederationPolicy {
    FederationPolicy {
        strategy,
        remotes: BTreeMap::from([(
            remote,
            RemotePolicy {
                search_policy,
                restriction,
            },
        )]),
    }
}

/// Federates with the other one without restriction.
pub(crate) fn open_to(remote: Domain) -> FederationPolicy {
    policy(
        Strategy::AllowDynamic,
        remote,
        FederatedUserSearchPolicy::FullSearch,
        TeamRestriction::AllowAll,
    )
}

pub(crate) fn backend(domain: Domain) -> Backend {
    backend_with(domain, settings())
}

pub(crate) fn backend_with(domain: Domain, settings: Settings) -> Backend {
    let other = if domain == a() { b() } else { a() };
    let backend = Backend::new(domain, settings);
    backend.set_policy(open_to(other));
    backend
}

/// Adds a user of this handle, which is also its name.
pub(crate) fn add(backend: &Backend, handle: &str) -> UserId {
    add_with(backend, handle, |_| {})
}

pub(crate) fn add_with(backend: &Backend, handle: &str, change: impl FnOnce(&mut User)) -> UserId {
    let id = derived::user_id(backend.domain(), handle);
    let mut user = User::new(id, handle.parse().unwrap());
    user.handle = Some(handle.parse::<Handle>().unwrap());
    change(&mut user);
    backend.put_user(user).unwrap();
    id
}

pub(crate) fn change(backend: &Backend, user: UserId, change: impl FnOnce(&mut User)) {
    let mut user = backend.user(user).unwrap();
    change(&mut user);
    backend.put_user(user).unwrap();
}

/// A client with these prekeys.
pub(crate) fn client(id: u64, prekeys: &[u16]) -> Client {
    let mut client = Client::new(id.into());
    for number in prekeys {
        let key = format!("key {number}").into();
        client
            .prekeys
            .insert(federation_api::prekey::PrekeyId(*number), key);
    }
    client
}

pub(crate) fn with_client(user: &mut User, client: Client) {
    user.clients.insert(client.id, client);
}

pub(crate) fn at_a(id: UserId) -> Qualified<UserId> {
    Qualified::new(id, a())
}

pub(crate) fn at_b(id: UserId) -> Qualified<UserId> {
    Qualified::new(id, b())
}

pub(crate) fn of_target<T>(id: T) -> OfRecipient<T> {
    OfRecipient::new(id)
}
