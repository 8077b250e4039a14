//! JSON in a definite order, whatever map `serde_json` was built with.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Serializes a value with the keys of every object in alphabetical order.
pub(crate) struct Sorted<'a> {
    value: &'a Value,
    first: &'a [&'a str],
}

impl<'a> Sorted<'a> {
    /// `first` are keys of the outermost object that come before all others, in this order.
    pub(crate) const fn new(value: &'a Value, first: &'a [&'a str]) -> Self {
        Self { value, first }
    }
}

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inside = |value| Sorted { value, first: &[] };
        match self.value {
            Value::Object(object) => {
                let rank = |key: &str| {
                    let place = self.first.iter().position(|first| *first == key);
                    place.unwrap_or(self.first.len())
                };
                let mut entries: Vec<_> = object.iter().collect();
                entries.sort_by_key(|(key, _)| (rank(key), key.as_str()));
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, &inside(value))?;
                }
                map.end()
            }
            Value::Array(values) => serializer.collect_seq(values.iter().map(inside)),
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_in_order() {
        let value = json!({"b": {"z": 1, "a": [{"y": 1, "x": 2}]}, "a": 1, "c": 2});
        let text = serde_json::to_string(&Sorted::new(&value, &["c"])).unwrap();
        assert_eq!(text, r#"{"c":2,"a":1,"b":{"a":[{"x":2,"y":1}],"z":1}}"#);
    }
}
