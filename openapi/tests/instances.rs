//! What a schema accepts, the type accepts.
//!
//! For every type, and the schema of that name in every published document, many values are made. What a
//! validator takes for valid must be read by the Rust type. The exceptions are listed with their reason.

#![allow(clippy::unwrap_used, reason = "a fault may panic here")]

mod instance;
#[path = "../../api/tests/wire_types/mod.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod wire_types;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use federation_api::{Version, json};
use federation_openapi::{components, document};
use instance::{Draws, instance};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use wire_types::{beyond_schemas, for_each_wire_type, tests};

/// Values per schema.
const CASES: usize = 100;

/// The schemas of all documents, by the name of the component; each once, with where it was met first.
static PUBLISHED: LazyLock<BTreeMap<String, Vec<(String, Value)>>> = LazyLock::new(|| {
    let mut published = BTreeMap::<String, Vec<(String, Value)>>::new();
    let mut seen = BTreeSet::new();
    for version in Version::ALL.into_iter().rev() {
        for component in components() {
            let document = document(&component, version);
            let names = document.as_json()["components"]["schemas"].as_object();
            for name in names.unwrap().keys() {
                let schema = only_reached(document.schema(name).unwrap(), name);
                if seen.insert((name.clone(), schema.to_string())) {
                    let whose = format!("{version}/{}: {name}", component.name());
                    let of_this_name = published.entry(name.clone()).or_default();
                    of_this_name.push((whose, schema));
                }
            }
        }
    }
    published
});

/// A schema of a document without the schemas that it does not refer to.
fn only_reached(mut wrapped: Value, name: &str) -> Value {
    let schemas = wrapped["components"]["schemas"].take();
    let (mut open, mut all) = (vec![name.to_owned()], Map::new());
    while let Some(name) = open.pop() {
        let schema = schemas[&name].clone();
        for part in schema.to_string().split("\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            if !all.contains_key(name) {
                open.push(name.to_owned());
            }
        }
        all.insert(name, schema);
    }
    wrapped["components"]["schemas"] = all.into();
    wrapped
}

/// The schemas that speak for what is read of a type: the published ones, or, where it is only a part of
/// others, its own.
fn schemas<T: JsonSchema>(name: &str) -> Vec<(String, Value)> {
    // What is read and written in two ways has two components.
    let both = [name.to_owned(), format!("{name}Input")];
    let published = both.iter().filter_map(|name| PUBLISHED.get(name));
    let published: Vec<_> = published.flatten().cloned().collect();
    if published.is_empty() {
        let [_, read] = wire_types::schemas::<T>();
        return vec![(format!("{name}, read"), read)];
    }
    published
}

fn holds<T: DeserializeOwned + JsonSchema>(name: &str) {
    for (whose, schema) in schemas::<T>(name) {
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let mut refused = BTreeSet::new();
        let mut valid = 0;
        // The same in each run: a fault must not come and go.
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..CASES {
            let bytes: Vec<u8> = (0..2000).map(|_| random.u8(..)).collect();
            let value = instance(&schema, &schema, &mut Draws::new(&bytes));
            if !validator.is_valid(&value) {
                continue;
            }
            valid += 1;
            let text = value.to_string();
            if let Err(error) = json::decode::<T>(text.as_bytes())
                && !beyond_schemas::says(&error)
            {
                refused.insert(format!("{error}\n    {text}"));
            }
        }
        let all = Vec::from_iter(&refused);
        assert!(all.is_empty(), "{whose}: refused are {all:#?}");
        // Or the test would not test what it says.
        assert!(
            valid >= CASES / 10,
            "{whose}: only {valid} of {CASES} are valid"
        );
    }
}

for_each_wire_type!(tests);
