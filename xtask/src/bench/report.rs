//! The tables.

use std::fmt::Write;

use crate::bench::Options;
use crate::bench::contestant::{GENERATED, YARDSTICK_AGAIN};
use crate::bench::machine;
use crate::bench::pairing::Pairing;
use crate::bench::rounds::{Case, Measured, Measurement};
use crate::bench::statistics::Spread;
use crate::bench::workload::Workload;

/// One side of a call: how its CPU time is had, and the ratio of it that is the goal.
struct Side {
    title: &'static str,
    explanation: &'static str,
    pairing: fn(&'static str) -> Pairing,
    micros: fn(&Measurement) -> f64,
    /// The other side, which is the same process and does the same work whoever is measured.
    other_micros: fn(&Measurement) -> f64,
    goal: fn(Workload) -> f64,
}

const SIDES: [Side; 2] = [
    Side {
        title: "Server",
        explanation: "CPU time of the server process per call, all servers under the load of the \
                      client by hand.",
        pairing: Pairing::server_of,
        micros: |measurement| measurement.server_micros,
        other_micros: |measurement| measurement.client_micros,
        goal: |workload| {
            if workload == Workload::Small {
                0.95
            } else {
                0.80
            }
        },
    },
    Side {
        title: "Client",
        explanation: "CPU time of the client process per call, all clients against the server by \
                      hand.",
        pairing: Pairing::client_of,
        micros: |measurement| measurement.client_micros,
        other_micros: |measurement| measurement.server_micros,
        goal: |workload| {
            if workload == Workload::Small {
                1.0
            } else {
                0.90
            }
        },
    },
];

/// Everything that was measured, as a page of Markdown.
pub(crate) fn markdown(measured: &Measured, options: &Options) -> String {
    let mut page = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut page, measured, options);
    page
}

fn write(page: &mut String, measured: &Measured, options: &Options) -> std::fmt::Result {
    writeln!(page, "# Benchmarks\n")?;
    writeln!(
        page,
        "`cargo xtask bench --rounds {} --seconds {}` on {}.\n",
        options.rounds(),
        options.seconds(),
        machine::description()
    )?;
    writeln!(
        page,
        "Ratios are to the same service written by hand (axum with `Json`, reqwest with `.json()`), \
         over one HTTP/2 connection: the median over the rounds, and in brackets the least and the \
         most. *Noise* is the yardstick beside itself. *Steadied* takes the CPU time in units of that \
         of the process at the other end of the connection, which does the same work whoever is \
         measured: a machine that is slower for a moment is so for both. Every process has one thread and \
         the default allocator; neither side has a subscriber for traces or a recorder for metrics.\n"
    )?;
    for side in &SIDES {
        side_table(page, measured, side)?;
    }
    both_table(page, measured)?;
    stream_table(page, measured)
}

/// The measured cases with JSON in both directions: workload and concurrency.
fn json_cases(measured: &Measured) -> Vec<(Workload, usize)> {
    let mut cases: Vec<_> = measured
        .keys()
        .map(|case| (case.workload, case.concurrency))
        .collect();
    cases.dedup();
    cases.retain(|(workload, _)| *workload != Workload::Stream);
    cases
}

fn side_table(page: &mut String, measured: &Measured, side: &Side) -> std::fmt::Result {
    writeln!(page, "## {}\n\n{}\n", side.title, side.explanation)?;
    writeln!(
        page,
        "| workload | at once | by hand | goal | generated | noise | generated, steadied | noise, steadied |"
    )?;
    writeln!(page, "|---|--:|--:|--:|--:|--:|--:|--:|")?;
    for (workload, concurrency) in json_cases(measured) {
        let of = |pairing| of(measured, workload, concurrency, pairing);
        let yardstick = of(Pairing::YARDSTICK);
        let plain = |name| bracketed(ratio(of((side.pairing)(name)), yardstick, side.micros));
        let to_other = |one: &Measurement| (side.micros)(one) / (side.other_micros)(one);
        let steadied = |name| bracketed(ratio(of((side.pairing)(name)), yardstick, to_other));
        writeln!(
            page,
            "| {} | {concurrency} | {:.1} µs | {:.2} | {} | {} | {} | {} |",
            workload.title(),
            Spread::of(yardstick.iter().map(side.micros)).median,
            (side.goal)(workload),
            plain(GENERATED),
            plain(YARDSTICK_AGAIN),
            steadied(GENERATED),
            steadied(YARDSTICK_AGAIN),
        )?;
    }
    writeln!(page)
}

