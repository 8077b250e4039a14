//! `cargo xtask federated`: what it costs that a call goes over two federators.
//!
//! The same generated client calls the same component in four ways ([`way::Way`]): directly; over Outward
//! and Inward with kept connections; over an Outward that does what existing federators do, a new TLS
//! connection and a negotiation for every call; and over two nginx that proxy the same two hops with
//! mutual TLS and keep-alive. Component, federators and nginx are processes of one thread each. Rounds
//! interleave the ways; the tables have medians and how far the rounds lie apart. Nothing asserts a time.

mod component;
mod federator;
pub(crate) mod load;
mod nginx;
mod process;
mod report;
mod rounds;
pub(crate) mod scene;
pub(crate) mod way;

use std::process::Command;

use clap::Args;

use bench_harness::Failed;

/// What can be set on the command line.
#[derive(Args)]
pub(crate) struct Options {
    /// How often each measurement is made; the tables have the medians
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// How long one measurement takes
    #[arg(long, default_value_t = 0.3)]
    seconds: f64,
    /// Three short rounds: whether it works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Write the tables to their section of `BENCHMARKS.md`
    #[arg(long)]
    write: bool,
}

impl Options {
    fn rounds(&self) -> usize {
        if self.quick { 3 } else { self.rounds.max(1) }
    }

    fn seconds(&self) -> f64 {
        if self.quick { 0.1 } else { self.seconds }
    }
}

/// A process of the scene, this program started again under a hidden name.
#[derive(Args)]
pub(crate) struct ProcessOptions {
    /// `component`, or the configuration of a federator.
    role: String,
    /// Where backends are: `DOMAIN=PORT`.
    targets: Vec<String>,
}

/// Measures and prints the tables.
pub(crate) fn run(options: &Options) -> Result<(), Failed> {
    if cfg!(debug_assertions) {
        return run_optimised();
    }
    let measured = one_thread()?.block_on(rounds::measure(options))?;
    let text = report::markdown(&measured, options);
    print!("{text}");
    if options.write {
        report::write(&text)?;
    }
    Ok(())
}

/// Is a process of the scene until it is ended.
pub(crate) fn process(options: &ProcessOptions) -> Result<(), Failed> {
    let runtime = one_thread()?;
    match &*options.role {
        "component" => runtime.block_on(component::serve()),
        config => runtime.block_on(federator::run(config.as_ref(), &options.targets)),
    }
}

/// Code that was built for debugging tells nothing: builds this program again and hands over to it.
pub(crate) fn run_optimised() -> Result<(), Failed> {
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

pub(crate) fn one_thread() -> Result<tokio::runtime::Runtime, Failed> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}
