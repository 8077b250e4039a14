//! The service of the benchmarks, built with other libraries, each in the configuration that its
//! documentation recommends: for `cargo xtask bench --others`.

mod bare_hyper;
mod dropshot;
mod messages;
mod tarpc;
mod tonic;

/// The yardstick's own structs: what is compared here is not the types.
#[allow(dead_code, reason = "not all of them are used here")]
#[path = "../../../xtask/src/bench/by_hand/documents.rs"]
mod documents;

use std::process::ExitCode;

use bench_harness::{Contestant, Failed};

const ALL: [Contestant; 5] = [
    Contestant {
        name: "hyper",
        serve: bare_hyper::serve,
        connect: bare_hyper::connect,
    },
    Contestant {
        name: "tonic",
        serve: tonic::serve,
        connect: tonic::connect,
    },
    Contestant {
        name: "tarpc",
        serve: tarpc::serve,
        connect: tarpc::connect,
    },
    Contestant {
        name: "dropshot",
        serve: dropshot::serve,
        connect: dropshot::connect,
    },
    Contestant {
        name: "dropshot/1.1",
        serve: dropshot::serve,
        connect: dropshot::connect_http1,
    },
];

/// Plays the part that the command line says: `bench-server NAME` or `bench-client NAME`.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done: Result<(), Failed> = match &arguments[..] {
        [role, name] if role == "bench-server" => bench_harness::serve(&ALL, name),
        [role, name] if role == "bench-client" => bench_harness::client(&ALL, name),
        [what] if what == "dropshot-document" => {
            dropshot::document().map(|document| print!("{document}"))
        }
        _ => Err("say `bench-server NAME`, `bench-client NAME` or `dropshot-document`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
