//! Two schemas: what may be said now that could not be said before, and the other way round.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::alternatives::{is_union, resolved};
use super::finding::{Effect, Who, advice};
use super::wording::without_wording;
use super::{Comparison, Direction, Place};
use crate::references;

/// Keywords whose value is a number that a value may not go below, or above.
const LOWER: [&str; 5] = [
    "minimum",
    "exclusiveMinimum",
    "minLength",
    "minItems",
    "minProperties",
];
const UPPER: [&str; 5] = [
    "maximum",
    "exclusiveMaximum",
    "maxLength",
    "maxItems",
    "maxProperties",
];
/// Keywords that are looked at one by one here; any other must stay as it is.
const KNOWN: [&str; 18] = [
    "$ref",
    "oneOf",
    "anyOf",
    "allOf",
    "type",
    "enum",
    "const",
    "pattern",
    "format",
    "uniqueItems",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "items",
    "prefixItems",
    "deprecated",
    "x-qualified-by",
];

/// Keywords beside a reference or a union that are looked at elsewhere.
const BESIDE: [&str; 3] = ["discriminator", "deprecated", "x-qualified-by"];

/// A schema that says nothing.
static ANYTHING: Value = Value::Bool(true);

impl<'a> Comparison<'a> {
    /// Compares what a place takes, or gives.
    pub(super) fn schema(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        self.owner(place, old, new);
        self.beside(place, "$ref", old, new);
        let name = |schema: &Value| schema["$ref"].as_str().and_then(references::name_of);
        let place = match (name(old), name(new)) {
            (None, None) => place.clone(),
            (before, now) => {
                let named = before.clone().filter(|before| now.as_ref() == Some(before));
                let key = |name: Option<String>| name.unwrap_or_else(|| place.text.clone());
                let direction = place.direction;
                if !self.seen.insert((key(before), key(now), direction)) {
                    return;
                }
                let text = named.unwrap_or_else(|| place.text.clone());
                Place { direction, text }
            }
        };
        let (old, new) = (resolved(old, self.old), resolved(new, self.new));
        self.owner(&place, old, new);
        if is_union(old) || is_union(new) {
            self.unions(&place, old, new);
            if !(is_union(old) && is_union(new)) {
                return;
            }
        }
        if !self.same_type(&place, old, new) {
            return;
        }
        self.all_of(&place, old, new);
        self.values(&place, old, new);
        self.limits(&place, old, new);
        self.text(&place, old, new);
        self.fields(&place, old, new);
        self.contents(&place, old, new);
        self.anything_else(&place, old, new);
    }

    /// What stands beside a reference, or beside the alternatives of a union of which the other side is none.
    pub(super) fn beside(&mut self, place: &Place, key: &str, old: &Value, new: &Value) {
        let beside = |schema: &Value| match (schema.get(key), without_wording(schema)) {
            (Some(_), Value::Object(mut all)) => {
                all.retain(|other, _| !BESIDE.contains(&other.as_str()) && other != key);
                all
            }
            _ => Map::new(),
        };
        if beside(old) != beside(new) {
            let what = format!("what stands beside `{key}` changed");
            self.changed(place, Effect::Other, what, advice::VARIANT);
        }
    }

    /// An id of another backend is another id.
    fn owner(&mut self, place: &Place, old: &Value, new: &Value) {
        let (before, now) = (old.get("x-qualified-by"), new.get("x-qualified-by"));
        if before != now && (old.get("$ref").is_some() == new.get("$ref").is_some()) {
            let word = |owner: Option<&Value>| owner.map_or("nobody".to_owned(), Value::to_string);
            let what = format!("belongs to {} and no longer to {}", word(now), word(before));
            self.changed(place, Effect::Other, what, advice::VARIANT);
        }
    }

    /// Says whether it makes sense to look further.
    fn same_type(&mut self, place: &Place, old: &Value, new: &Value) -> bool {
        let (before, now) = (old.get("type"), new.get("type"));
        if before == now {
            return true;
        }
        let is = |kind: Option<&Value>, name: &str| kind.is_some_and(|kind| kind == name);
        let effect = match (before, now) {
            (None, Some(_)) => Effect::Narrower,
            (Some(_), None) => Effect::Wider,
            _ if is(before, "integer") && is(now, "number") => Effect::Wider,
            _ if is(before, "number") && is(now, "integer") => Effect::Narrower,
            _ => Effect::Other,
        };
        let word = |kind: Option<&Value>| kind.map_or("any value".to_owned(), Value::to_string);
        let what = format!("is {} and no longer {}", word(now), word(before));
        self.changed(place, effect, what, advice::VARIANT);
        false
    }

