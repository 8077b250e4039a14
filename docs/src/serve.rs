//! The pages on a socket, and calls passed on to a backend.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use federation_api::Domain;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use thiserror::Error;

use crate::guard;
use crate::site::{Site, SiteError};

/// What a call that is tried may take.
const LARGEST_REQUEST: usize = 1 << 20;
const LARGEST_ANSWER: usize = 16 << 20;
const LONGEST_CALL: Duration = Duration::from_secs(30);

/// What is passed on of a call; the rest of what a browser says is not for a backend.
const PASSED_ON: [&str; 7] = [
    "accept",
    "content-type",
    "request-id",
    "wire-origin-domain",
    "wire-origin-ip",
    "wire-origin-request-id",
    "x-wire-api-version",
];
const PASSED_BACK: [&str; 2] = ["content-type", "wire-remote-ip"];

/// Where calls go that a reader tries.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The address of a backend's component or of a reference backend, `http://127.0.0.1:8082`. None: nothing can be
    /// tried.
    pub backend: Option<String>,
    /// The domain that the form of a call names as the caller.
    pub origin: Option<Domain>,
}

/// The pages cannot be served.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The pages cannot be put together.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The address is none of a server.
    #[error("`{0}` is not the address of a backend; write it like http://127.0.0.1:8082")]
    Backend(String),
    /// No client can be made.
    #[error("no call can be passed on: {0}")]
    Client(reqwest::Error),
}

/// A router for the pages under `/`, and for calls under `/try/federation/<rpc>`.
///
/// Only requests whose `Host` is this machine (`localhost`, `127.0.0.1`, `[::1]`) are answered; others get 421, so that
/// a name elsewhere that is made to lead here (DNS rebinding) reaches nothing. A call is passed on only from a page
/// of this server: not with another `Origin` (403), and not without the header `Wire-Origin-Domain`, which a page of
/// another server cannot send.
///
/// # Errors
///
/// [`SettingsError`] where the backend's address is none.
pub fn serve(settings: &Settings) -> Result<Router, SettingsError> {
    let trial = match &settings.backend {
        Some(backend) => {
            let origin = settings.origin.as_ref().map(Domain::as_str);
            json!({"backend": backend, "origin": origin})
        }
        None => Value::Null,
    };
    let site = Arc::new(Site::with_trial(&trial)?);
    let mut router = Router::new()
        .route("/", get(index))
        .route("/{*path}", get(file))
        .with_state(site);
    if let Some(backend) = &settings.backend {
        let trial = Arc::new(Trial::new(backend)?);
        let calls = Router::new()
            .route("/try/federation/{rpc}", post(call))
            .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
            .layer(from_fn(guard::of_this_origin))
            .with_state(trial);
        router = router.merge(calls);
    }
    Ok(router.layer(from_fn(guard::of_this_machine)))
}

async fn index(State(site): State<Arc<Site>>) -> Response {
    answer(&site, "")
}

async fn file(State(site): State<Arc<Site>>, Path(path): Path<String>) -> Response {
    answer(&site, &path)
}

fn answer(site: &Site, path: &str) -> Response {
    let Some(file) = site.get(path) else {
        return (StatusCode::NOT_FOUND, "There is no such page.\n").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, file.content_type),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, file.content.clone().into_owned()).into_response()
}

/// Passes calls on to one backend.
#[derive(Debug)]
struct Trial {
    client: reqwest::Client,
    backend: String,
}

impl Trial {
    fn new(backend: &str) -> Result<Self, SettingsError> {
        let wrong = || SettingsError::Backend(backend.to_owned());
        let address: http::Uri = backend.parse().map_err(|_| wrong())?;
        let is_plain = address.scheme_str() == Some("http") && address.query().is_none();
        if !is_plain || address.host().is_none() {
            return Err(wrong());
        }
        let client = reqwest::Client::builder()
            .timeout(LONGEST_CALL)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(SettingsError::Client)?;
        Ok(Self {
            client,
            backend: backend.trim_end_matches('/').to_owned(),
        })
    }

    async fn pass_on(
        &self,
        rpc: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response, String> {
        let answer = self
            .client
            .post(format!("{}/federation/{rpc}", self.backend))
            .headers(only(headers, &PASSED_ON))
            .body(body)
            .send()
            .await
            .map_err(|error| said(&error))?;
        let status = answer.status();
        let headers = only(answer.headers(), &PASSED_BACK);
        let body = to_bytes(Body::from_stream(answer.bytes_stream()), LARGEST_ANSWER)
            .await
            .map_err(|error| {
                format!("the answer (at most {LARGEST_ANSWER} bytes are shown): {error}")
            })?;
        Ok((status, headers, body).into_response())
    }
}

async fn call(
    State(trial): State<Arc<Trial>>,
    Path(rpc): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let is_name = !rpc.is_empty()
        && rpc
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_name || !headers.contains_key("wire-origin-domain") {
        let text = "A call needs the name of an RPC and the header Wire-Origin-Domain.\n";
        return (StatusCode::BAD_REQUEST, text).into_response();
    }
    match trial.pass_on(&rpc, &headers, body).await {
        Ok(response) => response,
        Err(reason) => {
            let text = format!("{} cannot be called: {reason}\n", trial.backend);
            (StatusCode::BAD_GATEWAY, text).into_response()
        }
    }
}

fn only(headers: &HeaderMap, names: &[&'static str]) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in names {
        let values: Vec<HeaderValue> = headers.get_all(*name).iter().cloned().collect();
        for value in values {
            kept.append(HeaderName::from_static(name), value);
        }
    }
    kept
}

/// An error with its causes.
fn said(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
