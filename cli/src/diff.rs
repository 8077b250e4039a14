//! `federation diff`: what a change of the documents breaks, and for whom.

mod source;

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use federation_openapi::compare::{self, Finding, Verdict};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::style;
use source::Source;

const EXAMPLES: &str = "\
Examples:
  What do my changes break, of what was committed last?
    federation diff git:HEAD openapi
  Two documents, two folders:
    federation diff old/brig.json new/brig.json
    federation diff old/openapi openapi
  Vectors: none of a frozen version may change or vanish.
    federation diff --vectors git:HEAD api/tests/vectors
  For a program:
    federation diff --format json git:HEAD openapi | jq -r '.findings[].what'

OLD and NEW are a file, a folder, or git:REV[:PATH], which is what PATH (`openapi`, or `api/tests/vectors`) held \
at a revision of the repository that one stands in.

A request that became narrower breaks callers, an answer that became wider breaks readers, another name of a \
component or operation breaks programs written against generated clients. In documents of frozen versions (all \
but the newest) only wording may change.

Exit status: 0 nothing breaks; 1 something does; 2 there is nothing to compare, or it cannot be read.";

/// Compares two sets of documents: what breaks, for whom, in which version, and what to do instead.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Diff {
    /// What was: a file, a folder, or `git:REV[:PATH]`.
    #[arg(value_name = "OLD")]
    old: Source,

    /// What is to be, likewise.
    #[arg(value_name = "NEW")]
    new: Source,

    /// Compares vectors and not documents.
    #[arg(long)]
    vectors: bool,

    /// What is printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Prints what breaks and nothing else.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(diff: &Diff) -> Result<(), Fault> {
    let mut findings = diff.findings().map_err(Fault::Usage)?;
    let breaks = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Breaking)
        .count();
    if diff.quiet {
        findings.retain(|finding| finding.verdict == Verdict::Breaking);
    }
    match diff.format {
        Format::Text => text(&findings, breaks)?,
        Format::Json => {
            let report =
                json!({"compatible": breaks == 0, "breaking": breaks, "findings": findings});
            writeln!(io::stdout().lock(), "{report:#}")?;
        }
    }
    match breaks {
        0 => Ok(()),
        _ => Err(Fault::Reported),
    }
}

impl Diff {
    fn findings(&self) -> Result<Vec<Finding>, String> {
        if self.vectors {
            return Ok(compare::vectors(&self.old.vectors()?, &self.new.vectors()?));
        }
        match (self.old.document()?, self.new.document()?) {
            (Some(old), Some(new)) => Ok(compare::documents(&name(&new), &old, &new)),
            (None, None) => Ok(compare::sets(
                &self.old.documents()?,
                &self.new.documents()?,
            )),
            _ => Err(format!(
                "{} and {} are a document and a folder; name two of one kind",
                self.old, self.new
            )),
        }
    }
}

/// `v3/brig`, as the document says it.
fn name(document: &Value) -> String {
    let text = |pointer| document.pointer(pointer).and_then(Value::as_str);
    let title = text("/info/title").unwrap_or_default();
    let component = title.rsplit(' ').next().unwrap_or_default();
    format!("{}/{component}", text("/info/version").unwrap_or_default())
}

fn text(findings: &[Finding], breaks: usize) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    let mut of = "";
    for (index, finding) in findings.iter().enumerate() {
        if finding.document != of {
            writeln!(
                stdout,
                "{}",
                style::HEADING.paint(style::visible(&finding.document))
            )?;
            of = &finding.document;
        }
        let verdict = match finding.verdict {
            Verdict::Breaking => style::FAULT.paint("breaking"),
            Verdict::Compatible => style::NAME.paint("compatible"),
            _ => style::FAINT.paint("wording"),
        };
        let place: Vec<&str> = [finding.operation.as_str(), &finding.place]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        let place = match &place[..] {
            [] => String::new(),
            place => format!("{}: ", place.join(", ")),
        };
        // What stands in documents is no more to be trusted than they are.
        let what = style::visible(&format!("{place}{}", finding.what));
        write!(stdout, "  {verdict}  {what}")?;
        if let Some(who) = finding.breaks {
            write!(stdout, " (breaks {who})")?;
        }
        writeln!(stdout)?;
        // Advice that holds for several in a row is given once, after them.
        let next = findings.get(index + 1);
        let repeated = next.is_some_and(|next| next.instead == finding.instead);
        if !finding.instead.is_empty() && !repeated {
            writeln!(stdout, "      {}", finding.instead)?;
        }
    }
    match breaks {
        0 => writeln!(stdout, "Nothing breaks."),
        1 => writeln!(stdout, "1 change breaks."),
        _ => writeln!(stdout, "{breaks} changes break."),
    }
}
