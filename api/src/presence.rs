//! How record keys are read that may be missing, null or unreadable.
//!
//! What the derive of `Option` does covers keys that may be missing or null. These functions are for
//! `#[serde(deserialize_with = …)]` beside `#[serde(default)]` where something other than `None`
//! stands for the missing value, and for the two keys of user profiles whose faults are forgiven.
//!
//! Source: `common-types.md` §1, "Presence patterns".

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

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

/// Reads a list and gives the empty one for whatever is wrong with it: another JSON type, an element
/// that cannot be read, too many elements. One bad element empties the whole list.
///
/// Reads from JSON only: the list is taken as its JSON text, so that a bad one can be left behind.
///
/// # Errors
///
/// Only where the JSON itself is broken.
pub fn lenient_list<'de, D, L>(deserializer: D) -> Result<L, D::Error>
where
    D: Deserializer<'de>,
    L: DeserializeOwned + Default,
{
    let json = Box::<RawValue>::deserialize(deserializer)?;
    Ok(match json.get() {
        // As nearly all pictures of the old form are.
        "[]" => L::default(),
        list => serde_json::from_str(list).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Record {
        #[serde(default, deserialize_with = "super::lenient_list")]
        list: Vec<u8>,
        after: bool,
    }

    #[test]
    fn whatever_is_wrong_with_a_lenient_list_empties_it() {
        for bad in [
            "null",
            "true",
            "7",
            "-7",
            "7.5",
            "\"x\"",
            "{\"a\":[1,{}]}",
            "[1,\"x\",{\"y\":[]}]",
            "[300]",
            "[[],2]",
        ] {
            let json = format!("{{\"list\":{bad},\"after\":true}}");
            let record: Record = serde_json::from_str(&json).expect(bad);
            assert!(record.list.is_empty() && record.after, "{bad}");
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            let record: Record = serde_json::from_value(value).expect(bad);
            assert!(record.list.is_empty() && record.after, "{bad}");
        }
        let record: Record = serde_json::from_str(r#"{"after":true,"list":[1,2]}"#).unwrap();
        assert_eq!(record.list, [1, 2]);
    }
}
