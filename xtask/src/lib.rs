//! Tasks of this workspace that are more than one cargo command: `cargo xtask --help`.
//!
//! A library only because two programs share it: `xtask`, and `xtask-counting`, whose allocator counts.

mod attacks;
mod bench;
mod build_cost;
mod federated;
mod queue;
mod soak;

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
    /// Measure normal calls while servers and federators are attacked
    Attacks(attacks::Options),
    /// Measure the generated routers and clients beside the same service written by hand
    Bench(bench::Options),
    /// Measure what the generated code costs those who build it
    BuildCost(build_cost::Options),
    /// Measure calls over two federators beside direct ones, and beside nginx
    Federated(federated::Options),
    /// Measure the queues of notifications
    Queue(queue::Options),
    /// Load two federated backends while what is between them fails
    Soak(soak::Options),
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
    /// Counts the allocations of codecs, started by `bench`
    #[command(hide = true)]
    BenchCodecAllocations,
    /// Decodes or encodes one body again and again, for profilers
    #[command(hide = true)]
    BenchCodec {
        /// Such as `message, request/decode/ours`.
        what: String,
        /// How often.
        times: usize,
    },
}

/// Does what the command line says.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Attacks(options) => attacks::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::BuildCost(options) => build_cost::run(&options),
        Task::Federated(options) => federated::run(&options),
        Task::Queue(options) => queue::run(&options),
        Task::Soak(options) => soak::run(&options),
        Task::FederatedProcess(options) => federated::process(&options),
        Task::BenchServer { name } => bench::serve(&name),
        Task::BenchClient { name } => bench::client(&name),
        Task::BenchCodecAllocations => bench::count_codec_allocations(),
        Task::BenchCodec { what, times } => bench::repeat_codec(&what, times),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
