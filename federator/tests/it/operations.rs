//! Health, metrics, and the end.

use std::time::Duration;

use federation_federator::{Config, Federator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Component, Setup, World, json, look_up, raw};

#[tokio::test]
async fn health() {
    let world = World::new().await;
    for tls in [false, true] {
        let setup = Setup {
            tls,
            ..world.setup("b.example.com")
        };
        let b = world.with(setup).await;
        let (outward, inward) = (b.federator.outward(), b.federator.inward());
        for path in ["/i/status", "/i/status?standalone"] {
            assert_eq!(raw::get(outward, path).await.status, 200, "{path}");
        }
        assert_eq!(
            raw::send(outward, "POST", "/i/status", &[]).await.status,
            404
        );
        if !tls {
            for path in ["/i/status", "/i/status?standalone"] {
                assert_eq!(raw::get(inward, path).await.status, 200, "{path}");
            }
        }
    }
}

/// `transport.md` §18.1; D52.
#[tokio::test]
async fn metrics() {
    let world = World::new().await;
    let (a, _b) = world.pair().await;
    let setup = Setup {
        tls: false,
        ..world.setup("c.example.com")
    };
    let c = world.with(setup).await;
    a.look_up("b.example.com").await.unwrap();
    a.look_up("b.example.com").await.unwrap();
    let metrics = a.metrics().await;
    for line in [
        "# TYPE http_request_duration_seconds histogram",
        "# TYPE com_wire_federator_outgoing_requests counter",
        "com_wire_federator_outgoing_requests{target_domain=\"b.example.com\"} 2",
        "http_request_duration_seconds_count{handler=\"/rpc/:domain/:component/:rpc\",method=\"POST\",status_code=\"200\"} 2",
        "net_errors 0",
        "federator_connections_opened 1",
    ] {
        assert!(
            metrics.lines().any(|found| found == line),
            "{line} in {metrics}"
        );
    }
    let inward = raw::get(c.federator.inward(), "/i/metrics").await;
    assert_eq!(inward.status, 200);
    assert!(
        inward.head.contains("content-type: text/plain"),
        "{inward:?}"
    );
}

/// Labels are bounded, whatever peers claim.
#[tokio::test]
async fn domains_in_metrics() {
    let world = World::new().await;
    let setup = Setup {
        limits: "metricDomains: 3".into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    for number in 0..10 {
        a.look_up(&format!("x{number}.example.com"))
            .await
            .unwrap_err();
    }
    let metrics = a.metrics().await;
    assert!(metrics.contains("{target_domain=\"other\"} 7"), "{metrics}");
}

/// Running calls are finished; new connections are not taken.
#[tokio::test]
async fn shutdown_finishes_what_runs() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let component = Component::after(|_| async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        json(200, "null")
    });
    let setup = Setup {
        component: Some(component.await),
        ..world.setup("b.example.com")
    };
    let b = world.with(setup).await;
    let (connection, call) = (a.connection(), a.call("b.example.com"));
    let running = tokio::spawn(async move { look_up(&connection, &call).await });
    while b.component.seen().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (inward, outward) = (b.federator.inward(), a.federator.outward());
    let idle = TcpStream::connect(outward).await.unwrap();
    tokio::join!(b.federator.shutdown(), a.federator.shutdown());
    running.await.unwrap().unwrap();
    TcpStream::connect(inward).await.unwrap_err();
    TcpStream::connect(outward).await.unwrap_err();
    drop(idle);
}

/// What does not end in time is cut off.
#[tokio::test]
async fn shutdown_does_not_wait_for_ever() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let component = Component::after(|_| std::future::pending());
    let setup = Setup {
        component: Some(component.await),
        limits: "shutdown: 100".into(),
        ..world.setup("b.example.com")
    };
    let b = world.with(setup).await;
    let (connection, call) = (a.connection(), a.call("b.example.com"));
    let running = tokio::spawn(async move { look_up(&connection, &call).await });
    while b.component.seen().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    b.federator.shutdown().await;
    running.await.unwrap().unwrap_err();
}

/// The port is taken: said at once.
#[tokio::test]
async fn a_port_that_is_taken() {
    let world = World::new().await;
    let a = world.start("a.example.com").await;
    let at = a.directory.path().display();
    let yaml = format!(
        "federatorInternal: {{ host: 127.0.0.1, port: {} }}\nfederatorExternal: {{ host: 127.0.0.1, port: 0 }}\n\
         brig: {{ host: x, port: 1 }}\ngalley: {{ host: x, port: 1 }}\ncargohold: {{ host: x, port: 1 }}\n\
         optSettings: {{ useSystemCAStore: false, clientCertificate: {at}/client.crt, \
         clientPrivateKey: {at}/client.key, tcpConnectionTimeout: 1, dnsHost: 127.0.0.1 }}\n",
        a.federator.outward().port()
    );
    let started = Federator::start(Config::from_yaml(&yaml).unwrap()).await;
    assert!(
        started
            .unwrap_err()
            .to_string()
            .starts_with("federatorInternal: cannot listen on 127.0.0.1:")
    );
}

/// Slow and silent callers do not stay.
#[tokio::test]
async fn callers_that_take_their_time() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let world = World::new().await;
    let setup = Setup {
        limits: "headerTime: 300, handshakeTime: 300, bodyTime: 300, idleConnection: 400".into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let _b = world.start("b.example.com").await;
    let rpc = "POST /rpc/b.example.com/brig/x HTTP/1.1\r\nhost: a\r\nwire-origin-domain: a.example.com\r\n";
    for (address, sent, status) in [
        (a.federator.outward(), String::new(), ""),
        (a.federator.inward(), String::new(), ""),
        (a.federator.outward(), "POST /rpc".into(), ""),
        (a.federator.outward(), rpc.to_owned(), ""),
        (
            a.federator.outward(),
            format!("{rpc}content-length: 9\r\n\r\n["),
            "HTTP/1.1 408",
        ),
        (
            a.federator.outward(),
            format!("{rpc}content-length: 2\r\n\r\n[]"),
            "HTTP/1.1 200",
        ),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let ended =
            tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut answer));
        assert!(ended.await.is_ok(), "{sent}");
        assert!(answer.starts_with(status), "{sent}: {answer}");
    }
}

/// An ingress keeps its connections. What counts as slow is a head that has begun.
#[tokio::test]
async fn silence_between_requests_is_no_slow_head() {
    let world = World::new().await;
    let setup = Setup {
        limits: "headerTime: 200".into(),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let mut socket = TcpStream::connect(a.federator.outward()).await.unwrap();
    for _ in 0..2 {
        let request = b"GET /i/status?standalone HTTP/1.1\r\nHost: a\r\n\r\n";
        socket.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0, "closed");
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    socket.write_all(b"GET /i/status").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "still open");
}
