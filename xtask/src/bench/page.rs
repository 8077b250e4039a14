//! The page that the tables stand on.

use std::fs;

use bench_harness::Failed;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../BENCHMARKS.md");

/// Puts a text between two lines of `BENCHMARKS.md`, or at its end if they are not there.
pub(crate) fn replace(begin: &str, end: &str, text: &str) -> Result<(), Failed> {
    let page = fs::read_to_string(PAGE)?;
    let (before, after) = match page.split_once(begin) {
        Some((before, rest)) => {
            let after = rest
                .split_once(end)
                .ok_or("BENCHMARKS.md has no end of the tables")?;
            (before, after.1)
        }
        None => (page.as_str(), ""),
    };
    let text = text.trim();
    fs::write(PAGE, format!("{before}{begin}\n{text}\n\n{end}{after}"))?;
    Ok(())
}
