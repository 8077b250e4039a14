//! `federation call`: any RPC by its name, JSON in and JSON out.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueHint};
use federation_api::{ByteStream, Call, Domain, Failure, Kind, Version};
use federation_clients::{
    Address, CallError, Connection, DynamicAnswer, DynamicError, DynamicRpc, HttpSettings,
    HttpTransport, Options, Versions,
};
use futures_util::StreamExt;

use crate::fault::Fault;
use crate::rpcs::Variants;
use crate::style;
use crate::suggested;
use crate::{input, json_text};

const EXAMPLES: &str = "\
Examples:
  Which versions does a backend speak? (Straight to its brig.)
    federation call brig api-version --to http://127.0.0.1:8082 \\
      --origin a.example.com --target b.example.com
  Whose handle is that? (Through the local federator, which finds the backend.)
    federation call brig get-user-by-handle '\"mira\"' --to http://127.0.0.1:8097 \\
      --via-federator --origin a.example.com --target b.example.com
  In an old version, with the request in a file, and the rest in the environment:
    export FEDERATION_TO=http://127.0.0.1:8082
    export FEDERATION_ORIGIN=a.example.com FEDERATION_TARGET=b.example.com
    federation call brig get-mls-clients @request.json --version 0
  An asset into a file:
    federation call cargohold stream-asset @asset.json --output asset.bin

JSON is printed over several lines on a terminal and on one line elsewhere.

Exit status: 0 there is an answer; 1 the call failed, and stderr says where and why; 2 there is no \
such RPC, or the request is not what it takes.";

/// Calls an RPC of another backend.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CallRpc {
    /// The component that answers, such as `brig`.
    #[arg(value_parser = suggested::components(), hide_possible_values = true)]
    component: String,

    /// The RPC, such as `get-user-by-handle`. A name that does not exist lists those that do.
    #[arg(value_parser = suggested::rpcs(), hide_possible_values = true)]
    rpc: String,

    /// The request: JSON, @FILE, or - for standard input. `[]`, which says nothing, if left out.
    #[arg(
        value_name = "JSON|@FILE|-",
        default_value = "[]",
        hide_default_value = true
    )]
    request: String,

    /// Where to send it: the address of a component, or with --via-federator of the local federator.
    #[arg(long, value_name = "URL", env = "FEDERATION_TO", hide_env = true, value_hint = ValueHint::Url)]
    to: String,

    /// Sends to the local federator, which finds the target.
    #[arg(long)]
    via_federator: bool,

    /// The domain of the calling backend.
    #[arg(
        long,
        value_name = "DOMAIN",
        env = "FEDERATION_ORIGIN",
        hide_env = true
    )]
    origin: Domain,

    /// The domain of the backend that is called.
    #[arg(
        long,
        value_name = "DOMAIN",
        env = "FEDERATION_TARGET",
        hide_env = true
    )]
    target: Domain,

    /// The version to call in. Otherwise it is negotiated through a federator, and the newest that
    /// has the RPC without one.
    #[arg(long, value_name = "N")]
    version: Option<Version>,

    /// Negotiates the version without a federator too; brig must answer at the same address.
    #[arg(long, conflicts_with = "version")]
    negotiate: bool,

    /// HTTP/1.1 in place of HTTP/2.
    #[arg(long)]
    http1: bool,

    /// The time for the call, in seconds; for a stream, until its first byte.
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    timeout: Duration,

    /// Writes the answer into this file. On a terminal, a stream is written nowhere else.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "write a number of seconds above 0, such as 2.5".to_owned())
}

pub(crate) async fn run(args: &CallRpc) -> Result<(), Fault> {
    let variants = Variants::find(&args.component, &args.rpc)?;
    let request = args.request()?;
    let newest = variants.choose(args.version)?;
    if newest.rpc().kind == Kind::ByteStream && args.output.is_none() && io::stdout().is_terminal()
    {
        return Err(Fault::usage(
            "the answer is raw bytes; say where to put them with --output FILE, or pipe them",
        ));
    }

    // What means the same in every version needs no agreement here; the connection sees to it.
    let negotiates = args.version.is_none() && (args.via_federator || args.negotiate);
    let fixed = (!negotiates).then(|| args.version.unwrap_or_else(|| newest_of(newest)));
    let connection = args.connection(fixed)?;
    let call = Call::new(args.origin.clone(), args.target.clone()).with_timeout(args.timeout);
    let rpc = if fixed.is_some() || variants.is_in_all_versions() {
        newest
    } else {
        let version = connection
            .version(&call)
            .await
            .map_err(|error| failed(newest, &error))?;
        tracing::info!(%version, "negotiated");
        variants.in_version(version).ok_or_else(|| {
            Fault::Failed(format!(
                "{} (negotiated with the target)",
                variants.absent_from(version)
            ))
        })?
    };
    match rpc.invoke(&connection, &call, &request).await {
        Ok(DynamicAnswer::Json(json)) => args.write_json(&json),
        Ok(DynamicAnswer::Bytes(bytes)) => args.write_bytes(bytes).await,
        Err(DynamicError::Request(error)) => Err(Fault::Usage(format!(
            "the request is not what {} takes: {}",
            rpc.rpc(),
            style::visible(&error.to_string())
        ))),
        Err(DynamicError::Call(error)) => Err(failed(rpc, &error)),
    }
}

