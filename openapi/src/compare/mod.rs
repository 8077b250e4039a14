//! What a change of the documents breaks, and for whom.
//!
//! Two documents are compared by what goes over the wire, in the direction in which it goes: a request that is
//! narrower than before breaks *callers*, an answer that is wider than before breaks *readers*, and another name of
//! a component or an operation breaks the *generated* code of both. The rules are those of `transport.md` §15.2: in
//! place, only optional things may be added; anything else is a second variant of the RPC. The document of a version
//! that is no longer the newest is frozen: backends that speak it are out there, so only its wording may change.
//!
//! ```
//! use federation_api::Version;
//! use federation_openapi::{brig, compare, document};
//!
//! let old = document(&brig::component(), Version::V3).into_json();
//! let mut new = old.clone();
//! let profile = &mut new["components"]["schemas"]["UserProfile"];
//! profile["properties"].as_object_mut().unwrap().remove("handle");
//!
//! let findings = compare::documents("v3/brig", &old, &new);
//! assert_eq!(findings[0].place, "UserProfile.handle");
//! assert_eq!(findings[0].verdict, compare::Verdict::Breaking);
//! ```

mod alternatives;
mod finding;
mod operations;
mod schemas;
mod vectors;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use federation_api::Version;
use serde_json::Value;

pub use finding::{Finding, Verdict, Who};
pub use vectors::vectors;
pub use wording::without_wording;

use crate::references;
use finding::{Effect, advice};

/// Compares two sets of documents, each under its name, such as `v3/brig`.
///
/// The findings stand in the order of the names, those that break first. A document that is missing breaks
/// whoever calls what it describes; a new one breaks nobody.
#[must_use]
pub fn sets(old: &BTreeMap<String, Value>, new: &BTreeMap<String, Value>) -> Vec<Finding> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let one = |name: &String| match (old.get(name), new.get(name)) {
        (Some(old), Some(new)) => documents(name, old, new),
        (Some(_), None) => vec![Finding {
            document: name.clone(),
            verdict: Verdict::Breaking,
            breaks: Some(Who::Callers),
            what: "the document is gone".to_owned(),
            instead: advice::KEEP_DOCUMENT.to_owned(),
            ..Finding::default()
        }],
        (None, _) => vec![Finding {
            document: name.clone(),
            what: "the document is new".to_owned(),
            ..Finding::default()
        }],
    };
    names.into_iter().flat_map(one).collect()
}

/// Compares two documents of one component in one version; `name` is `v3/brig` or the like.
///
/// The findings that break come first. Nothing is found where the documents are equal. Whatever is different and
/// of no known kind breaks: it is better looked at once too often.
#[must_use]
pub fn documents(name: &str, old: &Value, new: &Value) -> Vec<Finding> {
    let mut comparison = Comparison {
        old,
        new,
        document: name,
        operation: String::new(),
        findings: Vec::new(),
        seen: BTreeSet::new(),
    };
    comparison.operations();
    comparison.names();
    comparison.around();
    let mut findings = comparison.findings;

    if findings.is_empty() && old != new {
        let (old, new) = (without_wording(old), without_wording(new));
        findings.push(match wording::first_difference(&old, &new) {
            Some(place) => Finding {
                document: name.to_owned(),
                place,
                verdict: Verdict::Breaking,
                breaks: Some(Who::Callers),
                what: "changed in a way that is of no known kind".to_owned(),
                instead: advice::VARIANT.to_owned(),
                ..Finding::default()
            },
            None => Finding {
                document: name.to_owned(),
                verdict: Verdict::Wording,
                what: "only texts and examples changed".to_owned(),
                ..Finding::default()
            },
        });
    }
    if is_frozen(old) {
        for finding in &mut findings {
            finding.freeze();
        }
    }
    findings.sort_by_key(|finding| finding.verdict);
    findings
}

/// Whether backends that speak the version of a document are out there.
fn is_frozen(document: &Value) -> bool {
    let version = document
        .pointer("/info/version")
        .and_then(Value::as_str)
        .and_then(|version| version.trim_start_matches('v').parse::<u64>().ok());
    version.is_some_and(|version| version < Version::NEWEST.number().into())
}

/// A comparison under way.
struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    document: &'a str,
    /// The operation that is being looked at.
    operation: String,
    findings: Vec<Finding>,
    /// What was compared already: named schemas, in a direction.
    seen: BTreeSet<(String, String, Direction)>,
}

