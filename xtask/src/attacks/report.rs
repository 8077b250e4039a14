//! The table.

use std::fmt::Write;

use super::attack::Attack;
use super::{AT_ONCE, Options};
use crate::bench::machine;
use crate::bench::statistics::Spread;
use crate::federated::way::Way;

/// An attack, round by round.
pub(super) struct Row {
    way: Way,
    attack: Attack,
    calm: Vec<f64>,
    stormy: Vec<f64>,
    strikes: Vec<f64>,
}

impl Row {
    pub(super) fn new(way: Way, attack: Attack) -> Self {
        let (calm, stormy, strikes) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            way,
            attack,
            calm,
            stormy,
            strikes,
        }
    }

    /// Normal calls in a second without the attack and during it, and how often attackers struck.
    pub(super) fn add(&mut self, calm: f64, stormy: f64, strikes: f64) {
        self.calm.push(calm);
        self.stormy.push(stormy);
        self.strikes.push(strikes);
    }
}

/// What is attacked.
pub(super) fn name(way: Way) -> &'static str {
    match way {
        Way::Direct => "router",
        _ => "federator",
    }
}

pub(super) fn markdown(rows: &[Row], options: &Options) -> String {
    let mut text = format!(
        "## Under attack\n\n`cargo xtask attacks --rounds {} --seconds {}` on {}.\n\n\
         Normal calls (`get-asset`, {AT_ONCE} at once, as fast as they are answered) without an attack and during \
         one, in turns; default limits. Attackers and normal callers have an address each. The router is attacked while it is called directly, the federator \
         (Outward, whose listener is that of Inward without TLS) while it is called through. Every process has \
         one thread, so that an attacker who sends without end takes part of the same CPU, and of the machine \
         besides. *Attackers*: how often they struck in a second, each time on a new connection; of `h2load` its own good answers in a \
         second. The ratio is the median over the rounds, in brackets the least and the most. The goal: at least \
         0.5. No normal call failed.\n\n\
         | attacked | attack | calls/s without | during | ratio | attackers |\n|---|---|--:|--:|--:|--:|\n",
        options.rounds,
        options.seconds,
        machine::description(),
    );
    for row in rows {
        let median = |figures: &[f64]| Spread::of(figures.iter().copied()).median;
        let pairs = row.stormy.iter().zip(&row.calm);
        let ratio = Spread::of(pairs.map(|(stormy, calm)| stormy / calm));
        let _ = writeln!(
            text,
            "| {} | {} | {:.0} | {:.0} | {:.2} ({:.2}–{:.2}) | {:.0} |",
            name(row.way),
            row.attack.name(),
            median(&row.calm),
            median(&row.stormy),
            ratio.median,
            ratio.least,
            ratio.most,
            median(&row.strikes),
        );
    }
    text
}
