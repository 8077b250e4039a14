//! The programs that contestants run in, and how they are built.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use bench_harness::Failed;

use crate::bench::pairing::{OTHERS, SERVANT};

/// Code that was built for debugging tells nothing: builds this program again and hands over to it.
pub(crate) fn run_optimised() -> Result<(), Failed> {
    let build = [
        "build",
        "--profile",
        "bench",
        "--package",
        "xtask",
        "--bins",
    ];
    expect(Command::new(env!("CARGO")).args(build), "the build")?;
    let run = ["run", "--quiet", "--profile", "bench", "--package", "xtask"];
    let run = Command::new(env!("CARGO"))
        .args(run)
        .arg("--")
        .args(env::args_os().skip(1))
        .status()?;
    if run.success() {
        Ok(())
    } else {
        Err("the optimised program did not run to its end".into())
    }
}

/// Builds the workspace `bench`, into the folder that this program is in.
pub(crate) fn build_others() -> Result<(), Failed> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../bench/Cargo.toml");
    let own = env::current_exe()?;
    let target = own.parent().and_then(|profile| profile.parent());
    let mut build = Command::new(env!("CARGO"));
    build
        .args(["build", "--profile", "bench", "--package", "bench-others"])
        .args(["--bins", "--locked", "--manifest-path", manifest])
        .arg("--target-dir")
        .arg(target.ok_or("this program is in no target folder")?);
    expect(&mut build, "the build of the other contestants")?;
    build_servant()
}

/// Whether there is the server on servant and warp; it needs a Haskell compiler and its libraries.
pub(crate) fn has_servant() -> bool {
    of(SERVANT, false).is_ok_and(|program| program.exists())
}

fn build_servant() -> Result<(), Failed> {
    let program = of(SERVANT, false)?;
    let built = Command::new("ghc")
        .args(["-v0", "-O2", "-rtsopts", "-outputdir"])
        .arg(program.with_file_name("servant-objects"))
        .arg("-o")
        .arg(&program)
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../bench/servant/Main.hs"
        ))
        .status();
    if !built.is_ok_and(|status| status.success()) {
        eprintln!(
            "without servant and warp: install ghc, libghc-servant-server-dev, libghc-warp-dev, \
             libghc-aeson-dev"
        );
    }
    Ok(())
}

fn expect(command: &mut Command, what: &str) -> Result<(), Failed> {
    if command.status()?.success() {
        Ok(())
    } else {
        Err(format!("{what} failed").into())
    }
}

/// The program of a contestant: this one, or that of the others; and whether its allocator counts.
pub(crate) fn of(contestant: &str, counting: bool) -> Result<PathBuf, Failed> {
    if contestant == SERVANT {
        return Ok(env::current_exe()?.with_file_name("servant"));
    }
    let name = match (OTHERS.contains(&contestant), counting) {
        (false, false) => "xtask",
        (false, true) => "xtask-counting",
        (true, false) => "others",
        (true, true) => "others-counting",
    };
    Ok(env::current_exe()?.with_file_name(name))
}
