//! Why a call failed: at which stage, and what the caller's own clients are to be told.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use federation_api::{Call, Failure, NoCommonVersion, Rpc, json};

/// Where on the way a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Here, before anything was sent: the RPC does not exist in the negotiated version, or the time
    /// for the call was over.
    NotSent,
    /// The local federator could not be reached, refused the call or failed.
    LocalFederator,
    /// The remote backend could not be found in the DNS.
    Discovery,
    /// The remote federator could not be reached, or it refused the call.
    RemoteFederator,
    /// The remote component failed or refused the call.
    RemoteComponent,
    /// The remote component answered something that cannot be understood.
    Answer,
    /// The two backends have no version in common, or the RPC is not in it.
    Version,
}

/// `local federator`, `discovery`: for people.
impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "not sent",
            Self::LocalFederator => "local federator",
            Self::Discovery => "discovery",
            Self::RemoteFederator => "remote federator",
            Self::RemoteComponent => "remote component",
            Self::Answer => "answer",
            Self::Version => "version",
        })
    }
}

/// A call that failed.
///
/// [`failure`](CallError::failure) is what the end client is to be told: it has exactly the status
/// and label that the protocol gives to this case (`transport.md` §8.5), with the remote backend's own
/// error as `inner` where there is one. [`stage`](CallError::stage) says where it happened,
/// [`is_retryable`](CallError::is_retryable) whether trying again can help.
#[derive(Debug, Clone)]
pub struct CallError {
    stage: Stage,
    failure: Box<Failure>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl CallError {
    pub(crate) fn new(stage: Stage, failure: Failure) -> Self {
        Self {
            stage,
            failure: Box::new(failure),
            source: None,
        }
    }

    pub(crate) fn caused_by(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into().into()),
            ..self
        }
    }

    /// Where it happened.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// What the end client is to be told.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        &self.failure
    }

    /// The status that the end client gets, among them the non-standard 521, 525 and 533.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.failure.code
    }

    /// The label that the end client gets.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.failure.label
    }

    /// Whether the same call can succeed later without anybody changing anything.
    ///
    /// Not whether it is safe to repeat: that is a property of the RPC.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.label() {
            // Nobody there, or a connection that broke.
            "federation-not-available"
            | "federation-connection-refused"
            | "federation-http2-error" => true,
            // Our own federator: a 403 is a fault of ours and stays one, anything else passes.
            "federation-local-error" => self.source.is_some(),
            // Name servers fail and recover; a missing record is an answer.
            "discovery-failure" => true,
            // What the remote side says of itself: overload and outages pass, refusals do not.
            "federation-remote-error" => self
                .failure
                .inner
                .as_ref()
                .is_some_and(|inner| matches!(inner.code, 408 | 429 | 500 | 502 | 503 | 504)),
            "server-error" => true,
            // Something between us and the federator: overload and outages pass.
            "unknown-federation-error" => matches!(self.status(), 502..=504),
            _ => false,
        }
    }

    /// A call that was never made, for a reason of who would have made it.
    #[must_use]
    pub fn not_sent(failure: Failure, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Stage::NotSent, failure).caused_by(source)
    }

    /// The answer of a server that no longer speaks the version that was negotiated with it.
    pub(crate) fn suggests_other_version(&self) -> bool {
        // Cargohold and brig of existing backends say no more than 404; a handler of ours that answers
        // 404 has a label of its own.
        let missing = |failure: &Failure| {
            failure.code == 404 && matches!(&*failure.label, "no-endpoint" | "unknown-error")
        };
        self.stage == Stage::Answer || self.failure.inner.as_deref().is_some_and(missing)
    }

    pub(crate) fn wrong_version(rpc: &Rpc) -> Self {
        Self::new(
            Stage::Version,
            Failure::new(
                500,
                "internal-error",
                "Endpoint version mismatch in federation client",
            ),
        )
        .caused_by(format!(
            "the version negotiated with the target does not have {rpc}"
        ))
    }

    pub(crate) fn no_common_version(error: NoCommonVersion) -> Self {
        Self::new(
            Stage::Version,
            Failure::new(533, "federation-version-error", error.to_string()),
        )
    }

    pub(crate) fn no_version_info(error: CallError) -> Self {
        Self::new(
            Stage::Version,
            Failure::new(
                533,
                "federation-version-error",
                "Remote federator returned invalid version information",
            ),
        )
        .caused_by(error)
    }

    /// The task of a negotiation ended without a result: the runtime is shutting down.
    pub(crate) fn negotiation_lost(error: tokio::task::JoinError) -> Self {
        Self::new(
            Stage::NotSent,
            Failure::new(500, "internal-error", "the version negotiation was stopped"),
        )
        .caused_by(error)
    }

    pub(crate) fn not_convertible(reason: &impl fmt::Display) -> Self {
        Self::new(
            Stage::Version,
            Failure::new(
                533,
                "federation-version-error",
                format!("Version negotiation failed: the remote backend is too old: {reason}"),
            ),
        )
    }

    pub(crate) fn unencodable(error: serde_json::Error) -> Self {
        Self::new(
            Stage::NotSent,
            Failure::new(
                500,
                "internal-error",
                format!("the request has no JSON form: {error}"),
            ),
        )
        .caused_by(error)
    }

    pub(crate) fn undecodable(error: json::DecodeError) -> Self {
        Self::new(
            Stage::Answer,
            Failure::new(
                533,
                "federation-invalid-body",
                format!("Could not parse remote federator response: {error}"),
            ),
        )
        .caused_by(error)
    }

    pub(crate) fn too_late(call: &Call, stage: Stage) -> Self {
        Self::new(
            stage,
            Failure::new(
                500,
                "federation-not-available",
                format!(
                    "no answer of {} before the deadline of the call",
                    call.target()
                ),
            ),
        )
    }
}

/// What went wrong and where: `local federator: 500 federation-not-available: …`.
impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.stage, self.failure)?;
        let mut inner = self.failure.inner.as_deref();
        while let Some(failure) = inner {
            write!(f, ": {failure}")?;
            inner = failure.inner.as_deref();
        }
        Ok(())
    }
}

impl Error for CallError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // Inner failures are no source: they are in the text already.
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}

/// For a component that passes a failed call on to its own clients.
impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        *error.failure
    }
}

/// An error that a remote component gave, as a mock or a test makes it: wrapped as the remote error
/// that a caller would see.
impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        Self::new(
            Stage::RemoteComponent,
            crate::answer::remote_error(failure.code).with_inner(failure),
        )
    }
}
