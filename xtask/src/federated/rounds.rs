//! Measuring, round by round.

use super::Options;
use super::load::{calls, stream};
use super::scene::Scene;
use super::way::Way;
use bench_harness::Failed;

/// How many calls are made at once.
pub(super) const AT_ONCE: [usize; 3] = [1, 16, 64];

/// What was measured of one way, in one round, with so many calls at once.
#[derive(Clone, Copy)]
pub(super) struct Small {
    pub(super) way: Way,
    pub(super) at_once: usize,
    pub(super) round: usize,
    pub(super) calls_per_second: f64,
    /// The median, in microseconds.
    pub(super) latency: f64,
    /// CPU time of what stands between, per call, in microseconds.
    pub(super) cpu: f64,
}

/// What was measured of an asset, in one round.
#[derive(Clone, Copy)]
pub(super) struct Streamed {
    pub(super) way: Way,
    pub(super) round: usize,
    pub(super) mebibytes_per_second: f64,
    /// The most memory of each process between beyond what it had before, in bytes.
    pub(super) memory: [u64; 2],
}

pub(super) struct Measured {
    /// What else the machine did, over a minute.
    pub(super) load: String,
    pub(super) small: Vec<Small>,
    pub(super) streamed: Vec<Streamed>,
}

pub(super) async fn measure(options: &Options) -> Result<Measured, Failed> {
    let load = std::fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    let scene = Scene::start(true)?;
    let mut connections = Vec::new();
    for way in Way::ALL {
        let connection = way.connection(scene.address(way))?;
        // Whatever has to be opened or agreed on.
        calls(&connection, 64, 0.1).await?;
        connections.push((way, connection));
    }
    let (mut small, mut streamed) = (Vec::new(), Vec::new());
    for round in 0..options.rounds() {
        eprintln!("round {} of {}", round + 1, options.rounds());
        for at_once in AT_ONCE {
            for (way, connection) in &connections {
                let cpu = || -> Result<u64, Failed> {
                    let between = scene.between(*way);
                    between.iter().map(|process| process.cpu_nanos()).sum()
                };
                let before = cpu()?;
                let called = calls(connection, at_once, options.seconds()).await?;
                let used = cpu()? - before;
                let number = called.calls as f64;
                small.push(Small {
                    way: *way,
                    at_once,
                    round,
                    calls_per_second: number / called.time.as_secs_f64(),
                    latency: called.latency.as_secs_f64() * 1e6,
                    cpu: used as f64 / 1e3 / number,
                });
            }
        }
        for (way, connection) in &connections {
            // For one long call a new connection more or less is nothing.
            if *way == Way::PerCall {
                continue;
            }
            let between = scene.between(*way);
            let mut before = [0; 2];
            for (memory, process) in before.iter_mut().zip(&between) {
                *memory = process.resident()?;
            }
            let mebibytes_per_second = stream(connection).await?;
            let mut memory = [0; 2];
            for ((memory, process), before) in memory.iter_mut().zip(&between).zip(before) {
                *memory = process.peak()?.saturating_sub(before);
            }
            streamed.push(Streamed {
                way: *way,
                round,
                mebibytes_per_second,
                memory,
            });
        }
    }
    Ok(Measured {
        load,
        small,
        streamed,
    })
}
