//! Every way in which a call can fail, as the caller sees it: the stage, and exactly the status and
//! label of `transport.md` §8.4 and §8.5.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::{Duration, Instant};

use federation_api::{Brig, Call, Cargohold, Domain, Failure, OfRecipient, Unit, Version};
use federation_clients::{
    Address, CallError, Connection, HttpSettings, Options, Stage, Versions, brig, cargohold,
};
use federation_servers::Settings;
use federation_tests::{
    Fake, Misbehaving, Server, asset_request, call, domain, json_response, network,
};
use futures_util::StreamExt;
use tokio::net::TcpListener;

/// A connection through a federator, with the version settled: one request per call.
fn via(url: &str, options: Options) -> Connection {
    let transport = network!().transport(&HttpSettings::default());
    let options = options.versions(Versions::Fixed(Version::NEWEST));
    Connection::new(
        Address::via_federator(url).expect("an address"),
        transport,
        options,
    )
}

async fn look_up(connection: Connection) -> Result<(), CallError> {
    look_up_for(connection, &call()).await
}

async fn look_up_for(connection: Connection, call: &Call) -> Result<(), CallError> {
    let handle = OfRecipient::new("mira".parse().expect("a handle"));
    brig::Client::new(connection)
        .get_user_by_handle(call, handle)
        .await
        .map(drop)
}

/// The error of a look-up that the local federator answers so.
async fn answered(status: u16, content_type: &'static str, body: &'static str) -> CallError {
    let fake = Fake::start(move |_| {
        http::Response::builder()
            .status(status)
            .header("content-type", content_type)
            .body(body.into())
            .unwrap()
    })
    .await;
    look_up(via(&fake.url(), Options::default()))
        .await
        .expect_err("an error")
}

#[track_caller]
fn is(error: &CallError, stage: Stage, status: u16, label: &str) {
    assert_eq!(
        (error.stage(), error.status(), error.label()),
        (stage, status, label),
        "{error}"
    );
}

fn has_data(failure: &Failure) {
    let data = failure.data.as_ref().expect("data");
    let expected: (Domain, &str) = (domain("b.example.com"), "/federation/get-user-by-handle");
    assert_eq!((data.domain.clone(), data.path.as_str()), expected);
}

const JSON: &str = "application/json";

