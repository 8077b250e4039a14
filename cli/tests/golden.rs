//! `federation check` on the JSON documents of the existing implementation, where they lie beside
//! the workspace.

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::run;
use serde_json::Value;

/// Documents of the client API: what the federation API knows of them must come back, the rest is
/// nobody's business.
const PARTLY_KNOWN: &[&str] = &["Conversation", "ConversationV5"];

fn shared(folder: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(folder);
    if shared.is_dir() {
        return Some(shared);
    }
    println!("skipped: there is no {}", shared.display());
    None
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn every_document_is_accepted_and_written_as_equal_json() {
    let Some(golden) = shared("golden") else {
        return;
    };
    let mut documents = 0;
    for folder in entries(&golden).into_iter().filter(|entry| entry.is_dir()) {
        let name = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let rejected = name.strip_suffix(".reject");
        let files = entries(&folder);
        let mut arguments = vec!["check", "--type", rejected.unwrap_or(&name)];
        arguments.extend(files.iter().map(|file| file.to_str().expect("text")));
        let ran = run(arguments).ends_with(i32::from(rejected.is_some()));
        let written: Vec<_> = ran.stdout.lines().map(json).collect();
        if rejected.is_some() {
            assert_eq!(written, Vec::<Value>::new(), "{name}");
            continue;
        }
        let expected = files
            .iter()
            .map(|file| json(&fs::read_to_string(file).expect("a readable file")));
        for (written, expected) in written.iter().zip(expected) {
            if PARTLY_KNOWN.contains(&&*name) {
                assert!(
                    is_part_of(written, &expected),
                    "{name}: {written} of {expected}"
                );
            } else {
                assert_eq!(*written, expected, "{name}");
            }
        }
        assert_eq!(written.len(), files.len(), "{name}");
        documents += files.len();
    }
    assert!(documents >= 280, "{documents}");
}

/// The files and folders of a folder, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    entries
}

/// Every key that was written is there, with an equal value; and most keys are known.
fn is_part_of(written: &Value, whole: &Value) -> bool {
    let (Value::Object(written), Value::Object(whole)) = (written, whole) else {
        return false;
    };
    written.len() > 8
        && written
            .iter()
            .all(|(key, value)| whole.get(key) == Some(value))
}

#[test]
fn connection_request_of_2023() {
    let Some(history) = shared("golden-history/v2023-01-12") else {
        return;
    };
    let file = history.join("testObject_NewConnectionRequest1.json");
    let mut expected = json(&fs::read_to_string(&file).expect("a readable file"));
    expected["from_team"] = Value::Null;
    for of in [
        &["--type", "NewConnectionRequest"][..],
        &["brig", "send-connection-action", "request"],
    ] {
        let mut arguments = vec![PathBuf::from("check")];
        arguments.extend(of.iter().map(PathBuf::from));
        arguments.push(file.clone());
        let ran = run(arguments).ends_with(0);
        assert_eq!(json(&ran.stdout), expected);
    }
}
