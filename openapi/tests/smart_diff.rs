//! The comparison of documents against another one: `api-smart-diff` from npm, which knows OpenAPI 3.1 and neither
//! directions nor this protocol. Needs Node and npm.

#![allow(clippy::unwrap_used, reason = "a fault may panic here")]

#[allow(dead_code, reason = "another test reads who breaks")]
mod changes;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use changes::{CHANGES, document_of};
use federation_api::Version;
use federation_openapi::compare::Verdict;
use serde_json::{Value, json};

const PACKAGE: &str = "api-smart-diff@1.0.6";

/// Reads pairs of documents and prints for each whether something breaks.
const PROGRAM: &str = r#"
import { apiDiff } from "api-smart-diff";
import { readFileSync } from "node:fs";
const pairs = JSON.parse(readFileSync(0));
console.log(JSON.stringify(pairs.map(([old, now]) => apiDiff(old, now).some(change => change.type === "breaking"))));
"#;

/// A folder with the package and the program.
fn installed() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("api-smart-diff");
    std::fs::create_dir_all(&folder).unwrap();
    let package = json!({"private": true, "type": "module"}).to_string();
    std::fs::write(folder.join("package.json"), package).unwrap();
    std::fs::write(folder.join("diff.mjs"), PROGRAM).unwrap();
    if !folder.join("node_modules/api-smart-diff").exists() {
        let ran = Command::new("npm")
            .args([
                "install",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                PACKAGE,
            ])
            .current_dir(&folder)
            .output()
            .expect("npm, which is not there: install Node 20 or newer");
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    folder
}

/// Whether the other comparison finds that each pair breaks somebody.
fn breaks(pairs: &[(Value, Value)]) -> Vec<bool> {
    let mut node = Command::new("node")
        .arg("diff.mjs")
        .current_dir(installed())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node, which is not there: install Node 20 or newer");
    let mut stdin = node.stdin.take().unwrap();
    // It prints nothing before it has read everything.
    stdin
        .write_all(json!(pairs).to_string().as_bytes())
        .unwrap();
    drop(stdin);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn both_agree_or_the_reason_is_known() {
    let pairs: Vec<(Value, Value)> = CHANGES
        .iter()
        .map(|change| {
            let old = document_of(change.component, Version::NEWEST);
            let mut new = old.clone();
            (change.apply)(&mut new);
            (old, new)
        })
        .collect();
    let theirs = breaks(&pairs);
    assert_eq!(theirs.len(), CHANGES.len());
    let mut wrong = Vec::new();
    for (change, theirs) in CHANGES.iter().zip(theirs) {
        let ours = change.verdict == Verdict::Breaking;
        match change.differs {
            None if ours != theirs => {
                wrong.push(format!(
                    "{}: breaks for us {ours}, for them {theirs}",
                    change.name
                ));
            }
            Some(reason) if ours == theirs => {
                wrong.push(format!(
                    "{}: both agree, in spite of: {reason}",
                    change.name
                ));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
