//! `kill -9`, again and again, on who publishes and on who delivers: nothing is lost and nothing overtakes.
//!
//! `FEDERATION_KILL_ROUNDS=1000 cargo test -p federation-cli --test kill_loop -- --nocapture` makes more
//! rounds and prints the counts.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

#[path = "../../notifications/tests/support/broker.rs"]
mod broker;
#[path = "../../notifications/tests/support/outward.rs"]
mod outward;
mod program;

use std::collections::HashSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use broker::Broker;
use outward::{Outward, Received};
use program::program;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::spawn_blocking;

const B: &str = "b.example.com";

/// What happened in all rounds.
#[derive(Debug)]
struct Counts {
    rounds: usize,
    /// Messages of which the publisher was told that they are stored.
    sent: usize,
    /// Messages that arrived.
    delivered: usize,
    /// Arrivals beyond the first of a message.
    duplicates: usize,
    lost: usize,
}

fn rounds() -> usize {
    let wanted = std::env::var("FEDERATION_KILL_ROUNDS");
    wanted.map_or(200, |rounds| rounds.parse().expect("a number of rounds"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue").to_str().unwrap().to_owned();
    loop_over(&["--queue", &file]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_from_a_broker() {
    let broker = spawn_blocking(Broker::start).await.unwrap();
    let (url, management) = (broker.url(), broker.management());
    loop_over(&["--amqp", &url, "--management", &management]).await;
}

async fn loop_over(place: &[&str]) {
    let begun = Instant::now();
    let outward = Outward::start().await;
    let mut stored = 0;
    for _ in 0..rounds() {
        let mut pusher = pusher(place, &outward);
        let (_, more) = tokio::join!(
            kill_somewhere(&mut pusher, &outward),
            publish_until_killed(place, stored),
        );
        stored += more;
    }
    // All that is left, undisturbed. The last one marks the end.
    let mut publisher = Publisher::begin(place);
    publisher.put(stored).await.unwrap();
    stored += 1;
    let mut pusher = pusher(place, &outward);
    let last = stored - 1;
    outward
        .until(|outward| {
            outward
                .accepted(B)
                .iter()
                .any(|received| number(received) == last)
        })
        .await;
    pusher.kill().await.unwrap();

    let accepted = outward.accepted(B);
    let distinct: HashSet<_> = accepted.iter().map(number).collect();
    let counts = Counts {
        rounds: rounds(),
        sent: stored,
        delivered: distinct.len(),
        duplicates: accepted.len() - distinct.len(),
        lost: (0..stored)
            .filter(|number| !distinct.contains(number))
            .count(),
    };
    println!(
        "{}: {} rounds in {:?}: {} sent, {} delivered, {} duplicates, {} lost",
        place[0],
        counts.rounds,
        begun.elapsed(),
        counts.sent,
        counts.delivered,
        counts.duplicates,
        counts.lost
    );
    assert_eq!(counts.lost, 0, "{counts:?}");
    let mut next = 0;
    for number in accepted.iter().map(number) {
        assert!(number <= next, "{number} came before {next}");
        next = next.max(number + 1);
    }
}

fn number(received: &Received) -> usize {
    received.body.parse().unwrap()
}

fn pusher(place: &[&str], outward: &Outward) -> Child {
    Command::from(program())
        .arg("push")
        .args(place)
        .args([
            "--federator",
            &outward.url(),
            "--backoff-max",
            "20",
            "--refresh",
            "50",
        ])
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// Kills it at some point between its first instruction and the middle of its work.
async fn kill_somewhere(pusher: &mut Child, outward: &Outward) {
    let before = outward.accepted(B).len();
    let most = before + fastrand::usize(0..12);
    let worked = outward.until(|outward| outward.accepted(B).len() >= most);
    // Where nothing is left to do it is killed as well.
    let _ = tokio::time::timeout(Duration::from_millis(fastrand::u64(20..1500)), worked).await;
    tokio::time::sleep(Duration::from_micros(fastrand::u64(0..3000))).await;
    pusher.kill().await.unwrap();
}

/// Publishes from this number on until it is killed; how many were stored for sure. The one after them may
/// be stored too.
async fn publish_until_killed(place: &[&str], from: usize) -> usize {
    let mut publisher = Publisher::begin(place);
    let most = fastrand::usize(1..16);
    let mut stored = 0;
    while stored < most && publisher.put(from + stored).await.is_some() {
        stored += 1;
    }
    // In the middle of the next one.
    publisher.send(from + stored).await;
    tokio::time::sleep(Duration::from_micros(fastrand::u64(0..3000))).await;
    publisher.child.kill().await.unwrap();
    stored
}

struct Publisher {
    child: Child,
    stdin: tokio::process::ChildStdin,
    said: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

impl Publisher {
    fn begin(place: &[&str]) -> Self {
        let mut child = Command::from(program())
            .args(["queue", "put", B])
            .args(place)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, stdin, said }
    }

    async fn send(&mut self, number: usize) {
        let form = json!({
            "ownDomain": "a.example.com", "targetComponent": "galley", "path": "on-message-sent",
            "body": number.to_string(), "bodyVersions": {"from": 0},
        });
        let line = json!({"notifications": [form]}).to_string() + "\n";
        self.stdin.write_all(line.as_bytes()).await.unwrap();
        self.stdin.flush().await.unwrap();
    }

    /// Done when it says that the message is stored; none if it has ended.
    async fn put(&mut self, number: usize) -> Option<()> {
        self.send(number).await;
        self.said
            .next_line()
            .await
            .unwrap()
            .map(|said| assert_eq!(said, "stored"))
    }
}
