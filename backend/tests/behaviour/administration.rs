//! Changing what is configured about remote backends (`transport.md` §14.4).

use federation_api::search::FederatedUserSearchPolicy::{ExactHandleSearch, FullSearch};
use federation_api::{Failure, TeamId};
use federation_backend::{FederationPolicy, PolicyConflict, RemotePolicy, TeamRestriction};

use crate::world::{a, b};

#[test]
fn d92_remotes_and_their_teams() {
    let mut policy = FederationPolicy::default();
    let open = RemotePolicy::unrestricted(FullSearch);
    policy.add_remote(a(), open.clone()).unwrap();
    policy.add_remote(a(), open.clone()).unwrap();
    assert_eq!(policy.remotes, [(a(), open)].into());

    let restricted = RemotePolicy {
        search_policy: ExactHandleSearch,
        restriction: TeamRestriction::RestrictByTeam([].into()),
    };
    let different = policy.add_remote(a(), restricted.clone());
    assert_eq!(different, Err(PolicyConflict::Different));
    assert_eq!(policy.remotes[&a()].search_policy, FullSearch);

    let (one, other) = (TeamId::random(), TeamId::random());
    let unrestricted = policy.add_team(&a(), one).unwrap_err();
    assert_eq!(unrestricted, PolicyConflict::Unrestricted);
    let failure = Failure::from(unrestricted);
    let told = (failure.code, &*failure.label);
    assert_eq!(told, (533, "federation-unexpected-wai-error"));
    for unknown in [
        policy.add_team(&b(), one),
        policy.remove_team(&b(), one),
        policy.teams(&b()).map(drop),
        policy.update_remote(&b(), restricted.clone()),
    ] {
        assert_eq!(unknown, Err(PolicyConflict::Unknown));
    }

    policy.update_remote(&a(), restricted).unwrap();
    assert_eq!(policy.remotes[&a()].search_policy, ExactHandleSearch);
    for team in [one, other, one] {
        policy.add_team(&a(), team).unwrap();
    }
    assert_eq!(policy.teams(&a()), Ok(&[one, other].into()));
    for _ in 0..2 {
        policy.remove_team(&a(), one).unwrap();
    }
    assert_eq!(policy.teams(&a()), Ok(&[other].into()));
}
