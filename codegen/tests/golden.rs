//! What is emitted for the components of this workspace, as a person last saw it.
//!
//! The copies in `golden/` show what a change of an emitter does to its output, to whoever reviews it.
//! They are compiled by `golden_compiles.rs` of the package `federation-tests`.
//! `UPDATE_GOLDEN=1 cargo test -p federation-codegen` writes them anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use federation_codegen::{Declaration, Output, emit, read};

fn declared() -> Declaration {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api");
    // Without the version, which a release must be able to change.
    read(
        &root,
        "federation-api",
        &["src/brig.rs", "src/galley.rs", "src/cargohold.rs"],
    )
    .unwrap_or_else(|faults| panic!("{faults}"))
}

/// Every file, by name.
fn emitted() -> Vec<(String, String)> {
    let declaration = declared();
    let mut files = Vec::new();
    for component in &declaration.components {
        for output in Output::ALL {
            if !output.concerns(component) {
                continue;
            }
            let text = emit::component(&declaration, component, output).expect("emitted");
            let name = format!("{}_{}.rs", emit::file_stem(component), output.name());
            files.push((name, text));
        }
    }
    files
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

#[test]
fn emitted_code_is_as_last_seen() {
    let overwrite = env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    for (name, text) in emitted() {
        let golden = folder().join(&name);
        let seen = fs::read_to_string(&golden);
        if seen.as_ref().is_ok_and(|seen| *seen == text) {
            names.insert(name);
            continue;
        }
        if overwrite || seen.is_err() {
            fs::create_dir_all(folder()).expect("the folder");
            fs::write(&golden, &text).expect("write the golden file");
        }
        if !overwrite {
            let line = seen.map(|seen| {
                let same = seen.lines().zip(text.lines()).take_while(|(a, b)| a == b);
                same.count() + 1
            });
            wrong.push(match line {
                Ok(line) => format!("{name} differs from line {line} on"),
                Err(_) => format!("{name} was missing and is written now; read it"),
            });
        }
        names.insert(name);
    }
    assert!(
        wrong.is_empty(),
        "{}\nUPDATE_GOLDEN=1 writes what is emitted now; `git diff codegen/golden` shows it",
        wrong.join("\n")
    );
    for entry in fs::read_dir(folder()).expect("the folder") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        assert!(
            names.contains(name.as_ref()),
            "golden/{name} is emitted no more"
        );
    }
}

/// No order of a hash map, no time, no address gets into the output.
#[test]
fn the_same_is_emitted_twice() {
    assert_eq!(emitted(), emitted());
}

/// Behaviour is in the runtimes: what is emitted grows with the number of RPCs by a few lines each.
///
/// The numbers are averages, in formatted lines: a long name is broken over more of them.
#[test]
fn an_rpc_costs_few_lines() {
    let declaration = declared();
    for component in &declaration.components {
        let rpcs = component.rpcs.len();
        for (output, once, per_rpc) in [
            (Output::Server, 30, 8),
            (Output::Client, 110, 65),
            (Output::Document, 30, 14),
            (Output::Publisher, 50, 18),
        ] {
            if !output.concerns(component) {
                continue;
            }
            let text = emit::component(&declaration, component, output).expect("emitted");
            let lines = text.lines().count();
            assert!(
                lines <= once + per_rpc * rpcs,
                "{output:?} of {}: {lines} lines",
                component.name
            );
        }
    }
}

/// Names that other crates' declarations may use freely, and words that only the declaration knows.
#[test]
fn the_generator_knows_no_component() {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut seen = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder");
            files.extend(entries.map(|entry| entry.expect("an entry").path()));
            continue;
        }
        seen += 1;
        let source = fs::read_to_string(&path).expect("a source file");
        for (number, line) in source.lines().enumerate() {
            // Comments take their examples from the workspace.
            let code = line.split("//").next().unwrap_or_default().to_lowercase();
            for word in ["brig", "galley", "cargohold"] {
                assert!(
                    !code.contains(word),
                    "{}:{}: {line}",
                    path.display(),
                    number + 1
                );
            }
        }
    }
    assert!(seen > 15, "only {seen} files");
}
