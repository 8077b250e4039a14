//! The documents as files.

use std::path::{Path, PathBuf};
use std::{fs, io};

use federation_api::Version;

use crate::{Component, document};

/// The version of OpenAPI that a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spec {
    /// OpenAPI 3.1, the authority: `brig.json`.
    #[default]
    V3_1,
    /// OpenAPI 3.0.3, which says less and says what: `brig.3.0.json`.
    V3_0,
}

impl Spec {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::V3_1, Self::V3_0];

    const fn extension(self) -> &'static str {
        match self {
            Self::V3_1 => "json",
            Self::V3_0 => "3.0.json",
        }
    }
}

/// The path of each document, relative to the folder of all, and its text: `v3/brig.json`.
///
/// By version and then in the order of `components`.
#[must_use]
pub fn files(components: &[Component], spec: Spec) -> Vec<(PathBuf, String)> {
    let of_version = |version: Version| {
        components.iter().map(move |component| {
            let name = format!("{}.{}", component.name(), spec.extension());
            let path = Path::new(&version.to_string()).join(name);
            let document = document(component, version).in_spec(spec);
            (path, document.to_json_pretty())
        })
    };
    Version::ALL.into_iter().flat_map(of_version).collect()
}

/// Writes the documents of `components` into `folder`, in every spec, and says where. What is there
/// already and the same is left alone.
///
/// # Errors
///
/// When a folder or a file cannot be written.
pub fn write_all(folder: &Path, components: &[Component]) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for (path, text) in Spec::ALL
        .into_iter()
        .flat_map(|spec| files(components, spec))
    {
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
