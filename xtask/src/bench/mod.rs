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
//! [`workload::Workload`].

mod by_hand;
mod contestant;
mod driver;
mod generated;
mod load;
pub(crate) mod machine;
mod pairing;
mod process;
mod report;
mod rounds;
mod sample;
pub(crate) mod statistics;
mod workload;

use std::error::Error;
use std::process::Command;

use clap::Args;

/// Any error of a task; it ends the task and is printed.
pub(crate) type Failed = Box<dyn Error + Send + Sync>;

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
        return run_optimised();
    }
    let measured = rounds::measure(options)?;
    let text = report::markdown(&measured, options);
    print!("{text}");
    if options.write {
        std::fs::write(
            concat!(env!("CARGO_MANIFEST_DIR"), "/../BENCHMARKS.md"),
            text,
        )?;
        eprintln!("wrote BENCHMARKS.md");
    }
    Ok(())
}

/// Code that was built for debugging tells nothing: builds this program again and hands over to it.
fn run_optimised() -> Result<(), Failed> {
    let done = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--profile",
            "bench",
            "--package",
            "xtask",
            "--",
        ])
        .args(std::env::args_os().skip(1))
        .status()?;
    if done.success() {
        Ok(())
    } else {
        Err("the optimised build did not run to its end".into())
    }
}

/// Runs the server of a contestant until the process is ended.
pub(crate) fn serve(name: &str) -> Result<(), Failed> {
    let contestant = contestant::named(name)?;
    one_thread()?.block_on(async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        (contestant.serve)(listener).await
    })
}

/// Runs the client of a contestant: orders on its standard input, results on its standard output.
pub(crate) fn client(name: &str) -> Result<(), Failed> {
    let contestant = contestant::named(name)?;
    one_thread()?.block_on(driver::obey(contestant))
}

/// With two processes on two cores, a second thread would only measure the scheduler.
fn one_thread() -> Result<tokio::runtime::Runtime, Failed> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}
