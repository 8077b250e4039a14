//! The generator as Cargo runs it: variables in, files and lines on standard output back.
//!
//! A build script ends its process when something is wrong, so each case runs in one of its own: this
//! program again, told to run the one test that plays the script.

use std::process::{Command, Output as Finished};
use std::{env, fs};

use federation_codegen::{Declaration, Generator, Output, publish};
use tempfile::TempDir;

const GOOD: &str = r#"
use federation_api::{Call, component};

/// Weather reports.
#[component("self")]
pub trait Weather {
    /// What a failed call gives its caller.
    type Error;

    /// The report for a place.
    #[rpc]
    async fn get_report(&self, call: &Call, place: String) -> Result<String, Self::Error>;
}
"#;

/// A build script; what it does is in the variable `SCRIPT`.
#[test]
#[ignore = "runs in a process of its own, started by the others"]
fn script() {
    match env::var("SCRIPT").as_deref() {
        Ok("publish") => publish(&["src/weather.rs"]),
        Ok("emit") => {
            let generator = Generator::from_files(&["src/weather.rs"]);
            for output in Output::ALL {
                generator.emit(output);
            }
        }
        Ok("dependency") => Generator::from_dependency("weather-api_0").emit(Output::Server),
        Ok(other) => panic!("no script `{other}`"),
        // Started by a person: there is nothing to play.
        Err(_) => {}
    }
}

/// A package that is being built.
struct Package {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Package {
    fn with(declaration: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("src")).expect("a folder");
        fs::create_dir_all(root.join("out")).expect("a folder");
        fs::write(root.join("src/weather.rs"), declaration).expect("a file");
        let variables = vec![
            ("CARGO_MANIFEST_DIR", root.display().to_string()),
            ("CARGO_PKG_NAME", "weather-api".to_owned()),
            ("CARGO_PKG_VERSION", "1.2.3".to_owned()),
            ("OUT_DIR", root.join("out").display().to_string()),
        ];
        Self { folder, variables }
    }

    fn out(&self) -> std::path::PathBuf {
        self.folder.path().join("out")
    }

