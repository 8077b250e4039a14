//! `federation demo`: two backends on this machine that talk with each other.

mod hops;
mod memory;
mod report;
mod scene;
mod story;

use std::time::Instant;

use clap::Args;

use self::hops::Hops;
use self::report::Report;
use self::scene::Scene;
use crate::fault::Fault;
use crate::style;

const EXAMPLES: &str = "\
Examples:
  See two backends talk:
    federation demo
  The same for a program: one JSON object for each call, with the keys hop, step, sender, receiver,
  method, path, http, version, status, error, milliseconds, bytes and request_id:
    federation demo --json | jq -r '[.path, .status] | @tsv'

Everything happens on the loopback interface, on free ports, and is gone afterwards. What is shown \
is what was sent: the calls are observed where the clients hand them to the network.

Exit status: 0 all went as expected; 1 something did not.";

/// Runs two backends on this machine, lets them talk, and shows every call.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// Prints one JSON object for each call, and nothing else.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(demo: &Demo) -> Result<(), Fault> {
    let begun = Instant::now();
    let hops = Hops::default();
    let mut report = Report::new(hops.clone(), demo.json);
    let scene = Scene::set(&hops).await?;
    report.say(style::HEADING.paint("Two backends on this machine"))?;
    for side in [&scene.a, &scene.b] {
        report.say(format_args!(
            "   {}  {}",
            style::NAME.paint(side.domain()),
            side.url()
        ))?;
    }
    story::tell(&scene, &mut report).await?;
    scene.end().await?;
    if report.summary(begun.elapsed())? {
        Ok(())
    } else {
        Err(Fault::Reported)
    }
}
