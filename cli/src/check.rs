//! `federation check`: are these documents what the protocol says?

use std::io::{self, Write};

use clap::Args;
use federation_api::Version;
use federation_api::json::DecodeError;
use federation_clients::DynamicRpc;

use crate::fault::Fault;
use crate::nearest::hint;
use crate::rpcs::Variants;
use crate::style;
use crate::suggested;
use crate::types::{self, WireType, groups};
use crate::{input, json_text};

const EXAMPLES: &str = "\
Examples:
  Is this a profile of a user?
    federation check --type UserProfile profile.json
  Is this what get-user-by-handle takes? What it answers?
    echo '\"mira\"' | federation check brig get-user-by-handle request -
    federation check brig get-user-by-handle response answer-1.json answer-2.json
  In an old version of the API:
    federation check brig get-mls-clients request --version 0 request.json

What is printed is the document as this program writes it: keys that older backends leave out are \
added, unknown keys are gone. Faults go to stderr as `FILE: place in the document: reason`.

Exit status: 0 all documents are good; 1 at least one is not; 2 there is no such type or RPC.";

/// Checks documents: reads each as a type, and prints how it is written.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    override_usage = "federation check [OPTIONS] --type <TYPE> <FILE>...\n       \
        federation check [OPTIONS] <COMPONENT> <RPC> <request|response> <FILE>...\n       \
        federation check --list"
)]
pub(crate) struct Check {
    /// The type, by its name in the protocol reference, in Rust or of a folder of vectors; letter
    /// case does not matter.
    #[arg(long = "type", short = 't', value_name = "TYPE", value_parser = suggested::types(), hide_possible_values = true)]
    wire_type: Option<String>,

    /// Lists the types.
    #[arg(long, exclusive = true)]
    list: bool,

    /// The version in which the RPC is meant; the newest that has it if none is given.
    #[arg(long, value_name = "N", conflicts_with = "wire_type")]
    version: Option<Version>,

    /// Prints each document over several lines.
    #[arg(long)]
    pretty: bool,

    /// The files, `-` for standard input; before them, without --type, COMPONENT RPC and `request`
    /// or `response`.
    #[arg(value_name = "FILE", required_unless_present = "list")]
    arguments: Vec<String>,
}

/// Reads a document and writes it again.
enum Recoder {
    Type(&'static WireType),
    Request(&'static DynamicRpc),
    Response(&'static DynamicRpc),
}

impl Recoder {
    fn recode(&self, body: &[u8]) -> Result<String, DecodeError> {
        match self {
            Self::Type(wire_type) => wire_type.recode(body),
            Self::Request(rpc) => rpc.recode_request(body),
            // Chosen only where there is one.
            Self::Response(rpc) => rpc
                .recode_response(body)
                .unwrap_or_else(|| Ok(String::new())),
        }
    }
}

pub(crate) fn run(check: &Check) -> Result<(), Fault> {
    if check.list {
        return list();
    }
    let (recoder, files) = check.recoder()?;
    let mut all_good = true;
    for file in files {
        match document(&recoder, file) {
            Ok(json) => {
                let json = if check.pretty {
                    json_text::pretty(&json)
                } else {
                    json_text::compact(&json)
                };
                // As it is: a stream that takes escape codes out would take characters of texts out.
                writeln!(io::stdout().lock(), "{json}")?;
            }
            Err(reason) => {
                all_good = false;
                let file = if file == "-" { "standard input" } else { file };
                let mut stderr = anstream::stderr().lock();
                let _ = writeln!(
                    stderr,
                    "{}: {}",
                    style::FAULT.paint(file),
                    style::visible(&reason)
                );
            }
        }
    }
    if all_good {
        Ok(())
    } else {
        Err(Fault::Reported)
    }
}

fn document(recoder: &Recoder, file: &str) -> Result<String, String> {
    let body = input::read(file).map_err(|error| error.to_string())?;
    recoder.recode(&body).map_err(|error| error.to_string())
}

impl Check {
    fn recoder(&self) -> Result<(Recoder, &[String]), Fault> {
        if let Some(name) = &self.wire_type {
            return Ok((Recoder::Type(types::find(name)?), &self.arguments));
        }
        let [component, name, direction, files @ ..] = &self.arguments[..] else {
            return Err(Fault::usage(
                "say what the files are: --type TYPE FILE…, or COMPONENT RPC request|response FILE…",
            ));
        };
        let rpc = Variants::find(component, name)?.choose(self.version)?;
        let recoder = match direction.as_str() {
            "request" => Recoder::Request(rpc),
            "response" if rpc.recode_response(b"").is_none() => {
                return Err(Fault::Usage(format!(
                    "{} answers raw bytes, of which nothing can be checked",
                    rpc.rpc()
                )));
            }
            "response" => Recoder::Response(rpc),
            other => {
                return Err(Fault::Usage(format!(
                    "`{other}` is neither `request` nor `response`{}",
                    hint(other, ["request", "response"])
                )));
            }
        };
        if files.is_empty() {
            return Err(Fault::Usage(format!(
                "no file was given; write: federation check {component} {name} {direction} FILE…"
            )));
        }
        Ok((recoder, files))
    }
}

fn list() -> Result<(), Fault> {
    let mut stdout = anstream::stdout().lock();
    for (number, group) in groups().enumerate() {
        if number > 0 {
            writeln!(stdout)?;
        }
        writeln!(stdout, "{}", style::HEADING.paint(group.heading))?;
        for known in group.types {
            write!(stdout, "  {}", style::NAME.paint(known.name))?;
            if !known.aliases.is_empty() {
                let aliases = format!(" (also {})", known.aliases.join(", "));
                write!(stdout, "{}", style::FAINT.paint(aliases))?;
            }
            writeln!(stdout)?;
        }
    }
    Ok(())
}
