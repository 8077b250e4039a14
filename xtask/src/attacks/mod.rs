//! `cargo xtask attacks`: how normal calls fare while somebody attacks.
//!
//! A component and two federators, as `cargo xtask federated` has them, with the limits that they have by
//! default. Normal calls are made for a while without an attack and then for as long during one, to the
//! component while it is attacked, and over both federators while Outward is (whose listener is that of
//! Inward, without TLS). A normal call that fails ends the measurement. Nothing asserts a rate.

mod attack;
mod h2load;
mod report;

#[path = "../../../tests/tests/attackers/frames.rs"]
#[allow(
    dead_code,
    clippy::unwrap_used,
    reason = "of the tests, which need all of it and may fail"
)]
mod frames;

use std::net::IpAddr;
use std::time::Duration;

use bench_harness::Failed;
use clap::Args;
use federation_clients::{Connection, HttpTransport};

use crate::bench::page;
use crate::federated::load::calls;
use crate::federated::scene::Scene;
use crate::federated::way::Way;
use crate::federated::{one_thread, run_optimised};
use attack::{Attack, Attacked};
use report::Row;

/// What can be set on the command line.
#[derive(Args)]
pub(crate) struct Options {
    /// How often each attack is made; the table has the medians
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long normal calls are counted, without and with the attack
    #[arg(long, default_value_t = 0.5)]
    seconds: f64,
    /// Write the table to its section of `BENCHMARKS.md`
    #[arg(long)]
    write: bool,
}

/// Normal calls at once.
const AT_ONCE: usize = 4;

/// How long an attack goes on before normal calls are counted.
const BEGINNING: Duration = Duration::from_millis(200);

/// Measures and prints the table.
pub(crate) fn run(options: &Options) -> Result<(), Failed> {
    if cfg!(debug_assertions) {
        return run_optimised();
    }
    let scene = Scene::start(false)?;
    let rows = one_thread()?.block_on(measure(&scene, options))?;
    let text = report::markdown(&rows, options);
    print!("{text}");
    if options.write {
        page::replace("<!-- attacks:begin -->", "<!-- attacks:end -->", &text)?;
    }
    Ok(())
}

async fn measure(scene: &Scene, options: &Options) -> Result<Vec<Row>, Failed> {
    let mut rows = Vec::new();
    for (way, path) in [
        (Way::Direct, "/federation/get-asset"),
        (Way::Pooled, "/rpc/b.example.com/cargohold/get-asset"),
    ] {
        let target = scene.address(way);
        let connection = way.connection_over(normal()?, target)?;
        // Whatever has to be opened or agreed on.
        calls(&connection, AT_ONCE, 0.2).await?;
        for attack in Attack::ALL {
            eprintln!("{}: {}", report::name(way), attack.name());
            let mut row = Row::new(way, attack);
            for _ in 0..options.rounds.max(1) {
                let calm = rate(&connection, options.seconds).await?;
                let attacked = Attacked::by(attack, target, path, options.seconds)?;
                tokio::time::sleep(BEGINNING).await;
                let stormy = rate(&connection, options.seconds).await?;
                row.add(calm, stormy, attacked.end()?);
            }
            rows.push(row);
        }
    }
    Ok(rows)
}

/// How normal calls travel: from an address that is not that of the attackers, on one connection.
fn normal() -> Result<HttpTransport, Failed> {
    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .local_address(IpAddr::from([127, 0, 0, 2]))
        .tcp_nodelay(true)
        .no_proxy();
    Ok(HttpTransport::from_client(client.build()?))
}

/// Normal calls in a second.
async fn rate(connection: &Connection, seconds: f64) -> Result<f64, Failed> {
    let called = calls(connection, AT_ONCE, seconds).await?;
    Ok(called.calls as f64 / called.time.as_secs_f64())
}
