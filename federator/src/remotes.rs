//! Sending one request to another backend, at whichever of its targets can be reached.
//!
//! Source: `transport.md` §4, §10.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use federation_api::{Failure, headers};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, Version};
use tokio::time::timeout;

use crate::dial::micros;
use crate::discovery::{SrvTarget, in_order};
use crate::pool::{Lease, Place, Pool};
use crate::remote_error::{RemoteError, was_refused_unseen};
use crate::wire::Received;

static API_VERSION: HeaderName = HeaderName::from_static(headers::API_VERSION);

/// Sends requests to other backends.
#[derive(Debug)]
pub(crate) struct Remotes {
    pub(crate) pool: Pool,
    pub(crate) targets_tried: usize,
    pub(crate) response_time: Duration,
}

/// What is sent, wherever it goes.
pub(crate) struct Outgoing<'a> {
    pub(crate) path: &'a str,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A response, where it came from, and the place that it keeps.
pub(crate) struct Answered {
    pub(crate) response: Response<Received>,
    pub(crate) host: String,
    pub(crate) ip: IpAddr,
    pub(crate) place: Place,
}

impl Remotes {
    /// Sends a request to the first target, in the order of RFC 2782, with which a connection can be
    /// made. Once a request may have been seen it is not sent again.
    pub(crate) async fn send(
        &self,
        targets: &Arc<[SrvTarget]>,
        outgoing: &Outgoing<'_>,
    ) -> Result<Answered, Failure> {
        let mut ordered = in_order(targets.to_vec(), |most| fastrand::u32(0..=most));
        // Stable: what failed a moment ago keeps its order behind the others.
        if ordered.len() > 1 {
            ordered.sort_by_key(|target| self.pool.failed_lately(target));
        }
        let mut first = None;
        for target in ordered.iter().take(self.targets_tried.max(1)) {
            match self.send_to(target, outgoing).await {
                Ok(answered) => return Ok(answered),
                Err(Unsent::Fatal(error)) => {
                    return Err(error.failure(target.name(), outgoing.path));
                }
                Err(Unsent::NextTarget(error)) => {
                    first.get_or_insert_with(|| error.failure(target.name(), outgoing.path));
                }
            }
        }
        Err(first.unwrap_or_else(|| Failure::server_error("discovery found an empty list")))
    }

    async fn send_to(
        &self,
        target: &SrvTarget,
        outgoing: &Outgoing<'_>,
    ) -> Result<Answered, Unsent> {
        let mut again = true;
        loop {
            let lease = self.pool.lease(target).await.map_err(Unsent::NextTarget)?;
            let request = request(target, outgoing).map_err(Unsent::Fatal)?;
            let begun = Instant::now();
            let sending = lease.wire.send(request, outgoing.body.clone());
            let refused = match timeout(self.response_time, sending).await {
                Ok(Ok(response)) => {
                    tracing::debug!(
                        target: "federation_federator::answered",
                        host = target.name(), path = outgoing.path,
                        version = text(outgoing.headers.get(&API_VERSION)),
                        status = response.status().as_u16(), http = ?response.version(),
                        tls = lease.wire.tls, reused = lease.reused, micros = micros(begun),
                        "another backend answered"
                    );
                    return Ok(answered(target, response, lease));
                }
                Ok(Err(refused)) => refused,
                Err(_) => {
                    // The peer gives up on its component long before. Most likely nothing gets through
                    // any more: others are not to wait for that, too. Those who are under way go on.
                    lease.discard();
                    let time = self.response_time;
                    let message = format!("{} gave no response within {time:?}", target.name());
                    return Err(Unsent::Fatal(RemoteError::Http2(message)));
                }
            };
            // A kept connection may have ended just now. That is no fault of the request, which gets
            // another connection as long as nobody can have seen it.
            let unseen = refused.unsent || was_refused_unseen(&refused.error);
            let error = RemoteError::of_connection(&refused.error);
            tracing::debug!(host = target.name(), %error, unseen, "a request got no response");
            let reused = lease.reused;
            if lease.wire.is_closed() || unseen {
                lease.discard();
            }
            if !(unseen && reused && std::mem::take(&mut again)) {
                return Err(Unsent::Fatal(error));
            }
        }
    }
}

fn text(value: Option<&HeaderValue>) -> Option<&str> {
    value?.to_str().ok()
}

/// Why a request got no response.
enum Unsent {
    /// Nothing was sent; another target may do.
    NextTarget(RemoteError),
    /// It may have been seen.
    Fatal(RemoteError),
}

fn answered(target: &SrvTarget, response: Response<Received>, lease: Lease) -> Answered {
    Answered {
        response,
        host: target.name().to_owned(),
        ip: lease.wire.ip,
        place: lease.place,
    }
}

/// `:authority` is the target as the DNS gave it, without a port.
fn request(target: &SrvTarget, outgoing: &Outgoing<'_>) -> Result<Request<()>, RemoteError> {
    let unusable = |error: &dyn std::fmt::Display| {
        RemoteError::Connection(format!("{} cannot be called: {error}", target.host))
    };
    let authority: Authority = target.host.parse().map_err(|error| unusable(&error))?;
    let uri = Uri::builder()
        .scheme(Scheme::HTTPS)
        .authority(authority)
        .path_and_query(outgoing.path);
    let mut request = Request::new(());
    *request.uri_mut() = uri.build().map_err(|error| unusable(&error))?;
    *request.method_mut() = Method::POST;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = outgoing.headers.clone();
    Ok(request)
}
