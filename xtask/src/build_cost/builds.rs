//! What cargo takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use bench_harness::Failed;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// The trait that the edit loop edits.
const TRAIT: &str = "api/src/cargohold.rs";
/// The kernel counts the time of ended processes in these parts of a second.
const TICKS: f64 = 100.0;

/// Seconds.
pub(super) struct Cost {
    pub(super) cpu: f64,
    pub(super) clock: f64,
}

/// Builds in a fresh target folder, one on top of the other; and the client that progenitor generates
/// from the document of brig, in a folder of its own.
pub(super) fn clean() -> Result<Vec<(&'static str, Cost)>, Failed> {
    let mut built = of_this_workspace()?;
    built.push(("a client by progenitor, of brig alone", progenitor()?));
    Ok(built)
}

fn of_this_workspace() -> Result<Vec<(&'static str, Cost)>, Failed> {
    let target = Path::new(ROOT).join("target/build-cost");
    let builds = [
        (
            "`federation-api`, types only",
            "federation-api",
            "--no-default-features",
        ),
        (
            "a server: `federation-servers`, after that",
            "federation-servers",
            "--lib",
        ),
        (
            "a client: `federation-clients`, after that",
            "federation-clients",
            "--lib",
        ),
    ];
    let built = builds.map(|(title, package, flag)| {
        let folder = target.clone();
        let cost = cargo(&["build", "--package", package, flag], Some(folder))?;
        Ok((title, cost))
    });
    fs::remove_dir_all(&target)?;
    built.into_iter().collect()
}

/// Progenitor reads OpenAPI 3.0; `bench/progenitor/build.rs` says what else has to be made fit.
fn progenitor() -> Result<Cost, Failed> {
    const DOCUMENT: [&str; 6] = ["openapi", "brig", "--version", "3", "--spec", "3.0"];
    let document = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--locked",
            "--package",
            "federation-cli",
            "--",
        ])
        .args(DOCUMENT)
        .current_dir(ROOT)
        .output()?;
    if !document.status.success() {
        return Err(String::from_utf8_lossy(&document.stderr).into());
    }
    let bench = Path::new(ROOT).join("bench");
    fs::write(bench.join("progenitor/brig.json"), document.stdout)?;
    let target = Path::new(ROOT).join("target/build-cost-progenitor");
    let manifest = bench.join("Cargo.toml");
    let manifest = manifest.to_str().ok_or("a path that is no text")?;
    let package = ["build", "--package", "bench-progenitor"];
    let build = [&package[..], &["--manifest-path", manifest]].concat();
    let cost = cargo(&build, Some(target.clone()))?;
    fs::remove_dir_all(&target)?;
    Ok(cost)
}

/// From a changed comment in a trait to tests that can run, in the usual target folder.
pub(super) fn edit_loop() -> Result<Cost, Failed> {
    let file = Path::new(ROOT).join(TRAIT);
    let tests = [
        "test",
        "--no-run",
        "--package",
        "federation-servers",
        "--all-features",
    ];
    cargo(&tests, None)?;
    let source = fs::read_to_string(&file)?;
    fs::write(&file, format!("{source}\n// Measured.\n"))?;
    let cost = cargo(&tests, None);
    fs::write(&file, source)?;
    cost
}

fn cargo(arguments: &[&str], target: Option<PathBuf>) -> Result<Cost, Failed> {
    let mut command = Command::new("nice");
    command
        .arg(env!("CARGO"))
        .args(arguments)
        .args(["--quiet", "--locked"])
        .current_dir(ROOT)
        .stdout(Stdio::null());
    if let Some(target) = target {
        command.arg("--target-dir").arg(target);
    }
    let (before, begun) = (cpu_of_children()?, Instant::now());
    if !command.status()?.success() {
        return Err(format!("cargo {} failed", arguments.join(" ")).into());
    }
    Ok(Cost {
        cpu: cpu_of_children()? - before,
        clock: begun.elapsed().as_secs_f64(),
    })
}

/// CPU time of all processes that this one and its children have waited for.
fn cpu_of_children() -> Result<f64, Failed> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // Behind the name, which may have blanks in it, in parentheses.
    let fields = stat
        .rsplit_once(')')
        .ok_or("no statistics of this process")?
        .1;
    let ticks = |index: usize| -> Result<f64, Failed> {
        let field = fields.split_whitespace().nth(index);
        Ok(field.ok_or("too few statistics of this process")?.parse()?)
    };
    Ok((ticks(13)? + ticks(14)?) / TICKS)
}
