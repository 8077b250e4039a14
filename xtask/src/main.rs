//! Tasks of this workspace that are more than one cargo command: `cargo xtask --help`.

mod bench;
mod federated;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure the generated routers and clients beside the same service written by hand
    Bench(bench::Options),
    /// Measure calls over two federators beside direct ones, and beside nginx
    Federated(federated::Options),
    /// A process between client and component, started by `federated`
    #[command(hide = true)]
    FederatedProcess(federated::ProcessOptions),
    /// The server side of a contestant, started by `bench`
    #[command(hide = true)]
    BenchServer {
        /// Which contestant.
        name: String,
    },
    /// The client side of a contestant, started by `bench`
    #[command(hide = true)]
    BenchClient {
        /// Which contestant.
        name: String,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Bench(options) => bench::run(&options),
        Task::Federated(options) => federated::run(&options),
        Task::FederatedProcess(options) => federated::process(&options),
        Task::BenchServer { name } => bench::serve(&name),
        Task::BenchClient { name } => bench::client(&name),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
