//! Documents without their texts.

use serde_json::{Map, Value};

/// What only people read.
const WORDING: [&str; 6] = [
    "description",
    "summary",
    "title",
    "example",
    "examples",
    "$comment",
];

/// Objects whose keys are names and no keywords.
const NAMED: [&str; 12] = [
    "properties",
    "patternProperties",
    "mapping",
    "paths",
    "webhooks",
    "responses",
    "content",
    "headers",
    "schemas",
    "parameters",
    "requestBodies",
    "securitySchemes",
];

/// The document, or a part of it, without texts and examples and with its sets in a definite order: two documents
/// are equal by this if only their wording differs.
#[must_use]
pub fn without_wording(value: &Value) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .filter(|(key, _)| !WORDING.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), below(key, value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(values) => values.iter().map(without_wording).collect(),
        other => other.clone(),
    }
}

fn below(key: &str, value: &Value) -> Value {
    match value {
        Value::Object(named) if NAMED.contains(&key) => named
            .iter()
            .map(|(name, value)| (name.clone(), without_wording(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(values) if key == "required" || key == "enum" => {
            let mut values = values.clone();
            values.sort_by_key(Value::to_string);
            values.into()
        }
        value if key == "const" => value.clone(),
        value => without_wording(value),
    }
}

/// The JSON pointer of a place where two values differ, if they do.
pub(super) fn first_difference(old: &Value, new: &Value) -> Option<String> {
    match (old, new) {
        (Value::Object(one), Value::Object(other)) => {
            let keys = one
                .keys()
                .chain(other.keys().filter(|key| !one.contains_key(*key)));
            keys.into_iter().find_map(|key| {
                let name = key.replace('~', "~0").replace('/', "~1");
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => {
                        first_difference(one, other).map(|inner| format!("/{name}{inner}"))
                    }
                    _ => Some(format!("/{name}")),
                }
            })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(index, (one, other))| {
                first_difference(one, other).map(|inner| format!("/{index}{inner}"))
            })
        }
        _ => (old != new).then(String::new),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_go_and_properties_of_that_name_stay() {
        let schema = json!({
            "description": "D.", "required": ["title", "a"], "enum": ["y", "x"],
            "properties": {"title": {"title": "T.", "const": {"title": 1}}, "properties": {"type": "null"}},
        });
        assert_eq!(
            without_wording(&schema),
            json!({
                "required": ["a", "title"], "enum": ["x", "y"],
                "properties": {"title": {"const": {"title": 1}}, "properties": {"type": "null"}},
            })
        );
    }

    #[test]
    fn differences_have_a_place() {
        let (one, other) = (json!({"a/b": [1, 2]}), json!({"a/b": [1, 3]}));
        assert_eq!(first_difference(&one, &other), Some("/a~1b/1".to_owned()));
        assert_eq!(first_difference(&one, &one), None);
    }
}
