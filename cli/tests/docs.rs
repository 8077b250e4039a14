//! `federation docs`.

mod program;

use std::fs;

use program::run;

#[test]
fn the_pages_are_written_as_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("site").display().to_string();
    let ran = run(["docs", "--to", &output]).ends_with(0);
    assert!(ran.stdout.trim_end().ends_with("index.html"));
    let read = |name: &str| fs::read_to_string(format!("{output}/{name}")).expect(name);
    assert!(read("index.html").contains("swagger-ui-bundle.js"));
    assert!(read("matrix.html").contains("get-user-by-handle in V0"));
    assert_eq!(read("v0/brig.json"), published("v0/brig.json"));
}

fn published(path: &str) -> String {
    fs::read_to_string(format!("{}/../openapi/{path}", env!("CARGO_MANIFEST_DIR"))).expect(path)
}

#[test]
fn what_cannot_be_served_is_said() {
    let ran = run(["docs", "--backend", "b.example.com"]).ends_with(2);
    assert!(ran.stderr.contains("http://127.0.0.1:8082"));
    run(["docs", "--to", "site", "--backend", "http://127.0.0.1:1"]).ends_with(2);
}
