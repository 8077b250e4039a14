//! Components that are declared outside the workspace get all that those inside it get.
//!
//! `fixtures/weather` declares in one package and serves and calls from another, then all in one;
//! `fixtures/obstacles` does it with every name that emitted code could trip over. They have manifests
//! and build scripts of their own and are built and tested here as their owners would do it. Cold, this
//! compiles all that a server and a client need once more (a minute and a half on two cores); warm, it
//! takes a few seconds.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

#[test]
fn components_of_others_are_served_and_called() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixtures = tests.join("fixtures");
    // The versions of this workspace, which are on this machine already.
    fs::copy(tests.join("../Cargo.lock"), fixtures.join("Cargo.lock")).expect("the lock file");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("foreign");

    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "test",
            "--offline",
            "--color=never",
            "--test=*",
            "--target-dir",
        ])
        .arg(&target)
        .current_dir(&fixtures)
        .output()
        .expect("cargo runs");

    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{err}\n{out}");
    // Cargo would be content with no test at all.
    let passed: usize = out
        .lines()
        .filter_map(|line| {
            line.strip_prefix("test result: ok. ")?
                .split(' ')
                .next()?
                .parse::<usize>()
                .ok()
        })
        .sum();
    assert!(passed >= 12, "{passed} tests passed\n{out}");
}
