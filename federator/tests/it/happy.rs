//! Two backends that federate.

use federation_api::{Brig, OfRecipient, VersionInfo};
use federation_clients::{Connection, brig};
use futures_util::future::join_all;

use crate::support::{Component, Setup, World, domain, json, look_up, raw};

/// D1, D2, D3, D10.
#[tokio::test]
async fn a_generated_client_reaches_a_generated_server_over_both_federators() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let mock = brig::Mock::default();
    mock.api_version
        .answers(|_, _| Ok(VersionInfo::of(&federation_api::Version::ALL)));
    mock.get_user_by_handle.answers(|call, handle| {
        assert_eq!(call.origin().as_str(), "a.example.com");
        assert_eq!(call.request_id().as_str(), "the-request");
        assert_eq!(call.version().number(), 3);
        assert!(call.origin_ip().is_some_and(|ip| ip.is_loopback()));
        assert_eq!(serde_json::to_string(&handle).unwrap(), "\"mira\"");
        Ok(None)
    });
    let router = federation_servers::brig::router(mock, domain("b.example.com"));
    let setup = Setup {
        component: Some(Component::serving(router).await),
        ..world.setup("b.example.com")
    };
    let _b = world.with(setup).await;

    let client = brig::Client::new(Connection::via_federator(&a.outward()).unwrap());
    let call = a
        .call("b.example.com")
        .with_request_id("the-request".parse().unwrap());
    let handle = OfRecipient::new("mira".parse().unwrap());
    assert_eq!(
        client.get_user_by_handle(&call, handle).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn both_directions_and_many_at_once() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let (from_a, from_b) = (a.connection(), b.connection());
    let (to_b, to_a) = (a.call("b.example.com"), b.call("a.example.com"));
    let there = (0..50).map(|_| look_up(&from_a, &to_b));
    let back = (0..50).map(|_| look_up(&from_b, &to_a));
    for answer in join_all(there)
        .await
        .into_iter()
        .chain(join_all(back).await)
    {
        answer.unwrap();
    }
    assert_eq!(
        (a.component.seen().len(), b.component.seen().len()),
        (50, 50)
    );
}

/// `transport.md` §6.1: what the component gets, and nothing else; D16.
#[tokio::test]
async fn what_the_component_gets() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let answer = raw::send(
        a.federator.outward(),
        "POST",
        "/rpc/B.example.com/galley/get-conversations",
        &[
            ("Wire-Origin-Domain", "A.Example.com"),
            ("Wire-Origin-Request-Id", "an id"),
            ("X-Wire-API-Version", "v0"),
            ("X-Custom", "dropped"),
            ("X-SSL-Certificate", "dropped"),
            ("X-Forwarded-For", "192.0.2.1"),
            ("Accept", "application/json"),
        ],
    )
    .await;
    assert_eq!((answer.status, &*answer.body), (200, "null"), "{answer:?}");
    assert!(
        answer.head.contains("wire-remote-ip: 127.0.0.1"),
        "{answer:?}"
    );
    assert!(
        answer
            .head
            .contains("content-type: application/json;charset=utf-8")
    );
    let [seen] = &b.component.seen()[..] else {
        panic!("one call")
    };
    assert_eq!(
        (&*seen.method, &*seen.path),
        ("POST", "/federation/get-conversations")
    );
    assert_eq!(&*seen.body, b"[]");
    let mut names: Vec<&str> = seen.headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    let wanted = [
        "content-length",
        "content-type",
        "host",
        "request-id",
        "wire-origin-domain",
        "wire-origin-ip",
        "x-wire-api-version",
    ];
    assert_eq!(names, wanted);
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("wire-origin-domain"), Some("a.example.com"));
    assert_eq!(seen.header("request-id"), Some("an id"));
    assert_eq!(seen.header("x-wire-api-version"), Some("v0"));
    // Nobody stands between the two but the caller itself: its own word does not count.
    assert_eq!(seen.header("wire-origin-ip"), Some("127.0.0.1"));
}

/// Only `Content-Type` leaves Inward; only one `Wire-Remote-IP` leaves Outward.
#[tokio::test]
async fn what_the_caller_gets() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let component = Component::answering(|_| {
        let mut response = json(201, "[1]");
        response
            .headers_mut()
            .insert("wire-remote-ip", "203.0.113.9".parse().unwrap());
        response
            .headers_mut()
            .insert("x-secret", "1".parse().unwrap());
        response
    });
    let setup = Setup {
        component: Some(component.await),
        ..world.setup("b.example.com")
    };
    let _b = world.with(setup).await;
    let headers = [("wire-origin-domain", "a.example.com")];
    let target = "/rpc/b.example.com/brig/anything_at-all9/";
    let answer = raw::send(a.federator.outward(), "POST", target, &headers).await;
    assert_eq!((answer.status, &*answer.body), (201, "[1]"));
    assert!(!answer.head.contains("x-secret") && !answer.head.contains("203.0.113.9"));
    assert_eq!(answer.head.matches("wire-remote-ip").count(), 1);
}

/// The policy comes from brig, is kept, and is asked for under the id of the request.
/// D13.
#[tokio::test]
async fn the_policy_of_brig() {
    let world = World::new().await;
    let component = Component::answering(|seen| {
        assert!(seen.header("request-id").is_some());
        json(
            200,
            r#"{"strategy": "allowDynamic", "remotes": [{"domain": "b.example.com",
            "search_policy": "no_search", "restriction": {"tag": "allow_all", "value": null}}],
            "update_interval": 10}"#,
        )
    });
    let setup = Setup {
        policy: None,
        component: Some(component.await),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let _b = world.start("b.example.com").await;
    for _ in 0..3 {
        a.look_up("b.example.com").await.unwrap();
    }
    let denied = a.look_up("c.example.com").await.unwrap_err();
    assert_eq!(denied.label(), "federation-denied");
    let asked = a.component.seen();
    assert_eq!(asked.len(), 1, "kept for ten seconds");
    assert_eq!(
        (&*asked[0].method, &*asked[0].path),
        ("GET", "/i/federation/remotes")
    );
}
