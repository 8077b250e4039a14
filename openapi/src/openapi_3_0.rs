//! Documents as OpenAPI 3.0.3, for generators that do not read 3.1.
//!
//! 3.0 says less than 3.1. What it has no word for stays in the document under a name that begins with
//! `x-`, and the document lists under `x-lost` what its readers do not learn.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{Document, references};

/// The keywords of a schema that 3.0 has. `type`, `examples` and others need another spelling first.
const KNOWN: [&str; 33] = [
    "$ref",
    "title",
    "description",
    "type",
    "format",
    "enum",
    "default",
    "example",
    "nullable",
    "deprecated",
    "readOnly",
    "writeOnly",
    "discriminator",
    "externalDocs",
    "xml",
    "multipleOf",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "items",
    "minProperties",
    "maxProperties",
    "required",
    "properties",
    "additionalProperties",
    "allOf",
    "anyOf",
    "oneOf",
];

impl Document {
    /// The same document as OpenAPI 3.0.3, for generators that do not read 3.1.
    ///
    /// It says what it loses under `x-lost` and at the end of `info.description`; everything that 3.0 has no
    /// keyword for is still there under `x-<keyword>`.
    #[must_use]
    pub fn to_openapi_3_0(&self) -> Self {
        let mut json = self.0.clone();
        let mut to = Rendering::of(&self.0);
        document(&mut json, &mut to);
        json["openapi"] = "3.0.3".into();
        json["x-lost"] = to.words.iter().copied().collect();
        let text = json["info"]["description"].as_str().unwrap_or_default();
        let text = format!(
            "{text}\n\nMade from the OpenAPI 3.1 document of the same name, which is the authority. 3.0 cannot say:\n{}",
            to.words
                .iter()
                .map(|what| format!("\n- {what}"))
                .collect::<String>()
        );
        json["info"]["description"] = text.into();
        Self(json)
    }
}

/// The document that is rendered, and what it loses by that.
struct Rendering<'a> {
    /// The named schemas, as they are in 3.1.
    schemas: &'a Value,
    /// In words, each said once.
    words: BTreeSet<&'static str>,
}

impl<'a> Rendering<'a> {
    fn of(document: &'a Value) -> Self {
        let schemas = document.pointer("/components/schemas");
        Self {
            schemas: schemas.unwrap_or(&Value::Null),
            words: BTreeSet::new(),
        }
    }

    fn add(&mut self, what: &'static str) {
        self.words.insert(what);
    }

    /// The type that all values of a schema have, if there is one.
    fn type_of(&self, schema: &Value) -> Option<Value> {
        if let Some(name) = schema["$ref"].as_str().and_then(references::name_of) {
            return self.type_of(self.schemas.get(&name)?);
        }
        if let Some(kind) = schema.get("type") {
            return Some(kind.clone());
        }
        let branches = ["oneOf", "anyOf", "allOf"]
            .iter()
            .find_map(|key| schema.get(key)?.as_array())?;
        let kind = self.type_of(branches.first()?)?;
        let same = |branch: &Value| self.type_of(branch).as_ref() == Some(&kind);
        branches.iter().all(same).then_some(kind)
    }
}

/// Everything outside of schemas, and each schema that stands there.
fn document(json: &mut Value, to: &mut Rendering<'_>) {
    let Some(root) = json.as_object_mut() else {
        return;
    };
    if let Some(webhooks) = root.remove("webhooks") {
        to.add("webhooks: notifications stand under `paths` only");
        let tag_of = |item: &Value| item.pointer("/post/tags/0").cloned();
        let tags: Vec<Value> = webhooks
            .as_object()
            .into_iter()
            .flat_map(|webhooks| webhooks.values().filter_map(tag_of))
            .collect();
        if let Some(Value::Array(all)) = root.get_mut("tags") {
            all.retain(|tag| !tags.contains(&tag["name"]));
        }
    }
    if let Some(license) = json.pointer_mut("/info/license")
        && let Some(license) = license.as_object_mut()
        && let Some(identifier) = license.remove("identifier")
    {
        to.add("that the name of the license is an SPDX expression");
        license.insert("x-identifier".to_owned(), identifier);
    }
    if let Some(Value::Object(schemas)) = json.pointer_mut("/components/schemas") {
        for each in schemas.values_mut() {
            schema(each, to);
        }
    }
    for place in ["/paths", "/components/parameters", "/components/responses"] {
        if let Some(value) = json.pointer_mut(place) {
            schemas_inside(value, to);
        }
    }
}

/// The schemas of parameters and media types.
fn schemas_inside(value: &mut Value, to: &mut Rendering<'_>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match key.as_str() {
                    "schema" => schema(value, to),
                    "example" => {}
                    _ => schemas_inside(value, to),
                }
            }
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| schemas_inside(value, to)),
        _ => {}
    }
}

fn schema(value: &mut Value, to: &mut Rendering<'_>) {
    let Some(schema) = value.as_object_mut() else {
        return;
    };
    children(schema, to);
    constant(schema);
    null(schema, to);
    tuple(schema, to);
    if let Some(Value::Array(examples)) = schema.remove("examples")
        && let Some(first) = examples.into_iter().next()
    {
        schema.insert("example".to_owned(), first);
    }
    if schema.contains_key("propertyNames") {
        to.add("what the keys of a map look like: `x-propertyNames`");
    }
    beside_reference(schema);
    let unknown: Vec<String> = schema
        .keys()
        .filter(|key| !KNOWN.contains(&key.as_str()) && !key.starts_with("x-"))
        .cloned()
        .collect();
    for key in unknown {
        if let Some(value) = schema.remove(&key) {
            schema.insert(format!("x-{key}"), value);
        }
    }
}

