//! The documents as files.

use std::path::{Path, PathBuf};
use std::{fs, io};

use federation_api::Version;

use crate::{Component, document};

/// The path of each document, relative to the folder of all, and its text: `v3/brig.json`.
///
/// By version and then in the order of `components`.
#[must_use]
pub fn files(components: &[Component]) -> Vec<(PathBuf, String)> {
    let of_version = |version: Version| {
        components.iter().map(move |component| {
            let path = Path::new(&version.to_string()).join(format!("{}.json", component.name()));
            (path, document(component, version).to_json_pretty())
        })
    };
    Version::ALL.into_iter().flat_map(of_version).collect()
}

/// Writes the documents of `components` into `folder`, and says where. What is there already and the
/// same is left alone.
///
/// # Errors
///
/// When a folder or a file cannot be written.
pub fn write_all(folder: &Path, components: &[Component]) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for (path, text) in files(components) {
        let path = folder.join(path);
        if !fs::read_to_string(&path).is_ok_and(|current| current == text) {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&path, text)?;
        }
        written.push(path);
    }
    Ok(written)
}
