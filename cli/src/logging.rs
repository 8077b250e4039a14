//! What the program logs, to stderr.

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::demo::Tap;

/// How log lines look.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Logs what `RUST_LOG` says; from `level` on if it says nothing. A `tap` hears what it wants to hear
/// besides.
pub(crate) fn begin(level: &str, format: Format, tap: Option<Tap>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let coloured = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let logger = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // A closed stderr must not end the program.
        .log_internal_errors(false);
    let logger = match format {
        Format::Text => logger.with_ansi(coloured).boxed(),
        Format::Json => logger.json().boxed(),
    };
    let tap = tap.map(|tap| tap.with_filter(Tap::filter()));
    tracing_subscriber::registry()
        .with(logger.with_filter(filter))
        .with(tap)
        .init();
}
