//! The tables.

use std::fmt::Write;

use bench_harness::{Failed, Workload};

use crate::bench::allocations::{Counted, PerCall};
use crate::bench::codec::{Cost, Times};
use crate::bench::contestant::{
    GENERATED, GENERATED_HTTP1, LEAN, LEAN_HTTP1, YARDSTICK, YARDSTICK_AGAIN,
};
use crate::bench::pairing::{OTHERS, Pairing, SERVANT};
use crate::bench::rounds::{Case, Measured, Measurement};
use crate::bench::statistics::Spread;
use crate::bench::{Options, machine};

/// All that the tables are made of.
pub(crate) struct Everything {
    pub(crate) calls: Measured,
    pub(crate) codecs: Vec<Cost>,
    pub(crate) allocations: Counted,
}

/// What stands between these lines of the page is written by the command; the rest by hand.
const BEGIN: &str = "<!-- tables of cargo xtask bench -->\n";
const END: &str = "<!-- end of the tables of cargo xtask bench -->\n";

/// Puts the tables in the place of those that are in `BENCHMARKS.md`.
pub(crate) fn put_into_page(tables: &str) -> Result<(), Failed> {
    super::page::replace(BEGIN, END, tables)
}

/// One side of a call: how its CPU time is had, and the ratio of it that is the goal.
struct Side {
    title: &'static str,
    explanation: &'static str,
    /// Who is measured on this side.
    contestants: &'static [&'static str],
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
        contestants: &[GENERATED],
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
        contestants: &[GENERATED, LEAN],
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

/// Everything that was measured, as Markdown.
pub(crate) fn markdown(measured: &Everything, options: &Options) -> String {
    let mut page = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut page, measured, options);
    page
}

fn write(page: &mut String, measured: &Everything, options: &Options) -> std::fmt::Result {
    writeln!(
        page,
        "`cargo xtask bench --rounds {} --seconds {}{}` on {}.\n",
        options.rounds(),
        options.seconds(),
        if options.others { " --others" } else { "" },
        machine::description()
    )?;
    writeln!(
        page,
        "Ratios are to the same service written by hand (axum with `Json`, reqwest with `.json()`), \
         over one HTTP/2 connection: the median over the rounds, and in brackets the least and the \
         most. *Noise* is the yardstick beside itself. *Lean* is the generated client over \
         `HyperTransport` in place of reqwest. *Steadied* takes the CPU time in units of that \
         of the process at the other end of the connection, which does the same work whoever is \
         measured: a machine that is slower for a moment is so for both. Every process has one thread and \
         the default allocator; neither side has a subscriber for traces or a recorder for metrics.\n"
    )?;
    let calls = &measured.calls;
    both_table(page, calls)?;
    for side in &SIDES {
        side_table(page, calls, side)?;
    }
    stream_table(page, calls)?;
    codec_table(page, &measured.codecs, &measured.allocations)?;
    allocation_table(page, &measured.allocations.calls)?;
    if options.others {
        others_table(page, measured)?;
    }
    Ok(())
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
        "| workload | at once | by hand | goal |{} noise | noise, steadied |",
        side.contestants
            .iter()
            .map(|name| format!(" {name} | {name}, steadied |"))
            .collect::<String>()
    )?;
    writeln!(
        page,
        "|---|--:|--:|--:|{}--:|--:|",
        "--:|--:|".repeat(side.contestants.len())
    )?;
    for (workload, concurrency) in json_cases(measured) {
        let of = |pairing| of(measured, workload, concurrency, pairing);
        let yardstick = of(Pairing::YARDSTICK);
        let plain = |name| bracketed(ratio(of((side.pairing)(name)), yardstick, side.micros));
        let to_other = |one: &Measurement| (side.micros)(one) / (side.other_micros)(one);
        let steadied = |name| bracketed(ratio(of((side.pairing)(name)), yardstick, to_other));
        writeln!(
            page,
            "| {} | {concurrency} | {:.1} µs | {:.2} |{} {} | {} |",
            workload.title(),
            Spread::of(yardstick.iter().map(side.micros)).median,
            (side.goal)(workload),
            side.contestants
                .iter()
                .map(|name| format!(" {} | {} |", plain(name), steadied(name)))
                .collect::<String>(),
            plain(YARDSTICK_AGAIN),
            steadied(YARDSTICK_AGAIN),
        )?;
    }
    writeln!(page)
}

