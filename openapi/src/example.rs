//! Values that show what a schema means.

use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::references::{self, Named};

/// A value of this schema, put together from the `examples` of the schemas inside of it.
///
/// Always the same for the same schema. Optional keys are there too, but for those that would lead in
/// a circle and flags, which are optional because they are seldom set. `None` where nothing tells what a value looks like.
pub(crate) fn example(schema: &Schema, named: &Named) -> Option<Value> {
    of(schema.as_value(), named, &mut Vec::new())
}

/// `above` holds the names that are being looked into.
fn of(schema: &Value, named: &Named, above: &mut Vec<String>) -> Option<Value> {
    let first = |key: &str| schema.get(key)?.as_array()?.first().cloned();
    if let Some(value) = schema.get("const").cloned() {
        return Some(value);
    }
    if let Some(value) = first("examples").or_else(|| first("enum")) {
        return Some(value);
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = references::name_of(reference)?;
        if above.contains(&name) {
            return None;
        }
        let target = named.get(&name)?.as_value();
        above.push(name);
        let value = of(target, named, above);
        above.pop();
        return value;
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = schema.get(key) {
            let values = branches
                .iter()
                .filter_map(|branch| of(branch, named, above));
            let (nulls, values): (Vec<_>, Vec<_>) = values.partition(Value::is_null);
            return values.into_iter().chain(nulls).next();
        }
    }
    match schema.get("type")?.as_str()? {
        "object" => object(schema, named, above),
        "array" => array(schema, named, above),
        "string" => string(schema),
        "integer" | "number" => number(schema),
        "boolean" => Some(json!(true)),
        "null" => Some(Value::Null),
        _ => None,
    }
}

/// 0, or what is allowed nearest to it.
fn number(schema: &Value) -> Option<Value> {
    let limit = |key: &str| schema.get(key).filter(|limit| limit.is_number());
    let beyond = |key: &str, is_beyond: fn(f64) -> bool| {
        limit(key).filter(|limit| limit.as_f64().is_some_and(is_beyond))
    };
    let nearest = beyond("minimum", |limit| limit > 0.0).or(beyond("maximum", |limit| limit < 0.0));
    Some(nearest.cloned().unwrap_or(json!(0)))
}

fn object(schema: &Value, named: &Named, above: &mut Vec<String>) -> Option<Value> {
    let mut object = Map::new();
    let required = |key: &str| {
        let required = schema.get("required").and_then(Value::as_array);
        required.is_some_and(|required| required.iter().any(|name| name == key))
    };
    if let Some(Value::Object(properties)) = schema.get("properties") {
        for (key, property) in properties {
            match of(property, named, above) {
                Some(value) if required(key) || !(value.is_null() || value.is_boolean()) => {
                    object.insert(key.clone(), value);
                }
                None if required(key) => return None,
                _ => {}
            }
        }
    }
    if let (Some(keys), Some(values)) = (
        schema.get("propertyNames"),
        schema.get("additionalProperties"),
    ) && let (Some(Value::String(key)), Some(value)) =
        (of(keys, named, above), of(values, named, above))
    {
        object.insert(key, value);
    }
    Some(object.into())
}

fn array(schema: &Value, named: &Named, above: &mut Vec<String>) -> Option<Value> {
    if let Some(Value::Array(places)) = schema.get("prefixItems") {
        let values: Option<Vec<Value>> =
            places.iter().map(|place| of(place, named, above)).collect();
        return values.map(Value::Array);
    }
    let limit = |key: &str| schema.get(key).and_then(Value::as_u64);
    let (min, max) = (limit("minItems").unwrap_or(0), limit("maxItems"));
    let item = schema
        .get("items")
        .and_then(|items| of(items, named, above));
    match item {
        Some(item) if max != Some(0) && min <= 1 => Some(json!([item])),
        _ if min == 0 => Some(json!([])),
        _ => None,
    }
}

fn string(schema: &Value) -> Option<Value> {
    let free = !schema.get("pattern").is_some_and(Value::is_string)
        && schema.get("minLength").and_then(Value::as_u64).unwrap_or(0) <= 4;
    match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => Some(json!("0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11")),
        Some("date-time") => Some(json!("2024-05-02T08:30:00.000Z")),
        None if free => Some(json!("text")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use schemars::json_schema;

    use super::*;

    fn show(schema: Value) -> Option<Value> {
        let named = Named::from([
            (
                "Id".to_owned(),
                json_schema!({"type": "string", "pattern": "^[0-9]+$", "examples": ["17", "18"]}),
            ),
            (
                "Tree".to_owned(),
                json_schema!({"type": "object", "properties": {
                    "id": {"$ref": "#/components/schemas/Id"},
                    "child": {"$ref": "#/components/schemas/Tree"},
                    "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                }, "required": ["id", "children"]}),
            ),
        ]);
        example(&Schema::try_from(schema).unwrap(), &named)
    }

    #[test]
    fn built_from_the_inside() {
        let id = json!({"$ref": "#/components/schemas/Id"});
        assert_eq!(
            show(json!({"type": "array", "items": id})),
            Some(json!(["17"]))
        );
        assert_eq!(
            show(json!({"anyOf": [{"type": "null"}, id]})),
            Some(json!("17"))
        );
        assert_eq!(
            show(
                json!({"type": "object", "propertyNames": id, "additionalProperties": {"type": "null"}})
            ),
            Some(json!({"17": null}))
        );
        assert_eq!(
            show(json!({"type": "array", "prefixItems": [id, {"type": "boolean"}], "items": {}})),
            Some(json!(["17", true]))
        );
    }

    #[test]
    fn numbers_keep_to_their_limits() {
        let number = |limits: Value| {
            let mut schema = json!({"type": "integer"});
            schema
                .as_object_mut()
                .unwrap()
                .extend(limits.as_object().unwrap().clone());
            show(schema)
        };
        assert_eq!(
            number(json!({"minimum": i64::MIN, "maximum": i64::MAX})),
            Some(json!(0))
        );
        assert_eq!(number(json!({"minimum": 100})), Some(json!(100)));
        assert_eq!(number(json!({"maximum": -3})), Some(json!(-3)));
    }

    #[test]
    fn circles_are_cut() {
        assert_eq!(
            show(json!({"$ref": "#/components/schemas/Tree"})),
            Some(json!({"id": "17", "children": []}))
        );
    }

    #[test]
    fn nothing_is_made_up() {
        assert_eq!(show(json!({"type": "string", "pattern": "^x$"})), None);
        assert_eq!(show(json!({})), None);
        assert_eq!(
            show(json!({"type": "array", "items": {}, "maxItems": 0})),
            Some(json!([]))
        );
    }
}
