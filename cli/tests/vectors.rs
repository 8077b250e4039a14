//! `federation check` on the documents with invented content that `federation-api` is tested with: the
//! name of each folder is known as a type, and what the library says the program says, too.

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::run;
use serde_json::Value;

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

fn documents(folder: &Path) -> Vec<PathBuf> {
    let is_document = |path: &PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with(".json") && !name.ends_with(".out.json")
    };
    sorted(folder).into_iter().filter(is_document).collect()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a readable file")).expect("JSON")
}

fn check(name: &str, files: &[PathBuf]) -> program::Ran {
    let mut arguments = vec![PathBuf::from("check"), "--type".into(), name.into()];
    arguments.extend_from_slice(files);
    run(arguments)
}

#[test]
fn the_program_says_what_the_library_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/tests/vectors");
    let folders = sorted(&root);
    assert!(folders.len() > 50, "{}", folders.len());
    for folder in folders {
        let name = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();

        let good = documents(&folder);
        let odd = documents(&folder.join("read"));
        let expected: Vec<Value> = good
            .iter()
            .cloned()
            .chain(odd.iter().map(|path| path.with_extension("out.json")))
            .map(|path| json(&path))
            .collect();
        let ran = check(&name, &[good, odd].concat()).ends_with(0);
        let written: Vec<Value> = ran
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(written, expected, "{name}");

        let bad = documents(&folder.join("reject"));
        if bad.is_empty() {
            continue;
        }
        let ran = check(&name, &bad).ends_with(1);
        assert_eq!(ran.stdout, "", "{name}");
        let faults: Vec<_> = ran.stderr.lines().collect();
        assert_eq!(faults.len(), bad.len(), "{name}: {faults:#?}");
        for (fault, file) in faults.iter().zip(&bad) {
            assert!(
                fault.starts_with(&format!("{}: ", file.display())),
                "{fault}"
            );
        }
    }
}
