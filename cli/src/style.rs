//! How text looks on a terminal. Elsewhere, and where `NO_COLOR` is set, the streams of [`anstream`]
//! take the escape codes out again.

use std::fmt;

use anstyle::{AnsiColor, Color, Style};

/// The look of a piece of text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look(Style);

/// The word that announces an error.
pub(crate) const FAULT: Look = Look::of(AnsiColor::Red).bold();
/// What went well.
pub(crate) const GOOD: Look = Look::of(AnsiColor::Green);
/// What did not.
pub(crate) const BAD: Look = Look::of(AnsiColor::Red);
/// What a reader looks for.
pub(crate) const NAME: Look = Look::of(AnsiColor::Cyan);
/// What only some readers look for.
pub(crate) const FAINT: Look = Look(Style::new().dimmed());
/// What begins a new part.
pub(crate) const HEADING: Look = Look(Style::new().bold());

impl Look {
    const fn of(color: AnsiColor) -> Self {
        Self(Style::new().fg_color(Some(Color::Ansi(color))))
    }

    const fn bold(self) -> Self {
        Self(self.0.bold())
    }

    /// `text` in this look. Padding in the format string counts what is seen only.
    pub(crate) fn paint<T: fmt::Display>(self, text: T) -> Painted<T> {
        Painted { look: self, text }
    }
}

/// A text of somebody else's as it can be shown: what could steer a terminal is written out, line
/// feeds included.
pub(crate) fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            visible.extend(c.escape_default());
        } else {
            visible.push(c);
        }
    }
    visible
}

/// A text with its look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Painted<T> {
    look: Look,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = self.look.0;
        write!(f, "{style}")?;
        self.text.fmt(f)?;
        write!(f, "{style:#}")
    }
}

/// The colours of `--help`.
pub(crate) const HELP: clap::builder::Styles = clap::builder::Styles::styled()
    .header(HEADING.0)
    .usage(HEADING.0)
    .literal(NAME.0)
    .error(FAULT.0)
    .invalid(BAD.0)
    .valid(GOOD.0);
