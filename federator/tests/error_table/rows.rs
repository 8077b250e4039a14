//! The rows of `transport.md` §8.5, copied by hand: what a caller is told of each failure.

use federation_api::Failure;
use federation_clients::{CallError, Stage};

/// What a caller is told of a failure.
pub(crate) struct Row {
    /// The test that makes it happen; or why none can, or where one is.
    pub(crate) test: Result<&'static str, &'static str>,
    /// The stage of the table.
    pub(crate) stage: u8,
    pub(crate) cause: &'static str,
    pub(crate) status: u16,
    pub(crate) label: &'static str,
    /// With `…` at its end only the beginning is meant; alone it means any text.
    pub(crate) message: &'static str,
    pub(crate) data: bool,
    pub(crate) inner: Option<(u16, &'static str)>,
}

const NONE: Option<(u16, &str)> = None;

/// Stage, test, cause; status, label, message; whether there is `data`; what is `inner`.
macro_rules! rows {
    ($($stage:literal $test:expr, $cause:literal => $status:literal $label:literal $message:literal $data:literal $inner:expr;)*) => {
        &[$(Row {
            test: $test, stage: $stage, cause: $cause,
            status: $status, label: $label, message: $message, data: $data, inner: $inner,
        }),*]
    };
}

#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = rows! {
    0 Ok("no_federator_configured"), "no federator configured" => 400 "federation-not-enabled" "no federator configured" false NONE;
    0 Err("backend/tests/behaviour/conversation_actions.rs"), "code path not implemented" => 422 "federation-not-implemented" "Federation is not yet implemented for this endpoint" false NONE;
    0 Err("backend/tests/behaviour/conversation_flows.rs"), "protocol excluded by `federationProtocols`" => 409 "federation-disabled-for-protocol" "Federation is disabled for the given protocol" false NONE;
    0 Err("no client has a method that takes a stream"), "request has a streamed body" => 500 "internal-error" "Federated streaming not implemented" false NONE;
    0 Ok("no_variant_for_the_version"), "no alternative of the RPC fits the negotiated version" => 500 "internal-error" "Endpoint version mismatch in federation client" false NONE;

    1 Ok("local_federator_down"), "cannot connect to local federator" => 500 "federation-not-available" "cannot connect: …" false NONE;
    1 Ok("local_federator_speaks_no_http2"), "HTTP/2 or TLS error, or no status" => 500 "federation-local-error" "connection failed: …" false NONE;
    1 Ok("local_federator_is_silent"), "no answer before the deadline of the call" => 500 "federation-not-available" "no answer of b.example.com before the deadline of the call" false NONE;

    2 Ok("local_federator_refuses"), "403 of any kind" => 500 "federation-local-error" "Local federator failure: {…" false NONE;
    2 Ok("bad_path_segment"), "bad path segment" => 400 "unknown-federation-error" "Invalid component: weather" true NONE;
    2 Ok("target_denied"), "target denied" => 400 "federation-denied" "origin domain [b.example.com] not in the federation allow list" true NONE;
    2 Ok("no_srv_record"), "no SRV" => 422 "invalid-domain" "srv record not found: _wire-server-federator._tcp.b.example.com" true NONE;
    2 Ok("service_not_offered"), "SRV with the single target `.`" => 422 "invalid-domain" "srv record not found: _wire-server-federator._tcp.b.example.com" true NONE;
    2 Ok("dns_server_refuses"), "DNS error: refused" => 400 "discovery-failure" "DNS error: _wire-server-federator._tcp.b.example.org" true NONE;
    2 Ok("dns_server_down"), "DNS error: no answer" => 400 "discovery-failure" "DNS error: _wire-server-federator._tcp.b.example.com" true NONE;
    2 Ok("own_brig_down"), "internal" => 500 "server-error" "Internal Server Error" true NONE;

