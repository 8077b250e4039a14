//! Inward: from other backends to the components of this one.
//!
//! Source: `transport.md` §5, §6, §8.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use federation_api::{Component, Domain, Failure, RequestId, headers, json};
use federation_net::Crowd;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tracing::Instrument;

use crate::answer::{Answer, Body, failure_response, full, with_status};
use crate::body::{Bodies, beginning};
use crate::certificate_header;
use crate::certificate_names::CertificateNames;
use crate::config::Config;
use crate::discovery::CachedDiscovery;
use crate::hop_headers::{self, REQUEST_ID};
use crate::listener::{Peer, PeerCertificate, Service};
use crate::local::Local;
use crate::metrics::Meters;
use crate::operations::Operations;
use crate::origin_ip;
use crate::path::InwardRoute;
use crate::policy::PolicySource;
use crate::relay::relay;
use crate::rpc_name::RpcName;
use crate::single_header::single;

static ORIGIN_DOMAIN: HeaderName = HeaderName::from_static(headers::ORIGIN_DOMAIN);
static ORIGIN_IP: HeaderName = HeaderName::from_static(headers::ORIGIN_IP);
static API_VERSION: HeaderName = HeaderName::from_static(headers::API_VERSION);

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Takes requests of other backends to the components of this one.
#[derive(Debug)]
pub(crate) struct Inward {
    pub(crate) policy: Arc<PolicySource>,
    pub(crate) discovery: Arc<CachedDiscovery>,
    pub(crate) local: Local,
    pub(crate) operations: Operations,
    pub(crate) meters: Arc<Meters>,
    pub(crate) bodies: Bodies,
    pub(crate) places: Semaphore,
    /// For those of whom nobody knows yet whose they are: a part of the places.
    pub(crate) unknown: Semaphore,
    pub(crate) origins: Crowd,
    pub(crate) components: Components,
    pub(crate) config: Arc<Config>,
}

/// Places for requests under way to each component.
#[derive(Debug)]
pub(crate) struct Components([Arc<Semaphore>; 3]);

impl Components {
    pub(crate) fn new(each: usize) -> Self {
        let each = each.clamp(1, Semaphore::MAX_PERMITS);
        Self([(); 3].map(|()| Arc::new(Semaphore::new(each))))
    }

    async fn enter(&self, component: Component) -> Option<OwnedSemaphorePermit> {
        let [brig, galley, cargohold] = &self.0;
        let places = match component {
            Component::Brig => brig,
            Component::Galley => galley,
            Component::Cargohold => cargohold,
        };
        // Never closed, so there always comes a place.
        Arc::clone(places).acquire_owned().await.ok()
    }
}

impl Service for Inward {
    async fn answer(&self, peer: &Peer, request: Request<Incoming>) -> Response<Body> {
        let begun = Instant::now();
        let (head, body) = request.into_parts();
        let method = head.method.clone();
        if let PeerCertificate::Unusable(reason) = &peer.certificate {
            tracing::warn!(peer = %peer.address, %reason, "no usable client certificate");
            let response = without_certificate();
            self.meters
                .answered("none", &method, response.status(), begun);
            return response;
        }
        let (handler, answered) = match InwardRoute::of(&method, &head.uri, head.version) {
            Err(answer) => ("unknown", Err(answer)),
            // Operators are not on the other side of a mutual TLS connection; they ask Outward.
            Ok(InwardRoute::Operation(_)) if peer.certificate.is_of_tls() => {
                ("unknown", Err(Answer::NotFound))
            }
            Ok(InwardRoute::Operation(operation)) => {
                // In a box, as is all that is rare: every request has room for what is not.
                let response = Box::pin(self.operations.answer(operation)).await;
                (operation.template(), Ok(response))
            }
            Ok(InwardRoute::Rpc(component, rpc)) => {
                let answered = self.forward(peer, head, body, component, &rpc).await;
                ("/federation/:component/:rpc", Ok(answered))
            }
        };
        let response = answered.unwrap_or_else(Answer::into_response);
        self.meters
            .answered(handler, &method, response.status(), begun);
        response
    }
}

impl Inward {
    async fn forward(
        &self,
        peer: &Peer,
        head: Parts,
        body: Incoming,
        component: Component,
        rpc: &RpcName,
    ) -> Response<Body> {
        let id = hop_headers::request_id(&head.headers);
        let span = tracing::info_span!(
            "federator_inward", %component, %rpc, request_id = %id,
            origin = tracing::field::Empty,
        );
        let forwarded = self.forward_in_order(peer, head, body, component, rpc, &id);
        let answered = async { forwarded.await.unwrap_or_else(Answer::into_response) };
        answered.instrument(span).await
    }

