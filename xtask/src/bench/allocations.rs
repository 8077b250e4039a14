//! How many allocations a call makes: counted in programs whose allocator counts.

use std::process::Command;

use bench_harness::driver::{Report, Task};
use bench_harness::{Failed, Workload};

use crate::bench::Options;
use crate::bench::codec;
use crate::bench::contestant::{GENERATED, LEAN, YARDSTICK};
use crate::bench::pairing::OTHERS;
use crate::bench::process::{Client, Server};
use crate::bench::programs;

/// Allocations, all of them.
pub(crate) struct Counted {
    /// In the order of the codecs.
    pub(crate) codecs: Vec<codec::Allocations>,
    pub(crate) calls: Vec<PerCall>,
}

/// Allocations of both sides of a contestant for one call.
pub(crate) struct PerCall {
    pub(crate) contestant: &'static str,
    pub(crate) workload: Workload,
    pub(crate) server: f64,
    pub(crate) client: f64,
}

/// Counts them.
pub(crate) fn count(options: &Options) -> Result<Counted, Failed> {
    let mut contestants = vec![YARDSTICK, GENERATED, LEAN];
    if options.others {
        contestants.extend(OTHERS);
    }
    let mut calls = Vec::new();
    for contestant in contestants {
        let mut server = Server::start(contestant, true)?;
        let mut client = Client::start(contestant, true)?;
        for workload in Workload::ALL {
            let others = OTHERS.contains(&contestant);
            if workload == Workload::Stream || (others && !workload.is_of_brig()) {
                continue;
            }
            calls.push(per_call(contestant, workload, &mut server, &mut client)?);
        }
    }
    Ok(Counted {
        codecs: codecs()?,
        calls,
    })
}

fn per_call(
    contestant: &'static str,
    workload: Workload,
    server: &mut Server,
    client: &mut Client,
) -> Result<PerCall, Failed> {
    let load = Task::Load {
        concurrency: 1,
        seconds: 0.1,
    };
    // The first calls set up what later ones use.
    client.order(server, workload, load)?;
    let before = server.allocations()?;
    let Report::Loaded(outcome) = client.order(server, workload, load)? else {
        return Err("the client did something else".into());
    };
    let calls = outcome.calls as f64;
    Ok(PerCall {
        contestant,
        workload,
        server: (server.allocations()? - before) as f64 / calls,
        client: outcome.allocations as f64 / calls,
    })
}

fn codecs() -> Result<Vec<codec::Allocations>, Failed> {
    let counted = Command::new(programs::of(GENERATED, true)?)
        .arg("bench-codec-allocations")
        .output()?;
    Ok(serde_json::from_slice(&counted.stdout)?)
}