/// The goal for the CPU time of both sides together, with the leaner transport.
fn goal_of_both(workload: Workload) -> Option<f64> {
    match workload {
        Workload::Small => Some(0.80),
        Workload::Medium => Some(0.65),
        Workload::NestedMap => Some(0.75),
        _ => None,
    }
}

fn both_table(page: &mut String, measured: &Measured) -> std::fmt::Result {
    writeln!(page, "## Both sides\n")?;
    writeln!(
        page,
        "Client and server against client and server by hand: CPU time of both processes (the goal is for \
         the lean client), calls in a second, and the median time of a call.\n"
    )?;
    writeln!(
        page,
        "| workload | at once | goal | CPU, generated | CPU, lean | throughput, generated | throughput, lean | \
         by hand, calls/s | by hand, time | generated, time | lean, time |"
    )?;
    writeln!(page, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for (workload, concurrency) in json_cases(measured) {
        let of = |pairing| of(measured, workload, concurrency, pairing);
        let yardstick = of(Pairing::YARDSTICK);
        let cpu = |name| bracketed(ratio(of(Pairing::both_of(name)), yardstick, cpu_of_both));
        let throughput = |name| {
            let both = of(Pairing::both_of(name));
            bracketed(ratio(both, yardstick, |one| one.calls_per_second))
        };
        let time = |name| median_time(of(Pairing::both_of(name)));
        writeln!(
            page,
            "| {} | {concurrency} | {} | {} | {} | {} | {} | {:.0} | {:.0} µs | {:.0} µs | {:.0} µs |",
            workload.title(),
            goal_of_both(workload).map_or_else(String::new, |goal| format!("{goal:.2}")),
            cpu(GENERATED),
            cpu(LEAN),
            throughput(GENERATED),
            throughput(LEAN),
            Spread::of(yardstick.iter().map(|one| one.calls_per_second)).median,
            time(YARDSTICK),
            time(GENERATED),
            time(LEAN),
        )?;
    }
    writeln!(page)
}

fn cpu_of_both(one: &Measurement) -> f64 {
    one.server_micros + one.client_micros
}

fn median_time(list: &[Measurement]) -> f64 {
    Spread::of(list.iter().map(|one| one.median_micros)).median
}

fn codec_table(page: &mut String, codecs: &[Cost], counted: &Counted) -> std::fmt::Result {
    writeln!(page, "\n## Decoding and encoding alone\n")?;
    writeln!(
        page,
        "The bodies through the types of this workspace, as a ratio to plain structs of `String` and `Uuid` with \
         serde's derives (goal: at most 1.15), and how many allocations each makes. A quarter of the 5000 members \
         of *conversations* is of a backend whose name is too long to be kept in place.\n"
    )?;
    writeln!(
        page,
        "| body | bytes | decode, plain | decode | encode, plain | encode | allocations, decode | \
         plain | allocations, encode | plain |"
    )?;
    writeln!(page, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    let micros = |seconds: &[f64]| Spread::of(seconds.iter().copied()).median * 1e6;
    let ratio = |times: &Times| {
        let rounds = times.ours.iter().zip(&times.plain);
        bracketed(Spread::of(rounds.map(|(ours, plain)| ours / plain)))
    };
    for (cost, counted) in codecs.iter().zip(&counted.codecs) {
        writeln!(
            page,
            "| {} | {} | {:.1} µs | {} | {:.1} µs | {} | {} | {} | {} | {} |",
            cost.title,
            cost.bytes,
            micros(&cost.decode.plain),
            ratio(&cost.decode),
            micros(&cost.encode.plain),
            ratio(&cost.encode),
            counted.decode_ours,
            counted.decode_plain,
            counted.encode_ours,
            counted.encode_plain,
        )?;
    }
    writeln!(page)
}

fn allocation_table(page: &mut String, calls: &[PerCall]) -> std::fmt::Result {
    writeln!(page, "## Allocations\n")?;
    writeln!(
        page,
        "For one call, one at a time, HTTP/2 included: server + client.\n"
    )?;
    let mut contestants: Vec<_> = calls.iter().map(|one| one.contestant).collect();
    contestants.dedup();
    let workloads = Workload::ALL.into_iter();
    let counted = workloads.filter(|one| calls.iter().any(|call| call.workload == *one));
    writeln!(page, "| workload | {} |", contestants.join(" | "))?;
    writeln!(page, "|---|{}", "--:|".repeat(contestants.len()))?;
    for workload in counted {
        write!(page, "| {} |", workload.title())?;
        for contestant in &contestants {
            let found = calls
                .iter()
                .find(|one| one.workload == workload && one.contestant == *contestant);
            match found {
                Some(one) => write!(page, " {:.0} + {:.0} |", one.server, one.client)?,
                None => write!(page, " |")?,
            }
        }
        writeln!(page)?;
    }
    writeln!(page)
}

fn others_table(page: &mut String, measured: &Everything) -> std::fmt::Result {
    writeln!(page, "## Beside other libraries\n")?;
    writeln!(
        page,
        "The same service and client built with: bare hyper and `serde_json` over HTTP/2 (*hyper*, the floor); \
         tonic with the same data as Protocol Buffers (*tonic*); tarpc over TCP with bincode (*tarpc*); a trait of \
         dropshot and the client that progenitor generates from its document (*dropshot*), over HTTP/2 and over \
         HTTP/1.1, where the generated clients and router stand beside it (*generated/1.1*, *lean/1.1*). CPU time of both \
         processes as a ratio to the service by hand over HTTP/2, and the median time of a call.\n"
    )?;
    let names = [GENERATED, LEAN, GENERATED_HTTP1, LEAN_HTTP1]
        .into_iter()
        .chain(OTHERS);
    let names: Vec<&'static str> = names.collect();
    writeln!(page, "| workload | at once | {} |", names.join(" | "))?;
    writeln!(page, "|---|--:|{}", "--:|".repeat(names.len()))?;
    for (workload, concurrency) in json_cases(&measured.calls) {
        if !workload.is_of_brig() {
            continue;
        }
        let of = |pairing| of(&measured.calls, workload, concurrency, pairing);
        write!(page, "| {} | {concurrency} |", workload.title())?;
        for name in &names {
            let both = of(Pairing::both_of(name));
            let cpu = bracketed(ratio(both, of(Pairing::YARDSTICK), cpu_of_both));
            write!(page, " {cpu}, {:.0} µs |", median_time(both))?;
        }
        writeln!(page)?;
    }
    writeln!(page)?;
    servant_table(page, &measured.calls)
}

fn servant_table(page: &mut String, measured: &Measured) -> std::fmt::Result {
    let server_of = |concurrency, name| {
        let pairing = Pairing::server_of(name);
        of(measured, Workload::Small, concurrency, pairing)
    };
    let cases = json_cases(measured);
    let mut cases = cases
        .into_iter()
        .filter(|(workload, _)| *workload == Workload::Small)
        .filter(|(_, concurrency)| !server_of(*concurrency, SERVANT).is_empty())
        .peekable();
    if cases.peek().is_none() {
        return Ok(());
    }
    writeln!(
        page,
        "A server on servant and warp (one capability, without `-threaded`), on *small*, under the load of the client \
         by hand: CPU time of the server process as a multiple of the generated one's. The goal: at least 2.\n\n\
         | at once | servant | generated | multiple |\n|--:|--:|--:|--:|"
    )?;
    for (_, concurrency) in cases {
        let servant = server_of(concurrency, SERVANT);
        let generated = server_of(concurrency, GENERATED);
        let micros =
            |list: &[Measurement]| Spread::of(list.iter().map(|one| one.server_micros)).median;
        writeln!(
            page,
            "| {concurrency} | {:.1} µs | {:.1} µs | {} |",
            micros(servant),
            micros(generated),
            bracketed(ratio(servant, generated, |one| one.server_micros)),
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
