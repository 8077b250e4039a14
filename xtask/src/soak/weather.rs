//! Which faults are there, and which errors they excuse.
//!
//! An error is right if it is a row of `transport.md` §8.5 that a fault brings about which was there while
//! the call was under way. Any other error is wrong, and so is any error in calm weather.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Fault {
    /// Connections between the federators are closed or reset.
    Cut,
    /// What goes over them takes its time.
    Delay,
    /// They are open, and dead.
    HalfOpen,
    /// A federator is shut down in order, and started again.
    Restart,
    /// A federator is gone from one moment to the next, and started again.
    Crash,
    /// The DNS fails or is silent.
    Dns,
    /// Certificates, now and then also the authority, are replaced.
    Certificates,
    /// The pusher ends, in order or in the middle of what it does, and begins anew with a queue that it
    /// opens again.
    Pusher,
    /// The broker that the notifications wait on crashes, and is started again.
    Broker,
    /// The machine gave this process no time. Nobody makes this one; it is noticed.
    Stall,
}

impl Fault {
    /// All that are made, and [`Self::Broker`] if there is one.
    pub(super) const MADE: [Self; 8] = [
        Self::Cut,
        Self::Delay,
        Self::HalfOpen,
        Self::Restart,
        Self::Crash,
        Self::Dns,
        Self::Certificates,
        Self::Pusher,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cut => "connections cut",
            Self::Delay => "delays",
            Self::HalfOpen => "half-open connections",
            Self::Restart => "federator restarted",
            Self::Crash => "federator crashed",
            Self::Dns => "DNS failing",
            Self::Certificates => "certificates replaced",
            Self::Pusher => "pusher restarted",
            Self::Broker => "broker crashed",
            Self::Stall => "machine stalled",
        }
    }

    /// How long after its end calls may begin that still suffer.
    fn aftermath(self) -> Duration {
        match self {
            // Bytes that are held back come late.
            Self::Delay => Duration::from_secs(1),
            // Until the first waits in vain for an answer; see `federator::LIMITS`.
            Self::HalfOpen => Duration::from_secs(6),
            Self::Stall => Duration::from_secs(4),
            // Connections find out that they have ended, resolvers that they may ask again.
            _ => Duration::from_secs(2),
        }
    }

    /// Whether it can bring about this error.
    fn excuses(self, error: &Seen<'_>) -> bool {
        let between = matches!(
            error.label,
            "federation-connection-refused" | "federation-tls-error" | "federation-http2-error"
        );
        // Broken off between here and our own federator.
        let at_home = matches!(
            error.label,
            "federation-not-available" | "federation-local-error"
        );
        match self {
            // An answer that has begun can only be broken off.
            Self::Cut | Self::HalfOpen => between || error.streaming,
            Self::Restart | Self::Crash => between || at_home || error.streaming,
            Self::Dns => {
                let failure = "discovery-failure";
                error.label == failure
                    || error.inner == Some((400, failure))
                    || (error.label == "federation-connection-refused"
                        && error.message.contains("no address of"))
            }
            Self::Stall => true,
            Self::Delay | Self::Certificates | Self::Pusher | Self::Broker => false,
        }
    }
}

/// An error as a caller sees it.
pub(super) struct Seen<'a> {
    pub(super) label: &'a str,
    pub(super) message: &'a str,
    /// What the other side said: code and label.
    pub(super) inner: Option<(u16, &'a str)>,
    /// A stream that broke off.
    pub(super) streaming: bool,
}

/// The faults of the last minutes.
#[derive(Default)]
pub(super) struct Weather {
    spells: Mutex<Vec<Spell>>,
}

struct Spell {
    fault: Fault,
    from: Instant,
    until: Option<Instant>,
}

/// Longer than any call and any aftermath.
const REMEMBERED: Duration = Duration::from_secs(60);

impl Weather {
    pub(super) fn begins(&self, fault: Fault) {
        let now = Instant::now();
        let mut spells = self.lock();
        spells.retain(|spell| spell.until.is_none_or(|end| now - end < REMEMBERED));
        spells.push(Spell {
            fault,
            from: now,
            until: None,
        });
    }

    pub(super) fn ends(&self, fault: Fault) {
        for spell in self.lock().iter_mut() {
            if spell.fault == fault && spell.until.is_none() {
                spell.until = Some(Instant::now());
            }
        }
    }

    /// A fault that is over.
    pub(super) fn was(&self, fault: Fault, from: Instant) {
        let until = Some(Instant::now());
        self.lock().push(Spell { fault, from, until });
    }

    /// Whether a call that began then may end with this error now.
    pub(super) fn excuses(&self, begun: Instant, error: &Seen<'_>) -> bool {
        self.lock().iter().any(|spell| {
            let there = spell
                .until
                .is_none_or(|end| begun < end + spell.fault.aftermath());
            there && spell.fault.excuses(error)
        })
    }

    /// What there is or was while a call was under way that began then.
    pub(super) fn since(&self, begun: Instant) -> Vec<String> {
        let spells = self.lock();
        let near = spells.iter().filter(|spell| {
            spell
                .until
                .is_none_or(|end| begun < end + Duration::from_secs(10))
        });
        near.map(|spell| {
            let ago = |at: Instant| format!("{:.1}", at.elapsed().as_secs_f32());
            let until = spell.until.map_or_else(|| "now".to_owned(), ago);
            format!("{} {}–{until} s ago", spell.fault.name(), ago(spell.from))
        })
        .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Spell>> {
        self.spells.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