    fn read(&self, file: &str) -> String {
        let path = self.out().join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Runs a script: what it told Cargo, and whether it succeeded.
    fn run(&self, script: &str) -> (Vec<String>, bool) {
        let Finished { status, stdout, .. } =
            Command::new(env::current_exe().expect("this program"))
                .args(["--exact", "script", "--ignored", "--nocapture"])
                .env_remove("OUT_DIR")
                .env_remove("DEP_WEATHER_API_0_DECLARATION")
                .envs(self.variables.clone())
                .env("SCRIPT", script)
                .output()
                .expect("it runs");
        let told = String::from_utf8(stdout).expect("text");
        let lines = told
            .lines()
            .filter_map(|line| line.find("cargo::").map(|at| line[at..].to_owned()))
            .collect();
        (lines, status.success())
    }

    fn error(&self, script: &str) -> String {
        let (told, success) = self.run(script);
        assert!(!success, "{told:?}");
        let errors: Vec<_> = told
            .iter()
            .filter_map(|line| line.strip_prefix("cargo::error="))
            .collect();
        assert!(!errors.is_empty(), "{told:?}");
        errors.join("\n")
    }
}

#[test]
fn a_declaration_reaches_the_dependent_package() {
    let declaring = Package::with(GOOD);
    let (told, success) = declaring.run("publish");
    assert!(success, "{told:?}");
    for expected in [
        "cargo::rerun-if-changed=build.rs".to_owned(),
        "cargo::rerun-if-changed=src/weather.rs".to_owned(),
        format!(
            "cargo::metadata=declaration={}",
            declaring.out().join("declaration.json").display()
        ),
    ] {
        assert!(told.contains(&expected), "{told:?} without {expected}");
    }
    let declaration = Declaration::from_json(&declaring.read("declaration.json")).expect("read");
    assert_eq!(declaration.package, "weather-api 1.2.3");

    let mut dependent = Package::with("");
    let path = declaring
        .out()
        .join("declaration.json")
        .display()
        .to_string();
    dependent
        .variables
        .push(("DEP_WEATHER_API_0_DECLARATION", path.clone()));
    let (told, success) = dependent.run("dependency");
    assert!(success, "{told:?}");
    assert!(
        told.contains(&format!("cargo::rerun-if-changed={path}")),
        "{told:?}"
    );
    assert!(
        told.contains(&"cargo::rerun-if-env-changed=DEP_WEATHER_API_0_DECLARATION".to_owned()),
        "{told:?}"
    );
    assert!(
        dependent
            .read("server/self.rs")
            .contains("::weather_api::weather::Weather")
    );
}

/// `self` is a name like any other on the wire, and none at all for a module.
#[test]
fn outputs_stand_side_by_side() {
    let package = Package::with(GOOD);
    let (told, success) = package.run("emit");
    assert!(success, "{told:?}");
    for (output, holds) in [
        ("server", "pub fn router"),
        ("client", "pub struct Client"),
        ("document", "pub fn component"),
    ] {
        let modules = package.read(&format!("{output}.rs"));
        assert!(modules.contains("pub mod self_ {"), "{modules}");
        let include = format!("concat!(env!(\"OUT_DIR\"), \"/{output}/self.rs\")");
        assert!(modules.contains(&include), "{modules}");
        assert!(package.read(&format!("{output}/self.rs")).contains(holds));
    }
}

/// An output that has not changed is not written: nothing is compiled again for it.
#[test]
fn what_is_the_same_is_left_alone() {
    let package = Package::with(GOOD);
    let times = |package: &Package| {
        package.run("publish");
        package.run("emit");
        ["declaration.json", "server.rs", "server/self.rs"].map(|file| {
            let path = package.out().join(file);
            fs::metadata(path)
                .and_then(|file| file.modified())
                .expect("a time")
        })
    };
    let first = times(&package);
    assert_eq!(first, times(&package));
    let source = package.folder.path().join("src/weather.rs");
    fs::write(source, GOOD.replace("get_report", "get_reports")).expect("written");
    let changed = times(&package);
    assert_ne!(first[0], changed[0]);
    assert_eq!(first[1], changed[1], "the list of components is the same");
    assert_ne!(first[2], changed[2]);
}

#[test]
fn every_fault_is_an_error_of_the_build() {
    let package = Package::with(
        &GOOD
            .replace("#[rpc]", "#[rpc(from = V7)]")
            .replace("type Error;", ""),
    );
    let errors = package.error("publish");
    let places: Vec<_> = errors
        .lines()
        .map(|line| line.split(": ").next().unwrap_or_default())
        .collect();
    assert_eq!(
        places,
        ["src/weather.rs:6:11", "src/weather.rs:11:18"],
        "{errors}"
    );
    assert!(!package.out().join("declaration.json").exists());
}

#[test]
fn a_dependency_that_is_none_is_named() {
    let error = Package::with("").error("dependency");
    assert!(
        error.contains("DEP_WEATHER_API_0_DECLARATION is not set"),
        "{error}"
    );
    assert!(error.contains("[dependencies]"), "{error}");
}

#[test]
fn a_description_of_another_generator_is_refused() {
    let mut package = Package::with("");
    let path = package.out().join("declaration.json");
    package
        .variables
        .push(("DEP_WEATHER_API_0_DECLARATION", path.display().to_string()));
    assert!(package.error("dependency").contains("cannot read"));
    fs::write(&path, r#"{"format": 99}"#).expect("written");
    let error = package.error("dependency");
    assert!(
        error.contains("format 99") && error.contains("same release"),
        "{error}"
    );
}

#[test]
fn outside_a_build_script_it_says_so() {
    let mut package = Package::with(GOOD);
    package.variables.retain(|(name, _)| *name != "OUT_DIR");
    let error = package.error("publish");
    assert!(error.contains("OUT_DIR is not set"), "{error}");
}
