//! References between named schemas.

use std::collections::{BTreeMap, BTreeSet};

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::Value;

/// Schemas by name, the components of a document.
pub(crate) type Named = BTreeMap<String, Schema>;

/// Where the named schemas of a document are.
pub(crate) const PREFIX: &str = "#/components/schemas/";

/// A reference to the schema of this name.
pub(crate) fn to(name: &str) -> Value {
    Value::String(format!("{PREFIX}{name}"))
}

/// The name that a reference leads to, if it leads to a named schema.
pub(crate) fn name_of(reference: &str) -> Option<String> {
    reference.strip_prefix(PREFIX).map(decoded)
}

/// Gives every name that is referred to in `schema` to `new_name` and puts what it returns in its place.
pub(crate) fn rename(schema: &mut Schema, mut new_name: impl FnMut(&str) -> String) {
    let mut replace = |value: &mut Value| {
        if let Some(name) = value.as_str().and_then(name_of) {
            *value = to(&new_name(&name));
        }
    };
    Everywhere(&mut |schema: &mut Schema| {
        if let Some(reference) = schema.get_mut("$ref") {
            replace(reference);
        }
        if let Some(mapping) = schema.pointer_mut("/discriminator/mapping")
            && let Some(mapping) = mapping.as_object_mut()
        {
            mapping.values_mut().for_each(&mut replace);
        }
    })
    .transform(schema);
}

/// The names that `schema` refers to.
pub(crate) fn names(schema: &Schema) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    rename(&mut schema.clone(), |name| {
        names.insert(name.to_owned());
        name.to_owned()
    });
    names
}

/// Writes out what is only another name of a schema: it says itself what that one says, with a
/// description of its own if it has one.
///
/// Generators follow one reference to a text, but some (openapi-generator's Go) not two.
pub(crate) fn spell_out_second_names(named: &mut Named) {
    let spelled_out: Vec<(String, Schema)> = named
        .iter()
        .filter_map(|(name, schema)| Some((name.clone(), spelled_out(schema, named)?)))
        .collect();
    named.extend(spelled_out);
}

fn spelled_out(schema: &Schema, named: &Named) -> Option<Schema> {
    let mut followed = BTreeSet::new();
    let mut members = schema.as_object()?.clone();
    while let Some(reference) = members.remove("$ref") {
        let first = name_of(reference.as_str()?)?;
        // A circle of nothing but names says nothing; it stays as it is.
        if !followed.insert(first.clone()) {
            return None;
        }
        for (key, value) in named.get(&first)?.as_object()? {
            members.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    (!followed.is_empty()).then(|| members.into())
}

/// The names that are reached from `roots`, directly or through other named schemas.
pub(crate) fn reachable<'a>(
    roots: impl IntoIterator<Item = &'a Schema>,
    named: &Named,
) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = roots.into_iter().flat_map(names).collect();
    while let Some(name) = open.pop() {
        if let Some(schema) = named.get(&name) {
            if !reached.contains(&name) {
                open.extend(names(schema));
            }
            reached.insert(name);
        }
    }
    reached
}

/// Applies a function to a schema and all schemas inside of it, the inner ones first.
pub(crate) struct Everywhere<'a>(pub(crate) &'a mut dyn FnMut(&mut Schema));

impl Transform for Everywhere<'_> {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        (self.0)(schema);
    }
}

/// Undoes how a name is written in a reference: percent-encoding over a JSON pointer's `~0`, `~1`.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) if byte == b'%' => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes)
        .replace("~1", "/")
        .replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use schemars::json_schema;
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_found_in_schemas_and_not_in_values() {
        let schema = json_schema!({
            "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B%3CC~1D%3E"}],
            "discriminator": {"propertyName": "tag", "mapping": {"e": "#/components/schemas/E"}},
            "properties": {"examples": {"$ref": "#/components/schemas/F"}},
            "examples": [{"$ref": "#/components/schemas/No"}],
        });
        let found: Vec<_> = names(&schema).into_iter().collect();
        assert_eq!(found, ["A", "B<C/D>", "E", "F"]);
    }

    #[test]
    fn second_names_are_spelled_out() {
        let schema = |value: Value| Schema::try_from(value).expect("a schema");
        let mut named = Named::from([
            (
                "Bytes".to_owned(),
                schema(json!({"type": "string", "description": "Bytes."})),
            ),
            (
                "Id".to_owned(),
                schema(json!({"$ref": "#/components/schemas/Bytes", "description": "An id."})),
            ),
            (
                "IdOfAGroup".to_owned(),
                schema(json!({"$ref": "#/components/schemas/Id"})),
            ),
            (
                "Ring".to_owned(),
                schema(json!({"$ref": "#/components/schemas/Ring"})),
            ),
        ]);
        spell_out_second_names(&mut named);
        let id = json!({"type": "string", "description": "An id."});
        assert_eq!(named["Id"].as_value(), &id);
        assert_eq!(named["IdOfAGroup"].as_value(), &id);
        assert_eq!(
            named["Ring"].as_value(),
            &json!({"$ref": "#/components/schemas/Ring"})
        );
    }

    #[test]
    fn circles_end() {
        let named = Named::from([
            (
                "A".to_owned(),
                json_schema!({"items": {"$ref": "#/components/schemas/A"}}),
            ),
            ("B".to_owned(), json_schema!({"type": "null"})),
        ]);
        let root = json_schema!({"$ref": "#/components/schemas/A"});
        assert_eq!(reachable([&root], &named), BTreeSet::from(["A".to_owned()]));
    }
}