#[tokio::test]
async fn what_a_federator_reports() {
    use Stage::{Discovery, LocalFederator, RemoteComponent, RemoteFederator};
    let inner = |code, label: &str| format!(r#"{{"code":{code},"label":"{label}","message":"m"}}"#);
    let cases = [
        (400, "federation-denied", None, LocalFederator, false),
        (422, "invalid-domain", None, Discovery, false),
        (400, "discovery-failure", None, Discovery, true),
        (500, "server-error", None, LocalFederator, true),
        (
            521,
            "federation-connection-refused",
            None,
            RemoteFederator,
            true,
        ),
        (525, "federation-tls-error", None, RemoteFederator, false),
        (533, "federation-http2-error", None, RemoteFederator, true),
        (
            533,
            "federation-remote-error",
            Some(inner(400, "federation-denied")),
            RemoteFederator,
            false,
        ),
        (
            533,
            "federation-remote-error",
            Some(inner(403, "authentication-failure")),
            RemoteFederator,
            false,
        ),
        (
            533,
            "federation-remote-error",
            Some(inner(404, "no-endpoint")),
            RemoteComponent,
            false,
        ),
        (
            533,
            "federation-remote-error",
            Some(inner(500, "server-error")),
            RemoteComponent,
            true,
        ),
        (
            533,
            "federation-remote-error",
            Some(inner(400, "bad-request")),
            RemoteComponent,
            false,
        ),
    ];
    for (status, label, inner, stage, retryable) in cases {
        let has_inner = inner.is_some();
        let inner = inner.map_or(String::new(), |inner| format!(r#","inner":{inner}"#));
        let body = format!(r#"{{"code":{status},"label":"{label}","message":"m"{inner}}}"#);
        let error = answered(status, JSON, body.leak()).await;
        is(&error, stage, status, label);
        has_data(error.failure());
        assert_eq!(error.failure().inner.is_some(), has_inner, "{label}");
        assert_eq!(
            error.is_retryable(),
            retryable,
            "{label}: {:?}",
            error.failure().inner
        );
    }
}

#[tokio::test]
async fn what_a_federator_should_not_say() {
    let forbidden = answered(
        403,
        JSON,
        r#"{"code":403,"label":"invalid-endpoint","message":"m"}"#,
    )
    .await;
    is(
        &forbidden,
        Stage::LocalFederator,
        500,
        "federation-local-error",
    );
    assert!(
        forbidden
            .failure()
            .message
            .starts_with("Local federator failure: {")
    );
    assert_eq!(
        (&forbidden.failure().data, &forbidden.failure().inner),
        (&None, &None)
    );
    assert!(!forbidden.is_retryable());

    let plain = answered(400, "text/plain", "Invalid component: x").await;
    is(
        &plain,
        Stage::LocalFederator,
        400,
        "unknown-federation-error",
    );
    assert_eq!(plain.failure().message, "Invalid component: x");
    has_data(plain.failure());

    // The code in the body is the authority, not the status line.
    let other = answered(
        502,
        JSON,
        r#"{"code":521,"label":"federation-connection-refused","message":"m"}"#,
    );
    is(
        &other.await,
        Stage::RemoteFederator,
        521,
        "federation-connection-refused",
    );
}

#[tokio::test]
async fn answers_that_cannot_be_understood() {
    let body = answered(200, JSON, r#"{"qualified_id": 7}"#).await;
    is(&body, Stage::Answer, 533, "federation-invalid-body");
    let message = &body.failure().message;
    assert!(
        message.starts_with("Could not parse remote federator response: qualified_id"),
        "{message}"
    );

    let html = answered(200, "text/html", "<p>hello").await;
    is(
        &html,
        Stage::Answer,
        533,
        "federation-unsupported-content-type",
    );
    assert_eq!(
        html.failure().message,
        "Content-type: text/html, Media-Type: text/html"
    );
    let odd = answered(200, "what is this", "null").await;
    is(&odd, Stage::Answer, 533, "federation-invalid-content-type");
    assert_eq!(odd.failure().message, "Content-type: what is this");

    let fake = Fake::start(|_| json_response(200, format!("\"{}\"", "x".repeat(5000)))).await;
    let small = Options::default().max_response(4096);
    let error = look_up(via(&fake.url(), small)).await.unwrap_err();
    is(&error, Stage::Answer, 533, "federation-invalid-body");
    assert!(error.failure().message.contains("4096 bytes"), "{error}");
}

#[tokio::test]
async fn nobody_there() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = look_up(via(&format!("http://{free}"), Options::default()))
        .await
        .unwrap_err();
    is(
        &error,
        Stage::LocalFederator,
        500,
        "federation-not-available",
    );
    assert!(error.is_retryable());
    assert!(
        std::error::Error::source(&error).is_some(),
        "the cause is kept"
    );

    let direct = network!().direct(&format!("http://{free}"));
    let error = look_up(direct).await.unwrap_err();
    is(
        &error,
        Stage::RemoteComponent,
        521,
        "federation-connection-refused",
    );
}

#[tokio::test]
async fn somebody_who_speaks_something_else() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let hello = b"220 mail.example ESMTP\r\n";
            let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, hello).await;
        }
    });
    let error = look_up(via(&format!("http://{address}"), Options::default()))
        .await
        .unwrap_err();
    is(&error, Stage::LocalFederator, 500, "federation-local-error");
}

#[tokio::test]
async fn deadlines() {
    let own = domain("b.example.com");
    let settings = Settings::default().handler_deadline(Duration::from_secs(30));
    let router = federation_servers::cargohold::routes(Misbehaving, own, settings).into_router();
    let server = Server::start(router).await;
    let client = cargohold::Client::new(network!().direct(&server.url()));

    let begun = Instant::now();
    let call = call().with_timeout(Duration::from_millis(200));
    let slow = client
        .get_asset(&call, asset_request(Some("slow")))
        .await
        .unwrap_err();
    is(
        &slow,
        Stage::RemoteComponent,
        500,
        "federation-not-available",
    );
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    // The time is over: nothing is sent any more.
    let over = client
        .get_asset(&call, asset_request(None))
        .await
        .unwrap_err();
    is(&over, Stage::NotSent, 500, "federation-not-available");
}

#[tokio::test]
async fn a_component_addressed_directly() {
    let router = federation_servers::cargohold::router(Misbehaving, domain("b.example.com"));
    let client = cargohold::Client::new(Connection::in_process(router));
    let error = client
        .get_asset(&call(), asset_request(Some("fail")))
        .await
        .unwrap_err();
    is(
        &error,
        Stage::RemoteComponent,
        533,
        "federation-remote-error",
    );
    assert_eq!(
        error.failure().message,
        "A remote federator failed with status code: 418"
    );
    let inner = error.failure().inner.as_deref().unwrap();
    assert_eq!((inner.code, &*inner.label), (418, "teapot"));

    let error = client
        .stream_asset(&call(), asset_request(Some("fail")))
        .await
        .unwrap_err();
    is(
        &error,
        Stage::RemoteComponent,
        533,
        "federation-remote-error",
    );
}

