//! `send-connection-action`, `on-user-deleted-connections`, `get-not-fully-connected-backends`:
//! `brig.md` §4.11, §4.13, §4.14. (The state machine itself is in `state_machine.rs`.)

use std::collections::BTreeSet;

use federation_api::backends::{DomainSet, UserDeletedConnectionsNotification};
use federation_api::connection::{
    NewConnectionRequest, NewConnectionResponse, RemoteConnectionAction,
};
use federation_api::search::FederatedUserSearchPolicy::NoSearch;
use federation_api::{Brig, Call, Domain, EmptyResponse, Failure, OfSender, TeamId, UserId};
use federation_backend::{
    AccountStatus, Backend, Connection, FederationPolicy, Notice, Relation, Settings, Strategy,
    TeamRestriction,
};

use crate::world::{
    a, add, add_with, at_a, b, backend, backend_with, call, of_target, policy, settings,
};

use NewConnectionResponse::{NotFederating, UserNotActivated};

fn request(from: UserId, to: UserId) -> NewConnectionRequest {
    NewConnectionRequest {
        from: OfSender::new(from),
        from_team: None,
        to: of_target(to),
        action: RemoteConnectionAction::RemoteConnect,
    }
}

async fn send(
    backend: &Backend,
    call: &Call,
    request: NewConnectionRequest,
) -> Result<NewConnectionResponse, Failure> {
    backend.brig().send_connection_action(call, request).await
}

#[tokio::test]
async fn strategy_and_team() {
    let (listed, other) = (TeamId::random(), TeamId::random());
    let only_listed = || TeamRestriction::RestrictByTeam([listed].into());
    let all = || TeamRestriction::AllowAll;
    let none = FederationPolicy::default;
    let unconfigured = |strategy| FederationPolicy {
        strategy,
        ..FederationPolicy::default()
    };
    // The search policy plays no part.
    let configured = |strategy, restriction| policy(strategy, a(), NoSearch, restriction);
    for (policy, team, accepted) in [
        (none(), None, false),
        (configured(Strategy::AllowNone, all()), Some(listed), false),
        (unconfigured(Strategy::AllowAll), None, true),
        (
            configured(Strategy::AllowAll, only_listed()),
            Some(other),
            true,
        ),
        (unconfigured(Strategy::AllowDynamic), Some(listed), false),
        (configured(Strategy::AllowDynamic, all()), None, true),
        (configured(Strategy::AllowDynamic, all()), Some(other), true),
        (
            configured(Strategy::AllowDynamic, only_listed()),
            Some(listed),
            true,
        ),
        (
            configured(Strategy::AllowDynamic, only_listed()),
            Some(other),
            false,
        ),
        (
            configured(Strategy::AllowDynamic, only_listed()),
            None,
            false,
        ),
    ] {
        let backend = backend(b());
        let bob = add(&backend, "bob");
        backend.set_policy(policy.clone());
        let request = NewConnectionRequest {
            from_team: team.map(OfSender::new),
            ..request(UserId::random(), bob)
        };
        let expected = if accepted {
            NewConnectionResponse::Ok(None)
        } else {
            NotFederating
        };
        let answer = send(&backend, &call(), request).await;
        assert_eq!(answer, Ok(expected), "{policy:?} {team:?}");
        assert_eq!(backend.connections(bob).len(), usize::from(accepted));
        // The policy is looked at before the user.
        let request = NewConnectionRequest {
            to: of_target(UserId::random()),
            ..request
        };
        let expected = if accepted {
            UserNotActivated
        } else {
            NotFederating
        };
        assert_eq!(send(&backend, &call(), request).await, Ok(expected));
    }
}

#[tokio::test]
async fn only_the_activation_is_looked_at() {
    let backend = backend(b());
    let user = |handle, status, activated| {
        add_with(&backend, handle, |user| {
            user.status = status;
            user.activated = activated;
        })
    };
    for (to, accepted) in [
        (user("active", AccountStatus::Active, true), true),
        (user("suspended", AccountStatus::Suspended, true), true),
        (user("deleted", AccountStatus::Deleted, true), true),
        (user("new", AccountStatus::Active, false), false),
        (UserId::random(), false),
    ] {
        let answer = send(&backend, &call(), request(UserId::random(), to))
            .await
            .unwrap();
        assert_eq!(answer == NewConnectionResponse::Ok(None), accepted);
        assert_eq!(answer == UserNotActivated, !accepted);
    }
}

/// The user of the same id on two backends is two users.
#[tokio::test]
async fn the_acting_user_is_the_origins() {
    let backend = backend(b());
    let (bob, from) = (add(&backend, "bob"), UserId::random());
    backend.set_policy(FederationPolicy {
        strategy: Strategy::AllowAll,
        ..FederationPolicy::default()
    });
    let from_c = Call::new("c.example.com".parse().unwrap(), b());
    send(&backend, &call(), request(from, bob)).await.unwrap();
    send(&backend, &from_c, request(from, bob)).await.unwrap();
    let with: Vec<_> = backend
        .connections(bob)
        .into_iter()
        .map(|(with, _)| with)
        .collect();
    let domains: Vec<_> = with.iter().map(|user| user.domain().as_str()).collect();
    assert_eq!(domains, ["a.example.com", "c.example.com"]);
}

