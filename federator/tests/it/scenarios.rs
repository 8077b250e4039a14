//! Behaviours of `scenarios.md` Part D that no other test is about.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use federation_federator::{Discovery, DiscoveryError, DnsDiscovery};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, stream};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::support::component::response;
use crate::support::{Component, Gate, Ingress, Rules, Setup, World, domain, json, raw};

const B: &str = "b.example.com";

/// D9: custom headers reach a raw HTTP/2 client, and so does the one that Outward adds.
#[tokio::test]
async fn headers_of_the_response_over_http2() {
    let world = World::new().await;
    let (a, b) = world.pair().await;
    let stream = TcpStream::connect(a.federator.outward()).await.unwrap();
    let io = TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = Request::post(format!("http://x/rpc/{B}/brig/x"))
        .header("wire-origin-domain", "a.example.com")
        .body(Full::new(Bytes::from_static(b"[1]")))
        .unwrap();
    let response = sender.send_request(request).await.unwrap();
    let headers = response.headers();
    assert_eq!(headers["content-type"], "application/json;charset=utf-8");
    assert_eq!(headers["wire-remote-ip"], "127.0.0.1");
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "null"
    );
    assert_eq!(&*b.component.seen()[0].body, b"[1]");
}

/// D14, D15, D48: each component gets what is for it, exactly once.
#[tokio::test]
async fn each_component_gets_its_own() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let named = |name: &'static str| Component::answering(move |_| json(200, format!("{name:?}")));
    let (galley, cargohold) = (named("galley").await, named("cargohold").await);
    let setup = Setup {
        component: Some(named("brig").await),
        galley: Some(galley.address),
        cargohold: Some(cargohold.address),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    for (component, name, rpc) in [
        (&b.component, "brig", "get-users-by-ids"),
        (&galley, "galley", "get-conversations"),
        (&cargohold, "cargohold", "get-asset"),
    ] {
        let path = format!("/rpc/{B}/{name}/{rpc}");
        let headers = [("wire-origin-domain", "a.example.com")];
        let answer = raw::send(a.federator.outward(), "POST", &path, &headers).await;
        assert_eq!((answer.status, answer.body), (200, format!("{name:?}")));
        let [seen] = &component.seen()[..] else {
            panic!("{name}: one call")
        };
        assert_eq!(seen.path, format!("/federation/{rpc}"));
        assert_eq!(&*seen.body, b"[]");
    }
}

/// D47, D51: through an ingress with HTTP/2 and mutual TLS, which says who calls.
#[tokio::test]
async fn behind_an_ingress() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let setup = Setup {
        tls: false,
        ..world.setup(B)
    };
    let material = setup.material.clone();
    let b = world.with(setup).await;
    let rules = Rules::before(b.federator.inward());
    let ingress = Ingress::start(&material, &world.authority, rules).await;
    let record = (0, 1, "infra.b.example.com", ingress.address.port());
    world.dns.service(B, &[record]).await;
    a.look_up(B).await.unwrap();
    let [seen] = &b.component.seen()[..] else {
        panic!("one call")
    };
    assert_eq!(seen.header("wire-origin-domain"), Some("a.example.com"));
    assert_eq!(seen.header("wire-origin-ip"), Some("127.0.0.1"));
    // Past the ingress there is no certificate.
    let headers = [("wire-origin-domain", "a.example.com")];
    let path = "/federation/brig/x";
    let answer = raw::send(b.federator.inward(), "POST", path, &headers).await;
    let text = "Header X-SSL-Certificate is required";
    assert_eq!((answer.status, &*answer.body), (400, text));
    assert_eq!(b.component.seen().len(), 1);
}

/// D18, D49: what the component says of an RPC that it does not have is what the peer gets from Inward.
#[tokio::test]
async fn statuses_of_the_component_leave_inward() {
    let world = World::new().await;
    let setup = Setup {
        tls: false,
        component: Some(Component::answering(|_| response(404, "text/plain", "")).await),
        ..world.setup(B)
    };
    let certificate = setup.material.escaped();
    let b = world.with(setup).await;
    let headers = [
        ("wire-origin-domain", B),
        ("x-ssl-certificate", &*certificate),
    ];
    let path = "/federation/brig/no-such-rpc";
    let answer = raw::send(b.federator.inward(), "POST", path, &headers).await;
    assert_eq!((answer.status, &*answer.body), (404, ""));
}

