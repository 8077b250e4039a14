//! What a comparison finds.

use std::fmt;

use serde::Serialize;

/// One difference between two documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The document, such as `v3/brig`: the version and the component.
    pub document: String,
    /// The operation by which it was met first, `get-user-by-handle`; empty where it belongs to none.
    pub operation: String,
    /// The place: a component and the way into it (`UserProfile.handle`), or a part of the operation.
    pub place: String,
    /// Whether anybody has to care.
    pub verdict: Verdict,
    /// Who breaks, if anybody does.
    pub breaks: Option<Who>,
    /// What is different.
    pub what: String,
    /// What to do instead, or what to heed. Empty where there is nothing to do.
    pub instead: String,
}

impl Default for Finding {
    fn default() -> Self {
        Self {
            document: String::new(),
            operation: String::new(),
            place: String::new(),
            verdict: Verdict::Compatible,
            breaks: None,
            what: String::new(),
            instead: String::new(),
        }
    }
}

impl Finding {
    /// In the document of a frozen version, everything but wording breaks.
    pub(super) fn freeze(&mut self) {
        if self.verdict != Verdict::Wording {
            self.verdict = Verdict::Breaking;
            self.breaks.get_or_insert(Who::OldBackends);
            self.instead = advice::FROZEN.to_owned();
        }
    }
}

/// What a difference means. In order of weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Somebody breaks who did not change.
    Breaking,
    /// Everybody goes on working.
    Compatible,
    /// Nothing goes over the wire differently.
    Wording,
}

/// Who breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// Those who send requests as they were.
    Callers,
    /// Those who read answers as they were.
    Readers,
    /// Programs written against code that is generated from the document.
    Generated,
    /// Backends that speak a frozen version, on whichever side.
    OldBackends,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Callers => "callers of before",
            Self::Readers => "readers of before",
            Self::Generated => "programs written against generated clients",
            Self::OldBackends => "backends that speak this version",
        })
    }
}

/// What a change does to the set of values that are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Narrower,
    Wider,
    /// Both, or nobody can tell.
    Other,
}

/// What to do instead.
pub(super) mod advice {
    pub(in super::super) const VARIANT: &str = "End this variant with `until`, and declare a second one under the same \
        name that begins with the next version and converts (`superseded_by`).";
    pub(in super::super) const OPTIONAL: &str = "Make the field optional and say what a missing one means; or declare a second variant for the next version.";
    pub(in super::super) const KEEP_WRITING: &str = "Go on writing the field, if only with a constant; leave it out in a second variant for the next version.";
    pub(in super::super) const KEEP_READING: &str =
        "Go on reading the field; leave it out in a second variant for the next version.";
    pub(in super::super) const KEEP_NAME: &str = "Keep the old name in the documents: `#[schemars(rename = \"…\")]` beside the new Rust name.";
    pub(in super::super) const KEEP_ID: &str =
        "Keep it: generated clients name their methods and files after it.";
    pub(in super::super) const KEEP_RPC: &str =
        "Keep it in this version: end its range with `until` at the version that comes next.";
    pub(in super::super) const KEEP_DOCUMENT: &str =
        "Keep the document: backends that speak this version are still called.";
    pub(in super::super) const NEW_FAILURE: &str = "Say it with a status and label that are there, or as a value of the answer in a second \
         variant for the next version.";
    pub(in super::super) const OLD_SERVERS: &str =
        "Servers of before refuse it; make use of it only towards those that are known to take it.";
    pub(in super::super) const FROZEN: &str = "Take it back: this version is frozen, only wording may change. What is to change, changes in a \
         second variant from the newest version on.";
    pub(in super::super) const KEEP_VECTOR: &str = "Take it back and put the new form into a new file: backends of a frozen version send and expect \
         this document.";
}
