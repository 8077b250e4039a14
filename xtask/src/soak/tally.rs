//! What came out, counted.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde::Serialize;

use super::callers::{Kind, Other, inner_of};
use super::weather::{Fault, Seen, Weather};

/// Counts calls, errors and faults.
#[derive(Default)]
pub(super) struct Tally(Mutex<Counts>);

#[derive(Clone, Default, Serialize)]
pub(super) struct Counts {
    pub(super) calls: u64,
    pub(super) ok: BTreeMap<&'static str, u64>,
    /// Errors that a fault excuses, by label.
    pub(super) errors: BTreeMap<String, u64>,
    pub(super) wrong: u64,
    /// The first wrong ends, in words.
    pub(super) complaints: Vec<String>,
    pub(super) faults: BTreeMap<&'static str, u64>,
    pub(super) slowest_ms: u64,
}

/// As many complaints as are kept.
const COMPLAINTS: usize = 40;

impl Tally {
    pub(super) fn counts(&self) -> Counts {
        self.lock().clone()
    }

    pub(super) fn made(&self, fault: Fault) {
        *self.lock().faults.entry(fault.name()).or_default() += 1;
    }

    /// Something that must not be.
    pub(super) fn complain(&self, what: String) {
        let mut counts = self.lock();
        counts.wrong += 1;
        if counts.complaints.len() < COMPLAINTS {
            eprintln!("wrong: {what}");
            counts.complaints.push(what);
        }
    }

    /// A call that has ended.
    pub(super) fn ended(
        &self,
        kind: Kind,
        begun: Instant,
        ended: &Result<(), Other>,
        weather: &Weather,
    ) {
        let took = begun.elapsed();
        let wrong = match ended {
            Ok(()) => None,
            Err(Other::Wrong(answer)) => Some(format!("{answer} is no answer to {}", kind.name())),
            Err(other) => self.error(kind, begun, other, weather),
        };
        let mut counts = self.lock();
        counts.calls += 1;
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        counts.slowest_ms = counts.slowest_ms.max(millis);
        if ended.is_ok() {
            *counts.ok.entry(kind.name()).or_default() += 1;
        }
        drop(counts);
        if let Some(wrong) = wrong {
            self.complain(format!("{wrong}, after {took:.1?}"));
        }
    }

    /// Counts an error if something excuses it, and says what is wrong if nothing does.
    fn error(
        &self,
        kind: Kind,
        begun: Instant,
        error: &Other,
        weather: &Weather,
    ) -> Option<String> {
        let (name, seen, text) = match error {
            Other::Error(error) => {
                let inner = inner_of(error);
                let name = match inner {
                    Some((code, label)) => format!("{} ({code} {label})", error.label()),
                    None => error.label().to_owned(),
                };
                let seen = Seen {
                    label: error.label(),
                    message: &error.failure().message,
                    inner,
                    streaming: false,
                };
                (name, seen, error.to_string())
            }
            Other::BrokeOff(text) => {
                let seen = Seen {
                    label: "",
                    message: text,
                    inner: None,
                    streaming: true,
                };
                ("stream broken off".to_owned(), seen, text.clone())
            }
            Other::Wrong(_) => return None,
        };
        if weather.excuses(begun, &seen) {
            *self.lock().errors.entry(name).or_default() += 1;
            return None;
        }
        let faults = weather.since(begun).join(", ");
        Some(format!("{}: {text} [{faults}]", kind.name()))
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