#[tokio::test]
async fn a_stream_that_breaks_off() {
    let router = federation_servers::cargohold::router(Misbehaving, domain("b.example.com"));
    let server = Server::start(router).await;
    let client = cargohold::Client::new(network!().direct(&server.url()));
    let whole = client
        .stream_asset(&call(), asset_request(None))
        .await
        .unwrap();
    let chunks: Vec<_> = whole.map(Result::unwrap).collect().await;
    assert_eq!(chunks.concat(), b"one, two, three");

    let mut broken = client
        .stream_asset(&call(), asset_request(Some("break")))
        .await
        .unwrap();
    assert_eq!(broken.next().await.unwrap().unwrap(), "one, ");
    assert!(broken.next().await.unwrap().is_err(), "taken for the whole");
    assert!(broken.next().await.is_none());
}

#[tokio::test]
async fn a_version_without_the_rpc_sends_nothing() {
    let fake = Fake::start(|_| json_response(200, "{}")).await;
    let transport = network!().transport(&HttpSettings::default());
    let options = Options::default().versions(Versions::Fixed(Version::V2));
    let connection = Connection::new(
        Address::via_federator(&fake.url()).unwrap(),
        transport,
        options,
    );
    let request = serde_json::from_str(
        r#"{"user_id": "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11", "client_id": "2b", "cipher_suite": 1}"#,
    )
    .unwrap();
    let error = brig::Client::new(connection)
        .get_mls_client(&call(), request)
        .await
        .unwrap_err();
    is(&error, Stage::Version, 500, "internal-error");
    assert_eq!(
        error.failure().message,
        "Endpoint version mismatch in federation client"
    );
    assert!(fake.seen().is_empty(), "something was sent");
}

#[tokio::test]
async fn version_information_that_is_none() {
    for body in [r#"{"supported_versions": "all"}"#, "[]", "null", "x"] {
        let fake = Fake::start(move |_| json_response(200, body)).await;
        let error = look_up(network!().via_federator(&fake.url()))
            .await
            .unwrap_err();
        is(&error, Stage::Version, 533, "federation-version-error");
        assert_eq!(
            error.failure().message,
            "Remote federator returned invalid version information"
        );
    }
    for (offered, wording) in [("[4, 5]", "too old"), ("[]", "too old")] {
        let body = format!(r#"{{"supported": [0, 1], "supported_versions": {offered}}}"#);
        let fake = Fake::start(move |_| json_response(200, body.clone())).await;
        let error = look_up(network!().via_federator(&fake.url()))
            .await
            .unwrap_err();
        is(&error, Stage::Version, 533, "federation-version-error");
        assert!(error.failure().message.ends_with(wording), "{error}");
    }
}

#[tokio::test]
async fn we_are_the_older_side() {
    let fake =
        Fake::start(|_| json_response(200, r#"{"supported":[0,1],"supported_versions":[3]}"#))
            .await;
    let transport = network!().transport(&HttpSettings::default());
    let own = vec![Version::V0, Version::V1];
    let options = Options::default().versions(Versions::Negotiate {
        own,
        keep: Duration::MAX,
    });
    let connection = Connection::new(
        Address::via_federator(&fake.url()).unwrap(),
        transport,
        options,
    );
    let error = look_up(connection).await.unwrap_err();
    is(&error, Stage::Version, 533, "federation-version-error");
    assert_eq!(
        error.failure().message,
        "Version negotiation failed: the remote backend is too new"
    );
}

#[tokio::test]
async fn dropping_a_call_cancels_it() {
    let router = federation_servers::cargohold::router(Misbehaving, domain("b.example.com"));
    let server = Server::start(router).await;
    let client = cargohold::Client::new(network!().direct(&server.url()));
    let request = call();
    let slow = client.get_asset(&request, asset_request(Some("slow")));
    assert!(
        tokio::time::timeout(Duration::from_millis(100), slow)
            .await
            .is_err()
    );
    // The connection is still good.
    let answer = client
        .get_asset(&call(), asset_request(None))
        .await
        .unwrap();
    assert!(answer.available);
    let brig = brig::Client::new(network!().direct(&server.url()));
    let elsewhere = brig.api_version(&call(), Unit).await.unwrap_err();
    assert_eq!(
        elsewhere.failure().inner.as_ref().unwrap().label,
        "no-endpoint"
    );
}
