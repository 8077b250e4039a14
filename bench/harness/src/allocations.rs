//! Counting allocations, in the programs whose name ends in `-counting`: their allocator counts.

use std::sync::OnceLock;

use crate::Failed;

static COUNTER: OnceLock<fn() -> u64> = OnceLock::new();

/// Says who knows how many allocations there were in this process so far.
pub fn count_with(counter: fn() -> u64) {
    // The first one is right: a process has one allocator.
    let _ = COUNTER.set(counter);
}

/// The allocations of this process so far, growing ones included; `None` where nobody counts.
#[must_use]
pub fn so_far() -> Option<u64> {
    COUNTER.get().map(|counter| counter())
}

/// How many allocations `work` makes.
pub fn during(work: impl Fn() -> Result<(), Failed>) -> Result<u64, Failed> {
    const NOBODY: &str =
        "this program does not count allocations; the one whose name ends in `-counting` does";
    // The first time may set up what later ones use.
    work()?;
    let before = so_far().ok_or(NOBODY)?;
    work()?;
    Ok(so_far().ok_or(NOBODY)? - before)
}
