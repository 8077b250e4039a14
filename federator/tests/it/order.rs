//! In which order requests are checked: `transport.md` §3.5, §5.4.

use crate::support::{Backend, Component, Setup, World, json, raw};

async fn behind_an_ingress(world: &World, policy: &str) -> (Backend, String) {
    let setup = Setup {
        tls: false,
        policy: Some(policy.to_owned()),
        ..world.setup("b.example.com")
    };
    let certificate = setup.material.escaped();
    (world.with(setup).await, certificate)
}

fn label(answer: &raw::Raw) -> String {
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
    assert_eq!(
        body["code"].as_u64(),
        Some(u64::from(answer.status)),
        "{answer:?}"
    );
    assert!(
        answer.head.contains("content-type: application/json\r\n")
            || answer.head.ends_with("application/json"),
        "{answer:?}"
    );
    body["label"].as_str().unwrap_or_default().to_owned()
}

/// D11, D12.
#[tokio::test]
async fn outward() {
    let world = World::new().await;
    let setup = Setup {
        policy: Some("{ strategy: allowDynamic, remotes: [{ domain: known.example.com }] }".into()),
        ..world.setup("a.example.com")
    };
    let a = world.with(setup).await;
    let send = |method, path| raw::send(a.federator.outward(), method, path, &[]);
    // Segments before the method.
    assert_eq!(send("GET", "/rpc/b.example.com/mast/x").await.status, 400);
    // The method and the query before the policy.
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = send(method, "/rpc/b.example.com/brig/x").await;
        assert_eq!((answer.status, &*label(&answer)), (403, "invalid-endpoint"));
    }
    let answer = send("POST", "/rpc/b.example.com/brig/x?").await;
    assert_eq!((answer.status, &*label(&answer)), (403, "invalid-endpoint"));
    assert!(
        answer
            .body
            .contains("The requested endpoint does not exist")
    );
    // The policy before the discovery, and before the counter.
    let asked = world.dns.asked();
    let answer = send("POST", "/rpc/nowhere.example.com/brig/x").await;
    assert_eq!(
        (answer.status, &*label(&answer)),
        (400, "federation-denied")
    );
    let text = "origin domain [nowhere.example.com] not in the federation allow list";
    assert!(answer.body.contains(text));
    assert_eq!(world.dns.asked(), asked);
    assert!(!a.metrics().await.contains("nowhere.example.com"));
    // The counter before the discovery.
    let answer = send("POST", "/rpc/known.example.com/brig/x").await;
    assert_eq!((answer.status, &*label(&answer)), (422, "invalid-domain"));
    let text = "srv record not found: _wire-server-federator._tcp.known.example.com";
    assert!(answer.body.contains(text), "{answer:?}");
    let counted = r#"com_wire_federator_outgoing_requests{target_domain="known.example.com"} 1"#;
    let metrics = a.metrics().await;
    assert!(metrics.contains(counted), "{metrics}");
    assert!(!metrics.contains("incoming_requests{"), "{metrics}");
}

/// D19 to D22, D24, D33.
#[tokio::test]
async fn inward() {
    let world = World::new().await;
    let policy = "{ strategy: allowDynamic, remotes: [{ domain: b.example.com }, { domain: known.example.com }] }";
    let (b, certificate) = behind_an_ingress(&world, policy).await;
    let send = async |method, path, headers: &[(&str, &str)]| {
        raw::send(b.federator.inward(), method, path, headers).await
    };
    let path = "/federation/brig/x";
    // The headers before the method, the domain before the certificate.
    for (headers, text) in [
        (&[][..], "Header Wire-Origin-Domain is required"),
        (
            &[("x-ssl-certificate", "x")],
            "Header Wire-Origin-Domain is required",
        ),
        (
            &[("wire-origin-domain", "no domain")],
            "Error parsing header Wire-Origin-Domain failed: ",
        ),
        (
            &[("wire-origin-domain", "a.example.com")],
            "Header X-SSL-Certificate is required",
        ),
        (
            &[
                ("wire-origin-domain", "a.example.com"),
                ("x-ssl-certificate", "not a certificate"),
            ],
            "Error parsing header X-SSL-Certificate failed: no certificate found",
        ),
    ] {
        let answer = send("GET", path, headers).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.body.starts_with(text), "{answer:?}");
        assert!(!answer.head.contains("content-type"), "{answer:?}");
    }
    let two = format!("{certificate}{certificate}");
    let headers = [
        ("wire-origin-domain", "a.example.com"),
        ("x-ssl-certificate", &two),
    ];
    let answer = send("POST", path, &headers).await;
    let text = "Error parsing header X-SSL-Certificate failed: found multiple certificates";
    assert_eq!((answer.status, &*answer.body), (400, text));

    // The counter before the method; the method before the policy.
    let from = |domain| {
        [
            ("wire-origin-domain", domain),
            ("x-ssl-certificate", &*certificate),
        ]
    };
    for method in ["GET", "DELETE", "PUT", "PATCH"] {
        let answer = send(method, path, &from("denied.example.com")).await;
        assert_eq!((answer.status, &*label(&answer)), (403, "invalid-endpoint"));
    }
    let metrics = raw::get(b.federator.inward(), "/i/metrics").await.body;
    let counted = r#"com_wire_federator_incoming_requests{origin_domain="denied.example.com"} 4"#;
    assert!(metrics.contains(counted), "{metrics}");
    assert!(!metrics.contains("outgoing_requests{"), "{metrics}");
    // The policy before the discovery.
    let asked = world.dns.asked();
    let answer = send("POST", path, &from("denied.example.com")).await;
    assert_eq!(
        (answer.status, &*label(&answer)),
        (400, "federation-denied")
    );
    assert_eq!(world.dns.asked(), asked);
    // The discovery before the certificate.
    let answer = send("POST", path, &from("known.example.com")).await;
    assert_eq!((answer.status, &*label(&answer)), (422, "invalid-domain"));
    assert!(b.component.seen().is_empty());
    let answer = send("POST", path, &from("b.example.com")).await;
    assert_eq!((answer.status, b.component.seen().len()), (200, 1));
}

/// The policy is asked of brig only once per request, and its absence is a 500.
#[tokio::test]
async fn a_policy_that_cannot_be_had_is_nobodys_permission() {
    let world = World::new().await;
    for body in ["", "[]", r#"{"strategy": "allowEverything"}"#] {
        let setup = Setup {
            policy: None,
            component: Some(Component::answering(move |_| json(200, body)).await),
            published: false,
            ..world.setup("a.example.com")
        };
        let a = setup.start().await;
        let path = "/rpc/b.example.com/brig/x";
        let answer = raw::send(a.federator.outward(), "POST", path, &[]).await;
        assert_eq!((answer.status, &*label(&answer)), (500, "server-error"));
        assert!(answer.body.contains("Internal Server Error"));
        assert!(!answer.body.contains("brig"), "{answer:?}");
    }
}
