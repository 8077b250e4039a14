//! The file that the demonstration is drawn into.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::tale::Tale;
use super::tell;
use crate::fault::Fault;

/// A file, and what it is to hold, which its name says.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    path: PathBuf,
    draw: fn(&Tale) -> String,
}

impl FromStr for Trace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        let extension = path.extension().and_then(|extension| extension.to_str());
        let draw = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => tell::svg,
            Some("html" | "htm") => tell::html,
            _ => return Err("the name has to end with .svg or .html".to_owned()),
        };
        Ok(Self { path, draw })
    }
}

impl Trace {
    pub(super) fn write(&self, tale: &Tale) -> Result<(), Fault> {
        std::fs::write(&self.path, (self.draw)(tale))
            .map_err(|error| Fault::Failed(format!("{self}: {error}")))
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}
