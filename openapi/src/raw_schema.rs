//! JSON Schemas in utoipa's model.
//!
//! utoipa's model of schemas loses `const` and tuples. So a schema travels through the model as an
//! extension, which is kept as it is, and takes its place when the document has become JSON.

use serde_json::Value;
use utoipa::openapi::extensions::{Extensions, ExtensionsBuilder};

const PLACEHOLDER: &str = "x-raw-schema";

/// The extension that becomes the `schema` of the object that it is put into.
pub(crate) fn put(schema: Value) -> Extensions {
    ExtensionsBuilder::new().add(PLACEHOLDER, schema).build()
}

/// Puts every schema in its place.
pub(crate) fn place(document: &mut Value) {
    match document {
        Value::Object(object) => {
            if let Some(schema) = object.remove(PLACEHOLDER) {
                object.insert("schema".to_owned(), schema);
            }
            object.values_mut().for_each(place);
        }
        Value::Array(values) => values.iter_mut().for_each(place),
        _ => {}
    }
}
