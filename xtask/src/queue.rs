//! `cargo xtask queue bench`: what the queues of notifications cost. The measurements are a benchmark of the
//! package that has the queues.

use std::process::Command;

use clap::{Args, Subcommand};

use bench_harness::Failed;

/// What is to be done.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure publishing and delivering beside the bare store, the bare broker and the bare client
    Bench {
        /// How often each measurement is made; the table has the medians
        #[arg(long, default_value_t = 9)]
        rounds: usize,
        /// Write the table to its section of `BENCHMARKS.md`
        #[arg(long)]
        write: bool,
    },
}

pub(crate) fn run(options: &Options) -> Result<(), Failed> {
    let Task::Bench { rounds, write } = options.task;
    let mut bench = Command::new(env!("CARGO"));
    bench.args(["bench", "--quiet", "--package", "federation-notifications"]);
    bench.args(["--features", "amqp", "--bench", "queues", "--"]);
    bench.args(["--rounds", &rounds.to_string()]);
    if write {
        bench.arg("--write");
    }
    if bench.status()?.success() {
        Ok(())
    } else {
        Err("the measurements did not run to their end".into())
    }
}
