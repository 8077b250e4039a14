//! The spelling that generators of clients understand, in every schema of every document.

#![allow(clippy::unwrap_used, reason = "a fault may panic here")]

mod every;

use std::collections::BTreeMap;

use every::documents;
use serde_json::{Value, json};

/// Ids that mean nothing without their backend.
const IDS: [&str; 4] = ["UserId", "TeamId", "Handle", "ConvId"];
/// Where an id stands beside its domain.
const QUALIFIED: [&str; 2] = ["QualifiedUserId", "QualifiedConvId"];
/// Texts that may be anything; all others have a pattern, a format, words or limits.
const FREE_TEXTS: [&str; 17] = [
    "AppInfo.category",
    "Contact.handle",
    "Contact.name",
    "ConversationCreated.cnv_name",
    "ConversationMetadata.name",
    "ConversationRename.name",
    "Error.label",
    "Error.message",
    "ErrorData.path",
    "GroupInfoDiagnostics.label",
    "GroupInfoDiagnostics.message",
    "MessageMetadata.data",
    "Prekey.key",
    "RemoteMessage.data",
    "RemoteMessage.recipients{}{}",
    "RoleName",
    "SearchRequest.term",
];

/// A schema with its document, its place and what it stands in.
struct At<'a> {
    document: &'a Value,
    place: String,
    schema: &'a Value,
}

impl<'a> At<'a> {
    fn inside(&self, what: &str, schema: &'a Value) -> Self {
        Self {
            document: self.document,
            place: format!("{}{what}", self.place),
            schema,
        }
    }

    /// The schema that a reference leads to.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(target) => self
                .document
                .pointer(target.trim_start_matches('#'))
                .unwrap(),
            None => schema,
        }
    }

    /// This schema and all inside of it.
    fn visit(&self, visit: &mut dyn FnMut(&At<'_>)) {
        visit(self);
        let schema = self.schema;
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            self.inside(&format!(".{key}"), property).visit(visit);
        }
        for (key, place) in [
            ("items", "[]"),
            ("additionalProperties", "{}"),
            ("propertyNames", "{key}"),
        ] {
            if let Some(inner) = schema.get(key).filter(|inner| inner.is_object()) {
                self.inside(place, inner).visit(visit);
            }
        }
        for key in ["prefixItems", "oneOf", "anyOf", "allOf"] {
            for inner in schema[key].as_array().into_iter().flatten() {
                self.inside("", inner).visit(visit);
            }
        }
    }
}

fn every_schema(visit: &mut dyn FnMut(&At<'_>)) {
    for (_, document) in documents() {
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let place = name.clone();
            At {
                document: &document,
                place,
                schema,
            }
            .visit(visit);
        }
        for (path, operation) in every::operations(&document) {
            let bodies = [&operation["requestBody"], &operation["responses"]["200"]];
            for body in bodies {
                for content in body["content"].as_object().unwrap().values() {
                    let place = format!("{path}: ");
                    At {
                        document: &document,
                        place,
                        schema: &content["schema"],
                    }
                    .visit(visit);
                }
            }
        }
    }
}

#[test]
fn unions_have_named_alternatives_that_can_be_told_apart() {
    let mut unions = 0;
    every_schema(&mut |at| {
        let Some(branches) = at.schema["oneOf"].as_array() else {
            return;
        };
        unions += 1;
        let named = branches.iter().all(|branch| branch.get("$ref").is_some());
        assert!(named, "{}: {branches:?}", at.place);
        let Some(tag) = at.schema["discriminator"]["propertyName"].as_str() else {
            // Objects of one key each, such as `Left` and `Right`.
            for branch in branches {
                let branch = at.resolved(branch);
                let keys: Vec<_> = branch["properties"].as_object().unwrap().keys().collect();
                assert_eq!(branch["required"], json!(keys), "{}", at.place);
                assert_eq!(keys.len(), 1, "{}", at.place);
            }
            return;
        };
        let mapping = at.schema["discriminator"]["mapping"].as_object().unwrap();
        let mut tags = 0;
        for branch in branches {
            let target = at.resolved(branch);
            let value = &target["properties"][tag];
            // The many errors of galley that say nothing but their tag are one component.
            let values = match value["enum"].as_array() {
                Some(words) if at.place == "GalleyError" => words.iter().collect(),
                _ => vec![&value["const"]],
            };
            for value in values {
                tags += 1;
                assert_eq!(
                    mapping[value.as_str().unwrap()],
                    branch["$ref"],
                    "{}",
                    at.place
                );
            }
            let required = target["required"].as_array().unwrap();
            assert!(required.contains(&json!(tag)), "{}", at.place);
        }
        assert_eq!(mapping.len(), tags, "{}", at.place);
    });
    assert!(unions > 50, "{unions}");
}

#[test]
fn a_union_of_any_is_a_value_or_null() {
    every_schema(&mut |at| {
        if let Some(branches) = at.schema["anyOf"].as_array() {
            assert_eq!(branches.len(), 2, "{}", at.place);
            assert_eq!(branches[1], json!({"type": "null"}), "{}", at.place);
        }
        assert!(!at.schema["type"].is_array(), "{}: several types", at.place);
    });
}

