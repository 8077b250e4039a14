//! Telling people, line by line, as it happens.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use super::beside::{Beside, beside};
use crate::demo::hop::{Answer, Hop, Kind};
use crate::demo::tale::{Act, Step, Tale, milliseconds};
use crate::style;

/// What comes before the domain in questions for federators.
const SERVICE: &str = "_wire-server-federator._tcp.";

/// Tells people, unless it is to be silent.
#[derive(Debug)]
pub(crate) struct Voice {
    silent: bool,
}

impl Voice {
    pub(crate) fn new(silent: bool) -> Self {
        Self { silent }
    }

    /// A line.
    pub(crate) fn say(&self, text: impl Display) -> io::Result<()> {
        if self.silent {
            return Ok(());
        }
        writeln!(anstream::stdout().lock(), "{text}")
    }

    /// The heading of a step.
    pub(crate) fn step(&self, number: usize, step: &Step) -> io::Result<()> {
        let heading = format!("{number}. {}", step.title);
        self.say(format_args!("\n{}", style::HEADING.paint(heading)))?;
        for line in step.story.lines() {
            self.say(format_args!("   {}", style::FAINT.paint(line)))?;
        }
        Ok(())
    }

    /// What was done, hop by hop, and what that brought.
    pub(crate) fn act(&self, act: &Act) -> io::Result<()> {
        let [cold, warm] = &act.rounds;
        self.say("")?;
        self.say(format_args!(
            "   {:<98} {} {}",
            style::NAME.paint(&act.title),
            style::FAINT.paint(format_args!("{:>9}", "cold")),
            style::FAINT.paint(format_args!("{:>9}", "warm")),
        ))?;
        for row in beside(&cold.hops, &warm.hops) {
            self.say(line(row))?;
        }
        self.say(format_args!(
            "     {:<96} {:>9} {:>9}",
            "in all",
            milliseconds(cold.time),
            milliseconds(warm.time),
        ))?;
        match (&cold.result, &warm.result) {
            (Ok(cold), Ok(warm)) if cold == warm => self.good("", cold),
            _ => [cold, warm].into_iter().try_for_each(|round| {
                let warmth = format!("{}: ", round.warmth);
                match &round.result {
                    Ok(seen) => self.good(&warmth, seen),
                    Err(wrong) => self.say(format_args!(
                        "   {} {warmth}{}",
                        style::BAD.paint("✗"),
                        style::visible(wrong)
                    )),
                }
            }),
        }
    }

    fn good(&self, warmth: &str, seen: &str) -> io::Result<()> {
        let seen = style::visible(seen);
        self.say(format_args!("   {} {warmth}{seen}", style::GOOD.paint("✓")))
    }

    /// The last words.
    pub(crate) fn summary(&self, tale: &Tale, time: Duration) -> io::Result<()> {
        self.say(format_args!("\n{}", style::HEADING.paint("Summary")))?;
        self.say(style::FAINT.paint(format_args!(
            "   {:<50} {:>6} {:>11} {:>11}",
            "", "calls", "cold", "warm"
        )))?;
        for (number, step) in (1..).zip(&tale.steps) {
            let [cold, warm] = step.times().map(milliseconds);
            let verdict = if step.is_good() {
                style::GOOD.paint("✓")
            } else {
                style::BAD.paint("✗")
            };
            let title = format!("{number}. {}", step.title);
            let calls = step.calls();
            self.say(format_args!(
                " {verdict} {title:<50} {calls:>6} {cold:>11} {warm:>11}"
            ))?;
        }
        let [cold, warm] = tale.times().map(milliseconds);
        let calls = tale.calls();
        self.say(format_args!(
            "   {:<50} {calls:>6} {cold:>11} {warm:>11}",
            "in all"
        ))?;
        let (results, failed) = (tale.results(), tale.failed());
        let verdict = if failed == 0 {
            style::GOOD.paint(format!("{results} results, all as expected"))
        } else {
            style::BAD.paint(format!("{failed} of {results} results not as expected"))
        };
        let (hops, time) = (tale.hops(), time.as_secs_f32());
        self.say(format_args!(
            "\n{calls} calls between the backends, over mutual TLS; {hops} hops in {time:.1} s; {verdict}."
        ))
    }
}

fn line(row: Beside<'_>) -> String {
    let Some(hop) = row.either() else {
        return String::new();
    };
    let (arrow, said) = match (hop.kind, &hop.answer) {
        (Kind::Tls, Answer::Said(said)) => ("⇒", said.clone()),
        // The name of the service is the same for all backends.
        (_, Answer::Said(said)) => (
            "→",
            format!("{} = {said}", hop.what.replace(SERVICE, "_….")),
        ),
        _ => ("→", hop.what.clone()),
    };
    let version = match hop.kind {
        Kind::Dns | Kind::Tls => String::new(),
        _ => hop
            .version
            .as_ref()
            .map_or("–".to_owned(), |it| format!("v{it}")),
    };
    let answers = [row.cold, row.warm].map(|hop| hop.map(|hop| &hop.answer));
    let answer = match answers {
        [Some(cold), Some(warm)] if cold != warm => {
            format!("{}/{}", status(cold), status(warm))
        }
        [Some(one), _] | [None, Some(one)] => status(one),
        [None, None] => String::new(),
    };
    let good = answers
        .into_iter()
        .flatten()
        .all(|answer| matches!(answer, Answer::Status(200..300) | Answer::Said(_)));
    let look = if good { style::GOOD } else { style::BAD };
    let time = |hop: Option<&Hop>| hop.map_or("–".to_owned(), |hop| milliseconds(hop.time));
    let said = style::visible(&said);
    let (sender, receiver) = (hop.sender.short(), hop.receiver.short());
    format!(
        "     {sender:<11} {arrow} {receiver:<11} {said:<61} {version:<2} {} {:>9} {:>9}",
        look.paint(format_args!("{answer:<5}")),
        time(row.cold),
        time(row.warm),
    )
}

fn status(answer: &Answer) -> String {
    match answer {
        Answer::Status(status) => status.to_string(),
        Answer::Said(_) => String::new(),
        Answer::Nothing(reason) => style::visible(reason),
    }
}
