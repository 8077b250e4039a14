//! A disk that is full, as a process sees it: the files that it writes must not grow any more.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod program;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use program::run;
use serde_json::{Value, json};

const B: &str = "b.example.com";

fn bundle(number: usize) -> String {
    let form = json!({
        "ownDomain": "a.example.com", "targetComponent": "galley", "path": "on-message-sent",
        "body": format!("{number} {}", "x".repeat(20_000)), "bodyVersions": {"from": 0},
    });
    json!({"notifications": [form]}).to_string()
}

/// A publisher whose files can grow to 2 MiB and no further; writing on is an error and not the end.
fn publisher(file: &str) -> Child {
    Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -S -f 4096; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_federation"))
        .args(["queue", "put", B, "--queue", file])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_full_disk_is_an_error_to_the_publisher_and_nothing_is_corrupted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue").to_str().unwrap().to_owned();
    let mut stored = 0;
    for round in 0..3 {
        let mut child = publisher(&file);
        let mut stdin = child.stdin.take().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        // More than fits, however often the log is emptied into the file.
        let first = stored;
        for number in first..first + 1000 {
            if writeln!(stdin, "{}", bundle(number)).is_err() {
                break;
            }
            match said.next() {
                Some(line) => assert_eq!(line.unwrap(), "stored"),
                None => break,
            }
            stored += 1;
        }
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(
            stderr.contains("the queue") && stderr.contains("failed"),
            "round {round}: {stderr}"
        );
        assert!(stored >= 20, "round {round}: only {stored} fitted");
    }

    // There is room again: all that was said to be stored is there, in order and whole, and more goes in.
    let count = stored.to_string();
    let peek = run([
        "queue", "peek", B, "--json", "--count", &count, "--queue", &file,
    ])
    .ends_with(0);
    let bodies: Vec<_> = peek
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["body"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(bodies.len(), stored);
    for (number, body) in bodies.iter().enumerate() {
        assert!(
            *body == bundle(number),
            "message {number} is not what was stored"
        );
    }
    let listed = run(["queue", "list", "--json", "--queue", &file]).ends_with(0);
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!(listed["waiting"], json!(stored), "what failed is not there");
    let more = program::run_with_input(&["queue", "put", B, "--queue", &file], &bundle(stored));
    assert_eq!(more.ends_with(0).stdout, "stored\n");
}
