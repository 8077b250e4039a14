//! `federation push`: delivers the notifications that wait in a queue.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use clap::Args;
use federation_clients::{Address, Connection, HttpSettings, HttpTransport, Options};
use federation_notifications::pusher::Settings;
use federation_notifications::{Backoff, Pusher};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

use crate::fault::Fault;
use crate::queue::Place;

const EXAMPLES: &str = "\
Examples:
  What waits in a file, through the federator of this machine:
    federation push --queue notifications.db --federator http://127.0.0.1:8097
  On a RabbitMQ that is shared with other senders, without anything that they do not do themselves:
    federation push --amqp amqp://guest:guest@127.0.0.1:5672/%2f --prefetch 1 --dead-letters false \\
      --keep-versions 0 --federator http://127.0.0.1:8097
  With metrics and health on an address:
    federation push --queue notifications.db --federator http://127.0.0.1:8097 \\
      --listen 127.0.0.1:9100

The line `pushing` on stdout says that it has begun. Each target gets its notifications in the order in which \
they were published, each at least once; a target that is down holds nobody else up. What fails is tried \
again for ever, unless the target says that it can never accept it: then it goes to the dead letters \
(`federation queue --help`).

Of several pushers on one queue one delivers and the others stand by.

With --listen: /i/status, /i/status/workers and /i/metrics.

Ctrl-C and SIGTERM finish the deliveries under way. What is not delivered by then, and what is under way when \
the process is killed, is delivered by the next one.

Exit status: 0 it was stopped; 1 the queue cannot be opened; 2 the command line is wrong.";

/// Delivers the notifications that wait in a queue.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Push {
    #[command(flatten)]
    place: Place,

    /// The local federator.
    #[arg(long, value_name = "URL", env = "FEDERATION_FEDERATOR")]
    federator: String,

    /// Where to answer questions for health and metrics.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,

    /// How long to wait after a first failure, at most, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 10)]
    backoff_min: u64,

    /// How long to wait after many failures, at most, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 300_000)]
    backoff_max: u64,

    /// How often to look for new targets, in milliseconds. Those in a file are seen at once.
    #[arg(long, value_name = "MS", default_value_t = 300_000)]
    refresh: u64,

    /// How long to believe what a target said of its versions, in seconds; 0 asks before each message.
    #[arg(long, value_name = "S", default_value_t = 300)]
    keep_versions: u64,

    /// How long one delivery may take, in seconds.
    #[arg(long, value_name = "S", default_value_t = 30)]
    timeout: u64,

    /// How many deliveries may be under way at once.
    #[arg(long, value_name = "N", default_value_t = 64)]
    at_once: usize,

    /// Whether messages that their target can never accept are kept with the dead letters. By default they
    /// are in a file, and not on RabbitMQ, which may be shared with senders that do not know them.
    #[arg(long, value_name = "BOOL")]
    dead_letters: Option<bool>,
}

pub(crate) async fn run(push: &Push) -> Result<(), Fault> {
    let stopped = crate::serve::stopped().map_err(Fault::failed)?;
    // Before anything is counted.
    let metrics = PrometheusBuilder::new()
        .install_recorder()
        .map_err(Fault::failed)?;
    tokio::spawn(upkeep(metrics.clone()));
    let queue = push.place.open()?.queue;
    let pusher = Pusher::new(queue, push.connection()?, push.settings()?);
    if let Some(listen) = push.listen {
        answer(listen, metrics).await?;
    }
    writeln!(anstream::stdout().lock(), "pushing")?;
    pusher.run(stopped).await;
    Ok(())
}

impl Push {
    fn connection(&self) -> Result<Connection, Fault> {
        let address = Address::via_federator(&self.federator).map_err(Fault::usage)?;
        let transport = HttpTransport::new(&HttpSettings::default()).map_err(Fault::failed)?;
        Ok(Connection::new(address, transport, Options::default()))
    }

    fn settings(&self) -> Result<Settings, Fault> {
        let dead_letters = match self.dead_letters {
            Some(kept) => kept,
            None => !self.place.is_broker()?,
        };
        Ok(Settings {
            backoff: Backoff {
                min: Duration::from_millis(self.backoff_min),
                max: Duration::from_millis(self.backoff_max),
            },
            refresh: Duration::from_millis(self.refresh.max(1)),
            keep_versions: Duration::from_secs(self.keep_versions),
            timeout: Duration::from_secs(self.timeout.max(1)),
            at_once: self.at_once,
            dead_letters,
            ..Settings::default()
        })
    }
}

/// Health and metrics, as `transport.md` §11.4 has them.
async fn answer(listen: SocketAddr, metrics: PrometheusHandle) -> Result<(), Fault> {
    let refused = |error| Fault::Failed(format!("cannot listen on {listen}: {error}"));
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    writeln!(anstream::stdout().lock(), "listening on http://{address}")?;
    let metrics = Arc::new(metrics);
    let router = axum::Router::new()
        .route("/i/status", get(StatusCode::OK))
        // There is one worker, and it runs as long as anybody can ask.
        .route("/i/status/workers", get(StatusCode::OK))
        .route("/i/metrics", get(async move || metrics.render()));
    tokio::spawn(async move {
        let limits = federation_servers::Limits::default();
        let ended = federation_servers::serve(listener, router, limits, std::future::pending());
        if let Err(error) = ended.await {
            tracing::error!(%error, "no more answers about health and metrics");
        }
    });
    Ok(())
}

/// Sums up what was measured, so that it takes no more memory where nobody asks for it.
async fn upkeep(metrics: PrometheusHandle) {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        metrics.run_upkeep();
    }
}
