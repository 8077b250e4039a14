//! The schemas of sums.

use schemars::{Schema, json_schema};
use serde_json::{Map, Value};

/// The union of the schemas of the alternatives.
pub(crate) struct Union {
    tag: &'static str,
    one_of: Vec<Value>,
    mapping: Map<String, Value>,
}

impl Union {
    pub(crate) fn new(tag: &'static str) -> Self {
        Self {
            tag,
            one_of: Vec::new(),
            mapping: Map::new(),
        }
    }

    /// Adds the alternative of this name, given the reference to its schema.
    pub(crate) fn add(&mut self, name: &str, reference: &Schema) {
        self.add_all(&[name], reference);
    }

    /// Adds alternatives that have one schema in common.
    pub(crate) fn add_all(&mut self, names: &[&str], reference: &Schema) {
        if let Some(target) = reference.get("$ref") {
            let mapped = names.iter().map(|&name| (name.to_owned(), target.clone()));
            self.mapping.extend(mapped);
        }
        self.one_of.push(reference.clone().into());
    }

    pub(crate) fn schema(self, docs: &[&str]) -> Schema {
        json_schema!({
            "oneOf": self.one_of,
            "discriminator": {"propertyName": self.tag, "mapping": self.mapping},
            "description": crate::word::paragraphs(docs),
        })
    }
}

/// The schema of one alternative.
pub(crate) fn alternative_schema(
    (tag, name): (&str, &str),
    (key, content): (&str, Option<Schema>),
    docs: &[&str],
) -> Schema {
    let mut properties = Map::new();
    let mut required = vec![tag];
    let name = json_schema!({"type": "string", "const": name});
    properties.insert(tag.to_owned(), name.into());
    if let Some(content) = content {
        properties.insert(key.to_owned(), content.into());
        required.push(key);
    }
    json_schema!({
        "type": "object",
        "description": crate::word::paragraphs(docs),
        "properties": properties,
        "required": required,
    })
}
