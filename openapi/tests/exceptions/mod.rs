//! What types refuse and JSON Schema cannot say, each with its reason.

use std::path::Path;

use crate::mutate::Mutant;

/// Types that read any value, or any of their kind.
pub(crate) const READS_ANYTHING: &[&str] = &["EmptyResponse"];

/// Whether a mutant is one that a schema may let pass.
pub(crate) fn is_known(_name: &str, _mutant: &Mutant, _error: &str) -> bool {
    false
}

/// Whether a vector is in a form that the documents of some versions do not have.
pub(crate) fn is_older_form(_whose: &str, _vector: &Path) -> bool {
    false
}