fn children(object: &mut Map<String, Value>, to: &mut Rendering<'_>) {
    for (key, value) in object {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for property in properties.values_mut() {
                    schema(property, to);
                }
            }
            ("items" | "additionalProperties" | "propertyNames" | "not", value) => {
                schema(value, to);
            }
            ("prefixItems" | "oneOf" | "anyOf" | "allOf", Value::Array(schemas)) => {
                for each in schemas {
                    schema(each, to);
                }
            }
            _ => {}
        }
    }
}

/// A constant is an enumeration of one.
fn constant(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.remove("const") {
        if value.is_string() {
            schema.entry("type").or_insert("string".into());
        }
        schema.insert("enum".to_owned(), json!([value]));
    }
}

/// 3.0 has no type of null: a schema may be `nullable`, and only null is an enumeration of one.
fn null(schema: &mut Map<String, Value>, to: &mut Rendering<'_>) {
    if schema.get("type").is_some_and(|kind| kind == "null") {
        // 3.0.3: `nullable` says nothing without a type.
        schema.insert("type".to_owned(), "string".into());
        schema.insert("nullable".to_owned(), true.into());
        schema.insert("enum".to_owned(), json!([null]));
        return;
    }
    let only_null = json!({"type": "string", "nullable": true, "enum": [null]});
    let Some(Value::Array(branches)) = schema.get_mut("anyOf") else {
        return;
    };
    let before = branches.len();
    branches.retain(|branch| *branch != only_null);
    if branches.len() == before {
        return;
    }
    if branches.len() > 1 {
        schema.insert("nullable".to_owned(), true.into());
        return;
    }
    let Some(Value::Object(mut branch)) = branches.pop() else {
        return;
    };
    schema.remove("anyOf");
    if branch.contains_key("type") {
        if let Some(Value::Array(values)) = branch.get_mut("enum") {
            values.push(Value::Null);
        }
        for (key, value) in branch {
            // What describes the place goes before what describes the value.
            schema.entry(key).or_insert(value);
        }
    } else {
        to.add("null beside a reference: `nullable` with `allOf`, which strict validators take for not null");
        let branch = Value::Object(branch);
        // `nullable` wants a type beside it.
        if let Some(kind) = to.type_of(&branch) {
            schema.insert("type".to_owned(), kind);
        }
        match branch {
            Value::Object(branch) if branch.contains_key("allOf") => {
                for (key, value) in branch {
                    schema.entry(key).or_insert(value);
                }
            }
            branch => {
                schema.insert("allOf".to_owned(), json!([branch]));
            }
        }
    }
    schema.insert("nullable".to_owned(), true.into());
}

/// The places of a tuple are told apart by `x-prefixItems` only.
fn tuple(schema: &mut Map<String, Value>, to: &mut Rendering<'_>) {
    let Some(Value::Array(places)) = schema.get("prefixItems") else {
        return;
    };
    to.add("which place of a tuple holds what: `x-prefixItems`");
    let mut kinds: Vec<Value> = Vec::new();
    for place in places {
        if !kinds.contains(place) {
            kinds.push(place.clone());
        }
    }
    let items = if kinds.len() == 1 {
        kinds.remove(0)
    } else {
        json!({"anyOf": kinds})
    };
    schema.insert("items".to_owned(), items);
}

/// 3.0 ignores what stands beside a reference.
fn beside_reference(schema: &mut Map<String, Value>) {
    if schema.len() > 1
        && let Some(reference) = schema.remove("$ref")
    {
        schema.insert("allOf".to_owned(), json!([{"$ref": reference}]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(mut value: Value) -> Value {
        let document = json!({"components": {"schemas": {"A": {"type": "object"}}}});
        schema(&mut value, &mut Rendering::of(&document));
        value
    }

    #[test]
    fn constants_and_examples() {
        assert_eq!(
            rendered(json!({"const": "a", "examples": ["a", "b"]})),
            json!({"type": "string", "enum": ["a"], "example": "a"})
        );
    }

    #[test]
    fn null() {
        let or_null = |schema: Value| json!({"anyOf": [schema, {"type": "null"}]});
        assert_eq!(
            rendered(or_null(json!({"type": "string", "enum": ["a"]}))),
            json!({"type": "string", "enum": ["a", null], "nullable": true})
        );
        assert_eq!(
            rendered(or_null(json!({"$ref": "#/components/schemas/A"}))),
            json!({"type": "object", "allOf": [{"$ref": "#/components/schemas/A"}], "nullable": true})
        );
        assert_eq!(
            rendered(or_null(
                json!({"$ref": "#/components/schemas/A", "x-qualified-by": "sender"})
            )),
            json!({
                "type": "object", "allOf": [{"$ref": "#/components/schemas/A"}], "x-qualified-by": "sender",
                "nullable": true,
            })
        );
    }

    #[test]
    fn tuples_and_maps_keep_what_3_0_has_no_word_for() {
        let pair = json!([{"type": "string"}, {"type": "boolean"}]);
        assert_eq!(
            rendered(json!({"type": "array", "prefixItems": pair, "items": {}, "minItems": 2})),
            json!({"type": "array", "x-prefixItems": pair, "items": {"anyOf": pair}, "minItems": 2})
        );
        assert_eq!(
            rendered(
                json!({"type": "object", "propertyNames": {"$ref": "#/components/schemas/A", "description": "D."}})
            ),
            json!({"type": "object", "x-propertyNames": {"allOf": [{"$ref": "#/components/schemas/A"}], "description": "D."}})
        );
    }

    #[test]
    fn properties_may_be_called_like_keywords() {
        let object = json!({"properties": {"const": {"type": "string"}, "examples": {"const": 1}}});
        assert_eq!(
            rendered(object),
            json!({"properties": {"const": {"type": "string"}, "examples": {"enum": [1]}}})
        );
    }
}
