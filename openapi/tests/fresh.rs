//! The documents in the repository are those that the declaration gives.

// Where a fault may panic.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use federation_openapi::{Spec, components, files, write_all};

/// All documents in the repository, by path relative to the folder of all.
fn in_repository(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let version = entry.unwrap().path();
        let name = version.file_name().unwrap().to_string_lossy().into_owned();
        let is_version = name
            .strip_prefix('v')
            .is_some_and(|number| number.parse::<u8>().is_ok());
        if !is_version {
            continue;
        }
        for file in fs::read_dir(&version).unwrap() {
            let path = file.unwrap().path();
            let relative = path.strip_prefix(folder).unwrap().to_owned();
            found.insert(relative, fs::read_to_string(&path).unwrap());
        }
    }
    found
}

/// All documents as they are to be, likewise.
fn made() -> BTreeMap<PathBuf, String> {
    let in_spec = |spec| files(&components(), spec);
    Spec::ALL.into_iter().flat_map(in_spec).collect()
}

#[test]
fn the_documents_in_the_repository_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        write_all(folder, &components()).unwrap();
    }
    let made = made();
    let found = in_repository(folder);
    let mut stale = Vec::new();
    for (path, text) in &made {
        match found.get(path) {
            Some(found) if found == text => {}
            Some(_) => stale.push(format!("openapi/{} is out of date", path.display())),
            None => stale.push(format!("openapi/{} is missing", path.display())),
        }
    }
    for path in found.keys().filter(|path| !made.contains_key(*path)) {
        stale.push(format!(
            "openapi/{} belongs to nothing; delete it",
            path.display()
        ));
    }
    assert!(
        stale.is_empty(),
        "{}\nwrite them anew and look at the difference:\n\n    \
         UPDATE_DOCUMENTS=1 cargo test -p federation-openapi --test fresh\n",
        stale.join("\n")
    );
}

#[test]
fn made_twice_they_are_the_same() {
    assert_eq!(made(), made());
}
