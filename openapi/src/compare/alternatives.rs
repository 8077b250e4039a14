//! Unions: which alternative of before is which of now.

use std::collections::BTreeMap;

use serde_json::Value;

use super::finding::{Effect, advice};
use super::{Comparison, Place};
use crate::references;

/// The alternatives of a schema by what tells them apart; a schema that is no union has one.
type Alternatives<'a> = BTreeMap<String, &'a Value>;

pub(super) fn is_union(schema: &Value) -> bool {
    schema
        .get("oneOf")
        .or_else(|| schema.get("anyOf"))
        .is_some()
}

fn alternatives<'a>(schema: &'a Value, document: &'a Value) -> Alternatives<'a> {
    let branches = schema.get("oneOf").or_else(|| schema.get("anyOf"));
    let tag = schema
        .pointer("/discriminator/propertyName")
        .and_then(Value::as_str);
    let branches = branches
        .and_then(Value::as_array)
        .map_or_else(|| vec![schema], |branches| branches.iter().collect());
    let mut all = Alternatives::new();
    for branch in branches {
        let mark = mark(branch, tag, document);
        let mark = (1_u32..)
            .map(|n| {
                if n == 1 {
                    mark.clone()
                } else {
                    format!("{mark} {n}")
                }
            })
            .find(|mark| !all.contains_key(mark));
        all.insert(mark.unwrap_or_default(), branch);
    }
    all
}

/// What tells an alternative from the others: its tag, its only key, its name or its type.
fn mark(branch: &Value, tag: Option<&str>, document: &Value) -> String {
    let target = resolved(branch, document);
    if let Some(tag) = tag {
        let value = target
            .get("properties")
            .and_then(|p| p.get(tag)?.get("const"));
        if let Some(value) = value {
            return value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
        }
    }
    if let Some(Value::Object(properties)) = target.get("properties")
        && let (1, Some(key)) = (properties.len(), properties.keys().next())
    {
        return key.clone();
    }
    if let Some(name) = branch["$ref"].as_str().and_then(references::name_of) {
        return name;
    }
    target["type"].as_str().unwrap_or("any").to_owned()
}

/// The schema that a reference leads to, through other references too; the schema itself if it is none.
pub(super) fn resolved<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    let mut schema = schema;
    // As long as the longest chain can be, in case that one leads in a circle.
    for _ in 0..32 {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let target = reference
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| document.pointer(pointer));
        match target {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

impl<'a> Comparison<'a> {
    /// What tells the alternatives apart; entries that come and go do so with their alternatives.
    fn discriminators(&mut self, place: &Place, old: &Value, new: &Value) {
        if old.get("oneOf").is_some() != new.get("oneOf").is_some() {
            let what = "is another kind of union".to_owned();
            self.changed(place, Effect::Other, what, advice::VARIANT);
        }
        let (old, new) = (&old["discriminator"], &new["discriminator"]);
        if old.is_null() != new.is_null() {
            let what = "has a tag or has it no longer".to_owned();
            self.changed(place, Effect::Other, what, advice::VARIANT);
            return;
        }
        let mapping = |tag: &Value| tag["mapping"].as_object().cloned().unwrap_or_default();
        let now = mapping(new);
        for (value, target) in mapping(old) {
            if now.get(&value).is_some_and(|now| *now != target) {
                let what = format!("the tag `{value}` means something else");
                self.changed(place, Effect::Other, what, advice::VARIANT);
            }
        }
        self.rest(place, old, new, &["propertyName", "mapping"]);
    }

    /// Compares two schemas of which at least one is a union.
    pub(super) fn unions(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        for key in ["oneOf", "anyOf"] {
            if old.get(key).is_some() != new.get(key).is_some() {
                self.beside(place, key, old, new);
            }
        }
        if is_union(old) && is_union(new) {
            self.discriminators(place, old, new);
        }
        let tag = |schema: &Value| schema.pointer("/discriminator/propertyName").cloned();
        if let (Some(before), Some(now)) = (tag(old), tag(new))
            && before != now
        {
            let what = format!("the tag is called {now} and no longer {before}");
            self.changed(place, Effect::Other, what, advice::VARIANT);
            return;
        }
        let mut before = alternatives(old, self.old);
        let mut now = alternatives(new, self.new);
        let null = (before.remove("null"), now.remove("null"));
        match null {
            (Some(_), None) => {
                let what = "null is no longer possible".to_owned();
                self.changed(place, Effect::Narrower, what, advice::VARIANT);
            }
            (None, Some(_)) => {
                let what = "null is possible".to_owned();
                self.changed(place, Effect::Wider, what, advice::VARIANT);
            }
            _ => {}
        }
        if let (1, 1) = (before.len(), now.len())
            && let (Some(before), Some(now)) = (before.values().next(), now.values().next())
        {
            self.schema(place, before, now);
            return;
        }
        for (mark, branch) in &before {
            match now.get(mark) {
                Some(now) => self.schema(&place.inside(&format!("<{mark}>")), branch, now),
                None => {
                    let what = format!("the alternative `{mark}` is gone");
                    self.changed(place, Effect::Narrower, what, advice::VARIANT);
                }
            }
        }
        for mark in now.keys().filter(|mark| !before.contains_key(*mark)) {
            let what = format!("the alternative `{mark}` is new");
            self.changed(place, Effect::Wider, what, advice::VARIANT);
        }
    }
}
