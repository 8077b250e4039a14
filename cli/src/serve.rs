//! `federation serve`: a reference backend on an address.

use std::io::{self, Write};
use std::net::SocketAddr;

use clap::{Args, ValueHint};
use federation_api::{Domain, Version};
use federation_backend::Backend;
use federation_servers::{Limits, Routes, Settings, brig, cargohold, galley};
use tokio::net::TcpListener;

use crate::fault::Fault;
use crate::seed;
use crate::style;

const EXAMPLES: &str = "\
Examples:
  The backend a.example.com with the data of the demonstration, on a free port:
    federation serve
  Its neighbour on a port of one's choice, speaking only old versions:
    federation serve --seed b --listen 127.0.0.1:8082 --supported-versions 0,1
  A backend of one's own:
    federation serve --seed my-backend.json --domain chat.alpha.example

The address is printed on stdout as the one line `listening on http://ADDRESS:PORT`, as soon as calls \
are answered. Brig, galley and cargohold are all there, under /federation/<rpc>. There is no federator in \
front of it: whoever can reach the port can call in the name of any backend.

Ctrl-C and SIGTERM finish the running calls and end the program; nothing is stored.

Exit status: 0 it was stopped; 1 it cannot listen, or the seed is not good; 2 the command line is wrong.";

/// Runs a backend in memory that answers calls on an address.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// What the backend holds: a JSON file, or `a` or `b` for the backends of the demonstration.
    #[arg(long, value_name = "FILE|a|b", default_value = "a", value_hint = ValueHint::FilePath)]
    seed: String,

    /// Its domain, in place of the one in the seed.
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<Domain>,

    /// Where to listen. Port 0 means a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// The versions that it speaks, in place of those in the seed. All if the seed says nothing.
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    supported_versions: Vec<Version>,
}

pub(crate) async fn run(serve: &Serve) -> Result<(), Fault> {
    let backend = serve.backend()?;
    let listen = serve.listen;
    let refused = |error: io::Error| Fault::Failed(format!("cannot listen on {listen}: {error}"));
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    // Before the line that says that it may come.
    let stopped = stopped().map_err(Fault::failed)?;
    writeln!(anstream::stdout().lock(), "listening on http://{address}")?;
    explain(&backend, address);

    let router = routes(&backend).into_router();
    federation_servers::serve(listener, router, Limits::default(), stopped)
        .await
        .map_err(|error| Fault::Failed(format!("listening on {address} ended: {error}")))
}

/// All RPCs of a backend, each under `/federation/<rpc>`.
fn routes(backend: &Backend) -> Routes {
    let domain = backend.domain().clone();
    let settings = Settings::default;
    brig::routes(backend.brig(), domain.clone(), settings())
        .and(galley::routes(backend.galley(), domain.clone(), settings()))
        .and(cargohold::routes(backend.cargohold(), domain, settings()))
}

impl Serve {
    fn backend(&self) -> Result<Backend, Fault> {
        seed::read(&self.seed)?
            .with_domain(self.domain.as_ref())
            .with_versions(&self.supported_versions)
            .load()
    }
}

/// Says on stderr how to call it.
fn explain(backend: &Backend, address: SocketAddr) {
    let domain = backend.domain();
    let mut stderr = anstream::stderr().lock();
    let _ = writeln!(
        stderr,
        "{} answers brig, galley and cargohold under http://{address}/federation/<rpc>. Try\n\n  \
         federation call brig api-version --to http://{address} \\\n    \
         --origin {} --target {domain}\n\nCtrl-C ends it.",
        style::NAME.paint(domain),
        seed::neighbour_of(domain),
    );
}

/// Done when the program is asked to end.
#[cfg(unix)]
pub(crate) fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("finishing the running calls");
    })
}

/// Done when the program is asked to end.
#[cfg(not(unix))]
pub(crate) fn stopped() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Nobody can ask then.
            std::future::pending::<()>().await;
        }
        tracing::info!("finishing the running calls");
    })
}
