//! What can be called, with which headers, and what is answered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::alternatives::resolved;
use super::finding::{Effect, Who, advice};
use super::wording::without_wording;
use super::{Comparison, Direction, Place};

/// Keys of an operation that generated code is named after.
const NAMES: [&str; 2] = ["operationId", "tags"];
/// Keys of an operation that are promises of the declaration.
const PROMISES: [&str; 3] = ["x-kind", "x-idempotent", "security"];
/// Keys of an operation that are compared one by one; any other must stay as it is.
const COMPARED: [&str; 4] = ["x-versions", "parameters", "requestBody", "responses"];
/// Keys of a path that are methods.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

type Headers<'a> = BTreeMap<String, (&'a Value, &'a Value)>;

impl<'a> Comparison<'a> {
    pub(super) fn operations(&mut self) {
        for section in ["paths", "webhooks"] {
            let old = members(self.old.get(section));
            let new = members(self.new.get(section));
            for (path, item) in &old {
                // The names of webhooks are those of RPCs.
                self.operation = path.trim_start_matches("/federation/").to_owned();
                match new.get(path) {
                    Some(now) => self.methods(section, item, now),
                    None => {
                        let what = format!("gone from `{section}`");
                        self.breaks(section, Who::Callers, what, advice::KEEP_RPC);
                    }
                }
            }
            for path in new.keys().filter(|path| !old.contains_key(*path)) {
                self.operation = path.trim_start_matches("/federation/").to_owned();
                self.added(section, "new");
            }
        }
    }

    fn methods(&mut self, section: &str, old: &'a Value, new: &'a Value) {
        self.rest(&in_requests(section), old, new, &METHODS);
        let methods = |item| {
            let mut methods = members(Some(item));
            methods.retain(|key, _| METHODS.contains(&key.as_str()));
            methods
        };
        let (old, new) = (methods(old), methods(new));
        for (method, operation) in &old {
            match new.get(method) {
                Some(now) => self.operation(section, operation, now),
                None => {
                    let what = format!("no longer a {}", method.to_uppercase());
                    self.breaks(section, Who::Callers, what, advice::KEEP_RPC);
                }
            }
        }
        for method in new.keys().filter(|method| !old.contains_key(*method)) {
            self.added(section, format!("also a {}", method.to_uppercase()));
        }
    }

    fn operation(&mut self, section: &str, old: &'a Value, new: &'a Value) {
        for key in NAMES {
            if old.get(key) != new.get(key) {
                let what = format!("`{key}` changed");
                self.breaks(section, Who::Generated, what, advice::KEEP_ID);
            }
        }
        // The operations under `webhooks` are those under `paths` once more.
        if section == "webhooks" && self.is_once_more(old, new) {
            return;
        }
        let compared = [&NAMES[..], &PROMISES[..], &COMPARED[..]].concat();
        self.rest(&in_requests(section), old, new, &compared);
        self.promises(old, new);
        self.headers(old, new);
        self.request(old, new);
        self.responses(old, new);
    }

    /// Whether an operation under `webhooks` was, and is, the one under `paths`.
    fn is_once_more(&self, old: &Value, new: &Value) -> bool {
        let same = |webhook: &Value, document: &Value| {
            let path = &document["paths"][format!("/federation/{}", self.operation)];
            let bare = |operation: &Value| {
                let mut operation = without_wording(operation);
                if let Some(keys) = operation.as_object_mut() {
                    keys.retain(|key, _| !NAMES.contains(&key.as_str()));
                }
                operation
            };
            bare(webhook) == bare(&path["post"])
        };
        same(old, self.old) && same(new, self.new)
    }

    /// What the declaration promises of an RPC besides its types.
    fn promises(&mut self, old: &Value, new: &Value) {
        for key in PROMISES {
            let (before, now) = (old.get(key), new.get(key));
            if before == now {
                continue;
            }
            if key == "x-idempotent" && now == Some(&Value::Bool(true)) {
                self.added(key, "may be repeated now");
            } else {
                let what = "the promise changed";
                self.breaks(key, Who::Callers, what, advice::VARIANT);
            }
        }
        if old.get("x-versions") != new.get("x-versions") {
            self.added("x-versions", "another range of versions");
        }
    }

    fn headers(&mut self, old: &'a Value, new: &'a Value) {
        let (before, now) = (
            self.headers_of(old, self.old),
            self.headers_of(new, self.new),
        );
        let is_required = |header: &Value| header["required"] == true;
        for (name, (shared, header)) in &before {
            let place = Place {
                direction: Direction::Request,
                text: name.clone(),
            };
            let Some((shared_now, now)) = now.get(name) else {
                let what = "the header is no longer read";
                self.breaks(&place.text, Who::Callers, what, advice::KEEP_READING);
                continue;
            };
            if !self.first_time(shared, shared_now, Direction::Request) {
                continue;
            }
            self.required(&place, is_required(header), is_required(now), "the header");
            self.part(&place, header.get("schema"), now.get("schema"));
            self.rest(&place, header, now, &["name", "required", "schema"]);
        }
        for (name, (_, header)) in now.iter().filter(|(name, _)| !before.contains_key(*name)) {
            if is_required(header) {
                let what = "the header is new and required";
                self.breaks(name, Who::Callers, what, advice::OPTIONAL);
            } else {
                self.added(name, "the header is new and optional");
            }
        }
    }

