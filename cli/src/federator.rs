//! `federation federator`: the process between this backend and others.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use federation_federator::{Config, Federator, Running};

use crate::fault::Fault;
use crate::logging::{self, Format};
use crate::serve::stopped;

const EXAMPLES: &str = "\
Examples:
  Relays calls between this backend and others:
    federation federator --config /etc/federation/federator.yaml
  Says whether a configuration can be used, and ends:
    federation federator --config federator.yaml --check

A whole configuration (keys of existing federators; the last three are new):
  federatorInternal: { host: 127.0.0.1, port: 8097 }  # Outward: for components
  federatorExternal: { host: 0.0.0.0, port: 8081 }    # Inward: for the world
  brig: { host: 127.0.0.1, port: 8082 }
  galley: { host: 127.0.0.1, port: 8085 }
  cargohold: { host: 127.0.0.1, port: 8084 }
  logLevel: Info                            # RUST_LOG goes before it
  optSettings:
    useSystemCAStore: true
    remoteCAStore: /etc/federation/ca.pem   # optional, further authorities
    clientCertificate: /etc/federation/tls.crt
    clientPrivateKey: /etc/federation/tls.key
    tcpConnectionTimeout: 5000000           # microseconds
    dnsHost: 127.0.0.1                      # optional, as is dnsPort
  inwardTls: {}                             # Inward ends TLS itself
  policy: { strategy: allowAll }            # instead of asking brig
  limits: { requestsPerPeer: 200 }          # times in it: milliseconds

Once calls are answered, stdout has `outward listening on http://ADDRESS:PORT` and `inward listening on \
http…://ADDRESS:PORT`. Both answer /i/status and /i/metrics; an Inward that ends TLS does not.

SIGTERM and Ctrl-C finish the running calls and end the program. Certificates, keys and authorities are \
read again when their files change; SIGHUP reads them at once.

Exit status: 0 it was stopped, or the configuration is good; 1 it cannot be started, and stderr names \
file and key; 2 the command line is wrong.";

/// Relays calls between this backend and others, over mutual TLS.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RunFederator {
    /// The configuration, in YAML.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: PathBuf,

    /// Makes sure that the configuration can be used, and ends. Does not listen: a federator with it may be
    /// running.
    #[arg(long)]
    check: bool,
}

pub(crate) async fn run(command: &RunFederator) -> Result<(), Fault> {
    let config = Config::read(&command.config).map_err(|error| command.fault(error))?;
    log(&config).map_err(|error| command.fault(error))?;
    if command.check {
        Federator::check(&config)
            .await
            .map_err(|error| command.fault(error))?;
        writeln!(
            anstream::stdout().lock(),
            "{} can be used",
            command.config.display()
        )?;
        return Ok(());
    }

    // Before the lines that say that they may come.
    let stopped = stopped().map_err(Fault::failed)?;
    let reload = reload_requests().map_err(Fault::failed)?;
    let inward_scheme = if config.inward_tls.is_some() {
        "https"
    } else {
        "http"
    };
    let running = Federator::start(config)
        .await
        .map_err(|error| command.fault(error))?;
    announce(&running, inward_scheme)?;
    tokio::select! {
        () = stopped => {}
        () = reload_at(reload, &running) => {}
    }
    running.shutdown().await;
    tracing::info!("the federator has ended");
    Ok(())
}

impl RunFederator {
    fn fault(&self, error: impl std::fmt::Display) -> Fault {
        Fault::Failed(format!("{}: {error}", self.config.display()))
    }
}

fn announce(running: &Running, inward_scheme: &str) -> io::Result<()> {
    let (outward, inward) = (running.outward(), running.inward());
    let mut stdout = anstream::stdout().lock();
    writeln!(stdout, "outward listening on http://{outward}")?;
    writeln!(stdout, "inward listening on {inward_scheme}://{inward}")?;
    tracing::info!(%outward, %inward, "the federator has started");
    Ok(())
}

/// Logs as the configuration says, unless `RUST_LOG` says otherwise.
fn log(config: &Config) -> Result<(), String> {
    let level = match config.log_level.as_deref() {
        None => "info",
        Some(word) => match word.to_ascii_lowercase().as_str() {
            "trace" => "trace",
            "debug" => "debug",
            "info" => "info",
            "warn" => "warn",
            // Nothing here is worse than an error.
            "error" | "fatal" => "error",
            _ => {
                return Err(format!(
                    "logLevel: `{word}` is none of Trace, Debug, Info, Warn, Error and Fatal"
                ));
            }
        },
    };
    let format = match config.log_format.as_deref() {
        None | Some("Plain") => Format::Text,
        Some("JSON" | "StructuredJSON") => Format::Json,
        Some(word) => {
            return Err(format!(
                "logFormat: `{word}` is none of Plain, JSON and StructuredJSON"
            ));
        }
    };
    logging::begin(level, format, None);
    Ok(())
}

/// Requests to read the certificates now.
#[cfg(unix)]
fn reload_requests() -> io::Result<tokio::signal::unix::Signal> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::hangup())
}

#[cfg(unix)]
async fn reload_at(mut hangups: tokio::signal::unix::Signal, running: &Running) {
    while hangups.recv().await.is_some() {
        tracing::info!("looking at the certificates");
        running.reload();
    }
    // Nobody can ask any more.
    std::future::pending::<()>().await;
}

/// There is no such signal; the files are looked at in their interval.
#[cfg(not(unix))]
fn reload_requests() -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
async fn reload_at(_: (), _: &Running) {
    std::future::pending::<()>().await;
}
