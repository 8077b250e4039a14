//! `search-users` and `get-user-by-handle`: `brig.md` §4.2 and §4.7, `transport.md` §14.3.

use crate::world::{a, add, add_with, b, backend, call, of_target, policy};
use federation_api::search::{FederatedUserSearchPolicy, SearchRequest, SearchResponse};
use federation_api::user::{UserType, UserTypeFilter};
use federation_api::{Brig, Call, Domain, OfSender, TeamId};
use federation_backend::{
    AccountStatus, Backend, FederationPolicy, Strategy, Team, TeamRestriction, derived,
};

use FederatedUserSearchPolicy::{ExactHandleSearch, FullSearch, NoSearch};

async fn search(backend: &Backend, request: SearchRequest) -> SearchResponse {
    let found = backend.brig().search_users(&call(), request).await;
    found.unwrap()
}

/// The handles that a search for this finds, in order.
async fn handles(backend: &Backend, request: SearchRequest) -> Vec<String> {
    search(backend, request)
        .await
        .contacts
        .iter()
        .map(|contact| serde_json::to_value(contact).unwrap()["handle"].to_string())
        .map(|handle| handle.trim_matches('"').to_owned())
        .collect()
}

fn team(backend: &Backend, name: &str, inbound_search: bool) -> TeamId {
    let id = derived::team_id(backend.domain(), name);
    backend.put_team(Team {
        id,
        name: name.into(),
        inbound_search,
    });
    id
}

/// D89: policy and restriction.
#[tokio::test]
async fn policy_restriction_and_team_of_the_searcher() {
    let backend = backend(b());
    add(&backend, "bob");
    add(&backend, "bobby");
    let (listed, other) = (TeamId::random(), TeamId::random());
    let only_listed = || TeamRestriction::RestrictByTeam([listed].into());
    let all = || TeamRestriction::AllowAll;
    for (configured, restriction, from, effective) in [
        (NoSearch, all(), None, NoSearch),
        (ExactHandleSearch, all(), None, ExactHandleSearch),
        (FullSearch, all(), None, FullSearch),
        (FullSearch, all(), Some(other), FullSearch),
        (NoSearch, only_listed(), Some(listed), NoSearch),
        (
            ExactHandleSearch,
            only_listed(),
            Some(listed),
            ExactHandleSearch,
        ),
        (FullSearch, only_listed(), Some(listed), FullSearch),
        (FullSearch, only_listed(), Some(other), NoSearch),
        (FullSearch, only_listed(), None, NoSearch),
        (ExactHandleSearch, only_listed(), None, NoSearch),
    ] {
        // The strategy plays no part in searching.
        for strategy in [
            Strategy::AllowNone,
            Strategy::AllowAll,
            Strategy::AllowDynamic,
        ] {
            backend.set_policy(policy(strategy, a(), configured, restriction.clone()));
            let request = SearchRequest {
                from: from.map(OfSender::new),
                ..SearchRequest::new("bob")
            };
            let answer = search(&backend, request.clone()).await;
            assert_eq!(answer.search_policy, effective);
            let found: &[&str] = match effective {
                NoSearch => &[],
                ExactHandleSearch => &["bob"],
                FullSearch => &["bob", "bobby"],
            };
            assert_eq!(handles(&backend, request).await, found, "{configured:?}");

            // A lookup by handle does not ask for teams.
            let looked_up = backend
                .brig()
                .get_user_by_handle(&call(), of_target("bob".parse().unwrap()))
                .await
                .unwrap();
            assert_eq!(looked_up.is_some(), configured != NoSearch);
        }
    }
}

#[tokio::test]
async fn who_is_not_configured_finds_nobody() {
    let backend = backend(b());
    add(&backend, "bob");
    backend.set_policy(FederationPolicy {
        strategy: Strategy::AllowAll,
        ..FederationPolicy::default()
    });
    let answer = search(&backend, SearchRequest::new("bob")).await;
    assert_eq!((answer.contacts.len(), answer.search_policy), (0, NoSearch));
    let handle = of_target("bob".parse().unwrap());
    let found = backend.brig().get_user_by_handle(&call(), handle).await;
    assert_eq!(found, Ok(None));
}

