//! Why a subcommand ends without success, and the exit status that says so.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::style;

/// Why a subcommand ends without success.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The command line asks for something that does not exist.
    Usage(String),
    /// What was asked for failed.
    Failed(String),
    /// What was asked for failed, and the subcommand has said why.
    Reported,
    /// Output could not be written.
    Output(io::Error),
}

impl Fault {
    /// Something is wrong with the command line.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self::Usage(message.to_string())
    }

    /// What was asked for failed.
    pub(crate) fn failed(message: impl fmt::Display) -> Self {
        Self::Failed(message.to_string())
    }

    /// Says what happened, where that was not done yet, and gives the exit status.
    pub(crate) fn report(&self) -> ExitCode {
        let (message, code) = match self {
            Self::Usage(message) => (message.clone(), ExitCode::from(2)),
            Self::Failed(message) => (message.clone(), ExitCode::FAILURE),
            Self::Reported => return ExitCode::FAILURE,
            // Whoever closed the pipe has seen enough.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Self::Output(error) => (format!("cannot write: {error}"), ExitCode::FAILURE),
        };
        complain(&message);
        code
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Says on stderr what is wrong. If even that cannot be written, there is nobody to tell.
pub(crate) fn complain(message: &str) {
    use std::io::Write;
    let mut stderr = anstream::stderr().lock();
    let _ = writeln!(stderr, "{}: {message}", style::FAULT.paint("error"));
}
