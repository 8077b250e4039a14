//! A connection: where calls go, what carries them, and what was agreed with the targets.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use federation_api::{
    Audience, ByteStream, Call, EmptyResponse, Failure, Kind, Rpc, Unit, Version, VersionInfo,
    headers, json,
};
use futures_util::FutureExt;
use http::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Instrument;

use crate::address::{Address, AddressError, Callee, Route};
use crate::answer;
use crate::error::{CallError, Stage};
use crate::http_settings::HttpSettings;
use crate::http_transport::HttpTransport;
use crate::in_process::InProcess;
use crate::negotiation::{API_VERSION, Agreements};
use crate::observe;
use crate::options::{Options, Versions};
use crate::stream;
use crate::transport::{NotEnabled, ResponseBody, Transport};

/// Where calls go, what carries them, and what was agreed with the targets.
///
/// One connection serves calls to every backend and any number of clients. Cheap to clone; clones
/// share the transport and the agreed versions.
///
/// ```no_run
/// use federation_api::{Brig, Call, OfRecipient};
/// use federation_clients::{Connection, brig};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let connection = Connection::via_federator("http://127.0.0.1:8097")?;
/// let brig = brig::Client::new(connection);
/// let call = Call::new("a.example.com".parse()?, "b.example.com".parse()?);
/// let profile = brig.get_user_by_handle(&call, OfRecipient::new("mira".parse()?)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Connection(Arc<Inner>);

struct Inner {
    address: Address,
    transport: Box<dyn Transport>,
    options: Options,
    agreements: Agreements,
}

/// A connection that cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The address is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The HTTP client refused its settings.
    #[error("the HTTP client cannot be set up: {0}")]
    Http(#[from] reqwest::Error),
}

impl Connection {
    /// A connection through the local federator at this base URL, over HTTP/2 with prior knowledge.
    /// Versions are negotiated with each target.
    ///
    /// # Errors
    ///
    /// When the URL is no address or the HTTP client cannot be set up.
    pub fn via_federator(url: &str) -> Result<Self, SetupError> {
        let transport = HttpTransport::new(&HttpSettings::default())?;
        Ok(Self::new(
            Address::via_federator(url)?,
            transport,
            Options::default(),
        ))
    }

    /// A connection straight to a component at this base URL, over HTTP/2 with prior knowledge.
    /// Nothing is negotiated: calls are made in the newest version.
    ///
    /// # Errors
    ///
    /// When the URL is no address or the HTTP client cannot be set up.
    pub fn direct(url: &str) -> Result<Self, SetupError> {
        let transport = HttpTransport::new(&HttpSettings::default())?;
        let options = Options::default().versions(Versions::Fixed(Version::NEWEST));
        Ok(Self::new(Address::direct(url)?, transport, options))
    }

    /// The connection of a backend that does not federate: every call fails with 400
    /// `federation-not-enabled`.
    ///
    /// Source: `transport.md` §1.1, §8.5.
    #[must_use]
    pub fn not_enabled() -> Self {
        let options = Options::default().versions(Versions::Fixed(Version::NEWEST));
        Self::new(Address::in_process(), NotEnabled, options)
    }

    /// A connection to a service in this process, such as the router of a component. Nothing is
    /// negotiated: calls are made in the newest version.
    pub fn in_process<S>(service: S) -> Self
    where
        InProcess<S>: Transport,
    {
        let options = Options::default().versions(Versions::Fixed(Version::NEWEST));
        Self::new(Address::in_process(), InProcess::new(service), options)
    }

    /// A connection of these parts.
    pub fn new(address: Address, transport: impl Transport, options: Options) -> Self {
        Self(Arc::new(Inner {
            address,
            transport: Box::new(transport),
            options,
            agreements: Agreements::default(),
        }))
    }

    /// The version in which calls to the target of `call` are made.
    ///
    /// # Errors
    ///
    /// When the target cannot be asked, or the two backends have no version in common.
    pub async fn version(&self, call: &Call) -> Result<Version, CallError> {
        let (own, keep) = match &self.0.options.versions {
            Versions::Fixed(version) => return Ok(*version),
            Versions::Negotiate { own, keep } => (own, *keep),
        };
        let ask = || self.clone().negotiate(call.clone(), own.clone()).boxed();
        let agreed = self.0.agreements.version(call.target(), keep, ask);
        self.in_time(call, agreed).await
    }

