//! `cargo xtask bench`: what a call costs, as a ratio to the same service written by hand.
//!
//! Every contestant ([`contestant`]) has a server and a client, each a process of one thread, this
//! binary started again under a hidden name. Servers are compared under the load of one and the
//! same client, clients against one and the same server. The steady figure is CPU time per call, as
//! the kernel accounts it to the process; the clock on the wall is shown beside it. Rounds interleave
//! the contestants, so that whatever else the machine does meets all of them; the table has the
//! medians over the rounds and how far the rounds lie apart. Nothing asserts a time.
//!
//! A contestant is a folder beside [`by_hand`] and a line in [`contestant`]; a workload is a variant of
//! [`Workload`]. What is built with other libraries is in the workspace `bench`,
//! which only `--others` builds.

mod allocations;
mod by_hand;
mod codec;
mod contestant;
mod generated;
pub(crate) mod machine;
pub(crate) mod page;
mod pairing;
mod process;
mod programs;
mod report;
mod rounds;
pub(crate) mod statistics;

use bench_harness::Failed;
use clap::Args;

#[cfg(doc)]
use bench_harness::Workload;

/// What can be set on the command line.
#[derive(Args)]
pub(crate) struct Options {
    /// How often each measurement is made; the table has the medians
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// How long one measurement takes
    #[arg(long, default_value_t = 0.2)]
    seconds: f64,
    /// Three short rounds: whether it works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Also the same service built with other libraries (their first build takes a while)
    #[arg(long)]
    others: bool,
    /// Write the tables to `BENCHMARKS.md`
    #[arg(long)]
    write: bool,
    /// Only the workloads whose name has this in it
    #[arg(long, default_value = "")]
    workload: String,
    /// Only this many calls at once
    #[arg(long)]
    concurrency: Option<usize>,
}

impl Options {
    fn rounds(&self) -> usize {
        if self.quick { 3 } else { self.rounds.max(1) }
    }

    fn seconds(&self) -> f64 {
        if self.quick { 0.15 } else { self.seconds }
    }
}

/// Measures and prints the tables.
pub(crate) fn run(options: &Options) -> Result<(), Failed> {
    if cfg!(debug_assertions) {
        return programs::run_optimised();
    }
    if options.others {
        programs::build_others()?;
    }
    let measured = report::Everything {
        calls: rounds::measure(options)?,
        codecs: codec::measure(options.rounds())?,
        allocations: allocations::count(options)?,
    };
    let text = report::markdown(&measured, options);
    print!("{text}");
    if options.write {
        report::put_into_page(&text)?;
        eprintln!("wrote BENCHMARKS.md");
    }
    Ok(())
}

/// Prints how many allocations decoding and encoding make.
pub(crate) fn count_codec_allocations() -> Result<(), Failed> {
    println!("{}", serde_json::to_string(&codec::count()?)?);
    Ok(())
}

/// Decodes or encodes one body again and again.
pub(crate) fn repeat_codec(what: &str, times: usize) -> Result<(), Failed> {
    codec::repeat(what, times)
}

/// Runs the server of a contestant until the process is ended.
pub(crate) fn serve(name: &str) -> Result<(), Failed> {
    bench_harness::serve(&contestant::ALL, name)
}

/// Runs the client of a contestant: orders on its standard input, results on its standard output.
pub(crate) fn client(name: &str) -> Result<(), Failed> {
    bench_harness::client(&contestant::ALL, name)
}
