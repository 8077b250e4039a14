//! `federation check` on the JSON documents of the existing implementation, where they lie beside
//! the workspace.

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::run;
use serde_json::Value;

/// The folders of the components that are declared so far.
const FOLDERS: &[&str] = &[
    "AppInfo",
    "AssetKey",
    "AssetSize",
    "AssetToken",
    "ClientClass",
    "ClientPrekey",
    "ColourId",
    "Contact",
    "EmailAddress",
    "Name",
    "NewConnectionRequest",
    "NewConnectionResponse",
    "Pict",
    "Prekey",
    "PrekeyBundle",
    "PrekeyId",
    "ProfileAsset",
    "PubClient",
    "ServiceRef",
    "UserClientMap_Int",
    "UserClientPrekeyMap",
    "UserClients",
    "UserProfile",
];

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
    for folder in FOLDERS {
        let mut files: Vec<_> = fs::read_dir(golden.join(folder))
            .expect("the folder of a type")
            .map(|entry| entry.expect("a file").path())
            .collect();
        files.sort();
        let mut arguments = vec!["check".into(), "--type".into(), PathBuf::from(folder)];
        arguments.extend(files.clone());
        let ran = run(arguments).ends_with(0);
        let written: Vec<_> = ran.stdout.lines().map(json).collect();
        let expected: Vec<_> = files
            .iter()
            .map(|file| json(&fs::read_to_string(file).expect("a readable file")))
            .collect();
        assert_eq!(written, expected, "{folder}");
        documents += files.len();
    }
    assert!(documents >= 232, "{documents}");
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