    /// Asks the target, for all who wait for its answer: in its own time, not in that of the call
    /// that happened to be first.
    async fn negotiate(self, call: Call, own: Vec<Version>) -> Result<Version, CallError> {
        let timeout = self.0.options.timeout;
        let call = Call::new(call.origin().clone(), call.target().clone())
            .with_request_id(call.request_id().clone())
            .with_timeout(timeout);
        let info: VersionInfo = self
            .exchange(&API_VERSION, &call, Version::V0, &Unit)
            .await
            .map_err(|error| match error.stage() {
                Stage::Answer => CallError::no_version_info(error),
                _ => error,
            })?;
        info.negotiate(&own).map_err(CallError::no_common_version)
    }

    /// Whether the target speaks only versions older than those of `rpc`. For emitted code.
    ///
    /// # Errors
    ///
    /// As [`version`](Connection::version).
    pub async fn is_older(&self, rpc: &Rpc, call: &Call) -> Result<bool, CallError> {
        let begun = Instant::now();
        let version = self.version(call).await;
        if let Err(error) = &version {
            observe::answered(rpc, Some(error), begun);
        }
        Ok(version? < rpc.versions.first())
    }

    /// Makes a call, JSON in and JSON out. For emitted code.
    ///
    /// # Errors
    ///
    /// [`CallError`] says at which stage it failed.
    pub async fn call<Request, Response>(
        &self,
        rpc: &Rpc,
        call: &Call,
        request: &Request,
    ) -> Result<Response, CallError>
    where
        Request: Serialize + Sync + ?Sized,
        Response: DeserializeOwned,
    {
        let begun = Instant::now();
        let made = async {
            let version = self.version_for(rpc, call).await?;
            self.exchange(rpc, call, version, request).await
        };
        let answered = made.instrument(observe::span(rpc, call)).await;
        observe::answered(rpc, answered.as_ref().err(), begun);
        answered
    }

    /// Makes a call, JSON in and raw bytes out. For emitted code.
    ///
    /// # Errors
    ///
    /// [`CallError`] says at which stage it failed.
    pub async fn byte_stream<Request>(
        &self,
        rpc: &Rpc,
        call: &Call,
        request: &Request,
    ) -> Result<ByteStream, CallError>
    where
        Request: Serialize + Sync + ?Sized,
    {
        let begun = Instant::now();
        let made = async {
            // No version travels with a stream (`transport.md` §3.3), so there is none to agree on.
            let body = encode(Version::V0, request)?;
            let sent = self.send(rpc.into(), call, Version::V0, body);
            let (headers, body) = self.in_time(call, sent).await?;
            answer::check_content_type(&headers, "application/octet-stream")?;
            let remote_ip = headers.get(headers::REMOTE_IP);
            let remote_ip = remote_ip.and_then(|value| value.to_str().ok()?.parse().ok());
            let chunks = stream::chunks(body, self.0.options.idle_timeout);
            Ok(ByteStream::new(chunks).with_remote_ip(remote_ip))
        };
        let answered = made.instrument(observe::span(rpc, call)).await;
        observe::answered(rpc, answered.as_ref().err(), begun);
        answered
    }

    /// Makes a call with a body that was written before, in the version for which it was written.
    /// Nothing is negotiated and nothing looked at: the names may be of an RPC that this side does not
    /// know. For notifications that waited in a queue.
    ///
    /// # Errors
    ///
    /// [`CallError`] says at which stage it failed.
    pub async fn deliver(
        &self,
        component: &str,
        rpc: &str,
        call: &Call,
        version: Version,
        body: Bytes,
    ) -> Result<EmptyResponse, CallError> {
        let callee = Callee {
            component,
            name: rpc,
            kind: Kind::Notification,
        };
        let span = tracing::debug_span!("deliver", %callee, target = %call.target());
        let delivered = self.exchange_body(callee, call, version, body);
        let answer = self.in_time(call, delivered.instrument(span)).await?;
        json::decode(&answer).map_err(CallError::undecodable)
    }

