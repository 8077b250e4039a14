//! The generator inside Cargo: handing a declaration over, and emitting from it.
//!
//! The build script of the crate that declares an API calls [`publish`]. It writes the checked
//! description into its output directory and tells Cargo where, as `links` metadata. Cargo hands that
//! on to the build scripts of the crates that have the declaring crate in `[dependencies]` (direct
//! and normal ones only) in the variable `DEP_<LINKS>_DECLARATION`; they call [`Generator`].
//!
//! Nothing is read outside the declaring crate, nothing is written outside an output directory, and
//! the scripts run again exactly when the declaration changes.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use crate::emit::{self, Output};
use crate::{Declaration, Faults, read};

/// Checks the component declarations in these source files of the package being built and hands
/// them on to dependent packages. For build scripts.
///
/// `Cargo.toml` needs a `links` key; put the major version into its value, so that two majors can be
/// in one build: `links = "my_api_0"`. The files are relative to the package, and each must be the
/// module that its path says (`src/brig.rs` is `crate::brig`). Emitted code names the crate by the
/// name of its package; a package that sets another name for its library cannot declare components.
///
/// Faults are reported through Cargo, all at once, and end the build.
pub fn publish(files: &[&str]) {
    let declaration = checked(files);
    let path = out_dir().join("declaration.json");
    let text = declaration
        .to_json()
        .unwrap_or_else(|error| fail(&format!("cannot describe the declaration: {error}")));
    write_if_changed(&path, &text);
    println!("cargo::metadata=declaration={}", path.display());
}

/// Emits code from a declaration into the output directory. For build scripts.
///
/// ```no_run
/// // build.rs of a crate that serves the API declared by `my-api` (links = "my_api_0"):
/// use federation_codegen::{Generator, Output};
///
/// Generator::from_dependency("my_api_0").emit(Output::Server);
/// ```
///
/// Each output is a file with one public module for each component; a crate may have several outputs,
/// each in a module of its own:
///
/// | output | file |
/// |---|---|
/// | [`Output::Server`] | `server.rs` |
/// | [`Output::Client`] | `client.rs` |
/// | [`Output::Document`] | `document.rs` |
/// | [`Output::Publisher`] | `publisher.rs` |
///
/// ```ignore
/// include!(concat!(env!("OUT_DIR"), "/server.rs"));
/// ```
#[derive(Debug, Clone)]
pub struct Generator {
    declaration: Declaration,
}

impl Generator {
    /// Takes the declaration that a dependency has [published](publish); `links` is the value of the
    /// `links` key in its manifest.
    #[must_use]
    pub fn from_dependency(links: &str) -> Self {
        let variable = format!("DEP_{}_DECLARATION", links.to_uppercase().replace('-', "_"));
        println!("cargo::rerun-if-env-changed={variable}");
        let Some(path) = env::var_os(&variable) else {
            fail(&format!(
                "{variable} is not set: the package with `links = \"{links}\"` must be in \
                 [dependencies] of this one, and its build script must publish its declaration \
                 (for federation-api: feature `declaration`)"
            ))
        };
        println!("cargo::rerun-if-changed={}", Path::new(&path).display());
        let text = fs::read_to_string(&path).unwrap_or_else(|error| {
            fail(&format!(
                "cannot read {}: {error}",
                Path::new(&path).display()
            ))
        });
        let declaration = Declaration::from_json(&text).unwrap_or_else(|error| {
            fail(&format!(
                "the declaration of `{links}` cannot be used: {error}"
            ))
        });
        Self { declaration }
    }

    /// Takes the component declarations in these source files of the package being built, for a
    /// package that declares, serves and calls in one.
    ///
    /// Emitted code names types by absolute path: such a package says
    /// `extern crate self as my_package;` in its root.
    #[must_use]
    pub fn from_files(files: &[&str]) -> Self {
        Self {
            declaration: checked(files),
        }
    }

    /// Writes this output for every component, and the file that includes them.
    pub fn emit(&self, output: Output) {
        let folder = out_dir().join(output.name());
        fs::create_dir_all(&folder)
            .unwrap_or_else(|error| fail(&format!("cannot make {}: {error}", folder.display())));
        let mut modules = String::new();
        let components = self.declaration.components.iter();
        for component in components.filter(|component| output.concerns(component)) {
            let text = emit::component(&self.declaration, component, output)
                .unwrap_or_else(|error| fail(&error.to_string()));
            let file = format!("{}.rs", emit::file_stem(component));
            write_if_changed(&folder.join(file), &text);
            modules.push_str(&emit::module(component, output));
        }
        write_if_changed(&folder.with_extension("rs"), &modules);
    }
}

fn checked(files: &[&str]) -> Declaration {
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let package = format!(
        "{} {}",
        variable("CARGO_PKG_NAME"),
        variable("CARGO_PKG_VERSION")
    );
    for file in files {
        println!("cargo::rerun-if-changed={file}");
    }
    match read(&root, &package, files) {
        Ok(declaration) => declaration,
        Err(Faults(faults)) => {
            for fault in faults {
                report(&fault.to_string());
            }
            process::exit(1)
        }
    }
}

fn out_dir() -> PathBuf {
    PathBuf::from(variable("OUT_DIR"))
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        fail(&format!(
            "{name} is not set: this function is for build scripts, run by Cargo"
        ))
    })
}

/// Untouched output keeps its time stamp, so that nothing is compiled again for it. A reader never
/// sees half a file.
fn write_if_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|current| current == text) {
        return;
    }
    let part = path.with_extension("part");
    fs::write(&part, text)
        .and_then(|()| fs::rename(&part, path))
        .unwrap_or_else(|error| fail(&format!("cannot write {}: {error}", path.display())));
}

fn fail(message: &str) -> ! {
    report(message);
    process::exit(1)
}

/// Cargo takes one line for one error.
fn report(message: &str) {
    println!("cargo::error={}", message.replace('\n', " "));
}
