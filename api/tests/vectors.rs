//! Documents with invented content, in `vectors/<Type>/`:
//!
//! - `<case>.json` is read and written again as an equal JSON value, which the schema describes;
//! - `read/<case>.json` is odd but accepted, and written as `read/<case>.out.json` says;
//! - `reject/<case>.json` is refused, and the message contains what `reject/<case>.err` says.

mod wire_types;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use federation_api::json;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire_types::{for_each_wire_type, tests};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// The files of a folder whose names end so, sorted; none for a folder that does not exist.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn holds<T>(name: &str)
where
    T: Serialize + DeserializeOwned + JsonSchema,
{
    let folder = root().join(name);
    let validators = wire_types::validators::<T>();
    let recode = |path: &Path| {
        let value: T = json::decode(read(path).as_bytes())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::to_value(&value).expect("every value has a JSON form")
    };

    let plain = files(&folder, ".json");
    assert!(!plain.is_empty(), "no vector for {name}");
    for path in plain {
        let written = recode(&path);
        let expected: Value = serde_json::from_str(&read(&path)).expect("JSON");
        assert_eq!(written, expected, "{}", path.display());
        wire_types::validate(&validators, &written, &path.display().to_string());
    }

    for path in files(&folder.join("read"), ".json") {
        if path.to_string_lossy().ends_with(".out.json") {
            continue;
        }
        let out = read(&path.with_extension("out.json"));
        let expected: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(recode(&path), expected, "{}", path.display());
    }

    for path in files(&folder.join("reject"), ".json") {
        let Err(error) = json::decode::<T>(read(&path).as_bytes()) else {
            panic!("{}: accepted", path.display());
        };
        let message = error.to_string();
        let expected = read(&path.with_extension("err"));
        assert!(
            message.contains(expected.trim_end()),
            "{}: {message}",
            path.display()
        );
    }
}

macro_rules! folders {
    ($($name:ident: $type:ty,)+) => {
        #[test]
        fn every_folder_is_of_a_type() {
            let known = BTreeSet::from([$(stringify!($name)),+]);
            for entry in fs::read_dir(root()).expect("the folder of vectors") {
                let name = entry.expect("a readable folder").file_name();
                let name = name.to_string_lossy();
                assert!(known.contains(&*name), "vectors/{name}: no such type");
            }
        }
    };
}

for_each_wire_type!(tests);
for_each_wire_type!(folders);
