//! The `federation` program.

mod call;
mod check;
mod completions;
mod demo;
mod diff;
mod docs;
mod fault;
mod federator;
mod input;
mod json_text;
mod logging;
mod nearest;
mod openapi;
mod push;
mod queue;
mod rpcs;
mod running;
mod seed;
mod serve;
mod style;
mod suggested;
mod types;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::fault::Fault;
use crate::logging::Format;

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
    Push(push::Push),
    Queue(queue::Queue),
    Check(check::Check),
    Docs(docs::Docs),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    Diff(diff::Diff),
    Completions(completions::Completions),
}

fn main() -> ExitCode {
    let program = Program::parse();
    match &program.command {
        Command::Demo(demo) => {
            logging::begin(demo::LOGGED, Format::Text, Some(demo.tap()));
        }
        // Its configuration says what it logs.
        Command::Federator(_) => {}
        _ => logging::begin("warn,lapin=off", Format::Text, None),
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
        Command::Push(push) => in_runtime(push::run(push)),
        Command::Queue(queue) => in_runtime(queue::run(queue)),
        Command::Check(check) => check::run(check),
        Command::Docs(docs) => in_runtime(docs::run(docs)),
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
