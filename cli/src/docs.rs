//! `federation docs`: the pages about the API, on an address or as files.

use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use federation_api::Domain;
use federation_docs::{Settings, Site};
use federation_servers::Limits;
use tokio::net::TcpListener;

use crate::fault::Fault;
use crate::serve::stopped;

const EXAMPLES: &str = "\
Examples:
  The reference, the matrix of RPCs and versions and the flows, in a browser:
    federation docs
  The same, with calls that go to a backend:
    federation serve --seed b --listen 127.0.0.1:8082
    federation docs --backend http://127.0.0.1:8082 --port 8080
  As files for any web server:
    federation docs --to site && python3 -m http.server --directory site

The address is printed on stdout as the one line `listening on http://ADDRESS:PORT`. Only this machine can reach it. \
The pages load nothing from anywhere else.

Exit status: 0 it was stopped, or the files are written; 1 it cannot listen or write; 2 the command line is wrong.";

/// Shows the API on pages: reference, search, flows, and which version has what.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Docs {
    /// The port to listen on, on loopback. 0 means a free one.
    #[arg(long, value_name = "PORT", default_value = "0")]
    port: u16,

    /// A backend for calls that a reader tries: the address of a component.
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    backend: Option<String>,

    /// The domain that such calls name as their origin, unless the reader writes another.
    #[arg(long, value_name = "DOMAIN", default_value = "a.example.com")]
    origin: Domain,

    /// Writes the pages into this folder in place of serving them.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with_all = ["port", "backend", "origin"])]
    to: Option<PathBuf>,
}

pub(crate) async fn run(docs: &Docs) -> Result<(), Fault> {
    match &docs.to {
        Some(folder) => write(folder),
        None => serve(docs).await,
    }
}

fn write(folder: &Path) -> Result<(), Fault> {
    let site = Site::new().map_err(Fault::failed)?;
    for (path, file) in site.files() {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, &file.content))
            .map_err(|error| Fault::Failed(format!("{}: {error}", path.display())))?;
    }
    writeln!(
        anstream::stdout().lock(),
        "{}",
        folder.join("index.html").display()
    )?;
    Ok(())
}

async fn serve(docs: &Docs) -> Result<(), Fault> {
    let settings = Settings {
        backend: docs.backend.clone(),
        origin: Some(docs.origin.clone()),
    };
    let router = federation_docs::serve(&settings).map_err(Fault::usage)?;
    let listen = SocketAddr::from(([127, 0, 0, 1], docs.port));
    let refused = |error: io::Error| Fault::Failed(format!("cannot listen on {listen}: {error}"));
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let stopped = stopped().map_err(Fault::failed)?;
    writeln!(anstream::stdout().lock(), "listening on http://{address}")?;
    federation_servers::serve(listener, router, Limits::default(), stopped)
        .await
        .map_err(|error| Fault::Failed(format!("listening on {address} ended: {error}")))
}