#[tokio::test]
async fn a_team_of_the_same_id_on_a_third_backend_is_another_team() {
    let backend = backend(b());
    add(&backend, "bob");
    let (at_a, at_c) = (TeamId::random(), TeamId::random());
    let third: Domain = "c.example.com".parse().unwrap();
    let only = |team| TeamRestriction::RestrictByTeam([team].into());
    let mut both = policy(Strategy::AllowDynamic, a(), FullSearch, only(at_a));
    let of_third = policy(
        Strategy::AllowDynamic,
        third.clone(),
        FullSearch,
        only(at_c),
    );
    both.remotes.extend(of_third.remotes);
    backend.set_policy(both);
    for (origin, team, effective) in [
        (a(), at_a, FullSearch),
        (a(), at_c, NoSearch),
        (third.clone(), at_a, NoSearch),
        (third, at_c, FullSearch),
    ] {
        let request = SearchRequest {
            from: Some(OfSender::new(team)),
            ..SearchRequest::new("bob")
        };
        let call = Call::new(origin, b());
        let answer = backend.brig().search_users(&call, request).await.unwrap();
        assert_eq!(answer.search_policy, effective);
    }
}

/// D89: users without a team are not found where teams are named.
#[tokio::test]
async fn only_in_teams() {
    let backend = backend(b());
    let open = team(&backend, "open", true);
    let closed = team(&backend, "closed", false);
    let empty = team(&backend, "empty", true);
    add(&backend, "xa.free");
    add_with(&backend, "xa.open", |user| user.team = Some(open));
    add_with(&backend, "xa.closed", |user| user.team = Some(closed));
    let found = |term: &'static str, teams: Option<Vec<TeamId>>| {
        let request = SearchRequest {
            only_in_teams: teams.map(|teams| teams.into_iter().map(of_target).collect()),
            ..SearchRequest::new(term)
        };
        handles(&backend, request)
    };
    // Full text: without a list users without team and those of teams that can be searched.
    assert_eq!(
        found("xa", None).await,
        ["xa.free", "xa.open"].map(String::from)
    );
    assert_eq!(found("xa", Some(vec![open, closed])).await, ["xa.open"]);
    assert_eq!(found("xa", Some(vec![closed])).await, [""; 0]);
    assert_eq!(found("xa", Some(vec![empty])).await, [""; 0]);
    assert_eq!(found("xa", Some(vec![])).await, [""; 0]);
    // Exact handle: whether the team can be searched plays no part.
    assert_eq!(found("xa.closed", None).await, ["xa.closed"]);
    assert_eq!(found("xa.closed", Some(vec![closed])).await, ["xa.closed"]);
    assert_eq!(found("xa.closed", Some(vec![open])).await, [""; 0]);
    assert_eq!(found("xa.free", None).await, ["xa.free"]);
    assert_eq!(found("xa.free", Some(vec![open])).await, [""; 0]);
    // The empty list finds nobody and tells the policy all the same.
    let request = SearchRequest {
        only_in_teams: Some(vec![]),
        ..SearchRequest::new("xa.free")
    };
    assert_eq!(search(&backend, request).await.search_policy, FullSearch);
}

