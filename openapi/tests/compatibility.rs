//! What a change of a document breaks.

#![allow(clippy::unwrap_used, reason = "a fault may panic here")]

#[allow(dead_code, reason = "another test reads the reasons")]
mod changes;

use std::collections::BTreeMap;

use changes::{CHANGES, document_of};
use federation_api::Version;
use federation_openapi::compare::{self, Finding, Verdict, Who};
use serde_json::{Value, json};

fn changed(component: &str, version: Version, apply: fn(&mut Value)) -> Vec<Finding> {
    let old = document_of(component, version);
    let mut new = old.clone();
    apply(&mut new);
    compare::documents(&format!("{version}/{component}"), &old, &new)
}

#[test]
fn every_change_is_called_what_it_is() {
    for change in CHANGES {
        let findings = changed(change.component, Version::NEWEST, change.apply);
        let first = findings
            .first()
            .unwrap_or_else(|| panic!("{}: nothing was found", change.name));
        assert_eq!(
            (first.verdict, first.breaks),
            (change.verdict, change.breaks),
            "{}: {findings:#?}",
            change.name
        );
        let must_advise = change.verdict == Verdict::Breaking;
        assert!(
            !must_advise || !first.instead.is_empty(),
            "{}: no advice: {findings:#?}",
            change.name
        );
        // One change, few findings, so that people read them.
        assert!(findings.len() <= 12, "{}: {findings:#?}", change.name);
    }
}

/// What is found does not hide what else is there.
#[test]
fn a_harmless_addition_hides_nothing() {
    for change in CHANGES {
        if change.verdict == Verdict::Wording {
            continue;
        }
        let old = document_of(change.component, Version::NEWEST);
        let mut new = old.clone();
        (change.apply)(&mut new);
        let alone = compare::documents("v3", &old, &new);
        let mut operation = new["paths"]["/federation/api-version"].clone();
        if operation.is_null() {
            operation = json!({"post": {"operationId": "addition", "responses": {}}});
        }
        operation["post"]["operationId"] = json!("addition");
        new["paths"]["/federation/an-addition"] = operation;
        let both = compare::documents("v3", &old, &new);
        for finding in &alone {
            assert!(both.contains(finding), "{}: {both:#?}", change.name);
        }
        assert!(both.len() > alone.len(), "{}: {both:#?}", change.name);
        assert!(
            !alone
                .iter()
                .any(|finding| finding.what.contains("no known kind")),
            "{}: {alone:#?}",
            change.name
        );
    }
}

#[test]
fn in_a_frozen_version_only_wording_changes() {
    let mut checked = 0;
    for version in [Version::V0, Version::V1, Version::V2] {
        for change in CHANGES {
            let findings = changed(change.component, version, change.apply);
            let first = findings.first().unwrap();
            let expected = match change.verdict {
                Verdict::Wording => Verdict::Wording,
                _ => Verdict::Breaking,
            };
            assert_eq!(first.verdict, expected, "{version}: {}", change.name);
            checked += 1;
        }
    }
    assert_eq!(checked, 3 * CHANGES.len());
}

#[test]
fn nothing_changed_nothing_found() {
    for version in Version::ALL {
        for component in ["brig", "galley", "cargohold"] {
            assert_eq!(changed(component, version, |_| ()), []);
        }
    }
}

/// Two versions of one component are what a breaking change looks like.
#[test]
fn the_variants_of_an_rpc_differ() {
    let (old, new) = (
        document_of("galley", Version::V1),
        document_of("galley", Version::V2),
    );
    let findings = compare::documents("galley", &old, &new);
    let breaks: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Breaking)
        .map(|finding| finding.operation.as_str())
        .collect();
    assert!(breaks.contains(&"get-conversations"), "{breaks:?}");
    assert!(breaks.contains(&"get-one2one-conversation"), "{breaks:?}");
    assert!(!breaks.contains(&"send-message"), "{breaks:?}");
}

#[test]
fn documents_come_and_do_not_go() {
    let brig = || ("v3/brig".to_owned(), document_of("brig", Version::V3));
    let (with, without) = (BTreeMap::from([brig()]), BTreeMap::new());
    let gone = compare::sets(&with, &without);
    assert_eq!(
        (gone.len(), gone[0].verdict, gone[0].breaks),
        (1, Verdict::Breaking, Some(Who::Callers))
    );
    let come = compare::sets(&without, &with);
    assert_eq!((come.len(), come[0].verdict), (1, Verdict::Compatible));
}

#[test]
fn vectors_of_frozen_versions_stay() {
    let set = |vectors: &[(&str, &str)]| -> BTreeMap<String, String> {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        vectors.iter().map(owned).collect()
    };
    let old = set(&[
        ("Handle/a.json", "\"a\""),
        ("Handle/b.json", "{\"a\": 1, \"b\": 2}"),
        ("Handle/reject/c.err", "too short"),
        ("MlsClientRequest/a.json", "1"),
        ("UserId/a.json", "\"x\""),
    ]);
    let new = set(&[
        ("Handle/a.json", "\"b\""),
        ("Handle/b.json", "{\"b\":2,\"a\":1}"),
        ("Handle/new.json", "\"n\""),
        ("Handle/reject/c.err", "is too short"),
        ("MlsClientRequest/a.json", "2"),
    ]);
    let findings = compare::vectors(&old, &new);
    let found: Vec<_> = findings
        .iter()
        .map(|finding| (finding.document.as_str(), finding.verdict))
        .collect();
    assert_eq!(
        found,
        [
            ("Handle/a.json", Verdict::Breaking),
            ("UserId/a.json", Verdict::Breaking),
            // Of the newest version alone.
            ("MlsClientRequest/a.json", Verdict::Compatible),
            ("Handle/new.json", Verdict::Compatible),
            ("Handle/reject/c.err", Verdict::Wording),
        ]
    );
}