/// The way in which a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    /// From callers of before to servers of now.
    Request,
    /// From servers of now to readers of before.
    Response,
}

/// Where something is: the direction in which it goes, and words.
#[derive(Debug, Clone)]
struct Place {
    direction: Direction,
    text: String,
}

impl Place {
    fn inside(&self, what: &str) -> Self {
        Self {
            direction: self.direction,
            text: format!("{}{what}", self.text),
        }
    }
}

impl Comparison<'_> {
    /// Notes a change of what a value may be.
    fn changed(&mut self, place: &Place, effect: Effect, what: String, instead: &str) {
        let (verdict, breaks) = match (place.direction, effect) {
            (Direction::Request, Effect::Narrower | Effect::Other) => {
                (Verdict::Breaking, Some(Who::Callers))
            }
            (Direction::Response, Effect::Wider | Effect::Other) => {
                (Verdict::Breaking, Some(Who::Readers))
            }
            (Direction::Request, Effect::Wider) | (Direction::Response, Effect::Narrower) => {
                (Verdict::Compatible, None)
            }
        };
        let instead = match (verdict, place.direction, effect) {
            (Verdict::Breaking, ..) => instead,
            (_, Direction::Request, Effect::Wider) => advice::OLD_SERVERS,
            _ => "",
        };
        self.note(&place.text, verdict, breaks, what, instead);
    }

    /// Notes an addition that nobody has to know of.
    fn added(&mut self, place: &str, what: impl Into<String>) {
        self.note(place, Verdict::Compatible, None, what.into(), "");
    }

    /// Notes what breaks these.
    fn breaks(&mut self, place: &str, who: Who, what: impl Into<String>, instead: &str) {
        let what = what.into();
        self.note(place, Verdict::Breaking, Some(who), what, instead);
    }

    fn note(
        &mut self,
        place: &str,
        verdict: Verdict,
        breaks: Option<Who>,
        what: String,
        instead: &str,
    ) {
        self.findings.push(Finding {
            document: self.document.to_owned(),
            operation: self.operation.clone(),
            place: place.to_owned(),
            verdict,
            breaks,
            what,
            instead: instead.to_owned(),
        });
    }

    /// What belongs to no operation: servers and the like, and components that no operation leads to.
    fn around(&mut self) {
        let (old, new) = (self.old, self.new);
        let place = |text: &str| Place {
            direction: Direction::Request,
            text: text.to_owned(),
        };
        self.rest(
            &place("document"),
            old,
            new,
            &["paths", "webhooks", "components"],
        );
        let (old, new) = (&old["components"], &new["components"]);
        let compared = ["schemas", "parameters", "responses", "requestBodies"];
        self.rest(&place("components"), old, new, &compared);
        for (name, schema) in old["schemas"].as_object().into_iter().flatten() {
            let is_met = self.seen.iter().any(|(before, ..)| before == name);
            let now = new["schemas"].get(name);
            let differs = |now| without_wording(schema) != without_wording(now);
            if !is_met && now.is_some_and(differs) {
                let what = "changed, and no operation leads to it";
                self.breaks(name, Who::Generated, what, advice::VARIANT);
            }
        }
    }

    /// Names of components, which generated code is named after.
    fn names(&mut self) {
        self.operation = String::new();
        let of = |document: &Value| {
            let named = document.pointer("/components/schemas")?;
            named.as_object().cloned()
        };
        let old = of(self.old).unwrap_or_default();
        let new = of(self.new).unwrap_or_default();
        for (name, schema) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
            let mut same = new
                .iter()
                .filter(|(other, _)| !old.contains_key(*other))
                .filter(|(other, now)| {
                    renamed(schema, name, other) == without_wording(now) || schema == *now
                });
            let what = match same.next() {
                Some((other, _)) => format!("the component is called `{other}` now"),
                None => "the component is gone".to_owned(),
            };
            self.breaks(name, Who::Generated, what, advice::KEEP_NAME);
        }
    }
}

/// A schema with another name for itself, without wording.
fn renamed(schema: &Value, from: &str, to: &str) -> Value {
    let Ok(mut schema) = without_wording(schema).try_into() else {
        return Value::Null;
    };
    references::rename(&mut schema, |name| {
        if name == from { to } else { name }.to_owned()
    });
    schema.to_value()
}