/// D89: the filter by type.
#[tokio::test]
async fn types() {
    let backend = backend(b());
    let team = team(&backend, "team", true);
    add(&backend, "xa.person");
    add_with(&backend, "xa.app", |user| {
        user.r#type = Some(UserType::App);
        user.team = Some(team);
    });
    add_with(&backend, "xa.bot", |user| user.r#type = Some(UserType::Bot));
    let found = |term: &'static str, types: Option<Vec<UserTypeFilter>>| {
        let request = SearchRequest {
            types,
            ..SearchRequest::new(term)
        };
        handles(&backend, request)
    };
    let all = ["xa.app", "xa.bot", "xa.person"];
    assert_eq!(found("xa", None).await, all);
    assert_eq!(found("xa", Some(vec![])).await, all);
    assert_eq!(
        found("xa", Some(vec![UserTypeFilter::App])).await,
        ["xa.app"]
    );
    assert_eq!(
        found("xa", Some(vec![UserTypeFilter::Regular])).await,
        ["xa.person"]
    );
    let both = vec![UserTypeFilter::App, UserTypeFilter::Regular];
    assert_eq!(found("xa", Some(both)).await, ["xa.app", "xa.person"]);
    assert_eq!(
        found("xa.app", Some(vec![UserTypeFilter::Regular])).await,
        [""; 0]
    );
    assert_eq!(
        found("xa.app", Some(vec![UserTypeFilter::App])).await,
        ["xa.app"]
    );
}

/// D89: full text, and the empty term.
#[tokio::test]
async fn full_text() {
    let backend = backend(b());
    for (handle, name) in [
        ("u1", "Žofie Nováková"),
        ("u2", "Jürgen von der Groß"),
        ("nova", "Somebody Else"),
        ("nova.2", "Another One"),
    ] {
        add_with(&backend, handle, |user| user.name = name.parse().unwrap());
    }
    add_with(&backend, "hidden", |user| user.searchable = false);
    for (handle, status) in [
        ("h.suspended", AccountStatus::Suspended),
        ("h.guest", AccountStatus::Ephemeral),
        ("h.invited", AccountStatus::PendingInvitation),
        ("h.active", AccountStatus::Active),
    ] {
        add_with(&backend, handle, |user| user.status = status);
    }
    for (term, expected) in [
        ("zof", &["u1"][..]),
        ("  ŽOFIE   no ", &["u1"]),
        ("novak", &["u1"]),
        ("der gros", &["u2"]),
        ("ürgen", &[]),
        // The owner of exactly this handle is first and not there twice.
        ("nova", &["nova", "nova.2", "u1"]),
        ("", &[]),
        ("   ", &[]),
        // Found by the exact handle, whatever it wishes, and not by the beginning of it.
        ("hidden", &["hidden"]),
        ("hidde", &[]),
        ("h.", &["h.active"]),
        ("h.suspended", &["h.suspended"]),
        ("h.invited", &[]),
        // No valid handle: no exact match, no error.
        ("Hidden", &[]),
        ("%\u{0}*", &[]),
    ] {
        let found = handles(&backend, SearchRequest::new(term)).await;
        assert_eq!(found, expected, "{term:?}");
    }
    let endless = "x".repeat(1 << 20);
    assert!(
        search(&backend, SearchRequest::new(endless))
            .await
            .contacts
            .is_empty()
    );
}

/// D89: the allowed number of results.
#[tokio::test]
async fn at_most_fifteen() {
    let backend = backend(b());
    for number in 10..40 {
        add(&backend, &format!("xa.{number}"));
    }
    add_with(&backend, "xa", |user| user.name = "Zoe".parse().unwrap());
    let found = handles(&backend, SearchRequest::new("xa")).await;
    assert_eq!(found.len(), 15);
    assert_eq!(found[..2], ["xa", "xa.10"]);
}

#[tokio::test]
async fn a_contact_says_who_it_is() {
    let backend = backend(b());
    let team = team(&backend, "team", true);
    add_with(&backend, "bob", |user| {
        user.team = Some(team);
        user.accent_id = federation_api::colour::ColourId(4);
    });
    let answer = search(&backend, SearchRequest::new("bob")).await;
    let id = derived::user_id(&b(), "bob");
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        serde_json::json!({
            "contacts": [{
                "qualified_id": {"domain": "b.example.com", "id": id},
                "id": id, "name": "bob", "accent_id": 4, "handle": "bob", "team": team,
                "type": "regular"
            }],
            "searchPolicy": "full_search"
        })
    );
}
