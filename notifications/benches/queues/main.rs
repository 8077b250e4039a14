//! What queues cost, as ratios to the bare thing: `cargo xtask queue bench`.
//!
//! The bare thing and ours take turns, so that a machine that is slower for a moment is so for both; the
//! table has medians and how far the rounds lie apart. Nothing asserts a time.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement ends where something is missing"
)]

#[path = "../../tests/support/broker.rs"]
mod broker;
mod fan_out;
mod file;
mod push;
mod rabbit;
mod report;

use federation_notifications::Message;

/// Messages of one publish.
const BATCH: usize = 100;

/// Bytes of a notification, as a message to a few recipients has.
const BODY: usize = 512;

const TARGET: &str = "b.example.com";

/// How often each is measured.
struct Options {
    rounds: usize,
    write: bool,
}

fn main() {
    let mut options = Options {
        rounds: 9,
        write: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => options.rounds = arguments.next().unwrap().parse().unwrap(),
            "--quick" => options.rounds = 3,
            "--write" => options.write = true,
            // Cargo says it to every benchmark.
            "--bench" => {}
            other => panic!("`{other}`: say --rounds N, --quick or --write"),
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let rounds = options.rounds;
    let broker = broker::Broker::start();
    let measured = runtime.block_on(async {
        vec![
            file::one_publisher(rounds).await,
            file::many_publishers(rounds).await,
            rabbit::publishing(rounds, &broker.url()).await,
            push::one_target(rounds).await,
            push::many_targets(rounds).await,
        ]
    });
    let fan_out = runtime.block_on(fan_out::measure());
    report::print(&measured, &fan_out, &options);
}

/// One of the comparisons: pairs of rates, in messages a second.
struct Measured {
    what: &'static str,
    bare: &'static str,
    goal: f64,
    /// Of the bare thing and of ours, round by round.
    rounds: Vec<(f64, f64)>,
}

/// Measures both, and in every other round the other one first: a machine that becomes slower is so for both.
async fn in_turns(
    rounds: usize,
    bare: impl AsyncFn() -> f64,
    ours: impl AsyncFn() -> f64,
) -> Vec<(f64, f64)> {
    let mut measured = Vec::new();
    for round in 0..rounds {
        measured.push(if round % 2 == 0 {
            let bare = bare().await;
            (bare, ours().await)
        } else {
            let ours = ours().await;
            (bare().await, ours)
        });
    }
    measured
}

fn bundle(number: usize) -> String {
    let filler = "x".repeat(BODY);
    format!(
        r#"{{"notifications":[{{"ownDomain":"a.example.com","targetComponent":"galley","path":"on-message-sent","body":"\"{number} {filler}\"","bodyVersions":{{"from":0}},"requestId":"an-id"}}]}}"#
    )
}

fn batch(target: &str) -> Vec<Message> {
    let messages = (0..BATCH).map(|number| Message {
        target: target.parse().unwrap(),
        body: bundle(number).into(),
    });
    messages.collect()
}
