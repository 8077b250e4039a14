//! Every small change of a JSON value.

use serde_json::{Map, Value, json};

/// A changed value, what was done to it, and where (a JSON pointer).
#[derive(Debug)]
pub(crate) struct Mutant {
    pub(crate) value: Value,
    pub(crate) how: String,
    pub(crate) place: String,
}

/// Every change at every place of a value.
pub(crate) fn mutants(value: &Value) -> Vec<Mutant> {
    let mut all = Vec::new();
    at(value, "", &mut |how, place, changed| {
        all.push(Mutant {
            value: changed,
            how,
            place: place.to_owned(),
        });
    });
    all
}

/// Calls `found` with what was done, where, and the whole value after it.
fn at(value: &Value, place: &str, found: &mut dyn FnMut(String, &str, Value)) {
    for (how, changed) in here(value) {
        found(how, place, changed);
    }
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                let place = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
                at(inner, &place, &mut |how, place, changed| {
                    let mut object = object.clone();
                    object.insert(key.clone(), changed);
                    found(how, place, object.into());
                });
            }
        }
        Value::Array(values) => {
            // Items of a list are of one kind, and lists may be long; tuples are short.
            for (index, inner) in values.iter().enumerate().take(4) {
                at(
                    inner,
                    &format!("{place}/{index}"),
                    &mut |how, place, changed| {
                        let mut values = values.clone();
                        values[index] = changed;
                        found(how, place, values.into());
                    },
                );
            }
        }
        _ => {}
    }
}

/// What is done to one value, not looking inside.
fn here(value: &Value) -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(300),
        json!(70_000),
        json!(u64::from(u32::MAX) + 1),
        json!(u64::MAX),
        json!(1e30),
        json!(""),
        json!("§ no such thing"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"tag": "NoSuchTag"}),
    ]
    .into_iter()
    .filter(|other| other != value)
    .map(|other| (format!("becomes {other}"), other))
    .collect();
    match value {
        Value::Object(object) => all.extend(of_object(object)),
        Value::Array(values) => all.extend(of_array(values)),
        Value::String(text) => all.extend(of_text(text)),
        _ => {}
    }
    all
}

fn of_object(object: &Map<String, Value>) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for key in object.keys() {
        let mut without = object.clone();
        without.remove(key);
        all.push((format!("loses {key}"), without.clone().into()));
        without.insert(format!("{key}§"), object[key].clone());
        all.push((format!("has {key}§ for {key}"), without.into()));
    }
    all
}

fn of_array(values: &[Value]) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    if let Some((last, rest)) = values.split_last() {
        all.push(("loses its last item".to_owned(), rest.into()));
        let more = [values, std::slice::from_ref(last)].concat();
        all.push(("has its last item twice".to_owned(), more.into()));
    }
    let more = [values, &[json!(null)]].concat();
    all.push(("has null at its end".to_owned(), more.into()));
    all
}

fn of_text(text: &str) -> Vec<(String, Value)> {
    let shorter: String = text.chars().skip(1).collect();
    [
        ("begins later", shorter),
        ("ends in !", format!("{text}!")),
        ("ends in a line feed", format!("{text}\n")),
        ("begins with a blank", format!(" {text}")),
        ("is in capitals", text.to_uppercase()),
        ("is there 300 times", text.repeat(300)),
        ("has an umlaut", format!("{text}ä")),
    ]
    .into_iter()
    .filter(|(_, other)| other != text)
    .map(|(how, other)| (how.to_owned(), other.into()))
    .collect()
}
