//! One spelling for what JSON Schema can say in several ways: the one that generators understand.
//!
//! schemars and the types' own schemas are right about the wire, but generators of clients in other
//! languages stumble over some of their forms. Everything that has to be mended is mended here, by shape
//! and never by the name of a type.

use schemars::Schema;
use schemars::transform::Transform;
use serde_json::{Map, Value, json};

use crate::prose;
use crate::references::Everywhere;

/// Rewrites a schema and all schemas inside of it.
pub(crate) fn normalise(schema: &mut Schema) {
    Everywhere(&mut one).transform(schema);
}

fn one(schema: &mut Schema) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    describe(schema);
    any_value(schema);
    tuple(schema);
    integer(schema);
    words(schema);
    nullable(schema);
    defaults(schema);
}

/// Texts for readers of the document; ids always say whose they are.
fn describe(schema: &mut Map<String, Value>) {
    let text = schema.get("description").and_then(Value::as_str);
    let mut text = text.map(prose::markdown).unwrap_or_default();
    if let Some(owner) = schema.get("x-qualified-by").and_then(Value::as_str) {
        let sentence = match owner {
            "sender" => "Belongs to the backend that sent this document: the origin in a request, the target in a response.".to_owned(),
            "recipient" => "Belongs to the backend that receives this document: the target in a request, the origin in a response.".to_owned(),
            "subject" => "Belongs to the same backend as the qualified id that this document is about.".to_owned(),
            key => format!("Belongs to the backend that `{key}` names."),
        };
        if text.is_empty() {
            text = sentence;
        } else if !text.contains(&sentence) {
            text = format!("{text} {sentence}");
        }
    }
    if text.is_empty() {
        schema.remove("description");
    } else {
        schema.insert("description".to_owned(), text.into());
    }
}

/// "Any value" is `{}` where a schema stands; some generators do not know `true`.
fn any_value(schema: &mut Map<String, Value>) {
    if let Some(items) = schema.get_mut("items") {
        empty_for_true(items);
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.values_mut().for_each(empty_for_true);
    }
    for key in ["prefixItems", "oneOf", "anyOf", "allOf"] {
        if let Some(Value::Array(schemas)) = schema.get_mut(key) {
            schemas.iter_mut().for_each(empty_for_true);
        }
    }
}

fn empty_for_true(schema: &mut Value) {
    if *schema == Value::Bool(true) {
        *schema = json!({});
    }
}

/// A tuple says its length by `minItems` and `maxItems`. (`items: false` stops generators, and no
/// `items` makes others guess.)
fn tuple(schema: &mut Map<String, Value>) {
    let Some(length) = schema.get("prefixItems").and_then(Value::as_array) else {
        return;
    };
    let length = length.len();
    let closed = schema
        .get("items")
        .is_none_or(|items| *items == json!(false));
    if closed {
        schema.entry("minItems").or_insert(length.into());
        schema.entry("maxItems").or_insert(length.into());
        schema.insert("items".to_owned(), json!({}));
    }
}

/// `int32` and `int64` are the only formats of integers that OpenAPI has; what they do not say, the
/// limits say. (Without `int64`, Java, Go and Kotlin take 32 bits for numbers that need more.)
fn integer(schema: &mut Map<String, Value>) {
    let format = schema.get("format").and_then(Value::as_str);
    let (format, limits) = match format {
        Some("int8") => (
            "int32",
            Some((i8::MIN.into(), u64::from(i8::MAX.unsigned_abs()))),
        ),
        Some("int16") => (
            "int32",
            Some((i16::MIN.into(), u64::from(i16::MAX.unsigned_abs()))),
        ),
        Some("uint8") => ("int32", Some((0, u64::from(u8::MAX)))),
        Some("uint16") => ("int32", Some((0, u64::from(u16::MAX)))),
        Some("uint32") => ("int64", Some((0, u64::from(u32::MAX)))),
        Some("uint64" | "uint") => ("int64", Some((0, u64::MAX))),
        Some("int64" | "int") => ("int64", Some((i64::MIN, i64::MAX.unsigned_abs()))),
        _ => return,
    };
    schema.insert("format".to_owned(), format.into());
    if let Some((minimum, maximum)) = limits {
        let minimum: i64 = minimum;
        schema.entry("minimum").or_insert(minimum.into());
        schema.entry("maximum").or_insert(maximum.into());
    }
}

/// A union of single words is an enumeration; what is said of each word goes into the description.
fn words(schema: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get("oneOf") else {
        return;
    };
    let mut words = Vec::new();
    let mut notes = String::new();
    for branch in branches {
        let word = branch.get("const").filter(|word| word.is_string());
        match (word, branch.get("enum"), branch.get("type")) {
            (Some(word), None, _) => {
                if let Some(note) = branch.get("description").and_then(Value::as_str) {
                    let word = word.as_str().unwrap_or_default();
                    notes.push_str(&format!("\n- `{word}`: {note}"));
                }
                words.push(word.clone());
            }
            (None, Some(Value::Array(more)), Some(kind)) if kind == "string" => {
                words.extend(more.iter().cloned());
            }
            _ => return,
        }
    }
    if words.is_empty() {
        return;
    }
    schema.remove("oneOf");
    schema.insert("type".to_owned(), "string".into());
    schema.insert("enum".to_owned(), words.into());
    if !notes.is_empty() {
        let text = schema.get("description").and_then(Value::as_str);
        let text = text.map_or(notes.trim_start().to_owned(), |text| {
            format!("{text}\n{notes}")
        });
        schema.insert("description".to_owned(), text.into());
    }
}

