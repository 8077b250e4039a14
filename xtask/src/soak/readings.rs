//! Memory, file descriptors and tasks of this process, over time.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::runtime::Handle;

use super::weather::{Fault, Weather};

/// How often is looked.
const INTERVAL: Duration = Duration::from_millis(200);
/// A look that comes so late says that this process got no time.
const STALLED: Duration = Duration::from_millis(1200);

/// What was read at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    resident_kib: u64,
    descriptors: u64,
    tasks: u64,
}

/// The median of the first third of a run, behind its first tenth, and of the last.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Course {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) most: u64,
}

/// How resources went.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Courses {
    pub(super) resident_kib: Course,
    pub(super) descriptors: Course,
    pub(super) tasks: Course,
    /// How often this process got no time.
    pub(super) stalls: u64,
}

/// Reads again and again until then.
pub(super) async fn read(weather: Arc<Weather>, end: tokio::time::Instant) -> Courses {
    let mut readings = Vec::new();
    let mut stalls = 0;
    while tokio::time::Instant::now() < end {
        let asleep = Instant::now();
        tokio::time::sleep(INTERVAL).await;
        if asleep.elapsed() > STALLED {
            stalls += 1;
            weather.was(Fault::Stall, asleep);
        }
        readings.push(now());
    }
    // While all begins, everything grows.
    let settled = &readings[readings.len() / 10..];
    let course = |what: fn(&Reading) -> u64| {
        let third = settled.len() / 3;
        Course {
            first: median(&settled[..third], what),
            last: median(&settled[settled.len() - third..], what),
            most: settled.iter().map(what).max().unwrap_or_default(),
        }
    };
    Courses {
        resident_kib: course(|reading| reading.resident_kib),
        descriptors: course(|reading| reading.descriptors),
        tasks: course(|reading| reading.tasks),
        stalls,
    }
}

impl Course {
    /// Whether it is as high at the end as at the beginning, or higher by no more than this.
    pub(super) fn is_flat(self, tolerance: u64) -> bool {
        self.last <= self.first + tolerance
    }
}

fn median(readings: &[Reading], what: fn(&Reading) -> u64) -> u64 {
    let mut numbers: Vec<_> = readings.iter().map(what).collect();
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// What the system says of this process; zero where it says nothing.
fn now() -> Reading {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| {
        let rest = line.strip_prefix("VmRSS:")?;
        rest.trim().strip_suffix(" kB")?.parse().ok()
    });
    let descriptors = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    Reading {
        resident_kib: resident.unwrap_or_default(),
        descriptors: descriptors as u64,
        tasks: Handle::current().metrics().num_alive_tasks() as u64,
    }
}
