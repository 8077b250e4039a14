//! What there is to tell: steps, what is done in them, and what that brought, cold and warm.

use std::fmt;
use std::time::Duration;

use super::hop::Hop;

/// The whole demonstration.
#[derive(Debug, Default)]
pub(super) struct Tale {
    pub(super) steps: Vec<Step>,
}

/// A part of the story.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) title: String,
    /// What happens in it, and why.
    pub(super) story: String,
    pub(super) acts: Vec<Act>,
}

/// Something that a user does, twice.
#[derive(Debug)]
pub(super) struct Act {
    pub(super) title: String,
    /// The cold one, then the warm one.
    pub(super) rounds: [Round; 2],
}

/// One time of the two.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) warmth: Warmth,
    /// In the order in which they began.
    pub(super) hops: Vec<Hop>,
    /// How long the user had to wait.
    pub(super) time: Duration,
    /// What was seen, or what is wrong with it.
    pub(super) result: Result<String, String>,
}

/// Whether anything is known from before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Warmth {
    /// Nothing: the DNS has to be asked, connections to be made, versions to be agreed on.
    Cold,
    /// Everything.
    Warm,
}

impl fmt::Display for Warmth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cold => "cold",
            Self::Warm => "warm",
        })
    }
}

impl Tale {
    fn rounds(&self) -> impl Iterator<Item = &Round> {
        let acts = self.steps.iter().flat_map(|step| &step.acts);
        acts.flat_map(|act| &act.rounds)
    }

    /// How many hops there were.
    pub(super) fn hops(&self) -> usize {
        self.rounds().map(|round| round.hops.len()).sum()
    }

    /// How many results there were.
    pub(super) fn results(&self) -> usize {
        self.rounds().count()
    }

    /// How many of them are not as expected.
    pub(super) fn failed(&self) -> usize {
        self.rounds().filter(|round| round.result.is_err()).count()
    }

    /// How many calls there were from one backend to the other.
    pub(super) fn calls(&self) -> usize {
        self.steps.iter().map(Step::calls).sum()
    }

    /// The time of all cold rounds, and of all warm ones.
    pub(super) fn times(&self) -> [Duration; 2] {
        let times = self.steps.iter().map(Step::times);
        times.fold([Duration::ZERO; 2], |[cold, warm], [c, w]| {
            [cold + c, warm + w]
        })
    }
}

impl Step {
    /// How many calls there were from one backend to the other.
    pub(super) fn calls(&self) -> usize {
        let rounds = self.acts.iter().flat_map(|act| &act.rounds);
        rounds.map(Round::calls).sum()
    }

    /// The time of its cold rounds, and of its warm ones.
    pub(super) fn times(&self) -> [Duration; 2] {
        let time = |at: usize| self.acts.iter().map(|act| act.rounds[at].time).sum();
        [time(0), time(1)]
    }

    /// Whether all results are as expected.
    pub(super) fn is_good(&self) -> bool {
        let mut rounds = self.acts.iter().flat_map(|act| &act.rounds);
        rounds.all(|round| round.result.is_ok())
    }
}

impl Round {
    /// How many calls there were from one backend to the other.
    pub(super) fn calls(&self) -> usize {
        let between = |hop: &&Hop| hop.kind == super::hop::Kind::Between;
        self.hops.iter().filter(between).count()
    }
}

/// A time as people read it. Comparable in one look: always milliseconds, always one digit.
pub(super) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(warmth: Warmth, result: Result<(), ()>) -> Round {
        Round {
            warmth,
            hops: Vec::new(),
            time: Duration::from_millis(2),
            result: result.map(|()| String::new()).map_err(|()| String::new()),
        }
    }

    fn tale(warm: Result<(), ()>) -> Tale {
        let act = |warm| Act {
            title: String::new(),
            rounds: [round(Warmth::Cold, Ok(())), round(Warmth::Warm, warm)],
        };
        let step = Step {
            title: String::new(),
            story: String::new(),
            acts: vec![act(Ok(())), act(warm)],
        };
        Tale { steps: vec![step] }
    }

    #[test]
    fn one_wrong_result_is_enough() {
        let good = tale(Ok(()));
        assert_eq!((good.results(), good.failed()), (4, 0));
        assert!(good.steps[0].is_good());
        assert_eq!(good.times(), [Duration::from_millis(4); 2]);
        let bad = tale(Err(()));
        assert_eq!((bad.results(), bad.failed()), (4, 1));
        assert!(!bad.steps[0].is_good());
    }
}
