//! Vectors: documents as they are on the wire, one a file.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::Version;
use serde_json::Value;

use super::finding::{Finding, Verdict, Who, advice};
use crate::{components, document};

/// Compares two sets of vectors, each under its path: `<Type>/<case>.json`, with folders of its own below the type's.
///
/// New ones break nobody. One that is gone or says something else breaks backends of frozen versions, unless
/// its type occurs in the newest version alone. What is no JSON is wording.
#[must_use]
pub fn vectors(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<Finding> {
    let newest = only_in_newest();
    let mut findings = Vec::new();
    for (path, text) in old {
        let what = match new.get(path) {
            None => "the vector is gone",
            Some(now) if same(text, now) => continue,
            Some(_) => "the vector says something else",
        };
        let of = path.split('/').next().unwrap_or_default();
        let (verdict, breaks, instead) = if !path.ends_with(".json") {
            (Verdict::Wording, None, "")
        } else if newest.contains(of) {
            (Verdict::Compatible, None, "")
        } else {
            (
                Verdict::Breaking,
                Some(Who::OldBackends),
                advice::KEEP_VECTOR,
            )
        };
        findings.push(Finding {
            document: path.clone(),
            verdict,
            breaks,
            what: what.to_owned(),
            instead: instead.to_owned(),
            ..Finding::default()
        });
    }
    findings.extend(
        new.keys()
            .filter(|path| !old.contains_key(*path))
            .map(|path| Finding {
                document: path.clone(),
                what: "the vector is new".to_owned(),
                ..Finding::default()
            }),
    );
    findings.sort_by_key(|finding| finding.verdict);
    findings
}

/// Two texts of the same JSON value are the same vector.
fn same(old: &str, new: &str) -> bool {
    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
    old == new || json(old).is_some_and(|old| json(new) == Some(old))
}

/// The types that no frozen version has, by the names of their components.
fn only_in_newest() -> BTreeSet<String> {
    let names = |version: Version| -> BTreeSet<String> {
        let names = components().into_iter().flat_map(move |component| {
            let json = document(&component, version).into_json();
            let schemas = json.pointer("/components/schemas");
            let schemas = schemas.and_then(Value::as_object).cloned();
            schemas.into_iter().flatten().map(|(name, _)| name)
        });
        names.collect()
    };
    let mut newest = names(Version::NEWEST);
    for frozen in Version::ALL {
        if frozen != Version::NEWEST {
            let known = names(frozen);
            newest.retain(|name| !known.contains(name));
        }
    }
    newest
}
