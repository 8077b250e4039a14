//! The error body of the protocol.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Domain;
use crate::record::record;

/// An error as it travels: the JSON body of every answer that is not a success.
///
/// `code` is the authority for the reader, not the HTTP status line. By convention of the API a
/// negative answer *of the domain* ("no such user") is a value inside a 200 response; an error is
/// what should not happen.
///
/// Source: `transport.md` §8.1.
///
/// ```
/// use federation_api::Failure;
///
/// let failure: Failure = serde_json::from_str(
///     r#"{"code": 404, "label": "no-endpoint", "message": "The requested endpoint does not exist"}"#,
/// )?;
/// assert_eq!(failure, Failure::no_endpoint());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "Error"))]
#[serde(remote = "Self")]
pub struct Failure {
    /// The HTTP status, 400 to 599, non-standard ones (521, 525, 533) included.
    #[serde(deserialize_with = "status")]
    #[cfg_attr(feature = "openapi", schemars(range(min = 100, max = 999)))]
    pub code: u16,
    /// What happened, for programs: one kebab-case word.
    pub label: Cow<'static, str>,
    /// What happened, for people.
    pub message: Cow<'static, str>,
    /// Where between the backends it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<FailureData>,
    /// The error that the remote backend gave, if this one only says that it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner: Option<Box<Failure>>,
}

record!(Failure);

/// Where between the backends an error happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "federation")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "ErrorData"))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct FailureData {
    /// The backend that was called.
    pub domain: Domain,
    /// The path that was called, such as `/federation/get-user-by-handle`.
    pub path: String,
}

record!(FailureData);

impl Failure {
    /// An error of this status. A `code` that is no error status (400 to 599) becomes 500.
    pub fn new(
        code: u16,
        label: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code: if (400..600).contains(&code) {
                code
            } else {
                500
            },
            label: label.into(),
            message: message.into(),
            data: None,
            inner: None,
        }
    }

    /// 404 `no-endpoint`: no such RPC, or not in the version of the call.
    #[must_use]
    pub fn no_endpoint() -> Self {
        Self::new(404, "no-endpoint", "The requested endpoint does not exist")
    }

    /// 400 `bad-request`: a header or the body is not what the RPC takes.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "bad-request", message)
    }

    /// `client-error` with the status that names the fault: the HTTP request itself is unusable.
    pub fn client_error(code: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(code, "client-error", message)
    }

    /// 500 `server-error`: a fault of the answering side. On the wire, and only there, the message is
    /// replaced by one that gives nothing away.
    pub fn server_error(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(500, "server-error", message)
    }

    /// 400 `mls-protocol-error`: the one error of the domain that is not a value of a response.
    pub fn mls_protocol_error(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "mls-protocol-error", message)
    }

    /// 404 `not-found`: the answer of `stream-asset` for an asset that the caller may not have.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(404, "not-found", message)
    }

    /// The same error, saying where between the backends it happened.
    #[must_use]
    pub fn with_data(self, domain: Domain, path: impl Into<String>) -> Self {
        Self {
            data: Some(FailureData {
                domain,
                path: path.into(),
            }),
            ..self
        }
    }

    /// The same error, with the one that caused it on the remote backend.
    #[must_use]
    pub fn with_inner(self, inner: Failure) -> Self {
        Self {
            inner: Some(Box::new(inner)),
            ..self
        }
    }
}

/// `404 no-endpoint: The requested endpoint does not exist`; inner errors are the sources.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.label, self.message)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner
            .as_deref()
            .map(|inner| inner as &(dyn std::error::Error + 'static))
    }
}

fn status<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let code: u16 = crate::integer::deserialize(deserializer)?;
    if (100..1000).contains(&code) {
        Ok(code)
    } else {
        Err(serde::de::Error::custom(format_args!(
            "`{code}` is no HTTP status, which has three digits"
        )))
    }
}

crate::scalar::arbitrary!(Failure, {
    let one = (400..600_u16, "[a-z]{1,8}(-[a-z]{1,8}){0,2}", ".{0,20}");
    let leaf =
        (one, any::<Option<FailureData>>()).prop_map(|((code, label, message), data)| Failure {
            code,
            label: label.into(),
            message: message.into(),
            data,
            inner: None,
        });
    leaf.prop_recursive(4, 4, 1, |inner| {
        (inner.clone(), inner).prop_map(|(outer, inner)| outer.with_inner(inner))
    })
});
