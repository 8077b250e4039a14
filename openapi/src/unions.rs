//! Unions that generators can tell apart: every alternative a named schema, with a discriminator
//! where the wire has a tag.

use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::component::pascal_case;
use crate::references::{self, Named};

/// Names the alternatives of all named unions that are not yet.
///
/// An alternative is named after its union and its tag: `Answer` with `{"tag": "not-found"}` gives
/// `AnswerNotFound`. Alternatives without a tag that are told apart by their only key (`{"Left": …}`)
/// are named after that.
pub(crate) fn name_alternatives(named: &mut Named) {
    let unions: Vec<String> = named.keys().cloned().collect();
    for name in unions {
        if let Some(mut schema) = named.remove(&name) {
            let alternatives = split(&name, &mut schema, named);
            named.insert(name, schema);
            named.extend(alternatives);
        }
    }
}

/// How the alternatives of a union are told apart.
enum Marks {
    /// By the value of this key.
    Tag(String),
    /// By their only key.
    OnlyKey,
}

fn split(union: &str, schema: &mut Schema, named: &Named) -> Named {
    let mut alternatives = Named::new();
    let Some(Value::Array(branches)) = schema.get("oneOf") else {
        return alternatives;
    };
    let Some(marks) = marks(branches, named) else {
        return alternatives;
    };
    let mut mapping = Map::new();
    let mut one_of = Vec::new();
    for branch in branches {
        let Some(mark) = mark(resolved(branch, named), &marks) else {
            return Named::new();
        };
        let reference = match branch.get("$ref") {
            Some(reference) => reference.clone(),
            None => {
                let Ok(alternative) = Schema::try_from(branch.clone()) else {
                    return Named::new();
                };
                let name = free_name(&(union.to_owned() + &pascal_case(&mark)), |name| {
                    name == union || named.contains_key(name) || alternatives.contains_key(name)
                });
                alternatives.insert(name.clone(), alternative);
                references::to(&name)
            }
        };
        one_of.push(json!({"$ref": reference}));
        mapping.insert(mark, reference);
    }
    schema.insert("oneOf".to_owned(), one_of.into());
    if let Marks::Tag(key) = marks {
        let discriminator = json!({"propertyName": key, "mapping": mapping});
        schema.insert("discriminator".to_owned(), discriminator);
    }
    alternatives
}

/// `wanted`, or `wanted2` and so on if that is taken.
pub(crate) fn free_name(wanted: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(wanted) {
        return wanted.to_owned();
    }
    let numbered = (2_u32..).map(|number| format!("{wanted}{number}"));
    numbered
        .into_iter()
        .find(|name| !is_taken(name))
        .unwrap_or_else(|| wanted.to_owned())
}

fn marks(branches: &[Value], named: &Named) -> Option<Marks> {
    let first = resolved(branches.first()?, named);
    let mut tags: Vec<String> = first
        .get("properties")?
        .as_object()?
        .keys()
        .cloned()
        .collect();
    // The choice must not depend on the order that maps happen to have.
    tags.sort();
    let all = |marks: &Marks| {
        let found: Option<Vec<String>> = branches
            .iter()
            .map(|branch| mark(resolved(branch, named), marks))
            .collect();
        found.is_some_and(|mut found| {
            found.sort();
            found.windows(2).all(|pair| pair[0] != pair[1])
        })
    };
    let candidates = tags.into_iter().map(Marks::Tag).chain([Marks::OnlyKey]);
    candidates.into_iter().find(all)
}

/// What tells this alternative from others, if it is marked that way.
fn mark(branch: &Value, marks: &Marks) -> Option<String> {
    let properties = branch.get("properties")?.as_object()?;
    let required = branch.get("required")?.as_array()?;
    let key = match marks {
        Marks::Tag(key) => key,
        Marks::OnlyKey if properties.len() == 1 => properties.keys().next()?,
        Marks::OnlyKey => return None,
    };
    if !required.contains(&json!(key)) {
        return None;
    }
    match marks {
        Marks::OnlyKey => Some(key.clone()),
        Marks::Tag(_) => {
            let tag = properties.get(key)?.get("const")?.as_str()?;
            Some(tag.to_owned())
        }
    }
}

fn resolved<'a>(branch: &'a Value, named: &'a Named) -> &'a Value {
    let reference = branch.get("$ref").and_then(Value::as_str);
    reference
        .and_then(references::name_of)
        .and_then(|name| named.get(&name))
        .map_or(branch, Schema::as_value)
}

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, json_schema, schema_for};

    use super::*;

    #[test]
    fn tagged_alternatives_get_names_and_a_discriminator() {
        #[derive(JsonSchema)]
        #[serde(tag = "tag", content = "contents", rename_all = "kebab-case")]
        #[allow(dead_code)]
        enum Answer {
            NotFound,
            Found(String),
        }
        let mut named = Named::from([
            ("Answer".to_owned(), schema_for!(Answer)),
            ("AnswerFound".to_owned(), json_schema!({"type": "null"})),
        ]);
        name_alternatives(&mut named);
        let names: Vec<_> = named.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["Answer", "AnswerFound", "AnswerFound2", "AnswerNotFound"]
        );
        assert_eq!(
            named["Answer"].get("discriminator"),
            Some(&json!({"propertyName": "tag", "mapping": {
                "not-found": "#/components/schemas/AnswerNotFound",
                "found": "#/components/schemas/AnswerFound2",
            }}))
        );
    }

    #[test]
    fn objects_told_apart_by_their_key() {
        let side = |key: &str| json!({"type": "object", "properties": {key: {"type": "null"}}, "required": [key]});
        let either = json_schema!({"oneOf": [side("Left"), side("Right")]});
        let mut named = Named::from([("Either".to_owned(), either)]);
        name_alternatives(&mut named);
        let names: Vec<_> = named.keys().map(String::as_str).collect();
        assert_eq!(names, ["Either", "EitherLeft", "EitherRight"]);
        assert!(named["Either"].get("discriminator").is_none());
    }

    #[test]
    fn other_unions_stay() {
        let union = json_schema!({"oneOf": [{"type": "string"}, {"type": "integer"}]});
        let mut named = Named::from([("Union".to_owned(), union.clone())]);
        name_alternatives(&mut named);
        assert_eq!(named, Named::from([("Union".to_owned(), union)]));
    }
}
