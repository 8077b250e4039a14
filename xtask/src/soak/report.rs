//! What a soak has to tell.

use std::io::{self, Write};

use serde::Serialize;

use super::readings::Courses;
use super::tally::Counts;

/// How a soak went.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) seed: u64,
    pub(super) callers: usize,
    pub(super) optimised: bool,
    pub(super) seconds: f64,
    pub(super) counts: Counts,
    pub(super) notices: [Notices; 2],
    pub(super) courses: Courses,
}

/// The notifications of one backend.
#[derive(Serialize)]
pub(super) struct Notices {
    pub(super) from: String,
    pub(super) published: u64,
    pub(super) delivered: u64,
    pub(super) lost: u64,
    pub(super) duplicates: u64,
    pub(super) reordered: u64,
    pub(super) dead: u64,
}

/// How much more memory there may be at the end: what allocators keep.
const MEMORY: u64 = 32 * 1024;
/// How many more connections may be open at the end: dead ones are kept for a while.
const DESCRIPTORS: u64 = 60;
/// How long a run must be, in seconds, to tell whether something grows.
const TELLING: f64 = 110.0;

impl Report {
    /// What is wrong; empty if nothing is.
    pub(super) fn verdict(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.counts.wrong > 0 {
            faults.push(format!(
                "{} calls ended wrongly or not at all",
                self.counts.wrong
            ));
        }
        for notices in &self.notices {
            let Notices {
                from,
                lost,
                reordered,
                dead,
                ..
            } = notices;
            if lost + reordered + dead > 0 {
                faults.push(format!(
                    "notifications of {from}: {lost} lost, {reordered} reordered, {dead} dead"
                ));
            }
        }
        let Courses {
            resident_kib,
            descriptors,
            tasks,
            ..
        } = self.courses;
        if self.seconds >= TELLING {
            for (what, course, tolerance) in [
                (
                    "memory (KiB)",
                    resident_kib,
                    MEMORY + resident_kib.first / 10,
                ),
                ("file descriptors", descriptors, DESCRIPTORS),
                ("tasks", tasks, DESCRIPTORS * 2),
            ] {
                if !course.is_flat(tolerance) {
                    let (first, last) = (course.first, course.last);
                    faults.push(format!("{what} grew from {first} to {last}"));
                }
            }
        }
        faults
    }

    pub(super) fn print(&self, json: bool) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if json {
            let text = serde_json::to_string_pretty(self)?;
            return writeln!(out, "{text}");
        }
        let counts = &self.counts;
        let ok: u64 = counts.ok.values().sum();
        let build = if self.optimised {
            "optimised"
        } else {
            "not optimised"
        };
        writeln!(
            out,
            "{:.0} s, seed {}, {} callers on each side, {build}",
            self.seconds, self.seed, self.callers
        )?;
        writeln!(
            out,
            "calls {} ({:.0}/s), right at once {ok}, errors that a fault excuses {}, wrong {}, slowest {} ms",
            counts.calls,
            counts.calls as f64 / self.seconds,
            counts.errors.values().sum::<u64>(),
            counts.wrong,
            counts.slowest_ms
        )?;
        for (kind, count) in &counts.ok {
            writeln!(out, "  {count:>9}  {kind}")?;
        }
        writeln!(out, "errors")?;
        for (label, count) in &counts.errors {
            writeln!(out, "  {count:>9}  {label}")?;
        }
        writeln!(out, "faults")?;
        for (fault, count) in &counts.faults {
            writeln!(out, "  {count:>9}  {fault}")?;
        }
        for notices in &self.notices {
            writeln!(
                out,
                "notifications of {}: published {}, delivered {}, duplicates {}, lost {}, reordered {}, dead {}",
                notices.from,
                notices.published,
                notices.delivered,
                notices.duplicates,
                notices.lost,
                notices.reordered,
                notices.dead
            )?;
        }
        for (what, course) in [
            ("memory, KiB", self.courses.resident_kib),
            ("file descriptors", self.courses.descriptors),
            ("tasks", self.courses.tasks),
        ] {
            writeln!(
                out,
                "{what}: first third {}, last third {}, most {}",
                course.first, course.last, course.most
            )?;
        }
        let stalls = self.courses.stalls;
        writeln!(out, "times that the machine gave no time: {stalls}")?;
        for complaint in &counts.complaints {
            writeln!(out, "wrong: {complaint}")?;
        }
        Ok(())
    }
}
