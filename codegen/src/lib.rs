//! Reads the declaration of a federation API and emits servers, clients and documents from it.
//!
//! A declaration is a Rust source file with a trait (see `federation_api::component`). It goes
//! through three steps, each in a module of its own:
//!
//! 1. `parse`: the source file becomes the declaration *as written*. Shape only.
//! 2. `check`: the conventions of a federation API. All faults are reported at once, as
//!    `file:line:column: what is wrong; how to mend it`. What passes becomes the [IR](ir).
//! 3. [`emit`]: one file per [`Output`]; formatted, documented code that a person can read, about
//!    ten lines per RPC. Behaviour is in the runtimes (`federation-servers`, `federation-clients`,
//!    `federation-openapi`), not in the emitted code.
//!
//! Most use it from build scripts: [`publish`] in the crate that declares, [`Generator`] in the crates
//! that emit. The steps are also there by themselves:
//!
//! ```
//! use federation_codegen::{Output, emit, read_source};
//!
//! let declaration = read_source("weather-api 1.0.0", "src/weather.rs", r#"
//!     use federation_api::{Call, component};
//!     use crate::{Place, Report};
//!
//!     /// Weather reports.
//!     #[component("weather")]
//!     pub trait Weather {
//!         /// What a failed call gives its caller.
//!         type Error;
//!
//!         /// The report for a place.
//!         #[rpc(idempotent)]
//!         async fn get_report(&self, call: &Call, place: Place) -> Result<Report, Self::Error>;
//!     }
//! "#)?;
//! let weather = &declaration.components[0];
//! assert_eq!(weather.rpcs[0].name.as_str(), "get-report");
//!
//! let server = emit::component(&declaration, weather, Output::Server)?;
//! assert!(server.contains("pub fn router"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing here knows a component by name: one declared in somebody else's crate works the same way.

use std::fs;
use std::path::Path;

mod build_script;
mod check;
pub mod emit;
mod fault;
pub mod ir;
mod nesting;
mod parse;
mod scope;
mod types;

pub use build_script::{Generator, publish};
pub use check::NEWEST_VERSION;
pub use emit::Output;
pub use fault::{Fault, Faults};
pub use ir::Declaration;

/// Reads and checks the declarations in source files of one package.
///
/// `root` is the folder of the package, `package` its name and version (`my-api 1.0.0`), `files` are
/// relative to `root`.
///
/// # Errors
///
/// Every fault of every file, among them files that cannot be read.
pub fn read(root: &Path, package: &str, files: &[&str]) -> Result<Declaration, Faults> {
    let mut faults = Vec::new();
    let mut sources = Vec::new();
    for (index, file) in files.iter().enumerate() {
        if files[..index].contains(file) {
            faults.push(Fault::of_file(file, "is listed twice; list each file once"));
            continue;
        }
        match fs::read_to_string(root.join(file)) {
            Ok(source) => sources.push((*file, source)),
            Err(error) => faults.push(Fault::of_file(file, format!("cannot be read: {error}"))),
        }
    }
    declaration(package, files, &sources, faults)
}

/// Reads and checks one source text, as [`read`] does.
///
/// # Errors
///
/// Every fault of the text.
pub fn read_source(package: &str, file: &str, source: &str) -> Result<Declaration, Faults> {
    declaration(package, &[file], &[(file, source.to_owned())], Vec::new())
}

/// `files` are in the order in which faults are told.
fn declaration(
    package: &str,
    files: &[&str],
    sources: &[(&str, String)],
    mut faults: Vec<Fault>,
) -> Result<Declaration, Faults> {
    let crate_name = package
        .split(' ')
        .next()
        .unwrap_or_default()
        .replace('-', "_");
    let written: Vec<_> = sources
        .iter()
        .flat_map(|(file, source)| {
            parse::parse(file, source, &module_of(&crate_name, file), &mut faults)
        })
        .collect();
    let components = check::check(&written, &mut faults);
    if faults.is_empty() {
        Ok(Declaration {
            format: Declaration::FORMAT,
            package: package.to_owned(),
            components,
        })
    } else {
        let order = |fault: &Fault| files.iter().position(|file| *file == fault.file);
        faults.sort_by_key(|fault| (order(fault), fault.line, fault.column));
        Err(Faults(faults))
    }
}

/// `src/brig.rs` of the crate `federation_api` is the module `::federation_api::brig`.
fn module_of(crate_name: &str, file: &str) -> String {
    let path = file.strip_prefix("src/").unwrap_or(file);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let mut module = format!("::{crate_name}");
    if !matches!(path, "lib" | "main") {
        for segment in path.split('/') {
            module.push_str("::");
            module.push_str(&escaped(segment));
        }
    }
    module
}

/// `type.rs` is the module `r#type`. (What `r#` does not help, as `self`, cannot be a module either.)
fn escaped(name: &str) -> String {
    let raw = format!("r#{name}");
    let is_keyword = syn::parse_str::<syn::Ident>(name).is_err();
    if is_keyword && syn::parse_str::<syn::Ident>(&raw).is_ok() {
        raw
    } else {
        name.to_owned()
    }
}
