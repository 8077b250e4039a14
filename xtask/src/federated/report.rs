//! The tables.

use std::fmt::Write;

use super::Options;
use super::rounds::{AT_ONCE, Measured, Small, Streamed};
use super::way::Way;
use crate::bench::machine;
use crate::bench::statistics::Spread;
use bench_harness::Failed;

const BEGIN: &str = "<!-- federated:begin -->";
const END: &str = "<!-- federated:end -->";
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../BENCHMARKS.md");

pub(super) fn markdown(measured: &Measured, options: &Options) -> String {
    let mut text = format!(
        "## Over two federators\n\n`cargo xtask federated --rounds {} --seconds {}` on {}; load average {} when it \
         began.\n\n{INTRODUCTION}\n\n",
        options.rounds(),
        options.seconds(),
        machine::description(),
        measured.load,
    );
    calls(&mut text, measured);
    goals(&mut text, measured);
    stream(&mut text, measured);
    text
}

const INTRODUCTION: &str = "\
The same generated client makes the same small call (`get-asset`) in four ways: *direct* to the component; over \
two *federators*, Outward and Inward, with mutual TLS on kept connections; *per call*, as existing federators do \
it: a negotiation before every call, and a new TLS connection for each of both; and over two *nginx* 1.22 that \
proxy the same two hops with mutual TLS and keep-alive. Every process has one thread. *CPU between* is the CPU \
time of the two processes between client and component. Medians over interleaved rounds; in brackets the least \
and the most.";

/// The measurements of a way, round by round.
fn of(measured: &Measured, way: Way, at_once: usize) -> impl Iterator<Item = &Small> {
    let small = measured.small.iter();
    small.filter(move |one| one.way == way && one.at_once == at_once)
}

/// A figure of one way over that of another, both of the same round.
fn ratio(
    measured: &Measured,
    (way, other): (Way, Way),
    at_once: usize,
    figure: impl Fn(&Small) -> f64,
) -> Spread {
    let pairs = of(measured, way, at_once).filter_map(|one| {
        let mut others = of(measured, other, at_once);
        let other = others.find(|other| other.round == one.round)?;
        Some(figure(one) / figure(other))
    });
    Spread::of(pairs)
}

fn calls(text: &mut String, measured: &Measured) {
    text.push_str("| at once | way | calls/s | to direct | median time | CPU between |\n|--:|---|--:|--:|--:|--:|\n");
    for at_once in AT_ONCE {
        for way in Way::ALL {
            let median = |figure: fn(&Small) -> f64| {
                Spread::of(of(measured, way, at_once).map(figure)).median
            };
            let to_direct = ratio(measured, (way, Way::Direct), at_once, |one| {
                one.calls_per_second
            });
            let cpu = if way == Way::Direct {
                "–".to_owned()
            } else {
                format!("{:.0} µs", median(|one| one.cpu))
            };
            let _ = writeln!(
                text,
                "| {at_once} | {} | {:.0} | {:.2} | {:.0} µs | {cpu} |",
                way.name(),
                median(|one| one.calls_per_second),
                to_direct.median,
                median(|one| one.latency),
            );
        }
    }
    text.push('\n');
}

fn goals(text: &mut String, measured: &Measured) {
    text.push_str("| ratio | at once | goal | measured |\n|---|--:|--:|--:|\n");
    for at_once in AT_ONCE {
        let throughput = ratio(measured, (Way::Pooled, Way::PerCall), at_once, |one| {
            one.calls_per_second
        });
        line(
            text,
            "throughput, federators to per call",
            at_once,
            "≥ 8",
            throughput,
        );
    }
    let latency = ratio(measured, (Way::Pooled, Way::Direct), 1, |one| one.latency);
    // What is added.
    let added = Spread {
        least: latency.least - 1.0,
        median: latency.median - 1.0,
        most: latency.most - 1.0,
    };
    line(
        text,
        "added median time, federators to direct",
        1,
        "< 3",
        added,
    );
    for at_once in AT_ONCE {
        let efficiency = ratio(measured, (Way::Pooled, Way::Nginx), at_once, |one| {
            1.0 / one.cpu
        });
        line(
            text,
            "calls per CPU second, federators to nginx",
            at_once,
            "≥ 0.9",
            efficiency,
        );
    }
    text.push('\n');
}

fn line(text: &mut String, what: &str, at_once: usize, goal: &str, spread: Spread) {
    let Spread {
        least,
        median,
        most,
    } = spread;
    let _ = writeln!(
        text,
        "| {what} | {at_once} | {goal} | {median:.2} ({least:.2}–{most:.2}) |"
    );
}

fn stream(text: &mut String, measured: &Measured) {
    text.push_str(
        "An asset of 64 MiB (`stream-asset`); extra memory is the peak of resident memory beyond what the \
         process held before. The goals: at least 0.5 of the direct throughput, at most 16 MiB.\n\n\
         | way | throughput | to direct | extra, outward | extra, inward |\n|---|--:|--:|--:|--:|\n",
    );
    let of = |way: Way| measured.streamed.iter().filter(move |one| one.way == way);
    for way in [Way::Direct, Way::Pooled, Way::Nginx] {
        let throughput = Spread::of(of(way).map(|one| one.mebibytes_per_second)).median;
        let to_direct = Spread::of(of(way).filter_map(|one| {
            let direct = of(Way::Direct).find(|direct| direct.round == one.round)?;
            Some(one.mebibytes_per_second / direct.mebibytes_per_second)
        }));
        let memory = |at: usize| {
            let most = |one: &Streamed| one.memory[at] as f64 / (1024.0 * 1024.0);
            match way {
                Way::Direct => "–".to_owned(),
                _ => format!("{:.1} MiB", Spread::of(of(way).map(most)).most),
            }
        };
        let _ = writeln!(
            text,
            "| {} | {throughput:.0} MiB/s | {:.2} ({:.2}–{:.2}) | {} | {} |",
            way.name(),
            to_direct.median,
            to_direct.least,
            to_direct.most,
            memory(0),
            memory(1),
        );
    }
}

/// Puts the tables in the place of those that are there; at the end if there are none.
pub(super) fn write(text: &str) -> Result<(), Failed> {
    let old = std::fs::read_to_string(FILE)?;
    let section = format!("{BEGIN}\n{text}{END}\n");
    let new = match (old.find(BEGIN), old.find(END)) {
        (Some(begin), Some(end)) if begin < end => {
            let rest = old[end + END.len()..].trim_start_matches('\n');
            format!("{}{section}{rest}", &old[..begin])
        }
        _ => format!("{}\n\n{section}", old.trim_end()),
    };
    std::fs::write(FILE, new)?;
    eprintln!("wrote BENCHMARKS.md");
    Ok(())
}
