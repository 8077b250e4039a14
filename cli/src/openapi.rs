//! `federation openapi`: the documents for other languages.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum, ValueHint};
use federation_api::Version;
use federation_openapi::{Component, Spec, components, document, files};

use crate::fault::Fault;
use crate::rpcs;
use crate::suggested;

const EXAMPLES: &str = "\
Examples:
  Brig's document in the newest version:
    federation openapi brig
  What cargohold was in version 0:
    federation openapi cargohold --version 0
  For a generator that does not read OpenAPI 3.1:
    federation openapi brig --version 3 --spec 3.0
  All documents, as v0/brig.json to v3/cargohold.json:
    federation openapi --output documents
  The names of all operations:
    federation openapi | jq -r '.paths[].post.operationId'

Without a component, the documents of all are printed, one after the other.

Exit status: 0 done; 1 a document cannot be written; 2 there is no such component or version.";

/// Prints the OpenAPI documents, or writes them into a folder.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OpenApi {
    /// The component, such as `brig`; all if left out.
    #[arg(value_parser = suggested::components(), hide_possible_values = true)]
    component: Option<String>,

    /// The version. If left out, the newest is printed, and all are written.
    #[arg(long, value_name = "N")]
    version: Option<Version>,

    /// The version of OpenAPI; 3.0 says less than 3.1, and says what.
    #[arg(long, value_name = "SPEC", default_value = "3.1")]
    spec: SpecName,

    /// Writes the documents into this folder, one file for each component and version.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,
}

/// A version of OpenAPI by its number.
#[derive(Debug, Clone, Copy)]
struct SpecName(Spec);

impl ValueEnum for SpecName {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self(Spec::V3_1), Self(Spec::V3_0)]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self.0 {
            Spec::V3_1 => "3.1",
            Spec::V3_0 => "3.0",
        }))
    }
}

pub(crate) fn run(openapi: &OpenApi) -> Result<(), Fault> {
    let components = openapi.components()?;
    match &openapi.output {
        Some(folder) => openapi.write(&components, folder),
        None => {
            let version = openapi.version.unwrap_or(Version::NEWEST);
            let mut stdout = io::stdout().lock();
            for component in &components {
                let document = document(component, version).in_spec(openapi.spec.0);
                stdout.write_all(document.to_json_pretty().as_bytes())?;
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
        for (path, text) in files(components, self.spec.0) {
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