fn both_table(page: &mut String, measured: &Measured) -> std::fmt::Result {
    writeln!(page, "## Both sides\n")?;
    writeln!(
        page,
        "Generated client and server against client and server by hand: CPU time of both processes, \
         calls in a second, and the median time of a call.\n"
    )?;
    writeln!(
        page,
        "| workload | at once | CPU | throughput | by hand, calls/s | by hand, time | generated, time |"
    )?;
    writeln!(page, "|---|--:|--:|--:|--:|--:|--:|")?;
    for (workload, concurrency) in json_cases(measured) {
        let yardstick = of(measured, workload, concurrency, Pairing::YARDSTICK);
        let generated = of(measured, workload, concurrency, Pairing::both_of(GENERATED));
        let time =
            |list: &[Measurement]| Spread::of(list.iter().map(|one| one.median_micros)).median;
        writeln!(
            page,
            "| {} | {concurrency} | {} | {} | {:.0} | {:.0} µs | {:.0} µs |",
            workload.title(),
            bracketed(ratio(generated, yardstick, |one| one.server_micros
                + one.client_micros)),
            bracketed(ratio(generated, yardstick, |one| one.calls_per_second)),
            Spread::of(yardstick.iter().map(|one| one.calls_per_second)).median,
            time(yardstick),
            time(generated),
        )?;
    }
    writeln!(page)
}

fn stream_table(page: &mut String, measured: &Measured) -> std::fmt::Result {
    const MEBIBYTE: f64 = 1024.0 * 1024.0;
    writeln!(page, "## Stream of 64 MiB\n")?;
    writeln!(
        page,
        "`stream-asset`, one after the other, in fresh processes. Extra memory is the peak of resident \
         memory beyond what the process held when the stream began. The goals: throughput at least \
         0.95, extra memory at most 8 MiB.\n"
    )?;
    writeln!(
        page,
        "| server | client | throughput | to the yardstick | server extra | client extra |"
    )?;
    writeln!(page, "|---|---|--:|--:|--:|--:|")?;
    let yardstick = of(measured, Workload::Stream, 1, Pairing::YARDSTICK);
    for pairing in Pairing::ALL {
        let streamed = of(measured, Workload::Stream, 1, pairing);
        if streamed.is_empty() {
            continue;
        }
        let most =
            |bytes: fn(&Measurement) -> f64| Spread::of(streamed.iter().map(bytes)).most / MEBIBYTE;
        writeln!(
            page,
            "| {} | {} | {:.0} MiB/s | {} | {:.1} MiB | {:.1} MiB |",
            pairing.server,
            pairing.client,
            Spread::of(streamed.iter().map(|one| one.size_per_second)).median / MEBIBYTE,
            bracketed(ratio(streamed, yardstick, |one| one.size_per_second)),
            most(|one| one.server_extra),
            most(|one| one.client_extra),
        )?;
    }
    Ok(())
}

fn of(
    measured: &Measured,
    workload: Workload,
    concurrency: usize,
    pairing: Pairing,
) -> &[Measurement] {
    let case = Case {
        workload,
        concurrency,
        pairing,
    };
    measured.get(&case).map_or(&[], Vec::as_slice)
}

/// Round by round, since what disturbs a round disturbs all of it.
fn ratio(one: &[Measurement], other: &[Measurement], of: impl Fn(&Measurement) -> f64) -> Spread {
    Spread::of(
        one.iter()
            .zip(other)
            .map(|(one, other)| of(one) / of(other)),
    )
}

fn bracketed(spread: Spread) -> String {
    format!(
        "{:.2} ({:.2}–{:.2})",
        spread.median, spread.least, spread.most
    )
}