/// What a missing key means is said in words: a `default` makes openapi-typescript require the key.
/// Nothing is said of keys that are always there.
fn defaults(schema: &mut Map<String, Value>) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |key: &str| {
        let required = required.as_array();
        required.is_some_and(|required| required.iter().any(|name| name == key))
    };
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    for (key, property) in properties {
        let Some(property) = property.as_object_mut() else {
            continue;
        };
        let Some(value) = property.remove("default") else {
            continue;
        };
        if value.is_null() || is_required(key) {
            continue;
        }
        let text = property.get("description").and_then(Value::as_str);
        let text = text.map_or_else(String::new, |text| format!("{text} "));
        let text = format!("{text}Missing means `{value}`.");
        property.insert("description".to_owned(), text.into());
    }
}

/// A value or null is a union of the two, whatever the value is.
fn nullable(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type") else {
        return;
    };
    if types.len() < 2 || !types.iter().any(|kind| kind == "null") {
        return;
    }
    let mut others: Vec<Value> = types
        .iter()
        .filter(|kind| *kind != "null")
        .cloned()
        .collect();
    let kind = if others.len() == 1 {
        others.remove(0)
    } else {
        others.into()
    };
    // What describes the place stays outside, what describes the value goes inside.
    let outside = |key: &str| {
        matches!(
            key,
            "description" | "title" | "deprecated" | "examples" | "default"
        ) || key.starts_with("x-")
    };
    let (outer, mut inner): (Map<_, _>, Map<_, _>) = std::mem::take(schema)
        .into_iter()
        .partition(|(key, _)| outside(key));
    inner.insert("type".to_owned(), kind);
    if let Some(Value::Array(values)) = inner.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    *schema = outer;
    schema.insert("anyOf".to_owned(), json!([inner, {"type": "null"}]));
}

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, SchemaGenerator};

    use super::*;

    fn normalised(schema: Value) -> Value {
        let mut schema = Schema::try_from(schema).unwrap();
        normalise(&mut schema);
        schema.to_value()
    }

    fn of<T: JsonSchema>() -> Value {
        normalised(SchemaGenerator::default().subschema_for::<T>().to_value())
    }

    #[test]
    fn integers() {
        let limits = |schema: &Value| (schema["format"].clone(), schema["maximum"].clone());
        assert_eq!(limits(&of::<u16>()), (json!("int32"), json!(65535)));
        assert_eq!(limits(&of::<u32>()), (json!("int64"), json!(u32::MAX)));
        assert_eq!(limits(&of::<u64>()), (json!("int64"), json!(u64::MAX)));
        assert_eq!(of::<i8>()["minimum"], -128);
        let stricter =
            json!({"type": "integer", "format": "uint16", "minimum": 100, "maximum": 999});
        assert_eq!(normalised(stricter)["maximum"], 999);
    }

    #[test]
    fn tuples() {
        let pair = of::<(bool, String)>();
        assert_eq!(pair["items"], json!({}));
        assert_eq!(pair["minItems"], 2);
        assert_eq!(pair["maxItems"], 2);
        let open = json!({"prefixItems": [{"type": "null"}], "items": {"type": "string"}});
        assert_eq!(normalised(open.clone()), open);
    }

    #[test]
    fn null_is_a_member_of_a_union() {
        assert_eq!(
            of::<Option<String>>(),
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]})
        );
        let described = json!({
            "type": ["string", "null"], "enum": ["a", null], "description": "One.", "x-of": 1,
        });
        assert_eq!(
            normalised(described),
            json!({
                "anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}],
                "description": "One.", "x-of": 1,
            })
        );
    }

    #[test]
    fn words_are_an_enumeration() {
        let union = json!({"description": "D.", "oneOf": [
            {"type": "string", "enum": ["a"]},
            {"type": "string", "const": "b", "description": "The other."},
        ]});
        assert_eq!(
            normalised(union),
            json!({"description": "D.\n\n- `b`: The other.", "type": "string", "enum": ["a", "b"]})
        );
    }

    #[test]
    fn ids_say_whose_they_are() {
        let text = |schema: Value| normalised(schema)["description"].clone();
        assert_eq!(
            text(
                json!({"$ref": "#/components/schemas/A", "description": "The user.\n\nSource: x.", "x-qualified-by": "subject"})
            ),
            "The user. Belongs to the same backend as the qualified id that this document is about."
        );
        assert_eq!(
            text(json!({"x-qualified-by": "domain"})),
            "Belongs to the backend that `domain` names."
        );
    }

    #[test]
    fn defaults_are_said_in_words() {
        let flag = json!({"type": "boolean", "default": false, "description": "D."});
        let count = json!({"type": ["string", "null"], "default": null});
        let object = json!({"properties": {"flag": flag, "default": count}, "required": []});
        let expected = json!({"properties": {
            "flag": {"type": "boolean", "description": "D. Missing means `false`."},
            "default": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        }, "required": []});
        assert_eq!(normalised(object), expected);
        let always = json!({"properties": {"flag": flag}, "required": ["flag"]});
        assert_eq!(
            normalised(always)["properties"]["flag"]["description"],
            "D."
        );
    }
}