/// D88: the limit counts connections with users of other backends.
#[tokio::test]
async fn strangers_cannot_make_connections_without_end() {
    let backend = backend_with(
        b(),
        Settings {
            connections_per_user: 3,
            event_log: 2,
            ..settings()
        },
    );
    let bob = add(&backend, "bob");
    let mut listener = backend.subscribe();
    for _ in 0..3 {
        send(&backend, &call(), request(UserId::random(), bob))
            .await
            .unwrap();
    }
    let error = send(&backend, &call(), request(UserId::random(), bob))
        .await
        .unwrap_err();
    assert_eq!((error.code, &*error.label), (403, "connection-limit"));
    // Those that have one go on; cancelled ones give way to new ones.
    let (old, _) = backend.connections(bob).remove(0);
    for action in [
        RemoteConnectionAction::RemoteConnect,
        RemoteConnectionAction::RemoteRescind,
    ] {
        let request = NewConnectionRequest {
            action,
            ..request(*old.id(), bob)
        };
        assert!(send(&backend, &call(), request).await.is_ok());
    }
    assert!(
        send(&backend, &call(), request(UserId::random(), bob))
            .await
            .is_ok()
    );
    assert_eq!(backend.connections(bob).len(), 3);

    let kept: Vec<_> = backend.events().iter().map(|event| event.number).collect();
    assert_eq!(kept, [3, 4], "the log keeps the latest two of five");
    let lagged = listener.recv().await;
    assert_eq!(
        lagged.unwrap_err(),
        tokio::sync::broadcast::error::RecvError::Lagged(3)
    );
}

#[tokio::test]
async fn a_deleted_user_is_forgotten() {
    let backend = backend(b());
    let alice = UserId::random();
    let all = [
        ("accepted", Some(Relation::Accepted)),
        ("blocked", Some(Relation::Blocked)),
        ("pending", Some(Relation::Pending)),
        ("ignored", Some(Relation::Ignored)),
        ("sent", Some(Relation::Sent)),
        ("cancelled", Some(Relation::Cancelled)),
        ("none", None),
    ]
    .map(|(handle, relation)| {
        let id = add(&backend, handle);
        if let Some(relation) = relation {
            backend.put_connection(id, at_a(alice), Connection::new(relation));
        }
        id
    });
    let unlisted = add(&backend, "unlisted");
    backend.put_connection(unlisted, at_a(alice), Connection::new(Relation::Accepted));
    // A user of the same id on a third backend stays.
    let namesake = federation_api::Qualified::new(alice, "c.example.com".parse().unwrap());
    backend.put_connection(
        all[0],
        namesake.clone(),
        Connection::new(Relation::Accepted),
    );

    let connections = all.iter().copied().chain([UserId::random(), all[0]]);
    let deleted = UserDeletedConnectionsNotification::new(
        OfSender::new(alice),
        connections.map(of_target).collect(),
    )
    .unwrap();
    for _ in 0..2 {
        let answer = backend
            .brig()
            .on_user_deleted_connections(&call(), deleted.clone())
            .await;
        assert_eq!(answer, Ok(EmptyResponse));
        for id in all {
            assert_eq!(backend.connection(id, &at_a(alice)), None);
        }
        assert!(backend.connection(all[0], &namesake).is_some());
        assert!(backend.connection(unlisted, &at_a(alice)).is_some());
        // Told once, and only to whom the connection was accepted by.
        let told = backend.events();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].to, all[0]);
        let user = at_a(alice);
        assert_eq!(told[0].notice, Notice::UserDeleted { user });
    }
}

#[tokio::test]
async fn not_fully_connected() {
    let domains = |names: &[&str]| -> BTreeSet<Domain> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    };
    let asked = domains(&["a.example.com", "b.example.com", "c.example.com"]);
    for (strategy, missing) in [
        (Strategy::AllowAll, &[][..]),
        (Strategy::AllowDynamic, &["b.example.com", "c.example.com"]),
        (Strategy::AllowNone, &["b.example.com", "c.example.com"]),
    ] {
        let backend = backend(b());
        backend.set_policy(policy(strategy, a(), NoSearch, TeamRestriction::AllowAll));
        for (asked, missing) in [(asked.clone(), missing), (domains(&[]), &[])] {
            let answer = backend
                .brig()
                .get_not_fully_connected_backends(&call(), DomainSet { domains: asked })
                .await
                .unwrap();
            assert_eq!(
                answer.non_connected_backends,
                domains(missing),
                "{strategy:?}"
            );
        }
    }
}

/// `transport.md` §14.2.
#[test]
fn what_a_federator_lets_pass() {
    for (strategy, configured, unconfigured) in [
        (Strategy::AllowNone, false, false),
        (Strategy::AllowAll, true, true),
        (Strategy::AllowDynamic, true, false),
    ] {
        let policy = policy(strategy, a(), NoSearch, TeamRestriction::AllowAll);
        assert_eq!(policy.accepts(&a()), configured);
        assert_eq!(policy.accepts(&b()), unconfigured);
    }
}
