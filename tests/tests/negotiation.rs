//! Agreeing on a version: the requests that are made for it, what is remembered, and which variant of
//! an RPC is called then.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use federation_api::mls::MlsClientsRequest;
use federation_api::{Brig, OfRecipient};
use federation_clients::{Connection, brig};
use federation_tests::{Fake, Seen, call, json_response};
use serde_json::{Value, json};

const NO_CLIENTS: &str = "[]";

/// A federator in front of a backend that speaks these versions.
async fn backend_of(versions: &'static str) -> Fake {
    Fake::start(move |seen: &Seen| {
        if seen.path.ends_with("/brig/api-version") {
            json_response(200, versions)
        } else if seen.path.ends_with("/brig/get-user-by-handle") {
            json_response(200, "null")
        } else {
            json_response(200, NO_CLIENTS)
        }
    })
    .await
}

const V0: &str = r#"{"supported":[0,1]}"#;
const V1: &str = r#"{"supported":[0,1],"supported_versions":[0,1]}"#;
const V3: &str = r#"{"supported":[0,1],"supported_versions":[0,1,2,3]}"#;

fn mls_clients() -> MlsClientsRequest {
    serde_json::from_value(json!({
        "user_id": "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11",
        "cipher_suite": 2,
    }))
    .expect("a request")
}

fn header<'a>(seen: &'a Seen, name: &str) -> Option<&'a str> {
    seen.headers
        .get(name)
        .map(|value| value.to_str().expect("text"))
}

#[tokio::test]
async fn both_versions_of_get_mls_clients() {
    let user = "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11";
    let newer = json!({"user_id": user, "cipher_suite": 2});
    let older = json!({"user_id": user, "signature_scheme": "ed25519", "cipher_suite": 2});
    for (versions, header_value, body) in [(V0, "0", &older), (V1, "1", &newer), (V3, "3", &newer)]
    {
        let fake = backend_of(versions).await;
        let client = brig::Client::new(Connection::via_federator(&fake.url()).unwrap());
        let answer = client
            .get_mls_clients(&call(), mls_clients())
            .await
            .unwrap();
        assert!(answer.is_empty());

        let seen = fake.seen();
        assert_eq!(seen.len(), 2, "{versions}");
        assert_eq!(seen[1].path, "/rpc/b.example.com/brig/get-mls-clients");
        assert_eq!(header(&seen[1], "x-wire-api-version"), Some(header_value));
        let sent: Value = serde_json::from_slice(&seen[1].body).unwrap();
        assert_eq!(&sent, body, "{versions}");
    }
}

#[tokio::test]
async fn the_headers_of_a_call() {
    let fake = backend_of(V3).await;
    let client = brig::Client::new(Connection::via_federator(&fake.url()).unwrap());
    let call = call();
    let handle = OfRecipient::new("mira".parse().unwrap());
    client.get_user_by_handle(&call, handle).await.unwrap();

    let [negotiation, lookup] = fake.seen().try_into().expect("two requests");
    for seen in [&negotiation, &lookup] {
        assert_eq!(header(seen, "wire-origin-domain"), Some("a.example.com"));
        assert_eq!(
            header(seen, "wire-origin-request-id"),
            Some(call.request_id().as_str())
        );
        assert_eq!(header(seen, "content-type"), None);
    }
    assert_eq!(negotiation.path, "/rpc/b.example.com/brig/api-version");
    assert_eq!(negotiation.body, "[]");
    assert_eq!(header(&negotiation, "accept"), Some(""));
    assert_eq!(header(&negotiation, "x-wire-api-version"), None);
    assert_eq!(
        header(&lookup, "accept"),
        Some("application/json;charset=utf-8,application/json")
    );
    assert_eq!(header(&lookup, "x-wire-api-version"), Some("3"));
    assert_eq!(lookup.body, r#""mira""#);
}

#[tokio::test]
async fn one_negotiation_serves_many_calls() {
    let fake = backend_of(V3).await;
    let client = brig::Client::new(Connection::via_federator(&fake.url()).unwrap());
    let calls = (0..20).map(|_| {
        let client = client.clone();
        async move {
            let handle = OfRecipient::new("mira".parse().unwrap());
            client.get_user_by_handle(&call(), handle).await.unwrap()
        }
    });
    futures_util::future::join_all(calls).await;
    let negotiations = fake
        .seen()
        .iter()
        .filter(|seen| seen.path.ends_with("api-version"))
        .count();
    assert_eq!((negotiations, fake.seen().len()), (1, 21));
}

#[tokio::test]
async fn a_failed_negotiation_is_not_remembered() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let fake = Fake::start(move |seen: &Seen| {
        if !seen.path.ends_with("api-version") {
            return json_response(200, "null");
        }
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => json_response(
                422,
                r#"{"code":422,"label":"invalid-domain","message":"m"}"#,
            ),
            _ => json_response(200, V3),
        }
    })
    .await;
    let client = brig::Client::new(Connection::via_federator(&fake.url()).unwrap());
    let look_up = || client_look_up(&client);
    assert_eq!(look_up().await.unwrap_err().label(), "invalid-domain");
    look_up().await.unwrap();
    look_up().await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

async fn client_look_up(client: &brig::Client) -> Result<(), federation_clients::CallError> {
    let handle = OfRecipient::new("mira".parse().unwrap());
    client.get_user_by_handle(&call(), handle).await.map(drop)
}

#[tokio::test]
async fn a_target_that_answers_as_if_it_had_changed_is_asked_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let fake = Fake::start(move |seen: &Seen| {
        if seen.path.ends_with("api-version") {
            // It was downgraded between the two.
            let versions = [V3, V0];
            return json_response(200, versions[count.fetch_add(1, Ordering::SeqCst).min(1)]);
        }
        if header(seen, "x-wire-api-version") == Some("0") {
            return json_response(200, NO_CLIENTS);
        }
        let inner = r#"{"code":404,"label":"unknown-error","message":""}"#;
        let body = format!(
            r#"{{"code":533,"label":"federation-remote-error","message":"m","inner":{inner}}}"#
        );
        json_response(533, body)
    })
    .await;
    let client = brig::Client::new(Connection::via_federator(&fake.url()).unwrap());
    let first = client
        .get_mls_clients(&call(), mls_clients())
        .await
        .unwrap_err();
    assert_eq!(first.failure().inner.as_ref().unwrap().code, 404);
    client
        .get_mls_clients(&call(), mls_clients())
        .await
        .unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_first_callers_deadline_is_not_everybodys() {
    let fake = Fake::start(|seen: &Seen| {
        if seen.path.ends_with("api-version") {
            std::thread::sleep(Duration::from_millis(300));
            json_response(200, V3)
        } else {
            json_response(200, "null")
        }
    })
    .await;
    let client = brig::Client::new(Connection::via_federator(&fake.url()).unwrap());
    let hasty = {
        let client = client.clone();
        tokio::spawn(async move {
            let call = call().with_timeout(Duration::from_millis(50));
            let handle = OfRecipient::new("mira".parse().unwrap());
            client.get_user_by_handle(&call, handle).await
        })
    };
    tokio::time::sleep(Duration::from_millis(10)).await;
    let patient = client_look_up(&client).await;
    assert_eq!(
        hasty.await.unwrap().unwrap_err().label(),
        "federation-not-available"
    );
    patient.unwrap();
}