    3 Ok("connection_refused"), "hop 2, connection: refused" => 521 "federation-connection-refused" "127.0.0.1:…" true NONE;
    3 Ok("host_without_address"), "hop 2, connection: name resolution" => 521 "federation-connection-refused" "…" true NONE;
    3 Ok("connect_timeout"), "hop 2, connection: TCP connect time-out" => 521 "federation-connection-refused" "TCP connection with infra.b.example.com:…" true NONE;
    3 Ok("remote_dies_before_the_headers"), "hop 2, connection: I/O error" => 521 "federation-connection-refused" "…" true NONE;
    3 Ok("plain_http_peer"), "hop 2, TLS: the peer speaks plain HTTP" => 525 "federation-tls-error" "infra.b.example.com: …" true NONE;
    3 Ok("certificate_of_another_name"), "hop 2, TLS: wrong name" => 525 "federation-tls-error" "infra.b.example.com: …" true NONE;
    3 Ok("certificate_of_the_backend_domain"), "hop 2, TLS: the backend domain in place of the infrastructure domain" => 525 "federation-tls-error" "infra.b.example.com: …" true NONE;
    3 Ok("certificate_with_a_dot_at_its_end"), "hop 2, TLS: a documented limitation (D36)" => 525 "federation-tls-error" "infra.b.example.com: …" true NONE;
    3 Ok("expired_certificate"), "hop 2, TLS: expired" => 525 "federation-tls-error" "infra.b.example.com: …" true NONE;
    3 Ok("certificate_of_another_authority"), "hop 2, TLS: unknown authority" => 525 "federation-tls-error" "infra.b.example.com: …" true NONE;
    3 Ok("certificate_for_clients_only"), "hop 2, TLS: EKU without server authentication (D38)" => 525 "federation-tls-error" "infra.b.example.com: …" true NONE;
    3 Ok("no_common_cipher"), "hop 2, TLS: no cipher in common" => 525 "federation-tls-error" "infra.b.example.com: …" true NONE;
    3 Ok("silent_peer"), "hop 2, TLS: no handshake in time" => 525 "federation-tls-error" "TLS handshake with infra.b.example.com took longer than …" true NONE;
    3 Ok("no_http2_agreed"), "hop 2, HTTP/2: not agreed on" => 533 "federation-http2-error" "the remote federator did not agree on HTTP/2" true NONE;
    3 Ok("http1_after_the_handshake"), "hop 2, HTTP/2: protocol error" => 533 "federation-http2-error" "…" true NONE;
    3 Ok("response_without_status"), "hop 2, HTTP/2: response without status" => 533 "federation-http2-error" "…" true NONE;
    3 Ok("no_response_in_time"), "hop 2, HTTP/2: no response in time" => 533 "federation-http2-error" "infra.b.example.com gave no response within 300ms" true NONE;

    3 Ok("client_certificate_of_another_authority"), "ingress: bad client certificate" => 533 "federation-remote-error" "A remote federator failed with status code: 400" true Some((400, "unknown-error"));
    3 Ok("expired_client_certificate"), "ingress: expired client certificate" => 533 "federation-remote-error" "A remote federator failed with status code: 400" true Some((400, "unknown-error"));
    3 Ok("ingress_413"), "ingress: 413" => 533 "federation-remote-error" "A remote federator failed with status code: 413" true Some((413, "unknown-error"));
    3 Ok("ingress_502"), "ingress: 502" => 533 "federation-remote-error" "A remote federator failed with status code: 502" true Some((502, "unknown-error"));
    3 Ok("ingress_503"), "ingress: 503" => 533 "federation-remote-error" "A remote federator failed with status code: 503" true Some((503, "unknown-error"));
    3 Ok("ingress_504"), "ingress: 504" => 533 "federation-remote-error" "A remote federator failed with status code: 504" true Some((504, "unknown-error"));

    4 Ok("denied_there"), "denied" => 533 "federation-remote-error" "A remote federator failed with status code: 400" true Some((400, "federation-denied"));
    4 Ok("own_record_not_found_there"), "our SRV not found, as B sees it" => 533 "federation-remote-error" "A remote federator failed with status code: 422" true Some((422, "invalid-domain"));
    4 Ok("dns_error_there"), "DNS error, as B sees it" => 533 "federation-remote-error" "A remote federator failed with status code: 400" true Some((400, "discovery-failure"));
    4 Ok("certificate_mismatch"), "certificate mismatch" => 533 "federation-remote-error" "A remote federator failed with status code: 403" true Some((403, "authentication-failure"));
    4 Ok("query_there"), "method or query" => 533 "federation-remote-error" "A remote federator failed with status code: 403" true Some((403, "invalid-endpoint"));
    4 Ok("header_missing_there"), "bad segment or header" => 533 "federation-remote-error" "A remote federator failed with status code: 400" true Some((400, "unknown-error"));
    4 Ok("brig_down_there"), "brig unreachable for the policy (§6.3)" => 533 "federation-remote-error" "A remote federator failed with status code: 500" true Some((500, "server-error"));

    5 Ok("component_down"), "component down" => 533 "federation-remote-error" "A remote federator failed with status code: 500" true Some((500, "server-error"));
    5 Ok("component_slow"), "component slow" => 533 "federation-remote-error" "A remote federator failed with status code: 500" true Some((500, "server-error"));

