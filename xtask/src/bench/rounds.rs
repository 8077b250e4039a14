//! The measurements: rounds that interleave the contestants.

use std::collections::BTreeMap;

use bench_harness::driver::{Report, Task};
use bench_harness::load::Outcome;
use bench_harness::{Failed, Workload};

use crate::bench::Options;
use crate::bench::contestant::{
    GENERATED, GENERATED_HTTP1, LEAN, LEAN_HTTP1, YARDSTICK, YARDSTICK_AGAIN,
};
use crate::bench::pairing::{OTHERS, Pairing, SERVANT};
use crate::bench::process::{Client, Server};
use crate::bench::programs;

/// How many calls are made at once.
const CONCURRENCIES: [usize; 3] = [1, 16, 64];

/// One cell of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    pub(crate) workload: Workload,
    pub(crate) concurrency: usize,
    pub(crate) pairing: Pairing,
}

/// What one measurement gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measurement {
    /// CPU time of the server per call, in microseconds.
    pub(crate) server_micros: f64,
    /// CPU time of the client per call, in microseconds.
    pub(crate) client_micros: f64,
    /// Calls in a second.
    pub(crate) calls_per_second: f64,
    /// Bytes in a second, where the workload counts bytes.
    pub(crate) size_per_second: f64,
    /// The median time of a call, in microseconds.
    pub(crate) median_micros: f64,
    /// What the server's peak of memory has beyond what it held before, in bytes.
    pub(crate) server_extra: f64,
    /// The same of the client.
    pub(crate) client_extra: f64,
}

/// Every measurement of every case, in the order of the rounds.
pub(crate) type Measured = BTreeMap<Case, Vec<Measurement>>;

/// Makes all measurements.
pub(crate) fn measure(options: &Options) -> Result<Measured, Failed> {
    let mut processes = Processes::start(options)?;
    processes.compare_documents()?;
    let mut measured = Measured::new();
    for round in 0..options.rounds() {
        eprintln!("round {} of {}", round + 1, options.rounds());
        for case in cases(options) {
            let measurement = if case.workload == Workload::Stream {
                // Memory that an earlier workload left behind would hide what a stream takes.
                let mut fresh = Processes::of(case.pairing)?;
                fresh.measure(case, options.seconds())?
            } else {
                processes.measure(case, options.seconds())?
            };
            measured.entry(case).or_default().push(measurement);
        }
    }
    Ok(measured)
}

/// All cases in the order of a round: the contestants are what changes fastest.
fn cases(options: &Options) -> Vec<Case> {
    let mut cases = Vec::new();
    for workload in Workload::ALL {
        if !workload.title().contains(&options.workload) {
            continue;
        }
        let concurrencies = match workload {
            Workload::Stream => &[1][..],
            _ => &CONCURRENCIES[..],
        };
        for concurrency in concurrencies.iter().copied() {
            if options.concurrency.is_some_and(|only| only != concurrency) {
                continue;
            }
            let mut pairings = Pairing::ALL.to_vec();
            if options.others && workload.is_of_brig() {
                pairings.push(Pairing::both_of(GENERATED_HTTP1));
                pairings.push(Pairing::both_of(LEAN_HTTP1));
                pairings.extend(OTHERS.map(Pairing::both_of));
            }
            if options.others && workload == Workload::Small && programs::has_servant() {
                pairings.push(Pairing::server_of(SERVANT));
            }
            cases.extend(pairings.into_iter().map(|pairing| Case {
                workload,
                concurrency,
                pairing,
            }));
        }
    }
    cases
}

/// The running contestants.
struct Processes {
    servers: BTreeMap<&'static str, Server>,
    clients: BTreeMap<&'static str, Client>,
}