    fn all_of(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        let parts = |schema: &'a Value| schema.get("allOf").and_then(Value::as_array);
        match (parts(old), parts(new)) {
            (None, None) => {}
            (Some(before), Some(now)) if before.len() == now.len() => {
                for (before, now) in before.iter().zip(now) {
                    self.schema(place, before, now);
                }
            }
            _ => {
                let what = "is put together from other parts".to_owned();
                self.changed(place, Effect::Other, what, advice::VARIANT);
            }
        }
    }

    fn values(&mut self, place: &Place, old: &Value, new: &Value) {
        let values = |schema: &Value| -> Option<BTreeSet<String>> {
            if let Some(value) = schema.get("const") {
                return Some(BTreeSet::from([value.to_string()]));
            }
            let values = schema.get("enum")?.as_array()?;
            Some(values.iter().map(Value::to_string).collect())
        };
        let instead = match self.operation_fails(place) {
            true => advice::NEW_FAILURE,
            false => advice::VARIANT,
        };
        match (values(old), values(new)) {
            (None, None) => {}
            (None, Some(_)) => {
                let what = "only some values are left".to_owned();
                self.changed(place, Effect::Narrower, what, instead);
            }
            (Some(_), None) => {
                let what = "is no longer limited to some values".to_owned();
                self.changed(place, Effect::Wider, what, instead);
            }
            (Some(before), Some(now)) => {
                for gone in before.difference(&now) {
                    let what = format!("the value {gone} is gone");
                    self.changed(place, Effect::Narrower, what, instead);
                }
                for added in now.difference(&before) {
                    let what = format!("the value {added} is new");
                    self.changed(place, Effect::Wider, what, instead);
                }
            }
        }
    }

    /// Whether a place is in the body of a failure.
    fn operation_fails(&self, place: &Place) -> bool {
        place.direction == Direction::Response && place.text.ends_with("Error.label")
    }

    fn limits(&mut self, place: &Place, old: &Value, new: &Value) {
        let lower = LOWER.map(|key| (key, Ordering::Greater));
        let upper = UPPER.map(|key| (key, Ordering::Less));
        for (key, tighter) in lower.into_iter().chain(upper) {
            let (before, now) = (old.get(key), new.get(key));
            let effect = match (before, now) {
                (None, None) => continue,
                (None, Some(_)) => Effect::Narrower,
                (Some(_), None) => Effect::Wider,
                (Some(before), Some(now)) => match order(now, before) {
                    Some(Ordering::Equal) => continue,
                    Some(order) if order == tighter => Effect::Narrower,
                    Some(_) => Effect::Wider,
                    None => Effect::Other,
                },
            };
            let word = |limit: Option<&Value>| limit.map_or("none".to_owned(), Value::to_string);
            let what = format!("`{key}` is {} and was {}", word(now), word(before));
            self.changed(place, effect, what, advice::VARIANT);
        }
        let unique = |schema: &Value| schema.get("uniqueItems") == Some(&Value::Bool(true));
        match (unique(old), unique(new)) {
            (false, true) => {
                let what = "no item may be there twice".to_owned();
                self.changed(place, Effect::Narrower, what, advice::VARIANT);
            }
            (true, false) => {
                let what = "an item may be there twice".to_owned();
                self.changed(place, Effect::Wider, what, advice::VARIANT);
            }
            _ => {}
        }
    }

    fn text(&mut self, place: &Place, old: &Value, new: &Value) {
        for key in ["pattern", "format"] {
            let (before, now) = (old.get(key), new.get(key));
            let effect = match (before, now) {
                _ if before == now => continue,
                (None, _) => Effect::Narrower,
                (_, None) => Effect::Wider,
                _ => Effect::Other,
            };
            let word = |text: Option<&Value>| text.map_or("none".to_owned(), Value::to_string);
            let what = format!("`{key}` is {} and was {}", word(now), word(before));
            self.changed(place, effect, what, advice::VARIANT);
        }
    }

    fn fields(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        let none = Map::new();
        let fields = |schema: &'a Value| schema.get("properties").and_then(Value::as_object);
        let is_required = |schema: &Value, key: &str| {
            let required = schema.get("required").and_then(Value::as_array);
            required.is_some_and(|required| required.iter().any(|name| name == key))
        };
        let before = fields(old);
        for (key, field) in before.into_iter().flatten() {
            let place = place.inside(&format!(".{key}"));
            let Some(now) = fields(new).and_then(|fields| fields.get(key)) else {
                let (who, instead) = match place.direction {
                    Direction::Request => (Who::Callers, advice::KEEP_READING),
                    Direction::Response => (Who::Readers, advice::KEEP_WRITING),
                };
                self.breaks(&place.text, who, "the field is gone", instead);
                continue;
            };
            match (is_required(old, key), is_required(new, key)) {
                (false, true) => {
                    let what = "the field is required".to_owned();
                    self.changed(&place, Effect::Narrower, what, advice::OPTIONAL);
                }
                (true, false) => {
                    let what = "the field may be missing".to_owned();
                    self.changed(&place, Effect::Wider, what, advice::KEEP_WRITING);
                }
                _ => {}
            }
            self.schema(&place, field, now);
        }
        self.undescribed(place, old, new);
        let before = before.unwrap_or(&none);
        for key in fields(new).into_iter().flat_map(Map::keys) {
            if before.contains_key(key) {
                continue;
            }
            let place = place.inside(&format!(".{key}"));
            match (place.direction, is_required(new, key)) {
                (Direction::Request, true) => {
                    let what = "the field is new and required";
                    self.breaks(&place.text, Who::Callers, what, advice::OPTIONAL);
                }
                (_, true) => self.added(&place.text, "the field is new"),
                (_, false) => self.added(&place.text, "the field is new and optional"),
            }
        }
    }

