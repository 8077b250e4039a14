//! `federation completions`: what a shell needs to complete the command line.

use std::io::Write;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::fault::Fault;

const EXAMPLES: &str = "\
Examples:
  federation completions bash > ~/.local/share/bash-completion/completions/federation
  federation completions zsh > \"${fpath[1]}/_federation\"
  federation completions fish > ~/.config/fish/completions/federation.fish";

/// Prints a script that lets a shell complete this program's command line.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(completions: &Completions, mut program: Command) -> Result<(), Fault> {
    // Into memory first: the generator panics where writing fails.
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut program, "federation", &mut script);
    std::io::stdout().lock().write_all(&script)?;
    Ok(())
}
