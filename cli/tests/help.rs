//! What the program says of itself.

mod program;

use std::process::Stdio;

use program::{program, run};

const COMMANDS: &[&str] = &[
    "demo",
    "serve",
    "federator",
    "call",
    "push",
    "queue",
    "check",
    "openapi",
    "diff",
    "docs",
    "completions",
];

#[test]
fn help_mentions_every_command_and_the_exit_status() {
    let ran = run(["--help"]).ends_with(0);
    for command in COMMANDS {
        let begins = |line: &str| line.trim_start().starts_with(&format!("{command} "));
        assert!(ran.stdout.lines().any(begins), "{command}: {}", ran.stdout);
    }
    for said in ["Exit status", "RUST_LOG", "NO_COLOR", "federation demo"] {
        assert!(ran.stdout.contains(said), "{said}");
    }
}

#[test]
fn every_command_has_help_with_examples() {
    for command in COMMANDS {
        let ran = run([command, "--help"]).ends_with(0);
        assert!(ran.stdout.contains("Examples:"), "{command}");
        assert!(
            ran.stdout.contains(&format!("federation {command}")),
            "{command}"
        );
        assert_eq!(
            run(["help", command]).ends_with(0).stdout,
            ran.stdout,
            "{command}"
        );
    }
}

#[test]
fn what_is_piped_has_no_escape_codes() {
    for arguments in [
        &["--help"][..],
        &["call", "--help"],
        &["check", "--list"],
        &["check", "--type", "Nme", "-"],
        &[
            "call", "brig", "nonsense", "--to", "x", "--origin", "a.b", "--target", "c.d",
        ],
        &["nonsense"],
        &["openapi", "brig"],
    ] {
        let ran = run(arguments);
        assert!(!ran.stdout.contains('\u{1b}'), "{arguments:?}");
        assert!(!ran.stderr.contains('\u{1b}'), "{arguments:?}");
    }
}

#[test]
fn a_wrong_command_line_is_2() {
    let ran = run(["chek"]).ends_with(2);
    assert!(ran.stderr.contains("'check'"), "{}", ran.stderr);
    run([] as [&str; 0]).ends_with(2);
    run(["completions", "tcsh"]).ends_with(2);
    run(["--version"]).ends_with(0);
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(["completions", shell]).ends_with(0);
        for command in COMMANDS {
            assert!(ran.stdout.contains(command), "{shell} {command}");
        }
        // Names that can be completed; for other shells, clap_complete knows the names of options only.
        if ["bash", "zsh"].contains(&shell) {
            for name in ["get-user-by-handle", "cargohold", "UserProfile"] {
                assert!(ran.stdout.contains(name), "{shell} {name}");
            }
        }
    }
}

/// Whoever reads the output may stop reading, as `head` does.
#[test]
fn a_closed_pipe_is_no_fault() {
    for arguments in [
        &["check", "--list"][..],
        &["openapi"],
        &["completions", "bash"],
    ] {
        let mut child = program()
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(stderr, "", "{arguments:?}");
        assert!(output.status.success(), "{arguments:?}: {}", output.status);
    }
}

#[test]
fn colour_can_be_forced_and_forbidden() {
    let listed = |variables: &[(&str, &str)]| {
        let mut program = program();
        let output = program
            .args(["check", "--list"])
            .envs(variables.iter().copied())
            .output();
        String::from_utf8(output.expect("the program runs").stdout).expect("UTF-8")
    };
    assert!(listed(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!listed(&[("NO_COLOR", "1")]).contains('\u{1b}'));
    assert!(!listed(&[]).contains('\u{1b}'));
}
