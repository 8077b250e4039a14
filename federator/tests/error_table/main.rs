//! Every row of `transport.md` §8.5 by a real failure, as the caller sees it: a generated client, over a
//! real Outward and, where it gets that far, the Inward of another backend.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../it/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "no test needs all of it")]
mod support;

mod answers;
mod at_home;
mod between;
mod component;
mod ingress;
mod inward;
mod odd_peer;
mod rows;

use rows::TABLE;

/// The backend that is called.
const B: &str = "b.example.com";

const SOURCES: &[&str] = &[
    include_str!("answers.rs"),
    include_str!("at_home.rs"),
    include_str!("between.rs"),
    include_str!("component.rs"),
    include_str!("ingress.rs"),
    include_str!("inward.rs"),
];

/// Each row has its test, each test its row; a row without one says why.
#[test]
fn the_table_is_complete() {
    let mut tests = Vec::new();
    for source in SOURCES {
        let lines: Vec<&str> = source.lines().collect();
        for pair in lines.windows(2) {
            if pair[0] == "#[tokio::test]" {
                let name = pair[1].strip_prefix("async fn ").expect(pair[1]);
                tests.push(name.split('(').next().unwrap());
            }
        }
    }
    tests.sort_unstable();
    let mut of_rows: Vec<&str> = TABLE.iter().filter_map(|row| row.test.ok()).collect();
    of_rows.sort_unstable();
    assert_eq!(of_rows, tests);
    for source in SOURCES {
        for row in TABLE.iter().filter_map(|row| row.test.ok()) {
            let there = source.contains(&format!("async fn {row}()"));
            assert_eq!(there, source.contains(&format!("\"{row}\"")), "{row}");
        }
    }
    for row in TABLE {
        let elsewhere = row.test.err().filter(|reason| reason.ends_with(".rs"));
        if let Some(file) = elsewhere {
            let file = format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"));
            let source = std::fs::read_to_string(&file).expect(&file);
            assert!(source.contains(row.label), "{file}: {}", row.label);
        }
    }
}

/// The table itself, row by row: stage, status, label and inner label. Counted, so that none gets lost.
#[test]
fn the_rows_are_those_of_the_reference() {
    let labels = [
        "federation-not-enabled",
        "federation-not-implemented",
        "federation-disabled-for-protocol",
        "internal-error",
        "federation-not-available",
        "federation-local-error",
        "unknown-federation-error",
        "federation-denied",
        "invalid-domain",
        "discovery-failure",
        "server-error",
        "federation-connection-refused",
        "federation-tls-error",
        "federation-http2-error",
        "federation-remote-error",
        "federation-invalid-body",
        "federation-invalid-content-type",
        "federation-unsupported-content-type",
        "federation-version-error",
        "federation-unexpected-body",
        "federation-unexpected-wai-error",
    ];
    for label in labels {
        assert!(TABLE.iter().any(|row| row.label == label), "{label}");
    }
    assert!(TABLE.iter().all(|row| labels.contains(&row.label)));
    let per_stage = |stage| TABLE.iter().filter(|row| row.stage == stage).count();
    let counted: Vec<usize> = (0..=8).map(per_stage).collect();
    // The reference has 5, 2, 6, 4, 6, 1, 3, 8 and 2: a row with several causes has a line for each.
    assert_eq!(counted, [5, 3, 8, 23, 7, 2, 6, 8, 2]);
}
