//! All documents, and ways through them.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "no test needs all of it, and a fault may panic here"
)]

use std::collections::BTreeMap;

use federation_api::Version;
use federation_openapi::{components, document};
use serde_json::Value;

/// Every document with its name, such as `v3/brig`.
pub(crate) fn documents() -> Vec<(String, Value)> {
    let mut documents = Vec::new();
    for version in Version::ALL {
        for component in components() {
            let name = format!("{version}/{}", component.name());
            documents.push((name, document(&component, version).into_json()));
        }
    }
    documents
}

/// The document of one of the components, in a version.
pub(crate) fn document_of(component: &str, version: Version) -> Value {
    let components = components();
    let found = components.iter().find(|c| c.name() == component).unwrap();
    document(found, version).into_json()
}

/// Calls `visit` with every value in a document and its JSON pointer.
pub(crate) fn walk(value: &Value, pointer: &str, visit: &mut dyn FnMut(&str, &Value)) {
    visit(pointer, value);
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                walk(value, &format!("{pointer}/{key}"), visit);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                walk(value, &format!("{pointer}/{index}"), visit);
            }
        }
        _ => {}
    }
}

pub(crate) fn operations(document: &Value) -> BTreeMap<String, &Value> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths
        .iter()
        .map(|(path, item)| (path.clone(), &item["post"]));
    operations.collect()
}