    /// Fields that are required and stand among the properties of neither.
    fn undescribed(&mut self, place: &Place, old: &Value, new: &Value) {
        let names = |schema: &Value| -> BTreeSet<String> {
            let required = schema.get("required").and_then(Value::as_array);
            let names = required.into_iter().flatten().filter_map(Value::as_str);
            let described = |name: &&str| {
                [old, new]
                    .iter()
                    .any(|s| s["properties"].get(*name).is_some())
            };
            names
                .filter(|name| !described(name))
                .map(str::to_owned)
                .collect()
        };
        let (before, now) = (names(old), names(new));
        for name in before.symmetric_difference(&now) {
            let (effect, what) = match now.contains(name) {
                true => (Effect::Narrower, "the field is required"),
                false => (Effect::Wider, "the field may be missing"),
            };
            let place = place.inside(&format!(".{name}"));
            self.changed(&place, effect, what.to_owned(), advice::OPTIONAL);
        }
    }

    /// Items of lists and tuples, keys and values of maps.
    fn contents(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        for (key, inside) in [
            ("items", "[]"),
            ("propertyNames", "{key}"),
            ("additionalProperties", "{}"),
        ] {
            let part = |schema: &'a Value| schema.get(key).unwrap_or(&ANYTHING);
            let (before, now) = (part(old), part(new));
            match (before, now) {
                (Value::Bool(true), Value::Bool(true)) => {}
                (Value::Bool(false), Value::Bool(false)) => {}
                (_, Value::Bool(false)) => {
                    let what = format!("`{key}`: nothing more is allowed");
                    self.changed(place, Effect::Narrower, what, advice::VARIANT);
                }
                (Value::Bool(false), _) => {
                    let what = format!("`{key}`: more is allowed");
                    self.changed(place, Effect::Wider, what, advice::VARIANT);
                }
                _ => self.schema(&place.inside(inside), before, now),
            }
        }
        let places = |schema: &'a Value| schema.get("prefixItems").and_then(Value::as_array);
        match (places(old), places(new)) {
            (None, None) => {}
            (Some(before), Some(now)) if before.len() == now.len() => {
                for (index, (before, now)) in before.iter().zip(now).enumerate() {
                    self.schema(&place.inside(&format!("[{index}]")), before, now);
                }
            }
            _ => {
                let what = "the tuple has another number of places".to_owned();
                self.changed(place, Effect::Other, what, advice::VARIANT);
            }
        }
    }

    /// A keyword of which nothing is known here is taken to matter.
    fn anything_else(&mut self, place: &Place, old: &Value, new: &Value) {
        let compared = [&KNOWN[..], &LOWER[..], &UPPER[..]].concat();
        let is_tagged = is_union(old) && is_union(new);
        let tag = is_tagged.then_some("discriminator");
        self.rest(place, old, new, &[&compared[..], tag.as_slice()].concat());
        if old.get("deprecated") != new.get("deprecated") {
            self.added(&place.text, "`deprecated` changed");
        }
    }

    /// Takes whatever is different to matter, but for texts and for the keys that are compared elsewhere.
    pub(super) fn rest(&mut self, place: &Place, old: &Value, new: &Value, compared: &[&str]) {
        let rest = |value: &Value| match without_wording(value) {
            Value::Object(rest) => rest,
            _ => Map::new(),
        };
        let (old, new) = (rest(old), rest(new));
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            if !compared.contains(&key.as_str()) && old.get(key) != new.get(key) {
                let what = format!("`{key}` changed");
                self.changed(place, Effect::Other, what, advice::VARIANT);
            }
        }
    }
}

/// How two numbers compare; exactly, where they are whole.
fn order(one: &Value, other: &Value) -> Option<Ordering> {
    let whole = |value: &Value| {
        let signed = value.as_i64().map(i128::from);
        signed.or_else(|| value.as_u64().map(i128::from))
    };
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}
