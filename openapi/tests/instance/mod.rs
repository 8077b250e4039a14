//! JSON that a schema describes, made from random bytes.
//!
//! What is made need not be valid: where a schema says the same thing in two places (`allOf`, a pattern and a
//! length), only a validator knows. Most of it is.

mod text;

use serde_json::{Map, Value, json};

/// Decisions, taken from bytes. Where these end, each is the first that there is: so whatever is made has an end.
pub(crate) struct Draws<'a>(std::slice::Iter<'a, u8>);

impl<'a> Draws<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes.iter())
    }

    /// A number below `count`, which is at least 1.
    fn below(&mut self, count: usize) -> usize {
        let mut number = usize::from(*self.0.next().unwrap_or(&0));
        if count > 256 {
            number = number << 8 | usize::from(*self.0.next().unwrap_or(&0));
        }
        number % count
    }

    /// True once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    fn one_of<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }

    /// A number of things from `min` to `max`: mostly few, sometimes as many as there may be.
    fn count(&mut self, min: usize, max: Option<usize>, most: usize) -> usize {
        match max {
            Some(max) if max <= most && self.once_in(16) => max,
            _ => (min + self.below(4)).min(max.unwrap_or(usize::MAX)),
        }
    }
}

/// Deeper than this, what may be left out is left out.
const DEEP: usize = 24;

/// A value as `schema` describes it; `root` is what references in it are relative to.
pub(crate) fn instance(root: &Value, schema: &Value, draws: &mut Draws<'_>) -> Value {
    Instances { root }.of(schema, draws, 0)
}

struct Instances<'a> {
    root: &'a Value,
}

impl Instances<'_> {
    fn of(&self, schema: &Value, draws: &mut Draws<'_>, depth: usize) -> Value {
        let Value::Object(keywords) = schema else {
            return anything(draws);
        };
        if let Some(constant) = keywords.get("const") {
            return constant.clone();
        }
        if let Some(Value::Array(values)) = keywords.get("enum") {
            return draws.one_of(values).clone();
        }
        let mut parts = Vec::new();
        if let Some(Value::String(reference)) = keywords.get("$ref") {
            let target = self.root.pointer(reference.trim_start_matches('#'));
            parts.push(target.unwrap_or_else(|| panic!("{reference} refers to nothing")));
        }
        if let Some(Value::Array(all)) = keywords.get("allOf") {
            parts.extend(all);
        }
        for alternatives in ["oneOf", "anyOf"] {
            if let Some(Value::Array(alternatives)) = keywords.get(alternatives) {
                parts.push(draws.one_of(alternatives));
            }
        }
        let own = self.typed(keywords, draws, depth);
        if parts.is_empty() {
            return own.unwrap_or_else(|| anything(draws));
        }
        let parts: Vec<Value> = parts
            .into_iter()
            .map(|part| self.of(part, draws, depth + 1))
            .chain(own)
            .collect();
        together(parts)
    }

    /// A value of the type that is named, if one is.
    fn typed(
        &self,
        keywords: &Map<String, Value>,
        draws: &mut Draws<'_>,
        depth: usize,
    ) -> Option<Value> {
        let kind = match keywords.get("type")? {
            Value::Array(kinds) => draws.one_of(kinds),
            kind => kind,
        };
        Some(match kind.as_str()? {
            "null" => Value::Null,
            "boolean" => draws.once_in(2).into(),
            "integer" => integer(keywords, draws),
            "number" => draws
                .one_of(&[json!(0), json!(-1.5), json!(7), json!(1e300)])
                .clone(),
            "string" => text::text(keywords, draws).into(),
            "array" => self.array(keywords, draws, depth),
            "object" => self.object(keywords, draws, depth),
            other => panic!("`{other}` is no type of JSON"),
        })
    }

    fn array(&self, keywords: &Map<String, Value>, draws: &mut Draws<'_>, depth: usize) -> Value {
        let mut values = Vec::new();
        if let Some(Value::Array(first)) = keywords.get("prefixItems") {
            values.extend(first.iter().map(|item| self.of(item, draws, depth + 1)));
        }
        let min = number_of(keywords, "minItems")
            .unwrap_or(0)
            .max(values.len());
        let mut count = draws.count(min, number_of(keywords, "maxItems"), 64);
        if depth > DEEP {
            count = min;
        }
        let items = keywords.get("items").unwrap_or(&Value::Bool(true));
        while values.len() < count {
            values.push(self.of(items, draws, depth + 1));
        }
        if keywords.get("uniqueItems") == Some(&Value::Bool(true)) {
            let mut unique = Vec::new();
            for value in values {
                if !unique.contains(&value) {
                    unique.push(value);
                }
            }
            values = unique;
        }
        values.into()
    }

    fn object(&self, keywords: &Map<String, Value>, draws: &mut Draws<'_>, depth: usize) -> Value {
        let mut object = Map::new();
        let required: Vec<&str> = match keywords.get("required") {
            Some(Value::Array(required)) => required.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if let Some(Value::Object(properties)) = keywords.get("properties") {
            for (name, schema) in properties {
                if required.contains(&name.as_str()) || depth <= DEEP && draws.once_in(2) {
                    object.insert(name.clone(), self.of(schema, draws, depth + 1));
                }
            }
        }
        match keywords.get("additionalProperties") {
            Some(Value::Bool(false)) => {}
            Some(schema @ Value::Object(_)) if depth <= DEEP => {
                let text = json!({"type": "string"});
                let names = keywords.get("propertyNames").unwrap_or(&text);
                for _ in 0..draws.below(4) {
                    let name = self.of(names, draws, depth + 1);
                    let name = name.as_str().expect("names are texts").to_owned();
                    object.insert(name, self.of(schema, draws, depth + 1));
                }
            }
            // What a newer peer may say.
            _ => {
                if depth <= DEEP && draws.once_in(8) {
                    object.insert("§".to_owned(), anything(draws));
                }
            }
        }
        object.into()
    }
}

