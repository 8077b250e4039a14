//! `federation openapi`.

mod program;

use program::run;
use serde_json::Value;

#[test]
fn a_document_is_printed() {
    let ran = run(["openapi", "brig"]).ends_with(0);
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1"))
    );
    assert!(document["paths"]["/federation/get-mls-client"].is_object());

    let ran = run(["openapi", "brig", "--version", "v0"]).ends_with(0);
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert!(document["paths"]["/federation/get-mls-client"].is_null());
}

#[test]
fn documents_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().display().to_string();
    let ran = run(["openapi", "--output", &output]).ends_with(0);
    assert_eq!(ran.stdout.lines().count(), 12);
    let one = run(["openapi", "cargohold", "--version", "2"])
        .ends_with(0)
        .stdout;
    let path = folder.path().join("v2/cargohold.json");
    assert_eq!(std::fs::read_to_string(path).expect("a file"), one);

    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().display().to_string();
    let ran = run(["openapi", "brig", "--version", "1", "--output", &output]).ends_with(0);
    assert!(
        ran.stdout.trim_end().ends_with("v1/brig.json"),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.stdout.lines().count(), 1);
}

#[test]
fn unknown_components_give_a_hint() {
    let ran = run(["openapi", "birg"]).ends_with(2);
    assert!(ran.stderr.contains("did you mean brig?"), "{}", ran.stderr);
}
