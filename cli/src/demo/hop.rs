//! What really happened between the parts of the two backends.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use federation_api::Domain;

/// The most hops that wait to be told of; the demonstration makes some hundreds.
const MOST: usize = 10_000;

/// What kind of part it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Brig,
    Galley,
    Cargohold,
    Outward,
    Inward,
    Dns,
}

/// A part of a backend, or the DNS, which belongs to none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) role: Role,
    pub(crate) domain: Option<Domain>,
}

impl Place {
    pub(crate) fn at(role: Role, domain: &Domain) -> Self {
        Self {
            role,
            domain: Some(domain.clone()),
        }
    }

    pub(crate) fn dns() -> Self {
        Self {
            role: Role::Dns,
            domain: None,
        }
    }

    /// With the first label of the domain only: `brig@a`.
    pub(crate) fn short(&self) -> String {
        let domain = self.domain.as_ref().map(Domain::as_str);
        match domain.and_then(|domain| domain.split('.').next()) {
            Some(label) => format!("{}@{label}", self.role),
            None => self.role.to_string(),
        }
    }
}

/// Between which parts a hop is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A request of a component to its Outward.
    ToOutward,
    /// A question to the DNS.
    Dns,
    /// A TLS handshake of Outward with Inward of another backend.
    Tls,
    /// A request of Outward to Inward of another backend.
    Between,
    /// A request of Inward to its component.
    ToComponent,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A response with this status.
    Status(u16),
    /// What the DNS answered, or what was agreed in a handshake.
    Said(String),
    /// Nothing, for this reason.
    Nothing(String),
}

/// Something that was sent, and what came back.
#[derive(Debug, Clone)]
pub(crate) struct Hop {
    pub(crate) kind: Kind,
    pub(crate) sender: Place,
    pub(crate) receiver: Place,
    /// The path of a request, the question to the DNS, the host that was connected with.
    pub(crate) what: String,
    /// What the version header says, if there is one.
    pub(crate) version: Option<String>,
    /// Which HTTP was spoken, in a request.
    pub(crate) http: Option<String>,
    /// Which TLS was spoken, where it was.
    pub(crate) tls: Option<String>,
    pub(crate) answer: Answer,
    /// The id of the request that it is part of.
    pub(crate) request_id: String,
    /// When it began, from the beginning of the demonstration on.
    pub(crate) began: Duration,
    /// Until the answer, of which only the head has to be there.
    pub(crate) time: Duration,
}

/// Where hops are noted as they are over. Clones note into the same place.
#[derive(Debug, Clone)]
pub(crate) struct Recorder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    begun: Instant,
    over: Mutex<Vec<Hop>>,
    closed: AtomicBool,
}

impl Default for Recorder {
    fn default() -> Self {
        Self(Arc::new(Inner {
            begun: Instant::now(),
            over: Mutex::default(),
            closed: AtomicBool::new(false),
        }))
    }
}

impl Recorder {
    /// The time since the beginning.
    pub(crate) fn now(&self) -> Duration {
        self.0.begun.elapsed()
    }

    pub(crate) fn note(&self, hop: Hop) {
        let mut over = self.lock();
        if over.len() < MOST && !self.0.closed.load(Ordering::Relaxed) {
            over.push(hop);
        }
    }

    /// The hops since the last time, in the order in which they began.
    pub(crate) fn take(&self) -> Vec<Hop> {
        let mut hops = std::mem::take(&mut *self.lock());
        hops.sort_by_key(|hop| hop.began);
        hops
    }

    /// Notes nothing any more.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Hop>> {
        self.0.over.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Brig => "brig",
            Self::Galley => "galley",
            Self::Cargohold => "cargohold",
            Self::Outward => "Outward",
            Self::Inward => "Inward",
            Self::Dns => "DNS",
        })
    }
}

/// `brig@a.example.com`
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.domain {
            Some(domain) => write!(f, "{}@{domain}", self.role),
            None => self.role.fmt(f),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ToOutward => "component-to-outward",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::Between => "outward-to-inward",
            Self::ToComponent => "inward-to-component",
        })
    }
}