/// D53: a call with its negotiation counts twice, here as outgoing, there as incoming.
#[tokio::test]
async fn a_negotiated_call_counts_twice() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let component = Component::answering(|seen| {
        if seen.path.ends_with("api-version") {
            return json(
                200,
                r#"{"supported": [0, 1], "supported_versions": [0, 1, 2, 3]}"#,
            );
        }
        json(200, "null")
    });
    let setup = Setup {
        component: Some(component.await),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    let connection = federation_clients::Connection::via_federator(&a.outward()).unwrap();
    crate::support::look_up(&connection, &a.call(B))
        .await
        .unwrap();
    for (backend, line) in [
        (
            &a,
            r#"com_wire_federator_outgoing_requests{target_domain="b.example.com"} 2"#,
        ),
        (
            &b,
            r#"com_wire_federator_incoming_requests{origin_domain="a.example.com"} 2"#,
        ),
    ] {
        let metrics = backend.metrics().await;
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}

/// D56: a hundred workers with eight requests each, and answers in slow pieces. More of them than a
/// connection survives on which each leaves an empty frame.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_slow_answers_in_pieces() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let component = Component::answering(|seen| {
        let pieces: Vec<Bytes> = seen.body.chunks(7).map(Bytes::copy_from_slice).collect();
        let slow = stream::iter(pieces).then(|piece| async move {
            tokio::time::sleep(Duration::from_millis(2)).await;
            Ok::<_, std::io::Error>(piece)
        });
        response(200, "application/json", Body::from_stream(slow))
    });
    let setup = Setup {
        component: Some(component.await),
        ..world.setup(B)
    };
    let b = world.with(setup).await;
    let connection = a.connection();
    let call = a.call(B);
    let rpc = federation_api::Rpc::new("brig", "echo");
    let worker = async |number: usize| {
        for request in 0..8 {
            let sent = format!("worker {number}, request {request}, in several pieces");
            let answer: String = connection.call(&rpc, &call, &sent).await?;
            assert_eq!(answer, sent);
        }
        Ok::<_, federation_clients::CallError>(())
    };
    try_join_all((0..100).map(worker)).await.unwrap();
    assert_eq!(b.component.seen().len(), 800);
}

/// D57: the remote federator ends and another one takes its place.
#[tokio::test]
async fn the_remote_is_restarted() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let first = world.start(B).await;
    let gate = Gate::before(first.federator.inward()).await;
    let record = |gate: &Gate| (0, 1, "infra.b.example.com", gate.address.port());
    world.dns.service_for(B, &[record(&gate)], 0).await;
    a.look_up(B).await.unwrap();
    first.federator.shutdown().await;
    gate.cut();
    let second = world.start(B).await;
    let gate = Gate::before(second.federator.inward()).await;
    world.dns.service_for(B, &[record(&gate)], 0).await;
    a.look_up(B).await.unwrap();
    assert_eq!(second.component.seen().len(), 1);
}

/// D60: what the resolver makes of the DNS's answers.
#[tokio::test]
async fn records_as_the_dns_gives_them() {
    let world = World::new().await;
    let second = Duration::from_secs(1);
    let discovery = DnsDiscovery::at(world.dns.address, second).unwrap();
    let records = [
        (5, 10, "one.example.com", 443),
        (0, 0, "two.example.com", 8443),
    ];
    world.dns.service_for(B, &records, 77).await;
    let found = discovery.targets(&domain(B)).await.unwrap();
    assert_eq!(found.ttl, Duration::from_secs(77));
    let seen: BTreeSet<_> = found
        .records
        .iter()
        .map(|one| (one.priority, one.weight, one.host.as_str(), one.port))
        .collect();
    let wanted = [
        (5, 10, "one.example.com.", 443),
        (0, 0, "two.example.com.", 8443),
    ];
    assert_eq!(seen, BTreeSet::from(wanted));
    // A single target of `.`, no record, no such name; and a server that does not answer for it.
    world.dns.service(B, &[(0, 0, "", 0)]).await;
    for (name, wanted) in [
        (B, DiscoveryError::NotAvailable),
        ("c.example.com", DiscoveryError::NotAvailable),
        ("b.example.org", DiscoveryError::Failed),
    ] {
        let found = discovery.targets(&domain(name)).await;
        assert_eq!(found.unwrap_err(), wanted, "{name}");
    }
}
