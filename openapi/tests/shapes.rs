//! Schemas as generators in other languages need them, of types that this project did not write.

// Where a fault may panic.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use federation_api::{Rpc, Version};
use federation_openapi::{Component, Operation, document};
use schemars::JsonSchema;
use serde_json::{Value, json};

/// A reading that a station sends.
#[derive(JsonSchema)]
#[allow(dead_code)]
struct Reading {
    /// When, in seconds.
    time: u64,
    /// Where: latitude and longitude.
    place: (f64, f64),
    station: Option<u32>,
    #[serde(default)]
    corrected: bool,
    history: Vec<Reading>,
}

#[derive(JsonSchema)]
#[serde(tag = "tag", content = "contents")]
#[allow(dead_code)]
enum Outcome {
    /// Stored under this number.
    Stored(u16),
    Refused(BTreeSet<Reason>),
}

#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
#[allow(dead_code)]
enum Reason {
    /// Too long ago.
    TooOld,
    Unknown,
}

fn weather() -> Value {
    const DOCS: &str = "Stores a reading. A station that is not ours is 409 `wrong-station`.\n\n\
                        See [`Reading`].\n\nSource: nowhere.";
    let weather = Component::new(
        "weather",
        "Readings of the weather.",
        [
            Operation::call::<Reading, Outcome>(Rpc::new("weather", "store-reading"), DOCS),
            Operation::call::<Option<bool>, BTreeMap<u16, Reading>>(
                Rpc::new("weather", "get-readings")
                    .from(Version::V2)
                    .idempotent(),
                "All readings.",
            ),
            Operation::byte_stream::<()>(
                Rpc::new("weather", "stream-map").byte_stream(),
                "The map.",
            ),
        ],
    );
    document(&weather, Version::V2).into_json()
}

#[test]
fn a_foreign_component_is_documented_the_same_way() {
    let weather = weather();
    let operation = &weather["paths"]["/federation/store-reading"]["post"];
    assert_eq!(operation["summary"], "Stores a reading");
    assert!(
        operation["description"]
            .as_str()
            .unwrap()
            .contains("See `Reading`.\n\nMust not")
    );
    assert_eq!(operation["tags"], json!(["weather"]));
    assert_eq!(
        operation["responses"]["409"]["$ref"],
        "#/components/responses/WrongStation"
    );
    assert_eq!(weather.get("webhooks"), None);
}

#[test]
fn a_type_that_is_read_and_written_differently_has_two_names() {
    let weather = weather();
    let schemas = &weather["components"]["schemas"];
    assert_eq!(
        schemas["Reading"]["required"],
        json!(["time", "place", "station", "corrected", "history"])
    );
    assert_eq!(
        schemas["ReadingInput"]["required"],
        json!(["time", "place", "history"])
    );
    assert_eq!(
        schemas["ReadingInput"]["properties"]["history"]["items"]["$ref"],
        "#/components/schemas/ReadingInput"
    );
}

#[test]
fn numbers_tuples_and_null() {
    let weather = weather();
    let properties = &weather["components"]["schemas"]["Reading"]["properties"];
    assert_eq!(properties["time"]["format"], "int64");
    assert_eq!(properties["time"]["maximum"], u64::MAX);
    let place = &properties["place"];
    assert_eq!(
        (&place["minItems"], &place["maxItems"], &place["items"]),
        (&json!(2), &json!(2), &json!({}))
    );
    assert_eq!(place["prefixItems"].as_array().unwrap().len(), 2);
    let station = &properties["station"]["anyOf"];
    assert_eq!(
        (&station[0]["format"], &station[1]),
        (&json!("int64"), &json!({"type": "null"}))
    );
    assert_eq!(
        weather["paths"]["/federation/get-readings"]["post"]["requestBody"]["content"]["application/json"]
            ["schema"],
        json!({"anyOf": [{"type": "boolean"}, {"type": "null"}]})
    );
}

#[test]
fn alternatives_are_named_and_tagged() {
    let weather = weather();
    let schemas = &weather["components"]["schemas"];
    assert_eq!(
        schemas["Outcome"]["oneOf"],
        json!([
            {"$ref": "#/components/schemas/OutcomeStored"},
            {"$ref": "#/components/schemas/OutcomeRefused"},
        ])
    );
    assert_eq!(schemas["Outcome"]["discriminator"]["propertyName"], "tag");
    let stored = &schemas["OutcomeStored"];
    assert_eq!(stored["properties"]["tag"]["const"], "Stored");
    assert_eq!(stored["description"], "Stored under this number.");
    let reasons = &schemas["OutcomeRefused"]["properties"]["contents"];
    assert_eq!(reasons["uniqueItems"], true);
    assert_eq!(schemas["Reason"]["enum"], json!(["unknown", "too-old"]));
}
