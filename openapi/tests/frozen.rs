//! Documents of frozen versions stay as they are, but for wording.

#![allow(clippy::unwrap_used, reason = "a fault may panic here")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use federation_api::Version;
use federation_openapi::compare::without_wording;
use federation_openapi::{components, document};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The versions that no newer one may change.
const FROZEN: [Version; 3] = [Version::V0, Version::V1, Version::V2];

/// The text of a value, its keys in a definite order.
fn definite(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let members: BTreeMap<_, _> = object.iter().collect();
            let members = members.into_iter();
            let members: Vec<String> = members
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), definite(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(definite).collect();
            format!("[{}]", values.join(","))
        }
        other => other.to_string(),
    }
}

/// The digest of each document without its wording.
fn digests() -> BTreeMap<String, String> {
    let mut digests = BTreeMap::new();
    for version in FROZEN {
        for component in components() {
            let document = without_wording(document(&component, version).as_json());
            let digest = Sha256::digest(definite(&document));
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            digests.insert(format!("{version}/{}", component.name()), hex);
        }
    }
    digests
}

#[test]
fn frozen_documents_are_as_they_were() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("frozen.json");
    let digests = digests();
    if std::env::var_os("UPDATE_FROZEN").is_some() {
        fs::write(
            &path,
            serde_json::to_string_pretty(&digests).unwrap() + "\n",
        )
        .unwrap();
    }
    let kept: BTreeMap<String, String> =
        serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let changed: Vec<_> = digests
        .iter()
        .filter(|(name, digest)| kept.get(*name) != Some(digest))
        .map(|(name, _)| name)
        .collect();
    assert!(
        changed.is_empty(),
        "frozen documents changed: {changed:?}; only their wording may. See what it is with\n\n    \
         cargo run -- diff git:HEAD openapi\n\n\
         and take it back. (UPDATE_FROZEN=1 writes the digests anew: only before the first release, or where a document \
         was wrong about what is on the wire.)"
    );
    assert_eq!(
        kept.len(),
        digests.len(),
        "openapi/frozen.json names others"
    );
}

#[test]
fn the_digest_is_of_the_meaning() {
    let document = document(&components()[0], Version::V0).into_json();
    let digest = |document: &Value| definite(&without_wording(document));
    let mut reworded = document.clone();
    reworded["info"]["description"] = "Other words.".into();
    assert_eq!(digest(&document), digest(&reworded));
    let mut changed = document.clone();
    changed["components"]["schemas"]["Handle"]["maxLength"] = 7.into();
    assert_ne!(digest(&document), digest(&changed));
}

/// A newer version freezes this one: then it belongs into the list above.
#[test]
fn every_version_but_the_newest_is_frozen() {
    let older = Version::ALL
        .into_iter()
        .filter(|version| *version != Version::NEWEST);
    assert_eq!(Vec::from_iter(older), FROZEN);
}
