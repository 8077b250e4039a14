//! `federation queue`: what waits for whom, and mending it by hand.

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use clap::{Args, Subcommand};
use federation_api::Domain;
use federation_notifications::{Kept, Message, Overview, Shelf, StoredMessage};
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::fault::Fault;
use crate::style;

mod place;

pub(crate) use place::Place;

const EXAMPLES: &str = "\
Examples:
  What waits for whom:
    federation queue list --queue notifications.db
  What blocks a target, and taking it away:
    federation queue peek b.example.com --queue notifications.db
    federation queue drop b.example.com --queue notifications.db
  What a target could never accept, and trying it again after the target was mended:
    federation queue peek b.example.com --dead --queue notifications.db
    federation queue retry b.example.com --queue notifications.db
  A message of one's own; `stored` is printed when it is durable (`federation queue put --help` shows one):
    federation queue put b.example.com --queue notifications.db <bundles.jsonl

A file can be looked into while a pusher delivers from it. On RabbitMQ only one consumer gets messages, so \
peek and drop need the pusher to be stopped first.

Exit status: 0 done; 1 the queue cannot be reached or does not do it; 2 the command line is wrong.";

const BUNDLE: &str = r#"A line is a bundle: one event in its forms for different versions, of which one is delivered.
  {"notifications":[{"ownDomain":"a.example.com","targetComponent":"brig","path":"on-user-deleted-connections","body":"{\"user\":\"9da1e86b-7a4d-4ba0-b5a1-0f0b0a6d5f47\",\"connections\":[\"1c4e2b3a-8f60-4d0e-9d57-2f1c7b8a9e10\"]}","bodyVersions":{"from":0},"requestId":"a-request"}]}"#;

/// Shows what waits in a queue of notifications, and mends it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Queue {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// What waits for whom
    List {
        #[command(flatten)]
        place: Place,
        /// Print JSON, one object in a line
        #[arg(long)]
        json: bool,
    },
    /// The first messages for a target, which stay where they are
    Peek {
        #[command(flatten)]
        of: Of,
        /// How many
        #[arg(long, value_name = "N", default_value_t = 1)]
        count: usize,
        /// Those that the target can never accept
        #[arg(long)]
        dead: bool,
        /// Print JSON, one object in a line, bodies included
        #[arg(long)]
        json: bool,
    },
    /// Put dead letters at the end of the queue again
    Retry {
        #[command(flatten)]
        of: Of,
        /// How many, oldest first; all if not said
        #[arg(long, value_name = "N")]
        count: Option<usize>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take the first messages for a target away for good
    Drop {
        #[command(flatten)]
        of: Of,
        /// How many
        #[arg(long, value_name = "N", default_value_t = 1)]
        count: usize,
        /// Of those that the target can never accept
        #[arg(long)]
        dead: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Leave messages for a target: bundles in JSON, one in a line of standard input
    #[command(after_help = BUNDLE)]
    Put {
        #[command(flatten)]
        of: Of,
    },
}

#[derive(Debug, Args)]
struct Of {
    /// The backend that the messages are for.
    #[arg(value_name = "TARGET")]
    target: Domain,
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(queue: &Queue) -> Result<(), Fault> {
    match &queue.task {
        Task::List { place, json } => {
            let overview = place
                .existing()?
                .operate
                .overview()
                .await
                .map_err(Fault::failed)?;
            list(&overview, *json)
        }
        Task::Peek {
            of,
            count,
            dead,
            json,
        } => {
            let operate = of.place.existing()?.operate;
            let kept = operate.peek(&of.target, shelf(*dead), *count).await;
            show(&kept.map_err(Fault::failed)?, *json)
        }
        Task::Retry { of, count, json } => {
            let operate = of.place.existing()?.operate;
            let retried = operate
                .revive(&of.target, count.unwrap_or(usize::MAX))
                .await;
            tell("retried", retried.map_err(Fault::failed)?, *json)
        }
        Task::Drop {
            of,
            count,
            dead,
            json,
        } => {
            let operate = of.place.existing()?.operate;
            let dropped = operate.discard(&of.target, shelf(*dead), *count).await;
            tell("dropped", dropped.map_err(Fault::failed)?, *json)
        }
        Task::Put { of } => put(of).await,
    }
}

fn shelf(dead: bool) -> Shelf {
    if dead { Shelf::Dead } else { Shelf::Waiting }
}

/// A line of `list --json`.
#[derive(Serialize)]
struct Listed<'a> {
    target: &'a Domain,
    waiting: u64,
    dead: u64,
    oldest_seconds: Option<f64>,
}

fn list(overview: &[Overview], json: bool) -> Result<(), Fault> {
    let mut stdout = anstream::stdout().lock();
    if !json && overview.is_empty() {
        writeln!(anstream::stderr().lock(), "nothing waits for anybody")?;
    }
    if !json && !overview.is_empty() {
        let [target, waiting, dead, oldest] = ["TARGET", "WAITING", "DEAD", "OLDEST"];
        writeln!(stdout, "{target:<40} {waiting:>9} {dead:>7}  {oldest}")?;
    }
    for Overview {
        target,
        waiting,
        dead,
        oldest,
    } in overview
    {
        let age = oldest.map(age);
        if json {
            let line = Listed {
                target,
                waiting: *waiting,
                dead: *dead,
                oldest_seconds: age.map(|age| age.as_secs_f64()),
            };
            print(&mut stdout, &line)?;
        } else {
            let age = age.map(spoken).unwrap_or_default();
            // A style would count as width.
            writeln!(
                stdout,
                "{:<40} {waiting:>9} {dead:>7}  {age}",
                target.as_str()
            )?;
        }
    }
    Ok(())
}

/// A line of `peek --json`.
#[derive(Serialize)]
struct Shown<'a> {
    age_seconds: Option<f64>,
    reason: Option<&'a str>,
    body: std::borrow::Cow<'a, str>,
}

