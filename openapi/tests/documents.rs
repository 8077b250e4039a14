//! What must be true of every document.

// Where a fault may panic.
#![allow(clippy::unwrap_used)]

mod every;

use std::collections::{BTreeMap, BTreeSet};

use every::{documents, operations, walk};
use roas::v3_1::spec::Spec;
use roas::validation::{Options, Validate};
use serde_json::Value;

/// The JSON pointers at which two documents differ.
fn differences(one: &Value, other: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (these, those) in [(one, other), (other, one)] {
        walk(these, "", &mut |pointer, value| {
            let is_leaf = value.is_null() || !(value.is_object() || value.is_array());
            let same = match those.pointer(pointer) {
                Some(those) if is_leaf => those == value,
                Some(those) => {
                    (those.is_object(), those.is_array()) == (value.is_object(), value.is_array())
                }
                None => false,
            };
            if !same {
                found.insert(pointer.to_owned());
            }
        });
    }
    found
}

#[test]
fn they_are_openapi_3_1() {
    for (name, document) in documents() {
        let spec: Spec = serde_json::from_value(document.clone()).unwrap();
        let checked = spec.validate(Options::IgnoreMissingTags.into(), None);
        assert!(checked.is_ok(), "{name}: {checked:?}");
        let read_back = serde_json::to_value(&spec).unwrap();
        let mut lost = differences(&document, &read_back);
        // Not a fault of the document: roas takes a schema of any value for one of objects, unless it
        // is empty.
        lost.retain(|pointer| {
            let schema = pointer.strip_suffix("/type");
            let schema = schema.and_then(|schema| document.pointer(schema));
            !schema.is_some_and(is_described_any_value)
        });
        assert!(lost.is_empty(), "{name}: not of OpenAPI 3.1: {lost:?}");
    }
}

#[test]
fn references_lead_somewhere_and_every_component_is_used() {
    for (name, document) in documents() {
        let mut used = BTreeSet::new();
        walk(&document, "", &mut |pointer, value| {
            if pointer.ends_with("/$ref") {
                let target = value.as_str().unwrap().strip_prefix('#').unwrap();
                assert!(
                    document.pointer(target).is_some(),
                    "{name}{pointer}: {target}"
                );
                used.insert(target.to_owned());
            }
        });
        for (kind, components) in document["components"].as_object().unwrap() {
            for component in components.as_object().unwrap().keys() {
                let pointer = format!("/components/{kind}/{component}");
                assert!(used.contains(&pointer), "{name}: nothing uses {pointer}");
            }
        }
    }
}

#[test]
fn examples_are_valid() {
    for (name, document) in documents() {
        let check = |schema: &Value, example: &Value, place: &str| {
            let mut schema = schema.clone();
            schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
            schema["components"] = document["components"].clone();
            let validator = jsonschema::options()
                .should_validate_formats(true)
                .build(&schema)
                .unwrap();
            let faults: Vec<_> = validator
                .iter_errors(example)
                .map(|e| e.to_string())
                .collect();
            assert!(faults.is_empty(), "{name}{place}: {example}: {faults:?}");
        };
        let mut checked = 0;
        walk(&document, "", &mut |pointer, value| {
            if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
                check(schema, example, pointer);
                checked += 1;
            }
            // Not the values of `properties`, where a key may be called `examples`.
            if let (Some(Value::Array(examples)), true) = (value.get("examples"), is_schema(value))
            {
                for example in examples {
                    check(value, example, pointer);
                    checked += 1;
                }
            }
        });
        assert!(checked >= 20, "{name}: {checked} examples");
    }
}

/// Whether a schema says about a value what it means and nothing about what it is.
fn is_described_any_value(schema: &Value) -> bool {
    schema.as_object().is_some_and(|schema| {
        let mut keys = schema.keys();
        keys.all(|key| key == "description" || key == "examples")
    })
}

fn is_schema(value: &Value) -> bool {
    ["type", "$ref", "anyOf", "oneOf", "allOf"]
        .iter()
        .any(|key| value.get(key).is_some())
}

#[test]
fn every_body_has_an_example_and_every_operation_its_failures() {
    for (name, document) in documents() {
        for (path, operation) in operations(&document) {
            let place = format!("{name} {path}");
            let body = &operation["requestBody"]["content"]["application/json"];
            assert!(
                body.get("example").is_some(),
                "{place}: no example of a request"
            );
            let success = &operation["responses"]["200"]["content"];
            let json = success.get("application/json");
            let bytes = success.get("application/octet-stream");
            match (json, bytes) {
                (Some(json), None) => assert!(json.get("example").is_some(), "{place}"),
                (None, Some(bytes)) => assert_eq!(bytes["schema"]["format"], "binary", "{place}"),
                _ => panic!("{place}: either JSON or bytes"),
            }
            let statuses: Vec<_> = operation["responses"].as_object().unwrap().keys().collect();
            assert_eq!(
                statuses,
                [
                    "200", "400", "403", "404", "408", "413", "415", "422", "429", "500", "503",
                    "521", "525", "533"
                ],
                "{place}"
            );
            for text in ["summary", "description", "operationId"] {
                assert!(
                    operation[text]
                        .as_str()
                        .is_some_and(|text| !text.is_empty()),
                    "{place}: {text}"
                );
            }
        }
    }
}

#[test]
fn operation_ids_are_unique_and_the_same_in_every_version() {
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for (name, document) in documents() {
        let mut of_document = BTreeSet::new();
        let webhooks = document.get("webhooks").and_then(Value::as_object);
        let webhooks = webhooks
            .into_iter()
            .flatten()
            .map(|(_, item)| &item["post"]);
        for operation in operations(&document).into_values().chain(webhooks) {
            let id = operation["operationId"].as_str().unwrap();
            assert!(of_document.insert(id.to_owned()), "{name}: {id} twice");
        }
        for (path, operation) in operations(&document) {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            assert_eq!(ids.entry(path).or_insert(id.clone()), &id, "{name}");
        }
    }
}
