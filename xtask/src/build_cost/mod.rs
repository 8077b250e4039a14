//! `cargo xtask build-cost`: what the generated code costs those who build it.
//!
//! Builds are measured in CPU time of cargo and all that it starts, which other work on the machine
//! changes little, with the time on the clock beside it. Nothing asserts a time.

mod builds;
mod generator;

use std::fmt::Write;

use bench_harness::Failed;
use clap::Args;

use crate::bench::page;

/// What can be set on the command line.
#[derive(Args)]
pub(crate) struct Options {
    /// Only the generator itself, no builds
    #[arg(long)]
    generator_only: bool,
    /// Write the tables to `BENCHMARKS.md`
    #[arg(long)]
    write: bool,
}

const BEGIN: &str = "<!-- tables of cargo xtask build-cost -->\n";
const END: &str = "<!-- end of the tables of cargo xtask build-cost -->\n";

/// Measures and prints the tables.
pub(crate) fn run(options: &Options) -> Result<(), Failed> {
    let mut text = String::from("## What it costs to build\n\n");
    if !options.generator_only {
        builds(&mut text)?;
    }
    generator(&mut text)?;
    print!("{text}");
    if options.write {
        page::replace(BEGIN, END, &text)?;
        eprintln!("wrote BENCHMARKS.md");
    }
    Ok(())
}

fn builds(text: &mut String) -> Result<(), Failed> {
    writeln!(
        text,
        "Debug builds with nothing compiled before but the row above (`nice`, shared machine: look at the CPU \
         time); the last client with nothing at all. The goal: types alone in under half of that client's time.\n\n| build | CPU | clock |\n|---|--:|--:|"
    )?;
    for (title, cost) in builds::clean()? {
        writeln!(
            text,
            "| {title} | {:.0} s | {:.0} s |",
            cost.cpu, cost.clock
        )?;
    }
    let cost = builds::edit_loop()?;
    writeln!(
        text,
        "| edit loop: a comment in a trait, until the tests of `federation-servers` can run (goal: 3 s) | {:.1} s | {:.1} s |\n",
        cost.cpu, cost.clock
    )?;
    Ok(())
}

fn generator(text: &mut String) -> Result<(), Failed> {
    writeln!(
        text,
        "The generator alone: from source text to all three outputs, the least of several times.\n\n\
         | RPCs | time | per RPC | lines emitted per RPC: server | client | document |\n|--:|--:|--:|--:|--:|--:|"
    )?;
    for rpcs in [36, 100, 1000] {
        let cost = generator::measure(rpcs)?;
        let per_rpc = |lines: usize| lines as f64 / rpcs as f64;
        let [server, client, document] = cost.lines;
        writeln!(
            text,
            "| {rpcs} | {:.1} ms | {:.0} µs | {:.1} | {:.1} | {:.1} |",
            cost.seconds * 1e3,
            cost.seconds * 1e6 / rpcs as f64,
            per_rpc(server),
            per_rpc(client),
            per_rpc(document),
        )?;
    }
    Ok(())
}