    /// The version for this call. An RPC that the version does not have is not sent at all.
    async fn version_for(&self, rpc: &Rpc, call: &Call) -> Result<Version, CallError> {
        if rpc.component == API_VERSION.component && rpc.name == API_VERSION.name {
            return Ok(Version::V0);
        }
        let version = match &self.0.options.versions {
            Versions::Fixed(version) => *version,
            Versions::Negotiate { .. } => self.version(call).await?,
        };
        if rpc.versions.contains(version) {
            Ok(version)
        } else {
            Err(CallError::wrong_version(rpc))
        }
    }

    async fn exchange<Request, Response>(
        &self,
        rpc: &Rpc,
        call: &Call,
        version: Version,
        request: &Request,
    ) -> Result<Response, CallError>
    where
        Request: Serialize + Sync + ?Sized,
        Response: DeserializeOwned,
    {
        let answered = async {
            let body = encode(version, request)?;
            let body = self.exchange_body(rpc.into(), call, version, body).await?;
            let decoded = json::decode_noting(&body);
            observe::decoded(rpc, &decoded);
            let noted = decoded.map_err(CallError::undecodable)?;
            Ok(noted.value)
        };
        // One timer for all of it.
        let answered = self.in_time(call, answered).await;
        if let Err(error) = &answered
            && error.suggests_other_version()
        {
            self.0.agreements.forget(call.target());
        }
        answered
    }

    /// Sends a body and takes in the JSON that comes back.
    async fn exchange_body(
        &self,
        rpc: Callee<'_>,
        call: &Call,
        version: Version,
        body: Bytes,
    ) -> Result<Bytes, CallError> {
        let (headers, body) = self.send(rpc, call, version, body).await?;
        answer::check_content_type(&headers, "application/json")?;
        let limit = self.0.options.max_response;
        answer::collect(body, limit, self.0.address.route(), rpc, call).await
    }

    /// Sends a request and waits for the head of its response, which is a success.
    async fn send(
        &self,
        rpc: Callee<'_>,
        call: &Call,
        version: Version,
        body: Bytes,
    ) -> Result<(HeaderMap, ResponseBody), CallError> {
        let route = self.0.address.route();
        let request = self.0.address.request(rpc, call, version, body)?;
        let sent = self.0.transport.send(request).await;
        let response = sent.map_err(|error| answer::no_response(error, route, rpc, call))?;
        let (head, body) = response.into_parts();
        if head.status.is_success() {
            Ok((head.headers, body))
        } else {
            Err(answer::refused(head.status, body, route, rpc, call).await)
        }
    }

    /// Gives up when the time of the call is over: its own deadline, or that of the connection.
    async fn in_time<T>(
        &self,
        call: &Call,
        work: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        let time = match call.deadline() {
            Some(deadline) => deadline.saturating_duration_since(Instant::now()),
            None => self.0.options.timeout,
        };
        if time == Duration::ZERO {
            return Err(CallError::too_late(call, Stage::NotSent));
        }
        let stage = match self.0.address.route() {
            Route::Federator => Stage::LocalFederator,
            Route::Direct => Stage::RemoteComponent,
        };
        tokio::time::timeout(time, work)
            .await
            .unwrap_or_else(|_| Err(CallError::too_late(call, stage)))
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("address", &self.0.address)
            .field("options", &self.0.options)
            .field("agreements", &self.0.agreements)
            .finish_non_exhaustive()
    }
}

/// The body of a request for a target that speaks this version.
fn encode<Request>(version: Version, request: &Request) -> Result<Bytes, CallError>
where
    Request: Serialize + ?Sized,
{
    json::encode(request, Audience::speaking(version))
        .map(Bytes::from)
        .map_err(CallError::unencodable)
}

/// Converts a request or response between two variants of an RPC. For emitted code.
///
/// # Errors
///
/// [`Stage::Version`] if this value has no form in the other variant.
pub fn convert<From, To>(rpc: &Rpc, value: From) -> Result<To, CallError>
where
    From: TryInto<To>,
    From::Error: fmt::Display,
{
    value.try_into().map_err(|reason| {
        tracing::debug!(%rpc, %reason, "no form in the other variant");
        CallError::not_convertible(&reason)
    })
}

/// The error of a call that a mock has no answer for.
pub(crate) fn unanswered(rpc: &Rpc) -> CallError {
    CallError::new(
        Stage::RemoteComponent,
        Failure::server_error(format!(
            "the mock has no answer for {rpc}; give it one with `mock.<method>.answers(…)`"
        )),
    )
}