    6 Ok("unknown_rpc_at_galley"), "unknown RPC or version: galley" => 533 "federation-remote-error" "A remote federator failed with status code: 404" true Some((404, "no-endpoint"));
    6 Ok("unknown_rpc_at_an_existing_brig"), "unknown RPC or version: brig, cargohold" => 533 "federation-remote-error" "A remote federator failed with status code: 404" true Some((404, "unknown-error"));
    6 Ok("body_not_parsable"), "body not parsable: brig, galley" => 533 "federation-remote-error" "A remote federator failed with status code: 400" true Some((400, "bad-request"));
    6 Ok("body_not_parsable_at_an_existing_cargohold"), "body not parsable: cargohold" => 533 "federation-remote-error" "A remote federator failed with status code: 400" true Some((400, "unknown-error"));
    6 Ok("handler_error"), "handler error" => 533 "federation-remote-error" "A remote federator failed with status code: 418" true Some((418, "teapot"));
    6 Ok("handler_panics"), "panic (§7)" => 533 "federation-remote-error" "A remote federator failed with status code: 500" true Some((500, "server-error"));

    7 Ok("undecodable_body"), "body undecodable for the expected type" => 533 "federation-invalid-body" "Could not parse remote federator response: …" false NONE;
    7 Ok("unusable_content_type"), "unusable `Content-Type`" => 533 "federation-invalid-content-type" "Content-type: nonsense" false NONE;
    7 Ok("unexpected_content_type"), "unexpected `Content-Type`" => 533 "federation-unsupported-content-type" "Content-type: text/html;charset=utf-8, Media-Type: text/html" false NONE;
    7 Ok("version_info_malformed"), "version info malformed" => 533 "federation-version-error" "Remote federator returned invalid version information" false NONE;
    7 Ok("version_too_old"), "no common version, we are newer" => 533 "federation-version-error" "Version negotiation failed: the remote backend is too old" false NONE;
    7 Ok("version_too_new"), "no common version, we are older" => 533 "federation-version-error" "Version negotiation failed: the remote backend is too new" false NONE;
    7 Err("every failure of this client has a row of its own"), "generic" => 533 "unknown-federation-error" "Unknown federation error" false NONE;
    7 Err("the same as the first of stage 1: there is no further layer"), "connection error surfaced by the generic client layer" => 500 "federation-not-available" "Local federator not available: …" false NONE;

    8 Ok("impossible_answer"), "decoded, but semantically impossible answer" => 533 "federation-unexpected-body" "Could parse body, but response was not expected: …" false NONE;
    8 Err("error values are read into types of their own; one that is in none of them is kept as it came, or undecodable"), "decoded error value the caller cannot map" => 533 "federation-unexpected-wai-error" "Could parse body, but got an unexpected error response: …" false NONE;
};

/// Holds a failed call against the row of a test, and gives the error back.
#[track_caller]
pub(crate) fn is_row(test: &str, failed: Result<(), CallError>) -> CallError {
    let error = failed.expect_err(test);
    let row = failure_is_row(test, error.failure());
    let stages: &[Stage] = match row.stage {
        0 => &[Stage::NotSent, Stage::Version],
        1 => &[Stage::LocalFederator],
        2 => &[Stage::LocalFederator, Stage::Discovery],
        3 | 4 => &[Stage::RemoteFederator, Stage::RemoteComponent],
        5 | 6 => &[Stage::RemoteComponent],
        _ => &[Stage::Answer, Stage::Version],
    };
    assert!(stages.contains(&error.stage()), "{error}");
    error
}

/// Holds what an end client is told against the row of a test.
#[track_caller]
pub(crate) fn failure_is_row(test: &str, failure: &Failure) -> &'static Row {
    let row = TABLE.iter().find(|row| row.test == Ok(test));
    let row = row.expect("a row of this test");
    let seen = (failure.code, &*failure.label);
    assert_eq!(seen, (row.status, row.label), "{}: {failure}", row.cause);
    assert!(says(row.message, &failure.message), "{failure}");
    let inner = failure.inner.as_ref();
    let inner = inner.map(|inner| (inner.code, inner.label.to_string()));
    let wanted = row.inner.map(|(code, label)| (code, label.to_owned()));
    assert_eq!(inner, wanted, "{failure}");
    assert_eq!(failure.data.is_some(), row.data, "{failure}");
    if let Some(data) = &failure.data {
        // As the client knows it: the backend domain, and a path without a component (§8.4).
        assert!(data.domain.as_str().starts_with("b.example."), "{data:?}");
        assert!(data.path.starts_with("/federation/"), "{data:?}");
        assert_eq!(data.path.matches('/').count(), 2, "{data:?}");
    }
    row
}

fn says(wanted: &str, message: &str) -> bool {
    match wanted.strip_suffix('…') {
        Some(beginning) => message.starts_with(beginning) && message.len() > beginning.len(),
        None => message == wanted,
    }
}
