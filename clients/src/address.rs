//! Where requests go.

use std::fmt;

use federation_api::{Call, Failure, Kind, Rpc, Version, headers};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::error::{CallError, Stage};
use crate::negotiation::API_VERSION;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const ACCEPT_JSON: HeaderValue =
    HeaderValue::from_static("application/json;charset=utf-8,application/json");
const ACCEPT_BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
const ACCEPT_UNSAID: HeaderValue = HeaderValue::from_static("");

// Made once: a name that is given as text is checked and hashed byte by byte in every request.
static API_VERSION_HEADER: HeaderName = HeaderName::from_static(headers::API_VERSION);
static ORIGIN_DOMAIN: HeaderName = HeaderName::from_static(headers::ORIGIN_DOMAIN);
static ORIGIN_REQUEST_ID: HeaderName = HeaderName::from_static(headers::ORIGIN_REQUEST_ID);
static REQUEST_ID: HeaderName = HeaderName::from_static(headers::REQUEST_ID);

/// Room for the headers of a request, so that the map does not have to grow.
const HEADERS: usize = 8;

/// Where requests go: to the local federator, which finds the target, or straight to a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    scheme: Scheme,
    authority: Authority,
    route: Route,
}

/// What is called there: the names of a declared RPC, or of one that only the caller knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Callee<'a> {
    pub(crate) component: &'a str,
    pub(crate) name: &'a str,
    pub(crate) kind: Kind,
}

impl<'a> From<&'a Rpc> for Callee<'a> {
    fn from(rpc: &'a Rpc) -> Self {
        Self {
            component: rpc.component,
            name: rpc.name,
            kind: rpc.kind,
        }
    }
}

impl fmt::Display for Callee<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.component, self.name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/rpc/<domain>/<component>/<rpc>`
    Federator,
    /// `/federation/<rpc>`
    Direct,
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no address to send requests to; write http://host:port, without a path (for https, set up \
     a client of your own and use `Address::with_tls`)"
)]
pub struct AddressError(String);

impl Address {
    /// The local federator at this base URL, such as `http://127.0.0.1:8097`.
    ///
    /// # Errors
    ///
    /// [`AddressError`] if it is not a scheme and a host, with or without a port.
    pub fn via_federator(url: &str) -> Result<Self, AddressError> {
        Self::parse(url, Route::Federator)
    }

    /// A component at this base URL, such as `http://127.0.0.1:8082`.
    ///
    /// # Errors
    ///
    /// [`AddressError`] if it is not a scheme and a host, with or without a port.
    pub fn direct(url: &str) -> Result<Self, AddressError> {
        Self::parse(url, Route::Direct)
    }

    /// A component in this process, for [`InProcess`](crate::InProcess): nothing looks at the host.
    #[must_use]
    pub fn in_process() -> Self {
        Self {
            scheme: Scheme::HTTP,
            authority: Authority::from_static("in-process"),
            route: Route::Direct,
        }
    }

    fn parse(url: &str, route: Route) -> Result<Self, AddressError> {
        let refused = || AddressError(url.to_owned());
        let parts = url.parse::<Uri>().map_err(|_| refused())?.into_parts();
        let bare = parts.path_and_query.is_none_or(|path| path == "/");
        match (parts.scheme, parts.authority) {
            (Some(scheme), Some(authority)) if bare && scheme == Scheme::HTTP => Ok(Self {
                scheme,
                authority,
                route,
            }),
            _ => Err(refused()),
        }
    }

    /// The same address over TLS: for [`HttpTransport::from_client`](crate::HttpTransport::from_client)
    /// with a client that was built with TLS.
    #[must_use]
    pub fn with_tls(self) -> Self {
        Self {
            scheme: Scheme::HTTPS,
            ..self
        }
    }

    pub(crate) fn route(&self) -> Route {
        self.route
    }

    /// The request of a call, in the version that was negotiated (`transport.md` §3.3, §6.1).
    pub(crate) fn request<B>(
        &self,
        rpc: Callee<'_>,
        call: &Call,
        version: Version,
        body: B,
    ) -> Result<http::Request<B>, CallError> {
        let path = match self.route {
            Route::Federator => {
                let target = call.target().as_str();
                ["/rpc/", target, "/", rpc.component, "/", rpc.name].concat()
            }
            Route::Direct => ["/federation/", rpc.name].concat(),
        };
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path);
        let uri = uri.build().map_err(unsendable)?;

        let negotiates = rpc.component == API_VERSION.component && rpc.name == API_VERSION.name;
        let accept = match rpc.kind {
            Kind::ByteStream => ACCEPT_BYTES,
            _ if negotiates => ACCEPT_UNSAID,
            _ => ACCEPT_JSON,
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        *request.headers_mut() = HeaderMap::with_capacity(HEADERS);
        let head = request.headers_mut();
        head.insert(ACCEPT, accept);
        head.insert(&ORIGIN_DOMAIN, value(call.origin().as_str())?);
        head.insert(&ORIGIN_REQUEST_ID, value(call.request_id().as_str())?);
        if rpc.kind != Kind::ByteStream && !negotiates {
            head.insert(
                &API_VERSION_HEADER,
                HeaderValue::from(u16::from(version.number())),
            );
        }
        if self.route == Route::Direct {
            // What a federator adds on the last hop.
            head.insert(CONTENT_TYPE, JSON);
            head.insert(&REQUEST_ID, value(call.request_id().as_str())?);
        }
        Ok(request)
    }
}

fn value(text: &str) -> Result<HeaderValue, CallError> {
    HeaderValue::from_str(text).map_err(unsendable)
}

fn unsendable(error: impl std::error::Error + Send + Sync + 'static) -> CallError {
    CallError::new(
        Stage::NotSent,
        Failure::new(
            500,
            "internal-error",
            format!("the request cannot be sent: {error}"),
        ),
    )
    .caused_by(error)
}