impl Processes {
    fn start(options: &Options) -> Result<Self, Failed> {
        let mut all = Self {
            servers: BTreeMap::new(),
            clients: BTreeMap::new(),
        };
        let mut names = vec![YARDSTICK, YARDSTICK_AGAIN, GENERATED, LEAN];
        if options.others {
            names.push(GENERATED_HTTP1);
            names.push(LEAN_HTTP1);
            names.extend(OTHERS);
        }
        for name in names {
            all.servers.insert(name, Server::start(name, false)?);
            all.clients.insert(name, Client::start(name, false)?);
        }
        if options.others && programs::has_servant() {
            all.servers.insert(SERVANT, Server::start(SERVANT, false)?);
        }
        Ok(all)
    }

    fn of(pairing: Pairing) -> Result<Self, Failed> {
        let server = Server::start(pairing.server, false)?;
        let client = Client::start(pairing.client, false)?;
        Ok(Self {
            servers: BTreeMap::from([(pairing.server, server)]),
            clients: BTreeMap::from([(pairing.client, client)]),
        })
    }

    /// Whoever calls whom, the same documents travel; or the ratios would compare different work. (The
    /// others have wire formats of their own; that they carry as much is seen from the sizes.)
    fn compare_documents(&mut self) -> Result<(), Failed> {
        for workload in Workload::ALL {
            let mut first = None;
            let ours = |name: &&'static str| !OTHERS.contains(name) && *name != SERVANT;
            for (client_name, client) in self.clients.iter_mut().filter(|(name, _)| ours(name)) {
                for (server_name, server) in self.servers.iter().filter(|(name, _)| ours(name)) {
                    let Report::Shown(request, response) =
                        client.order(server, workload, Task::Show)?
                    else {
                        return Err("the client did something else".into());
                    };
                    let documents = (request, response);
                    if *first.get_or_insert_with(|| documents.clone()) != documents {
                        return Err(format!(
                            "{}: between client {client_name} and server {server_name} other documents travel",
                            workload.rpc()
                        )
                        .into());
                    }
                }
            }
        }
        Ok(())
    }

    fn measure(&mut self, case: Case, seconds: f64) -> Result<Measurement, Failed> {
        let (Some(server), Some(client)) = (
            self.servers.get(case.pairing.server),
            self.clients.get_mut(case.pairing.client),
        ) else {
            return Err("a contestant that does not run".into());
        };
        // Connects, and brings the caches of the processor over to this pairing. A stream counts from
        // the first one on, which is the one that takes memory.
        let warm_up = match case.workload {
            Workload::Stream => Workload::Small,
            workload => workload,
        };
        load(
            client,
            server,
            Case {
                workload: warm_up,
                ..case
            },
            0.05,
        )?;

        let (of_server, of_client) = (server.usage(), client.usage());
        let (server_cpu, client_cpu) = (of_server.cpu_nanos()?, of_client.cpu_nanos()?);
        let (server_held, client_held) = (of_server.resident()?, of_client.resident()?);
        of_server.forget_peak()?;
        of_client.forget_peak()?;

        let outcome = load(client, server, case, seconds)?;
        let expected = case.workload.size() * outcome.calls;
        if outcome.size != expected {
            return Err(format!("{case:?}: {} in place of {expected} came", outcome.size).into());
        }

        let per_call = |before: u64, now: u64| (now - before) as f64 / 1e3 / outcome.calls as f64;
        let extra = |held: u64, peak: u64| peak.saturating_sub(held) as f64;
        Ok(Measurement {
            server_micros: per_call(server_cpu, of_server.cpu_nanos()?),
            client_micros: per_call(client_cpu, of_client.cpu_nanos()?),
            calls_per_second: outcome.calls as f64 / outcome.seconds,
            size_per_second: outcome.size as f64 / outcome.seconds,
            median_micros: outcome.median_micros,
            server_extra: extra(server_held, of_server.peak()?),
            client_extra: extra(client_held, of_client.peak()?),
        })
    }
}

fn load(client: &mut Client, server: &Server, case: Case, seconds: f64) -> Result<Outcome, Failed> {
    let task = Task::Load {
        concurrency: case.concurrency,
        seconds,
    };
    match client.order(server, case.workload, task)? {
        Report::Loaded(outcome) => Ok(outcome),
        Report::Shown(..) => Err("the client did something else".into()),
    }
}
