//! The table.

use std::fmt::Write;

use crate::fan_out::{FanOut, TARGETS};
use crate::{BODY, Measured, Options};

const BEGIN: &str = "<!-- queue:begin -->";
const END: &str = "<!-- queue:end -->";
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../BENCHMARKS.md");

pub(crate) fn print(measured: &[Measured], fan_out: &FanOut, options: &Options) {
    let mut text = format!(
        "## Queues\n\n`cargo xtask queue bench --rounds {}`. Messages of some {BODY} bytes; medians over \
         interleaved rounds, in brackets the least and the most. The store is SQLite with a write-ahead log \
         that is on the disk before a publish returns; a publish on RabbitMQ returns when a quorum queue has \
         confirmed it.\n\n\
         | what | beside | bare, messages/s | ours, messages/s | goal | ratio |\n|---|---|--:|--:|--:|--:|\n",
        options.rounds
    );
    for one in measured {
        let bare = spread(one.rounds.iter().map(|(bare, _)| *bare));
        let ours = spread(one.rounds.iter().map(|(_, ours)| *ours));
        let ratio = spread(one.rounds.iter().map(|(bare, ours)| ours / bare));
        writeln!(
            text,
            "| {} | {} | {:.0} | {:.0} | {:.2} | {:.2} ({:.2}–{:.2}) |",
            one.what, one.bare, bare.1, ours.1, one.goal, ratio.1, ratio.0, ratio.2
        )
        .unwrap();
    }
    writeln!(
        text,
        "\nOne announcement of 4 KB to {TARGETS} targets: written {} time, stored in {:.1} ms; {TARGETS} \
         announcements to one target each: {:.0} ms.",
        fan_out.written,
        fan_out.at_once.as_secs_f64() * 1000.0,
        fan_out.one_by_one.as_secs_f64() * 1000.0,
    )
    .unwrap();
    print!("{text}");
    if options.write {
        write(&text);
    }
}

/// The least, the median and the most.
fn spread(values: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let mut sorted: Vec<_> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len() - 1;
    let median = f64::midpoint(sorted[last / 2], sorted[last.div_ceil(2)]);
    (sorted[0], median, sorted[last])
}

fn write(text: &str) {
    let old = std::fs::read_to_string(FILE).unwrap();
    let section = format!("{BEGIN}\n{text}{END}\n");
    let new = match (old.find(BEGIN), old.find(END)) {
        (Some(begin), Some(end)) if begin < end => {
            let rest = old[end + END.len()..].trim_start_matches('\n');
            format!("{}{section}{rest}", &old[..begin])
        }
        _ => format!("{}\n\n{section}", old.trim_end()),
    };
    std::fs::write(FILE, new).unwrap();
    eprintln!("wrote BENCHMARKS.md");
}