    /// By name: the parameter as the operation names it, and what it is.
    fn headers_of(&self, operation: &'a Value, document: &'a Value) -> Headers<'a> {
        let headers = operation.get("parameters").and_then(Value::as_array);
        let mut named = Headers::new();
        for shared in headers.into_iter().flatten() {
            let header = resolved(shared, document);
            // Names of headers do not depend on letter case.
            let name = header["name"].as_str().unwrap_or_default();
            let name = format!("header {}", name.to_ascii_lowercase());
            // There may be one of this name in the query too.
            let name = match named.contains_key(&name) {
                true => format!("{name} in {}", header["in"]),
                false => name,
            };
            named.insert(name, (shared, header));
        }
        named
    }

    /// Whether something that operations share is met for the first time.
    fn first_time(&mut self, old: &Value, new: &Value, direction: Direction) -> bool {
        match (old["$ref"].as_str(), new["$ref"].as_str()) {
            (Some(old), Some(new)) => {
                let key = (old.to_owned(), new.to_owned(), direction);
                self.seen.insert(key)
            }
            _ => true,
        }
    }

    fn required(&mut self, place: &Place, before: bool, now: bool, what: &str) {
        match (before, now) {
            (false, true) => {
                let what = format!("{what} is required");
                self.changed(place, Effect::Narrower, what, advice::OPTIONAL);
            }
            (true, false) => {
                let what = format!("{what} may be missing");
                self.changed(place, Effect::Wider, what, advice::KEEP_WRITING);
            }
            _ => {}
        }
    }

    fn part(&mut self, place: &Place, old: Option<&'a Value>, new: Option<&'a Value>) {
        match (old, new) {
            (Some(old), Some(new)) => self.schema(place, old, new),
            (None, None) => {}
            _ => {
                let what = "is described or no longer described".to_owned();
                self.changed(place, Effect::Other, what, advice::VARIANT);
            }
        }
    }

    fn request(&mut self, old: &'a Value, new: &'a Value) {
        let place = in_requests("request");
        let body = |operation: &'a Value, document| {
            let body = operation.get("requestBody");
            body.map(|body| resolved(body, document))
        };
        let is_required = |body: &Value| body["required"] == true;
        match (body(old, self.old), body(new, self.new)) {
            (None, None) => {}
            (Some(old), Some(new)) => {
                self.required(&place, is_required(old), is_required(new), "the body");
                self.content(&place, old, new);
                self.rest(&place, old, new, &["required", "content"]);
            }
            (Some(_), None) => {
                let what = "the body is no longer read";
                self.breaks(&place.text, Who::Callers, what, advice::KEEP_READING);
            }
            (None, Some(new)) => {
                self.required(&place, false, is_required(new), "the body");
                if !is_required(new) {
                    self.added(&place.text, "a body may be sent");
                }
            }
        }
    }

    fn responses(&mut self, old: &'a Value, new: &'a Value) {
        let (before, now) = (members(old.get("responses")), members(new.get("responses")));
        let statuses: BTreeSet<&&String> = before.keys().chain(now.keys()).collect();
        for status in statuses {
            let place = Place {
                direction: Direction::Response,
                text: format!("response {status}"),
            };
            match (before.get(*status), now.get(*status)) {
                (Some(before), Some(now)) => {
                    if !self.first_time(before, now, place.direction) {
                        continue;
                    }
                    let (before, now) = (resolved(before, self.old), resolved(now, self.new));
                    self.content(&place, before, now);
                    self.rest(&place, before, now, &["content"]);
                }
                (Some(_), None) if status.starts_with('2') => {
                    let what = "the answer is gone";
                    self.breaks(&place.text, Who::Readers, what, advice::VARIANT);
                }
                (Some(_), None) => self.added(&place.text, "does not happen any more"),
                (None, _) => {
                    let what = "the status is new".to_owned();
                    self.changed(&place, Effect::Wider, what, advice::NEW_FAILURE);
                }
            }
        }
    }

    /// The media types of a body.
    fn content(&mut self, place: &Place, old: &'a Value, new: &'a Value) {
        let (before, now) = (members(old.get("content")), members(new.get("content")));
        for (media, body) in &before {
            match now.get(media) {
                Some(now) => {
                    self.part(place, body.get("schema"), now.get("schema"));
                    self.rest(place, body, now, &["schema"]);
                }
                None => {
                    let what = format!("{media} is gone");
                    self.changed(place, Effect::Other, what, advice::VARIANT);
                }
            }
        }
        for media in now.keys().filter(|media| !before.contains_key(*media)) {
            let what = format!("{media} is new");
            self.changed(place, Effect::Wider, what, advice::VARIANT);
        }
    }
}

fn in_requests(text: &str) -> Place {
    Place {
        direction: Direction::Request,
        text: text.to_owned(),
    }
}

fn members(object: Option<&Value>) -> BTreeMap<&String, &Value> {
    let object = object.and_then(Value::as_object);
    object.into_iter().flat_map(Map::iter).collect()
}