/// What several schemas describe together: objects with the keys of all, or what the last one says.
fn together(parts: Vec<Value>) -> Value {
    let parts = parts
        .into_iter()
        .reduce(|mut all, part| match (&mut all, part) {
            (Value::Object(all_keys), Value::Object(keys)) => {
                all_keys.extend(keys);
                all
            }
            (_, part) => part,
        });
    parts.unwrap_or_default()
}

fn anything(draws: &mut Draws<'_>) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!("§"),
        json!([[], {}]),
        json!({"tag": "NoSuchTag", "contents": [null]}),
    ];
    draws.one_of(&values).clone()
}

fn number_of(keywords: &Map<String, Value>, name: &str) -> Option<usize> {
    let number = keywords.get(name)?.as_u64()?;
    usize::try_from(number).ok()
}

/// The limits, what is beside them, and numbers between; some are written with a fraction or an exponent.
fn integer(keywords: &Map<String, Value>, draws: &mut Draws<'_>) -> Value {
    let limit = |name| keywords.get(name).and_then(Value::as_number)?.as_i128();
    let min = limit("minimum").unwrap_or(i64::MIN.into());
    let max = limit("maximum").unwrap_or(i64::MAX.into());
    let small = i128::try_from(draws.below(1000)).unwrap_or(0);
    let number = *draws.one_of(&[small.clamp(min, max), min, max, min + 1, max - 1, -1, 0]);
    // Beyond 2⁵³ it is another number as a double.
    if number.abs() < 1 << 53 && draws.once_in(4) {
        return json!(number as f64);
    }
    match (u64::try_from(number), i64::try_from(number)) {
        (Ok(number), _) => json!(number),
        (_, Ok(number)) => json!(number),
        _ => json!(number as f64),
    }
}
