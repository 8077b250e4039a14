//! The `federation` program.

mod call;
mod check;
mod completions;
mod demo;
mod diff;
mod fault;
mod federator;
mod input;
mod json_text;
mod nearest;
mod openapi;
mod rpcs;
mod running;
mod seed;
mod serve;
mod style;
mod suggested;
mod types;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::fault::Fault;

const ABOUT: &str = "\
The federation API of messaging backends: see it work, serve it, call it, check it.

Start with `federation demo`, which runs two backends on this machine and lets them talk.";

const AFTER: &str = "\
`federation help COMMAND` explains a command, with examples.

Logs go to stderr; RUST_LOG chooses what is logged (RUST_LOG=info, RUST_LOG=federation_clients=debug).
Colour is used on terminals only, and not where NO_COLOR is set.

Exit status: 0 success; 1 something failed, and stderr says what; 2 the command line is wrong.";

/// The federation API of messaging backends: see it work, serve it, call it, check it.
#[derive(Debug, Parser)]
#[command(
    name = "federation",
    version,
    long_about = ABOUT,
    after_help = AFTER,
    styles = style::HELP,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Federator(federator::RunFederator),
    Call(call::CallRpc),
    Check(check::Check),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    Diff(diff::Diff),
    Completions(completions::Completions),
}

fn main() -> ExitCode {
    let program = Program::parse();
    // The configuration of a federator says what it logs.
    if !matches!(program.command, Command::Federator(_)) {
        log_to_stderr("warn", LogFormat::Text);
    }
    match run(&program.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fault.report(),
    }
}

fn run(command: &Command) -> Result<(), Fault> {
    match command {
        Command::Demo(demo) => in_runtime(demo::run(demo)),
        Command::Serve(serve) => in_runtime(serve::run(serve)),
        Command::Federator(command) => in_runtime(federator::run(command)),
        Command::Call(call) => in_runtime(call::run(call)),
        Command::Check(check) => check::run(check),
        Command::OpenApi(openapi) => openapi::run(openapi),
        Command::Diff(diff) => diff::run(diff),
        Command::Completions(completions) => completions::run(completions, Program::command()),
    }
}

fn in_runtime(work: impl Future<Output = Result<(), Fault>>) -> Result<(), Fault> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::Failed(format!("no threads can be started: {error}")))?
        .block_on(work)
}

/// How log lines look.
#[derive(Debug, Clone, Copy)]
enum LogFormat {
    Text,
    Json,
}

/// Logs what `RUST_LOG` says; from `level` on if it says nothing.
fn log_to_stderr(level: &str, format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let coloured = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let logger = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A closed stderr must not end the program.
        .log_internal_errors(false);
    match format {
        LogFormat::Text => logger.with_ansi(coloured).init(),
        LogFormat::Json => logger.json().init(),
    }
}
