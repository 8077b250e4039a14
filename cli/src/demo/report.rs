//! Telling what happened: to people in lines, to programs in JSON.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use serde_json::json;

use super::hops::{Hop, Hops};
use crate::style;

/// Tells of each hop as it is over, and keeps count.
#[derive(Debug)]
pub(super) struct Report {
    hops: Hops,
    as_json: bool,
    step: u32,
    told: u32,
    good: u32,
    bad: u32,
    counted: u64,
}

impl Report {
    pub(super) fn new(hops: Hops, as_json: bool) -> Self {
        Self {
            hops,
            as_json,
            step: 0,
            told: 0,
            good: 0,
            bad: 0,
            counted: 0,
        }
    }

    /// A line for people.
    pub(super) fn say(&self, text: impl Display) -> io::Result<()> {
        if self.as_json {
            return Ok(());
        }
        writeln!(anstream::stdout().lock(), "{text}")
    }

    /// A new part of the story: what is going to happen, and why.
    pub(super) fn step(&mut self, title: &str, story: &str) -> io::Result<()> {
        self.step += 1;
        let heading = format!("{}. {title}", self.step);
        self.say(format_args!("\n{}", style::HEADING.paint(heading)))?;
        for line in story.lines() {
            self.say(format_args!("   {}", style::FAINT.paint(line)))?;
        }
        Ok(())
    }

    /// The hops since the last time, and whether what they brought is as expected: what was seen, or
    /// what is wrong with it.
    pub(super) fn outcome(&mut self, seen: Result<String, String>) -> io::Result<()> {
        self.tell_hops()?;
        match seen {
            Ok(seen) => {
                self.good += 1;
                self.say(format_args!("     {} {seen}", style::GOOD.paint("✓")))
            }
            Err(wrong) => {
                self.bad += 1;
                self.say(format_args!("     {} {wrong}", style::BAD.paint("✗")))?;
                if self.as_json {
                    let mut stderr = anstream::stderr().lock();
                    let _ = writeln!(stderr, "step {}: not as expected: {wrong}", self.step);
                }
                Ok(())
            }
        }
    }

    /// A count that runs while a long answer arrives: one line that changes on a terminal, a line
    /// for each quarter elsewhere.
    pub(super) fn count(&mut self, bytes: u64, of: u64) -> io::Result<()> {
        const MIB: u64 = 1024 * 1024;
        if self.as_json {
            return Ok(());
        }
        let mut stdout = anstream::stdout().lock();
        let count = format!("     … {} of {} MiB", bytes / MIB, of / MIB);
        if io::stdout().is_terminal() {
            if bytes / MIB > self.counted / MIB {
                write!(stdout, "\r{}", style::FAINT.paint(count))?;
                stdout.flush()?;
            }
        } else if bytes / (of / 4).max(1) > self.counted / (of / 4).max(1) {
            writeln!(stdout, "{count}")?;
        }
        self.counted = bytes;
        Ok(())
    }

    fn tell_hops(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.counted) > 0 && io::stdout().is_terminal() {
            // Back to the beginning of the line, which the hop then covers.
            write!(anstream::stdout().lock(), "\r")?;
        }
        for hop in self.hops.take() {
            self.told += 1;
            if self.as_json {
                writeln!(io::stdout().lock(), "{}", machine_line(self.step, &hop))?;
            } else {
                self.say(line(&hop))?;
            }
        }
        Ok(())
    }

    /// The last words. Whether all was as expected.
    pub(super) fn summary(&self, time: Duration) -> io::Result<bool> {
        let Self {
            told, good, bad, ..
        } = self;
        let verdict = if *bad == 0 {
            style::GOOD.paint(format!("{good} results, all as expected"))
        } else {
            style::BAD.paint(format!("{bad} of {} results not as expected", good + bad))
        };
        let time = time.as_secs_f32();
        self.say(format_args!("\n{told} calls in {time:.2} s; {verdict}."))?;
        Ok(*bad == 0)
    }
}

fn line(hop: &Hop) -> String {
    let version = hop
        .version
        .as_ref()
        .map_or("–".to_owned(), |version| format!("v{version}"));
    let answer = match &hop.answer {
        Ok(status @ 200..300) => style::GOOD.paint(status.to_string()),
        Ok(status) => style::BAD.paint(status.to_string()),
        Err(reason) => style::BAD.paint(reason.clone()),
    };
    format!(
        "   {} → {}  POST {:<42} {version:<3} {answer} {:>9} {:>10}",
        hop.sender,
        hop.receiver,
        style::NAME.paint(&hop.path),
        milliseconds(hop.time),
        style::FAINT.paint(size(hop.bytes)),
    )
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1024 / 1024),
    }
}

fn machine_line(step: u32, hop: &Hop) -> serde_json::Value {
    json!({
        "hop": hop.number,
        "step": step,
        "sender": hop.sender,
        "receiver": hop.receiver.as_str(),
        "method": "POST",
        "path": hop.path,
        "http": hop.http,
        "version": hop.version.as_ref().and_then(|version| version.parse::<u64>().ok()),
        "status": hop.answer.as_ref().ok(),
        "error": hop.answer.as_ref().err(),
        "milliseconds": (hop.time.as_secs_f64() * 1_000_000.0).round() / 1000.0,
        "bytes": hop.bytes,
        "request_id": hop.request_id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_result_is_enough() {
        let mut report = Report::new(Hops::default(), true);
        report.outcome(Ok("seen".to_owned())).unwrap();
        assert!(report.summary(Duration::ZERO).unwrap());
        report.outcome(Err("something else".to_owned())).unwrap();
        report.outcome(Ok("seen".to_owned())).unwrap();
        assert!(!report.summary(Duration::ZERO).unwrap());
    }
}