    /// The steps, in the order of `transport.md` §5.4.
    async fn forward_in_order(
        &self,
        peer: &Peer,
        head: Parts,
        body: Incoming,
        component: Component,
        rpc: &RpcName,
        id: &RequestId,
    ) -> Result<Response<Body>, Answer> {
        let origin = claimed_origin(&head.headers)?;
        tracing::Span::current().record("origin", tracing::field::display(&origin));
        let names = match &peer.certificate {
            PeerCertificate::InHeader => &certificate_header::names(&head.headers)?,
            PeerCertificate::Verified(names) => names,
            PeerCertificate::Unusable(reason) => return Err(Answer::internal(reason)),
        };
        self.meters.incoming(&origin);
        if head.method != Method::POST || head.uri.query().is_some() {
            return Err(Answer::invalid_endpoint());
        }
        let full = |_| Answer::overloaded("Too many requests are under way");
        let _place = self.places.try_acquire().map_err(full)?;
        let unknown = self.unknown.try_acquire().map_err(full)?;
        self.policy.check(&origin, id).await?;
        self.authenticate(&origin, names).await?;
        drop(unknown);
        let member = self.origins.enter(&origin);
        let member = member.ok_or_else(|| Answer::too_many_of(&origin))?;
        let body = self.bodies.collect(body).await?;

        let mut request = Request::new(Full::new(body.bytes.clone()));
        *request.method_mut() = Method::POST;
        *request.headers_mut() = component_headers(peer, &head.headers, &origin, id)?;
        let path = format!("/federation/{rpc}");
        let sent = async {
            let place = self.components.enter(component).await;
            let endpoint = self.config.component(component);
            let response = self.local.send(endpoint, &path, request).await;
            response.map(|response| (response, place))
        };
        let time = self.config.limits.component_time;
        let sent = timeout(time, sent).await.map_err(|_| {
            Answer::internal(format!("{component} gave no response within {time:?}"))
        })?;
        let (response, place) = sent.map_err(Answer::internal)?;
        drop(body);
        self.pass_on(response, (member, place)).await
    }

    /// The certificate must name one of the targets of the domain that the caller claims.
    async fn authenticate(&self, origin: &Domain, names: &CertificateNames) -> Result<(), Answer> {
        let targets = self.discovery.targets(origin).await;
        let targets = targets.map_err(|error| error.failure(origin))?;
        if targets.iter().any(|target| names.matches(&target.host)) {
            return Ok(());
        }
        let mismatches = targets
            .iter()
            .map(|target| format!("[NameMismatch {:?}]", target.name()));
        let mismatches: Vec<String> = mismatches.collect();
        let message = format!(
            "none of the domain names match the certificate, errors: [{}]",
            mismatches.join(",")
        );
        Err(Failure::new(403, "authentication-failure", message).into())
    }

    /// Status, content type and body; from 500 on, the error body of the protocol.
    /// `held` is kept until the body has been passed on.
    async fn pass_on(
        &self,
        response: Response<Incoming>,
        held: impl Any + Send,
    ) -> Result<Response<Body>, Answer> {
        let (mut head, body) = response.into_parts();
        let limits = &self.config.limits;
        if head.status.as_u16() >= 500 {
            let body = beginning(body, limits.error_body, limits.idle_stream).await;
            return Ok(failure_response(rewritten(head.status, &body)));
        }
        let body = relay(body, limits.idle_stream, held).await;
        let body = body.map_err(|broken| Answer::internal(broken.0))?;
        let mut response = with_status(head.status, body);
        if let Some(content_type) = head.headers.remove(CONTENT_TYPE) {
            response.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        Ok(response)
    }
}

/// The error of a component: its own if it gave one, else one made of what it gave
/// (`transport.md` §8.2).
fn rewritten(status: StatusCode, body: &[u8]) -> Failure {
    let failure: Failure = json::decode(body).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(body).into_owned();
        Failure::new(status.as_u16(), "server-error", text)
    });
    tracing::warn!(%status, code = failure.code, label = %failure.label, "{}", failure.message);
    if (400..1000).contains(&failure.code) {
        failure
    } else {
        // An error must not become a success on its way.
        Failure {
            code: status.as_u16(),
            ..failure
        }
    }
}

fn claimed_origin(headers: &HeaderMap) -> Result<Domain, Answer> {
    let text = single(headers, &ORIGIN_DOMAIN, "Wire-Origin-Domain")?;
    text.trim().parse().map_err(|error| {
        Answer::Text(format!(
            "Error parsing header Wire-Origin-Domain failed: {error}"
        ))
    })
}

/// What the component is told; everything else that the caller sent is dropped.
fn component_headers(
    peer: &Peer,
    received: &HeaderMap,
    origin: &Domain,
    id: &RequestId,
) -> Result<HeaderMap, Answer> {
    let mut headers = HeaderMap::with_capacity(5);
    headers.insert(CONTENT_TYPE, JSON);
    let origin = HeaderValue::from_str(origin.as_str()).map_err(Answer::internal)?;
    headers.insert(&ORIGIN_DOMAIN, origin);
    headers.insert(&REQUEST_ID, hop_headers::id_value(id));
    if let Some(version) = received.get(&API_VERSION) {
        headers.insert(&API_VERSION, version.clone());
    }
    // Without an ingress there is nobody but the caller itself who could have noted an address.
    let ip = if peer.certificate.is_of_tls() {
        Some(peer.address.ip().to_canonical())
    } else {
        origin_ip::of(received)
    };
    if let Some(ip) = ip {
        let ip = HeaderValue::from_str(&ip.to_string()).map_err(Answer::internal)?;
        headers.insert(&ORIGIN_IP, ip);
    }
    Ok(headers)
}

/// What an ingress says to a client without a good certificate: a page, no error body of the protocol.
fn without_certificate() -> Response<Body> {
    let page = "<html><head><title>400 No usable SSL certificate was sent</title></head></html>\n";
    let mut response = with_status(StatusCode::BAD_REQUEST, full(page));
    let html = HeaderValue::from_static("text/html");
    response.headers_mut().insert(CONTENT_TYPE, html);
    response
}