/// The newest version that has this variant.
fn newest_of(rpc: &DynamicRpc) -> Version {
    let has = |version: &Version| rpc.rpc().versions.contains(*version);
    Version::ALL
        .into_iter()
        .rev()
        .find(has)
        .unwrap_or(Version::NEWEST)
}

impl CallRpc {
    fn request(&self) -> Result<Vec<u8>, Fault> {
        let file = match self.request.strip_prefix('@') {
            Some(file) => file,
            None if self.request == "-" => "-",
            None => return Ok(self.request.clone().into_bytes()),
        };
        input::read(file).map_err(|error| Fault::Usage(format!("{file}: {error}")))
    }

    fn connection(&self, version: Option<Version>) -> Result<Connection, Fault> {
        let address = if self.via_federator {
            Address::via_federator(&self.to)
        } else {
            Address::direct(&self.to)
        };
        let settings = HttpSettings::default()
            .http1(self.http1)
            .connect_timeout(self.timeout)
            .connections(1);
        let mut options = Options::default().timeout(self.timeout);
        if let Some(version) = version {
            options = options.versions(Versions::Fixed(version));
        }
        let transport = HttpTransport::new(&settings).map_err(Fault::failed)?;
        Ok(Connection::new(
            address.map_err(Fault::usage)?,
            transport,
            options,
        ))
    }

    fn write_json(&self, json: &str) -> Result<(), Fault> {
        let one_line = self.output.is_some() || !io::stdout().is_terminal();
        let text = if one_line {
            json_text::compact(json)
        } else {
            json_text::pretty(json)
        };
        match &self.output {
            Some(path) => {
                let mut file = create(path)?;
                writeln!(file, "{text}").map_err(|error| unwritable(path, &error))
            }
            None => Ok(writeln!(io::stdout().lock(), "{text}")?),
        }
    }

    async fn write_bytes(&self, mut bytes: ByteStream) -> Result<(), Fault> {
        let mut file = match self.output.as_deref() {
            Some(path) => Some((path, create(path)?)),
            None => None,
        };
        let mut written = 0_u64;
        while let Some(chunk) = bytes.next().await {
            let chunk = chunk.map_err(|error| {
                Fault::Failed(format!(
                    "the stream broke off after {written} bytes, which are not the whole: {error}"
                ))
            })?;
            match &mut file {
                Some((path, file)) => {
                    file.write_all(&chunk)
                        .map_err(|error| unwritable(path, &error))?;
                }
                None => io::stdout().lock().write_all(&chunk)?,
            }
            written += chunk.len() as u64;
        }
        match file {
            Some((path, _)) => {
                let path = path.display();
                let _ = writeln!(
                    anstream::stderr().lock(),
                    "{written} bytes written to {path}"
                );
            }
            None => io::stdout().lock().flush()?,
        }
        Ok(())
    }
}

fn create(path: &Path) -> Result<File, Fault> {
    File::create(path).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Fault {
    Fault::Failed(format!("{}: {error}", path.display()))
}

/// A table of what is known of a failed call.
fn failed(rpc: &DynamicRpc, error: &CallError) -> Fault {
    let failure = error.failure();
    let mut lines = vec![format!("{} failed", rpc.rpc())];
    let mut row = |name: &str, value: &dyn std::fmt::Display| {
        let value = style::visible(&value.to_string());
        lines.push(format!(
            "  {} {value}",
            style::FAINT.paint(format_args!("{name:<9}"))
        ));
    };
    row("stage", &error.stage());
    row("status", &failure.code);
    row("label", &failure.label);
    row("message", &failure.message);
    if let Some(data) = &failure.data {
        row("at", &format_args!("{} {}", data.domain, data.path));
    }
    let inner = std::iter::successors(failure.inner.as_deref(), |inner: &&Failure| {
        inner.inner.as_deref()
    });
    for inner in inner {
        row("inner", inner);
    }
    row(
        "retryable",
        &if error.is_retryable() { "yes" } else { "no" },
    );
    Fault::Failed(lines.join("\n"))
}