#[test]
fn tuples_have_a_length_and_maps_have_keys() {
    let (mut tuples, mut maps) = (0, 0);
    every_schema(&mut |at| {
        if let Some(places) = at.schema["prefixItems"].as_array() {
            tuples += 1;
            let length = json!(places.len());
            let said = [
                &at.schema["minItems"],
                &at.schema["maxItems"],
                &at.schema["items"],
            ];
            assert_eq!(said, [&length, &length, &json!({})], "{}", at.place);
        }
        if at.schema["additionalProperties"].is_object() {
            maps += 1;
            assert!(at.schema.get("propertyNames").is_some(), "{}", at.place);
        }
    });
    assert!(tuples > 3 && maps > 10, "{tuples} {maps}");
}

#[test]
fn integers_have_a_format_and_limits() {
    every_schema(&mut |at| {
        if at.schema["type"] == "integer" && at.schema.get("enum").is_none() {
            let fits = match at.schema["format"].as_str() {
                Some("int32") => at.schema["maximum"]
                    .as_i64()
                    .is_some_and(|max| max <= i32::MAX.into()),
                Some("int64") => at.schema["maximum"].is_u64(),
                _ => false,
            };
            assert!(
                fits && at.schema["minimum"].is_i64(),
                "{}: {}",
                at.place,
                at.schema
            );
        }
        // Readers take any number there and do not look at it.
        let may_have_a_fraction = at.place == "GroupInfoDiagnostics.code";
        assert!(
            at.schema["type"] != "number" || may_have_a_fraction,
            "{}",
            at.place
        );
    });
}

#[test]
fn texts_have_a_grammar() {
    every_schema(&mut |at| {
        let schema = at.schema;
        let keys = ["pattern", "format", "enum", "const", "maxLength"];
        let has_grammar = keys.iter().any(|key| schema.get(key).is_some());
        if schema["type"] == "string" && !has_grammar {
            let free = FREE_TEXTS.contains(&at.place.as_str())
                || at.place == "SubConvId"
                || at.place.ends_with("ProtocolError.contents");
            assert!(free, "{}: any text", at.place);
        }
    });
}

#[test]
fn ids_say_whose_they_are() {
    let mut marked = 0;
    every_schema(&mut |at| {
        let name = at.schema["$ref"]
            .as_str()
            .and_then(|target| target.rsplit('/').next());
        let owner = at.schema["x-qualified-by"].as_str();
        if let Some(owner) = owner {
            marked += 1;
            let text = at.schema["description"].as_str().unwrap();
            assert!(text.contains("elongs to the "), "{}: {owner}", at.place);
        }
        if name.is_some_and(|name| IDS.contains(&name)) {
            let stands_beside = QUALIFIED
                .iter()
                .any(|name| at.place == format!("{name}.id"));
            assert!(owner.is_some() || stands_beside, "{}: whose?", at.place);
        }
    });
    assert!(marked > 50, "{marked}");
}

#[test]
fn every_component_and_response_is_described() {
    for (name, document) in documents() {
        for (kind, components) in document["components"].as_object().unwrap() {
            for (component, value) in components.as_object().unwrap() {
                let text = value["description"].as_str().unwrap_or_default();
                assert!(!text.is_empty(), "{name}: {kind}/{component}");
            }
        }
        for (path, operation) in every::operations(&document) {
            let text = operation["responses"]["200"]["description"].as_str();
            assert!(text.is_some_and(|text| !text.is_empty()), "{name}: {path}");
        }
        let license = &document["info"]["license"]["identifier"];
        assert_eq!(license, "MIT OR Apache-2.0", "{name}");
    }
}

/// One name means one thing, whatever the component; what depends on the reader is the exception.
#[test]
fn names_mean_the_same_in_every_document() {
    let mut meanings = BTreeMap::<String, Value>::new();
    for (name, document) in documents() {
        for (component, schema) in document["components"]["schemas"].as_object().unwrap() {
            let pascal = component.chars().next().is_some_and(char::is_uppercase)
                && component.chars().all(|c| c.is_ascii_alphanumeric());
            assert!(pascal, "{name}: {component}");
            if component != "ConversationUpdateInAnswer" {
                let known = meanings
                    .entry(component.clone())
                    .or_insert_with(|| schema.clone());
                assert_eq!(known, schema, "{name}: {component}");
            }
        }
    }
}

#[test]
fn renderings_in_3_0_have_no_words_of_3_1() {
    for component in federation_openapi::components() {
        for version in federation_api::Version::ALL {
            let document = federation_openapi::document(&component, version).to_openapi_3_0();
            let json = document.as_json();
            assert_eq!(json["openapi"], "3.0.3");
            assert!(json.get("webhooks").is_none());
            let lost = json["x-lost"].as_array().unwrap();
            let text = json["info"]["description"].as_str().unwrap();
            for what in lost {
                assert!(text.contains(what.as_str().unwrap()), "{what}");
            }
            for (name, schema) in json["components"]["schemas"].as_object().unwrap() {
                let at = At {
                    document: json,
                    place: name.clone(),
                    schema,
                };
                at.visit(&mut |at| {
                    for word in ["const", "prefixItems", "propertyNames", "examples"] {
                        assert!(at.schema.get(word).is_none(), "{}: {word}", at.place);
                    }
                    assert_ne!(at.schema["type"], "null", "{}", at.place);
                    let alone = at.schema.get("$ref").is_none()
                        || at
                            .schema
                            .as_object()
                            .is_some_and(|schema| schema.len() == 1);
                    assert!(alone, "{}: beside a reference", at.place);
                    let typed =
                        at.schema.get("nullable").is_none() || at.schema["type"].is_string();
                    assert!(typed, "{}: nullable without a type", at.place);
                });
            }
        }
    }
}
