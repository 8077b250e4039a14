//! Where documents come from: a file, a folder, or a revision of the repository.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::{fs, io};

use serde_json::Value;

/// The most files that are read. A folder with more is hardly the one that was meant.
const MOST_FILES: usize = 20_000;
/// The folders of this project, where `git:REV` names none.
const DOCUMENTS: &str = "openapi";
const VECTORS: &str = "api/tests/vectors";
/// Clones often come without tags.
const TAGS: &str = "If the tag of a release is missing here: git fetch --tags";
/// What renderings in OpenAPI 3.0 are called; they follow the documents that they are made of.
const RENDERING: &str = ".3.0.json";

/// What `OLD` and `NEW` name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    Path(PathBuf),
    Git { rev: String, path: Option<String> },
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(git) = text.strip_prefix("git:") else {
            return Ok(Self::Path(text.into()));
        };
        let (rev, path) = match git.split_once(':') {
            Some((rev, path)) => (rev, Some(path.trim_end_matches('/').to_owned())),
            None => (git, None),
        };
        // `git` would take it for an option.
        if rev.is_empty() || rev.starts_with('-') {
            return Err(format!(
                "`{rev}` is no revision; write git:v0.1.0 or git:HEAD"
            ));
        }
        Ok(Self::Git {
            rev: rev.to_owned(),
            path,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Git { rev, path: None } => write!(f, "git:{rev}"),
            Self::Git {
                rev,
                path: Some(path),
            } => write!(f, "git:{rev}:{path}"),
        }
    }
}

/// Texts by path, relative to the folder that holds all.
type Files = BTreeMap<String, String>;

impl Source {
    /// The document, if a single one is named.
    pub(super) fn document(&self) -> Result<Option<Value>, String> {
        let text = match self {
            Self::Path(path) if path.is_dir() => return Ok(None),
            Self::Path(path) => {
                fs::read_to_string(path).map_err(|error| format!("{self}: {error}"))?
            }
            Self::Git {
                rev,
                path: Some(path),
            } if path.ends_with(".json") => show(rev, path)?,
            Self::Git { .. } => return Ok(None),
        };
        document(&text, &self.to_string()).map(Some)
    }

    /// All documents of a folder by their paths without extension: `v3/brig`.
    pub(super) fn documents(&self) -> Result<BTreeMap<String, Value>, String> {
        let mut documents = BTreeMap::new();
        for (path, text) in self.files(DOCUMENTS, &is_document)? {
            let name = path.trim_end_matches(".json").to_owned();
            documents.insert(name, document(&text, &format!("{self}: {path}"))?);
        }
        match documents.is_empty() {
            true => Err(format!("{self}: no documents v<number>/<component>.json")),
            false => Ok(documents),
        }
    }

    /// All files of a folder of vectors.
    pub(super) fn vectors(&self) -> Result<Files, String> {
        let files = self.files(VECTORS, &|_| true)?;
        match files.is_empty() {
            true => Err(format!("{self}: no vectors")),
            false => Ok(files),
        }
    }

    fn files(&self, usual: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Files, String> {
        let mut paths = self.paths(usual)?;
        paths.retain(|path| wanted(path));
        if paths.len() > MOST_FILES {
            return Err(format!("{self}: more than {MOST_FILES} files"));
        }
        let read = |path: String| {
            let text = self.read(usual, &path)?;
            Ok((path, text))
        };
        paths.into_iter().map(read).collect()
    }

    fn paths(&self, usual: &str) -> Result<Vec<String>, String> {
        match self {
            Self::Path(folder) => {
                let mut paths = Vec::new();
                below(folder, folder, &mut paths).map_err(|error| format!("{self}: {error}"))?;
                Ok(paths)
            }
            Self::Git { rev, path } => {
                let folder = path.as_deref().unwrap_or(usual);
                let all = ["ls-tree", "-r", "--name-only", "--full-tree", "-z"];
                let list = git(&[&all[..], &[rev, folder]].concat())
                    .map_err(|error| format!("{error}\n{TAGS}"))?;
                let paths = list
                    .split('\0')
                    .filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
                Ok(paths.map(str::to_owned).collect())
            }
        }
    }

    fn read(&self, usual: &str, file: &str) -> Result<String, String> {
        match self {
            Self::Path(folder) => {
                let file = folder.join(file);
                fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))
            }
            Self::Git { rev, path } => {
                let folder = path.as_deref().unwrap_or(usual);
                show(rev, &format!("{folder}/{file}"))
            }
        }
    }
}

/// `v3/brig.json`, and no rendering of it.
fn is_document(path: &str) -> bool {
    let version = path.strip_prefix('v').and_then(|rest| rest.split_once('/'));
    version.is_some_and(|(number, name)| {
        number.parse::<u8>().is_ok() && name.ends_with(".json") && !name.ends_with(RENDERING)
    })
}

fn document(text: &str, whose: &str) -> Result<Value, String> {
    let json: Value =
        serde_json::from_str(text).map_err(|error| format!("{whose}: no JSON: {error}"))?;
    let version = json["openapi"].as_str().unwrap_or_default();
    if version.starts_with("3.1.") {
        Ok(json)
    } else {
        Err(format!("{whose}: no OpenAPI 3.1 document"))
    }
}

/// The files below a folder, by paths with `/`, relative to `root`.
fn below(root: &Path, folder: &Path, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            below(root, &path, paths)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            let parts: Vec<_> = relative.iter().map(OsStr::to_string_lossy).collect();
            paths.push(parts.join("/"));
        }
        if paths.len() > MOST_FILES {
            break;
        }
    }
    Ok(())
}

fn show(rev: &str, path: &str) -> Result<String, String> {
    git(&["cat-file", "blob", &format!("{rev}:{path}")]).map_err(|error| format!("{error}\n{TAGS}"))
}

/// What `git` prints, or what it complains of.
fn git(arguments: &[&str]) -> Result<String, String> {
    let ran = Command::new("git")
        .args(arguments)
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    if !ran.status.success() {
        let reason = String::from_utf8_lossy(&ran.stderr);
        return Err(format!("git {}: {}", arguments.join(" "), reason.trim()));
    }
    String::from_utf8(ran.stdout).map_err(|_| format!("git {}: no text", arguments.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources() {
        let git = |rev: &str, path: Option<&str>| Source::Git {
            rev: rev.to_owned(),
            path: path.map(str::to_owned),
        };
        assert_eq!("git:v0.1.0".parse(), Ok(git("v0.1.0", None)));
        assert_eq!("git:HEAD:a/b/".parse(), Ok(git("HEAD", Some("a/b"))));
        assert_eq!("a:b".parse(), Ok(Source::Path("a:b".into())));
        assert!("git:--output=x".parse::<Source>().is_err());
    }

    #[test]
    fn renderings_are_no_documents() {
        assert!(is_document("v3/brig.json"));
        for other in [
            "v3/brig.3.0.json",
            "frozen.json",
            "vx/brig.json",
            "v3/README.md",
        ] {
            assert!(!is_document(other), "{other}");
        }
    }
}
