//! `federation openapi`: the documents for other languages.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use federation_api::Version;
use federation_openapi::{Component, components, document, files};

use crate::fault::Fault;
use crate::rpcs;
use crate::suggested;

const EXAMPLES: &str = "\
Examples:
  Brig's document in the newest version:
    federation openapi brig
  What cargohold was in version 0:
    federation openapi cargohold --version 0
  All documents, as v0/brig.json to v3/cargohold.json:
    federation openapi --output documents
  The names of all operations:
    federation openapi | jq -r '.paths[].post.operationId'

Without a component, the documents of all are printed, one after the other.

Exit status: 0 done; 1 a document cannot be written; 2 there is no such component or version.";

/// Prints the OpenAPI 3.1 documents, or writes them into a folder.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OpenApi {
    /// The component, such as `brig`; all if left out.
    #[arg(value_parser = suggested::components(), hide_possible_values = true)]
    component: Option<String>,

    /// The version. If left out, the newest is printed, and all are written.
    #[arg(long, value_name = "N")]
    version: Option<Version>,

    /// Writes the documents into this folder, one file for each component and version.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,
}

pub(crate) fn run(openapi: &OpenApi) -> Result<(), Fault> {
    let components = openapi.components()?;
    match &openapi.output {
        Some(folder) => openapi.write(&components, folder),
        None => {
            let version = openapi.version.unwrap_or(Version::NEWEST);
            let mut stdout = io::stdout().lock();
            for component in &components {
                stdout.write_all(document(component, version).to_json_pretty().as_bytes())?;
            }
            Ok(())
        }
    }
}

impl OpenApi {
    fn components(&self) -> Result<Vec<Component>, Fault> {
        let mut components = components();
        if let Some(name) = &self.component {
            // Says which there are if there is none of this name.
            rpcs::rpcs_of(name)?;
            components.retain(|component| component.name().eq_ignore_ascii_case(name));
        }
        Ok(components)
    }

    fn write(&self, components: &[Component], folder: &std::path::Path) -> Result<(), Fault> {
        for (path, text) in files(components) {
            let wanted = self
                .version
                .is_none_or(|version| path.starts_with(version.to_string()));
            if !wanted {
                continue;
            }
            let path = folder.join(path);
            let parent = path.parent().unwrap_or(folder);
            std::fs::create_dir_all(parent)
                .and_then(|()| std::fs::write(&path, text))
                .map_err(|error| Fault::Failed(format!("{}: {error}", path.display())))?;
            writeln!(anstream::stdout().lock(), "{}", path.display())?;
        }
        Ok(())
    }
}
