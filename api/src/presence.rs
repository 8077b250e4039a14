//! How record keys are read that may be missing or null.
//!
//! What the derive of `Option` does covers keys that may be missing or null. These functions are for
//! `#[serde(deserialize_with = …)]` beside `#[serde(default)]` where something other than `None`
//! stands for the missing value. (The two keys whose faults are forgiven: [`lenient`](crate::lenient).)
//!
//! Source: `common-types.md` §1, "Presence patterns".

use serde::{Deserialize, Deserializer};

/// Reads a value; null is the default.
///
/// # Errors
///
/// For a value that is neither null nor a `T`.
pub fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    or_else(deserializer, T::default)
}

/// Reads a boolean; null is true.
///
/// # Errors
///
/// For a value that is neither null nor a boolean.
pub fn or_true<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    or_else(deserializer, yes)
}

/// Reads a value; null is what `default` gives.
///
/// # Errors
///
/// For a value that is neither null nor a `T`.
pub fn or_else<'de, D, T>(deserializer: D, default: impl FnOnce() -> T) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(default))
}

/// True: what a missing key stands for beside [`or_true`].
#[must_use]
pub const fn yes() -> bool {
    true
}

/// Whether a flag is not set, for keys that are written only when true.
#[must_use]
pub const fn is_false(flag: &bool) -> bool {
    !*flag
}
