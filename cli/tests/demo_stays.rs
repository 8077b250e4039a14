//! `federation demo --keep-running`: its backends can be called until it is asked to end.
#![cfg(unix)]

mod program;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use program::program;
use serde_json::Value;

/// A demonstration that does not outlive the test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        // It has usually ended before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Demo {
    fn start(arguments: &[&str]) -> Self {
        let mut program = program();
        program
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self(program.spawn().expect("the program runs"))
    }

    /// Asks it to end and waits until it has: its exit status, and the rest of what it wrote.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let asked = Command::new("sh")
            .args(["-c", &format!("kill -{signal} {}", self.0.id())])
            .status();
        assert!(asked.expect("a shell").success());
        let status = self.0.wait().expect("it ends");
        let mut rest = String::new();
        let stderr = self.0.stderr.take().expect("a pipe");
        BufReader::new(stderr)
            .read_to_string(&mut rest)
            .expect("text");
        (status.code(), rest)
    }
}

/// Runs a command line as somebody does who has copied it.
fn shell(line: &str) -> Vec<u8> {
    let directory = Path::new(env!("CARGO_BIN_EXE_federation")).parent();
    let path = directory.expect("a directory").display();
    let before = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", line])
        .env("PATH", format!("{path}:{before}"))
        .output()
        .expect("a shell");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {stderr}");
    output.stdout
}

#[test]
fn the_printed_commands_work_until_sigterm() {
    let mut demo = Demo::start(&["demo", "--keep-running"]);
    let stdout = BufReader::new(demo.0.stdout.take().expect("a pipe"));
    let mut commands = Vec::new();
    let mut ready = false;
    for line in stdout.lines() {
        let line = line.expect("text");
        if line.starts_with("federation call ") {
            commands.push(line);
        } else if line == "Ctrl-C ends it." {
            ready = true;
            break;
        }
    }
    assert!(ready, "{commands:?}");
    assert!(commands.len() >= 6, "{commands:?}");
    for command in &commands {
        let answer = shell(command);
        if command.contains("stream-asset") {
            assert_eq!(answer, b"Four eggs, flour, a pinch of salt.\n");
            continue;
        }
        let answer: Value = serde_json::from_slice(&answer).expect(command);
        let expected = match command.split(' ').nth(3) {
            Some("api-version") => &answer["supported_versions"],
            Some("get-user-by-handle") => &answer["qualified_id"],
            Some("get-users-by-ids") => &answer[0]["qualified_id"],
            Some("search-users") => &answer["contacts"][0]["qualified_id"],
            Some("get-asset") => &answer["available"],
            other => panic!("{other:?}"),
        };
        assert!(
            !expected.is_null() && *expected != Value::Bool(false),
            "{command}: {answer}"
        );
    }
    assert_eq!(demo.end("TERM"), (Some(0), String::new()));
}

#[test]
fn commands_for_programs_and_ctrl_c() {
    let mut demo = Demo::start(&["demo", "--keep-running", "--json"]);
    let mut line = String::new();
    let mut stdout = BufReader::new(demo.0.stdout.take().expect("a pipe"));
    stdout.read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).expect("one document on one line");
    let commands = told["commands"].as_array().expect("commands");
    let first = commands[0].as_str().expect("a command line");
    assert!(!shell(first).is_empty());
    assert_eq!(demo.end("INT"), (Some(0), String::new()));
}
