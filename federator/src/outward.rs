//! Outward: from the components of this backend to other backends.
//!
//! Source: `transport.md` §3, §4, §8.

use std::sync::Arc;
use std::time::{Duration, Instant};

use federation_api::{Component, Domain, Failure, RequestId, headers, json};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response};
use hyper::body::Incoming;
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::answer::{Answer, Body};
use crate::body::{Bodies, beginning};
use crate::discovery::CachedDiscovery;
use crate::hop_headers::{self, ORIGIN_REQUEST_ID, REQUEST_ID};
use crate::limits::Limits;
use crate::listener::{Peer, Service};
use crate::metrics::Meters;
use crate::operations::Operations;
use crate::path::OutwardRoute;
use crate::policy::PolicySource;
use crate::relay::relay;
use crate::remote_error::{RemoteError, at};
use crate::remotes::{Answered, Outgoing, Remotes};
use crate::rpc_name::RpcName;

static REMOTE_IP: HeaderName = HeaderName::from_static(headers::REMOTE_IP);

/// Takes requests of the components of this backend to other backends.
#[derive(Debug)]
pub(crate) struct Outward {
    pub(crate) policy: Arc<PolicySource>,
    pub(crate) discovery: Arc<CachedDiscovery>,
    pub(crate) remotes: Remotes,
    pub(crate) operations: Operations,
    pub(crate) meters: Arc<Meters>,
    pub(crate) bodies: Bodies,
    pub(crate) places: Semaphore,
    pub(crate) limits: Limits,
}

impl Service for Outward {
    async fn answer(&self, _: &Peer, request: Request<Incoming>) -> Response<Body> {
        let begun = Instant::now();
        let (head, body) = request.into_parts();
        let method = head.method.clone();
        let (handler, answered) = match OutwardRoute::of(&method, &head.uri, head.version) {
            Err(answer) => ("unknown", Err(answer)),
            Ok(OutwardRoute::Operation(operation)) => {
                // In a box, as is all that is rare: every request has room for what is not.
                let response = Box::pin(self.operations.answer(operation)).await;
                (operation.template(), Ok(response))
            }
            Ok(OutwardRoute::Rpc(domain, component, rpc)) => {
                let answered = self.forward(head, body, &domain, component, &rpc).await;
                ("/rpc/:domain/:component/:rpc", answered)
            }
        };
        let response = answered.unwrap_or_else(Answer::into_response);
        self.meters
            .answered(handler, &method, response.status(), begun);
        response
    }
}

impl Outward {
    async fn forward(
        &self,
        head: Parts,
        body: Incoming,
        domain: &Domain,
        component: Component,
        rpc: &RpcName,
    ) -> Result<Response<Body>, Answer> {
        let id = hop_headers::request_id(&head.headers);
        let span = tracing::info_span!(
            "federator_outward", target = %domain, %component, %rpc, request_id = %id,
            // As the component says.
            origin = head.headers.get(headers::ORIGIN_DOMAIN).and_then(|value| value.to_str().ok()),
        );
        let forwarded = self.forward_in_order(head, body, domain, component, rpc, &id);
        let answered = async {
            // Made a response inside the span, so that the log line has the request id.
            forwarded.await.unwrap_or_else(Answer::into_response)
        };
        Ok(answered.instrument(span).await)
    }

    /// The steps, in the order of `transport.md` §3.5.
    async fn forward_in_order(
        &self,
        head: Parts,
        body: Incoming,
        domain: &Domain,
        component: Component,
        rpc: &RpcName,
        id: &RequestId,
    ) -> Result<Response<Body>, Answer> {
        if head.method != Method::POST || head.uri.query().is_some() {
            return Err(Answer::invalid_endpoint());
        }
        let _place = self.places.try_acquire();
        let _place = _place.map_err(|_| Answer::overloaded("Too many requests are under way"))?;
        self.policy.check(domain, id).await?;
        self.meters.outgoing(domain);
        let targets = self.discovery.targets(domain).await;
        let targets = targets.map_err(|error| error.failure(domain))?;
        let body = self.bodies.collect(body).await?;
        log_body(&body.bytes);
        let path = format!("/federation/{component}/{rpc}");
        let outgoing = Outgoing {
            path: &path,
            headers: request_headers(head, id),
            body: body.bytes.clone(),
        };
        let answered = self.remotes.send(&targets, &outgoing).await?;
        drop(body);
        if answered.response.status().is_success() {
            self.pass_on(answered, &path).await
        } else {
            Err(Box::pin(self.refused(answered, &path)).await.into())
        }
    }

    async fn pass_on(&self, answered: Answered, path: &str) -> Result<Response<Body>, Answer> {
        let (mut head, body) = answered.response.into_parts();
        let body = relay(body, self.limits.idle_stream, answered.place).await;
        let body =
            body.map_err(|broken| RemoteError::Http2(broken.0).failure(&answered.host, path))?;
        hop_headers::drop_connection_headers(&mut head.headers);
        // Readers take the first one, so the remote side must not have a say in it.
        let ip = HeaderValue::from_str(&answered.ip.to_string()).map_err(Answer::internal)?;
        head.headers.insert(&REMOTE_IP, ip);
        let mut response = Response::new(body);
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        Ok(response)
    }

    /// 533 `federation-remote-error`, with what the remote side said as `inner`.
    async fn refused(&self, answered: Answered, path: &str) -> Failure {
        let status = answered.response.status().as_u16();
        let time: Duration = self.limits.idle_stream;
        let body = beginning(answered.response.into_body(), self.limits.error_body, time).await;
        let inner = json::decode(&body).unwrap_or_else(|_| Failure {
            code: status,
            label: "unknown-error".into(),
            message: String::from_utf8_lossy(&body).into_owned().into(),
            data: None,
            inner: None,
        });
        let message = format!("A remote federator failed with status code: {status}");
        let failure = Failure::new(533, "federation-remote-error", message).with_inner(inner);
        at(failure, &answered.host, path)
    }
}

/// As much of a request body as is logged.
const MOST_LOGGED: usize = 4096;

/// `transport.md` §18.4. Debug: line breaks in it are no line breaks of the log.
fn log_body(body: &[u8]) {
    let logged = &body[..body.len().min(MOST_LOGGED)];
    tracing::debug!(bytes = body.len(), body = ?String::from_utf8_lossy(logged), "request body");
}

/// Every header of the component except `Host`; the id of the request under both its names.
fn request_headers(head: Parts, id: &RequestId) -> http::HeaderMap {
    let mut headers = head.headers;
    hop_headers::drop_request_headers(&mut headers);
    let id = hop_headers::id_value(id);
    headers.insert(&ORIGIN_REQUEST_ID, id.clone());
    headers.insert(&REQUEST_ID, id);
    headers
}