fn show(kept: &[Kept], json: bool) -> Result<(), Fault> {
    let mut stdout = anstream::stdout().lock();
    for message in kept {
        let age = message.published.map(age);
        if json {
            let line = Shown {
                age_seconds: age.map(|age| age.as_secs_f64()),
                reason: message.reason.as_deref(),
                body: String::from_utf8_lossy(&message.body),
            };
            print(&mut stdout, &line)?;
            continue;
        }
        let age = age.map_or_else(
            || "at an unknown time".to_owned(),
            |age| spoken(age) + " ago",
        );
        writeln!(stdout, "{} bytes, published {age}", message.body.len())?;
        if let Some(reason) = &message.reason {
            writeln!(
                stdout,
                "  {} {}",
                style::FAULT.paint("dead:"),
                style::visible(reason)
            )?;
        }
        match StoredMessage::read(&message.body) {
            Ok(stored) => {
                for form in stored.notifications() {
                    let versions = match form.body_versions {
                        Some(versions) => format!("versions {versions}"),
                        None => "no versions".to_owned(),
                    };
                    let id = form.request_id.as_ref().map_or("N/A", |id| id.as_str());
                    writeln!(
                        stdout,
                        "  {} {} from {}, {versions}, request {}",
                        style::visible(&form.target_component),
                        style::visible(&form.path),
                        form.own_domain,
                        style::visible(id)
                    )?;
                    writeln!(stdout, "    {}", beginning(&form.body))?;
                }
            }
            Err(error) => writeln!(
                stdout,
                "  unreadable: {}",
                style::visible(&error.to_string())
            )?,
        }
    }
    Ok(())
}

fn beginning(body: &str) -> String {
    let shown: String = body.chars().take(200).collect();
    let cut = if shown.len() < body.len() { "…" } else { "" };
    style::visible(&shown) + cut
}

fn tell(what: &str, count: usize, json: bool) -> Result<(), Fault> {
    let mut stdout = anstream::stdout().lock();
    if json {
        print(&mut stdout, &serde_json::json!({ what: count }))
    } else {
        Ok(writeln!(stdout, "{what} {count}")?)
    }
}

fn print(stdout: &mut impl Write, line: &impl Serialize) -> Result<(), Fault> {
    let text = serde_json::to_string(line).map_err(Fault::failed)?;
    Ok(writeln!(stdout, "{text}")?)
}

async fn put(of: &Of) -> Result<(), Fault> {
    let queue = of.place.open()?.queue;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        if line.trim().is_empty() {
            continue;
        }
        StoredMessage::read(line.as_bytes())
            .map_err(|error| Fault::Failed(format!("this is no message: {error}")))?;
        let message = Message {
            target: of.target.clone(),
            body: line.into(),
        };
        queue.publish(vec![message]).await.map_err(Fault::failed)?;
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "stored")?;
        stdout.flush()?;
    }
    Ok(())
}

fn age(published: SystemTime) -> Duration {
    published.elapsed().unwrap_or_default()
}

/// `3d 4h`, `12s`: the two largest units.
fn spoken(age: Duration) -> String {
    let seconds = age.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {}s", seconds % 60),
        (0, ..) => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}
