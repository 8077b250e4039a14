//! What must be true of every document.

// Where a fault may panic.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use federation_api::Version;
use federation_openapi::{components, document};
use roas::v3_1::spec::Spec;
use roas::validation::{Options, Validate};
use serde_json::{Value, json};

/// Every document with its name, such as `v3/brig`.
fn documents() -> Vec<(String, Value)> {
    let mut documents = Vec::new();
    for version in Version::ALL {
        for component in components() {
            let name = format!("{version}/{}", component.name());
            documents.push((name, document(&component, version).into_json()));
        }
    }
    documents
}

/// Calls `visit` with every value in a document and its JSON pointer.
fn walk(value: &Value, pointer: &str, visit: &mut dyn FnMut(&str, &Value)) {
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

fn operations(document: &Value) -> BTreeMap<String, &Value> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths
        .iter()
        .map(|(path, item)| (path.clone(), &item["post"]));
    operations.collect()
}

#[test]
fn they_are_openapi_3_1() {
    for (name, document) in documents() {
        let spec: Spec = serde_json::from_value(document.clone()).unwrap();
        let checked = spec.validate(Options::IgnoreMissingTags.into(), None);
        assert!(checked.is_ok(), "{name}: {checked:?}");
        let read_back = serde_json::to_value(&spec).unwrap();
        assert_eq!(
            read_back, document,
            "{name}: something is not of OpenAPI 3.1"
        );
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
                ["200", "400", "404", "408", "413", "415", "500", "503"],
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

#[test]
fn each_version_has_its_operations() {
    let names = |version: Version, component: usize| -> BTreeSet<String> {
        let document = document(&components()[component], version).into_json();
        let paths = document["paths"].as_object().unwrap().keys();
        paths
            .map(|path| path.strip_prefix("/federation/").unwrap().to_owned())
            .collect()
    };
    let in_all = [
        "api-version",
        "get-user-by-handle",
        "get-users-by-ids",
        "claim-prekey",
        "claim-prekey-bundle",
        "claim-multi-prekey-bundle",
        "search-users",
        "get-user-clients",
        "get-mls-clients",
        "send-connection-action",
        "claim-key-packages",
        "get-not-fully-connected-backends",
        "on-user-deleted-connections",
    ];
    let in_all = BTreeSet::from(in_all.map(str::to_owned));
    for version in [Version::V0, Version::V1, Version::V2] {
        assert_eq!(names(version, 0), in_all);
    }
    let new: Vec<_> = names(Version::V3, 0).difference(&in_all).cloned().collect();
    assert_eq!(new, ["get-mls-client"]);
    for version in Version::ALL {
        assert_eq!(
            names(version, 1),
            BTreeSet::from(["get-asset", "stream-asset"].map(str::to_owned))
        );
    }
}

#[test]
fn a_path_means_the_variant_of_its_version() {
    let get_mls_clients = |version| {
        let document = document(&components()[0], version).into_json();
        document["paths"]["/federation/get-mls-clients"]["post"].clone()
    };
    let request = |operation: &Value| {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].clone()
    };
    let (v0, v1) = (get_mls_clients(Version::V0), get_mls_clients(Version::V1));
    assert_eq!(request(&v0), "#/components/schemas/MlsClientsRequestV0");
    assert_eq!(v0["deprecated"], true);
    assert_eq!(v0["x-versions"], json!({"from": 0, "until": 1}));
    assert_eq!(request(&v1), "#/components/schemas/MlsClientsRequest");
    assert_eq!(v1.get("deprecated"), None);
    assert_eq!(v1["x-versions"], json!({"from": 1}));
}

#[test]
fn headers_depend_on_the_operation() {
    let headers = |component: usize, version: Version, rpc: &str| -> Vec<(String, bool)> {
        let document = document(&components()[component], version).into_json();
        let operation = &document["paths"][format!("/federation/{rpc}")]["post"];
        let resolve = |parameter: &Value| {
            let target = parameter["$ref"].as_str().unwrap().trim_start_matches('#');
            let header = document.pointer(target).unwrap();
            let required = header["required"] == true;
            (header["name"].as_str().unwrap().to_owned(), required)
        };
        operation["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(resolve)
            .collect()
    };
    let header = |name: &str, required: bool| (name.to_owned(), required);
    let (origin, version) = (header("Wire-Origin-Domain", true), "X-Wire-API-Version");
    let ids = [
        header("Wire-Origin-Request-Id", false),
        header("Request-Id", false),
    ];

    let with = |more: &[(String, bool)]| -> Vec<(String, bool)> {
        [std::slice::from_ref(&origin), more, &ids].concat()
    };
    assert_eq!(headers(0, Version::V3, "api-version"), with(&[]));
    assert_eq!(
        headers(0, Version::V3, "claim-prekey"),
        with(&[header(version, false)])
    );
    assert_eq!(
        headers(0, Version::V0, "get-mls-clients"),
        with(&[header(version, false)])
    );
    assert_eq!(
        headers(0, Version::V2, "get-mls-clients"),
        with(&[header(version, true)])
    );
    let stream = [with(&[]), vec![header("Wire-Origin-IP", false)]].concat();
    assert_eq!(headers(1, Version::V1, "stream-asset"), stream);
}

/// The declaration names them in its doc comments.
#[test]
fn failures_of_their_own() {
    let mut found = BTreeSet::new();
    for (name, document) in documents()
        .into_iter()
        .filter(|(name, _)| name.starts_with("v3/"))
    {
        for (path, operation) in operations(&document) {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let own = response["$ref"]
                    .as_str()
                    .and_then(|target| target.split_once("Or"));
                if let Some((_, own)) = own {
                    let rpc = path.trim_start_matches("/federation/");
                    found.insert(format!("{name} {rpc} {status} {own}"));
                }
            }
        }
    }
    let expected = [
        "v3/brig claim-key-packages 400 MlsProtocolError",
        "v3/brig get-mls-client 400 MlsProtocolError",
        "v3/brig get-mls-clients 400 MlsProtocolError",
        "v3/cargohold stream-asset 404 NotFound",
    ];
    assert_eq!(found, BTreeSet::from(expected.map(str::to_owned)));
}
