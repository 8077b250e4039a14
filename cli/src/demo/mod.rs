//! `federation demo`: two backends on this machine that federate.

mod authority;
mod callers;
mod clock;
mod courier;
mod dns;
mod expected;
mod flows;
mod hop;
mod keep;
mod memory;
mod narrator;
mod site;
mod stage;
mod tale;
mod tell;
mod trace;
mod watch;

use std::io::Write;

use clap::{Args, ValueHint};

use self::hop::Recorder;
use self::narrator::Narrator;
use self::stage::Stage;
use self::tale::Tale;
use self::tell::Voice;
use self::trace::Trace;
pub(crate) use self::watch::Tap;
use crate::fault::Fault;
use crate::{serve, style};

const EXAMPLES: &str = "\
Examples:
  See two backends federate:
    federation demo
  The same as a drawing, alone or in a page with a table of every hop:
    federation demo --trace demo.svg
    federation demo --trace demo.html
  For a program: what went from one backend to the other, with its times
    federation demo --json | jq -c '.hops[] | select(.http and .tls) | [.round, .path, .ms]'
  Two backends to try things on:
    federation demo --keep-running

What runs: a.example.com and b.example.com, each with brig, galley, cargohold and a federator, on \
sockets of their own; a certificate authority made for this run; a DNS server with the SRV records of \
both. Notifications go through a durable queue of their backend, in a file or on RabbitMQ; one \
backend is stopped in the middle, and gets them when it is back. Everything is on the loopback \
interface, on free ports, and is gone afterwards.

What is shown is what was seen, each hop at one of its ends. Everything is done twice. Before the cold \
round all is forgotten: the DNS has to be asked, connections to be made, versions to be agreed on \
(TLS sessions are resumed where they can be, which the handshake says). \
The times are those until the head of the answer; \"in all\" is what the user waits, with the body.

--json prints one document:
  backends[]  domain, and the addresses of outward, inward, brig, galley, cargohold
  dns         the address of the DNS server
  hops[]      hop, step, act, round (cold, warm), kind, sender, receiver, method, path,
              question, version, status, answer, error, http, tls, began_ms, ms, request_id;
              null is what there is not
              kind: component-to-outward, dns, tls, outward-to-inward, inward-to-component
  results[]   step, act, round, ok, seen, wrong, calls, ms
  commands[]  with --keep-running, how to call the backends
  summary     ok, results, failed, calls, hops, cold_ms, warm_ms, ms, steps[]

Exit status: 0 all went as expected; 1 something did not; 2 the command line is wrong.";

/// What is logged: the results say what went wrong, and some things go wrong on purpose.
pub(crate) const LOGGED: &str = "error,federation_federator::answer=off,lapin=off";

/// Runs two backends on this machine, lets them federate, and shows every hop.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// Prints one JSON document, and nothing else.
    #[arg(long)]
    json: bool,

    /// Draws what happened into this file: a sequence diagram (.svg), or a page with it (.html).
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    trace: Option<Trace>,

    /// Leaves both backends up until Ctrl-C or SIGTERM, and prints how to call them.
    #[arg(long)]
    keep_running: bool,

    /// Lets notifications go through this RabbitMQ (amqp://user:password@host:5672/vhost), in place of a
    /// queue in a file. The queues that it makes there are gone afterwards.
    #[arg(long, value_name = "URL")]
    amqp: Option<String>,

    #[arg(skip)]
    recorder: Recorder,
}

impl Demo {
    /// What has to hear the federators, which tell of their hops by tracing events.
    pub(crate) fn tap(&self) -> Tap {
        Tap::new(&self.recorder)
    }
}

pub(crate) async fn run(demo: &Demo) -> Result<(), Fault> {
    // Before anybody can think that all is up.
    let stopped = serve::stopped().map_err(Fault::failed)?;
    tokio::pin!(stopped);
    let recorder = &demo.recorder;
    let voice = Voice::new(demo.json);
    let stage = Stage::set(recorder, demo.amqp.clone()).await?;
    introduce(&stage, &voice)?;
    let mut narrator = Narrator::new(stage, recorder.clone(), voice);
    let told = tokio::select! {
        told = flows::tell(&mut narrator) => told,
        () = &mut stopped => Err(Fault::failed("stopped before the end")),
    };
    let (stage, tale, voice) = narrator.end();
    let shown = match told {
        Ok(()) => show(demo, &stage, &tale, &voice, stopped).await,
        Err(fault) => Err(fault),
    };
    // Whatever came of it, nothing stays behind.
    let ended = stage.end().await;
    shown.and(ended)?;
    if tale.failed() == 0 {
        Ok(())
    } else {
        if demo.json {
            let (failed, results) = (tale.failed(), tale.results());
            return Err(Fault::Failed(format!(
                "{failed} of {results} results are not as expected"
            )));
        }
        Err(Fault::Reported)
    }
}

/// Shows what came of it, and keeps everything running if that is wanted.
async fn show(
    demo: &Demo,
    stage: &Stage,
    tale: &Tale,
    voice: &Voice,
    stopped: impl Future<Output = ()>,
) -> Result<(), Fault> {
    let time = demo.recorder.now();
    voice.summary(tale, time)?;
    if let Some(trace) = &demo.trace {
        trace.write(tale)?;
        voice.say(format_args!("Drawn into {trace}."))?;
    }
    let commands = match demo.keep_running {
        true => keep::commands(stage)?,
        false => Vec::new(),
    };
    if demo.json {
        let document = tell::document(stage, tale, time, &commands);
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{document}")?;
        stdout.flush()?;
    }
    if demo.keep_running {
        keep::explain(voice, stage, &commands)?;
        stopped.await;
    }
    Ok(())
}

/// Says who is there.
fn introduce(stage: &Stage, voice: &Voice) -> Result<(), Fault> {
    voice.say(style::HEADING.paint("Two backends on this machine"))?;
    for site in [&stage.a, &stage.b] {
        let port = site.inward.port();
        voice.say(format_args!(
            "   {}  Outward {}  Inward https://{}:{port}  brig :{}  galley :{}  cargohold :{}",
            style::NAME.paint(site.domain()),
            site.outward(),
            site.host,
            site.brig.port(),
            site.galley.port(),
            site.cargohold.port(),
        ))?;
    }
    voice.say(format_args!(
        "   {}            udp {}",
        style::NAME.paint("DNS"),
        stage.dns().address()
    ))?;
    Ok(())
}
