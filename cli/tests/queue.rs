//! `federation push` and `federation queue`, as processes.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

#[path = "../../notifications/tests/support/outward.rs"]
mod outward;
mod program;

use std::process::Stdio;

use outward::{Answer, Outward};
use program::{program, run, run_with_input};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const B: &str = "b.example.com";

fn bundle(number: usize) -> String {
    let form = json!({
        "ownDomain": "a.example.com", "targetComponent": "galley", "path": "on-message-sent",
        "body": format!("{{\"n\":{number}}}"), "bodyVersions": {"from": 0}, "requestId": "an-id",
    });
    json!({"notifications": [form]}).to_string()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Begins to push, and gives the lines that it prints until it has begun.
async fn pushing(arguments: &[&str]) -> (Child, Vec<String>) {
    let mut command = Command::from(program());
    let mut child = command
        .arg("push")
        .args(arguments)
        .args(["--backoff-max", "50"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    loop {
        let line = stdout
            .next_line()
            .await
            .unwrap()
            .expect("it begins to push");
        if line == "pushing" {
            return (child, said);
        }
        said.push(line);
    }
}

/// Ends it as an operator does.
async fn end(child: Child) {
    let id = child.id().unwrap().to_string();
    let asked = Command::new("kill")
        .args(["-TERM", &id])
        .status()
        .await
        .unwrap();
    assert!(asked.success());
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_put_is_pushed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue").to_str().unwrap().to_owned();
    let outward = Outward::start().await;
    outward.answers(B, [Answer::ok(), Answer::remote(400, "bad-request")]);
    let input: String = (0..4).map(|number| bundle(number) + "\n").collect();
    let put = run_with_input(&["queue", "put", B, "--queue", &file], &input).ends_with(0);
    assert_eq!(put.stdout, "stored\n".repeat(4));

    let listed = lines(
        &run(["queue", "list", "--json", "--queue", &file])
            .ends_with(0)
            .stdout,
    );
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["target"], &listed[0]["waiting"]),
        (&json!(B), &json!(4))
    );

    let url = outward.url();
    let arguments = [
        "--queue",
        &file,
        "--federator",
        &url,
        "--listen",
        "127.0.0.1:0",
    ];
    let (pusher, said) = pushing(&arguments).await;
    let accepted = outward.until_accepted(B, 3).await;
    let bodies: Vec<_> = accepted
        .iter()
        .map(|received| received.body.as_str())
        .collect();
    assert_eq!(bodies, [r#"{"n":0}"#, r#"{"n":2}"#, r#"{"n":3}"#]);

    // A file can be looked into, and mended, while a pusher delivers from it.
    let peeked = run(["queue", "peek", B, "--dead", "--json", "--queue", &file]).ends_with(0);
    let peeked = lines(&peeked.stdout);
    assert_eq!(peeked[0]["body"], json!(bundle(1)));
    assert!(
        peeked[0]["reason"]
            .as_str()
            .unwrap()
            .contains("bad-request"),
        "{peeked:?}"
    );
    let retried = run(["queue", "retry", B, "--queue", &file]).ends_with(0);
    assert_eq!(retried.stdout, "retried 1\n");
    let accepted = outward.until_accepted(B, 4).await;
    assert_eq!(accepted[3].body, r#"{"n":1}"#);

    let address = said[0].strip_prefix("listening on ").unwrap();
    for (path, expected) in [
        ("/i/status", ""),
        ("/i/status/workers", ""),
        (
            "/i/metrics",
            "wire_backend_notifications_pushed{targetDomain=\"b.example.com\"} 4",
        ),
    ] {
        let got = Command::new("curl")
            .args(["-sf", &format!("{address}{path}")])
            .output()
            .await;
        let got = got.unwrap();
        assert!(got.status.success(), "{path}");
        let text = String::from_utf8(got.stdout).unwrap();
        assert!(text.contains(expected), "{path}: {text}");
    }
    end(pusher).await;
    let listed = lines(
        &run(["queue", "list", "--json", "--queue", &file])
            .ends_with(0)
            .stdout,
    );
    assert_eq!(
        (&listed[0]["waiting"], &listed[0]["dead"]),
        (&json!(0), &json!(0))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_blocks_a_target_can_be_dropped_while_it_is_tried() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue").to_str().unwrap().to_owned();
    let outward = Outward::start().await;
    // The first is refused for ever.
    outward.answers(
        B,
        std::iter::repeat_n(Answer::remote(404, "no-endpoint"), 10_000),
    );
    let input = bundle(0) + "\n" + &bundle(1) + "\n";
    run_with_input(&["queue", "put", B, "--queue", &file], &input).ends_with(0);
    let url = outward.url();
    let (pusher, _) = pushing(&["--queue", &file, "--federator", &url]).await;
    outward.until(|outward| outward.attempts(B).0 > 4).await;
    let peeked = run(["queue", "peek", B, "--queue", &file])
        .ends_with(0)
        .stdout;
    assert!(
        peeked.contains("galley on-message-sent from a.example.com"),
        "{peeked}"
    );
    let dropped = run(["queue", "drop", B, "--json", "--queue", &file]).ends_with(0);
    assert_eq!(lines(&dropped.stdout), [json!({"dropped": 1})]);
    let peeked = run(["queue", "peek", B, "--json", "--queue", &file])
        .ends_with(0)
        .stdout;
    assert_eq!(lines(&peeked)[0]["body"], json!(bundle(1)));
    end(pusher).await;
}

#[test]
fn what_cannot_be_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue");
    let file = file.to_str().unwrap();
    let ran = run_with_input(&["queue", "put", B, "--queue", file], "{}\n").ends_with(1);
    assert!(ran.stderr.contains("this is no message"), "{}", ran.stderr);
    let ran = run(["queue", "list", "--queue", "/no/such/folder/queue"]).ends_with(1);
    assert!(
        ran.stderr.contains("/no/such/folder/queue"),
        "{}",
        ran.stderr
    );
    let ran = run(["queue", "list", "--amqp", "http://localhost"]).ends_with(2);
    assert!(
        ran.stderr.contains("amqp://user:password@host:5672/vhost"),
        "{}",
        ran.stderr
    );
    let ran = run(["queue", "list"]).ends_with(2);
    assert!(ran.stderr.contains("--queue"), "{}", ran.stderr);
    let ran = run(["push", "--queue", file, "--federator", "nowhere"]).ends_with(2);
    assert!(ran.stderr.contains("nowhere"), "{}", ran.stderr);
}

#[test]
fn a_flag_wins_over_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue");
    let list = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = program();
        command.args(["queue", "list"]).args(arguments);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), said)
    };
    let (there, broker) = (file.to_str().unwrap(), "amqp://me:secret@127.0.0.1:1/x");
    run_with_input(&["queue", "put", B, "--queue", there], "").ends_with(0);
    let set = [("FEDERATION_QUEUE", there)];
    assert_eq!(
        list(&[], &set),
        (Some(0), "nothing waits for anybody\n".to_owned())
    );
    let (status, said) = list(&["--amqp", broker], &set);
    assert_eq!(status, Some(1));
    assert!(said.contains("amqp://127.0.0.1:1/x"), "{said}");
    let set = [("FEDERATION_AMQP", broker)];
    assert_eq!(list(&["--queue", there], &set).0, Some(0));
    let (status, said) = list(&[], &[("FEDERATION_QUEUE", there), set[0]]);
    assert_eq!(status, Some(2));
    assert!(said.contains("both set"), "{said}");
}

/// What the help shows as a message is one.
#[test]
fn the_help_shows_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue");
    let help = run(["queue", "put", "--help"]).ends_with(0).stdout;
    let shown = help.lines().map(str::trim_start);
    let shown = shown.filter(|line| line.starts_with('{'));
    let shown = shown.collect::<Vec<_>>();
    assert_eq!(shown.len(), 1, "{help}");
    let line = shown[0].to_owned() + "\n";
    let put = ["queue", "put", B, "--queue", file.to_str().unwrap()];
    let put = run_with_input(&put, &line).ends_with(0);
    assert_eq!(put.stdout, "stored\n");
}
