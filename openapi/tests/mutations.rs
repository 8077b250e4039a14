//! What the types refuse, their schemas refuse.
//!
//! Every vector is changed in every way that is listed here, at every place in it. Where the Rust type refuses the
//! result, so must the schema of what is read, and the schema of that name in every published document. The
//! exceptions are listed with their reason.

#![allow(clippy::unwrap_used, reason = "a fault may panic here")]

mod exceptions;
mod mutate;
#[path = "../../api/tests/wire_types/mod.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod wire_types;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use federation_api::{Version, json};
use federation_openapi::{components, document};
use jsonschema::Validator;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire_types::{for_each_wire_type, tests};

/// The schemas of all documents, by the name of the component; each once, with where it was met first.
static PUBLISHED: LazyLock<BTreeMap<String, Vec<(String, Validator)>>> = LazyLock::new(|| {
    let mut published = BTreeMap::<String, Vec<(String, Validator)>>::new();
    let mut seen = BTreeSet::new();
    for version in Version::ALL.into_iter().rev() {
        for component in components() {
            let document = document(&component, version);
            let names = document.as_json()["components"]["schemas"].as_object();
            for name in names.unwrap().keys() {
                let schema = document.schema(name).unwrap();
                let reached = reached(&schema, name);
                if !seen.insert((name.clone(), reached)) {
                    continue;
                }
                let validator = jsonschema::options()
                    .should_validate_formats(true)
                    .build(&schema)
                    .unwrap();
                let whose = format!("{version}/{}: {name}", component.name());
                published
                    .entry(name.clone())
                    .or_default()
                    .push((whose, validator));
            }
        }
    }
    published
});

/// The text of a schema and of all that it refers to.
fn reached(wrapped: &Value, name: &str) -> String {
    let schemas = &wrapped["components"]["schemas"];
    let mut open = vec![name.to_owned()];
    let mut all = BTreeMap::new();
    while let Some(name) = open.pop() {
        let text = schemas[&name].to_string();
        for part in text.split("\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap().to_owned();
            if !all.contains_key(&name) {
                open.push(name);
            }
        }
        all.insert(name, text);
    }
    format!("{all:?}")
}

/// The validators that speak for a type: the published ones, or, where it is only a part of others, that of
/// what is read.
fn validators<T: JsonSchema>(name: &str) -> Vec<(String, &'static Validator)> {
    // What is read and written in two ways has two components; requests are read.
    let input = format!("{name}Input");
    let published = PUBLISHED.get(&input).or_else(|| PUBLISHED.get(name));
    if let Some(published) = published {
        let published = published.iter();
        return published.map(|(whose, v)| (whose.clone(), v)).collect();
    }
    let [_, read] = wire_types::validators::<T>();
    vec![(format!("{name}, read"), Box::leak(Box::new(read)))]
}

/// The vectors of a type that are read as they are.
fn vectors(name: &str) -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/tests/vectors");
    let mut files: Vec<PathBuf> = fs::read_dir(folder.join(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        (path, json)
    };
    files.into_iter().map(read).collect()
}

fn holds<T: DeserializeOwned + JsonSchema>(name: &str) {
    let validators = validators::<T>(name);
    let (mut refused, mut missed) = (0_usize, BTreeSet::new());
    for (path, vector) in vectors(name) {
        let valid = validators.iter().filter(|(_, v)| v.is_valid(&vector));
        let wanted = if exceptions::DEPEND_ON_THE_READER.contains(&name) {
            1
        } else {
            validators.len()
        };
        assert!(
            valid.count() >= wanted,
            "{}: not what the schema says",
            path.display()
        );
        for mutant in mutate::mutants(&vector) {
            let text = mutant.value.to_string();
            let Err(error) = json::decode::<T>(text.as_bytes()) else {
                continue;
            };
            refused += 1;
            for (whose, validator) in &validators {
                if validator.is_valid(&mutant.value) && !exceptions::is_known(name, &mutant) {
                    missed.insert(format!(
                        "{whose}: {} at {}: {error}",
                        mutant.how, mutant.place
                    ));
                }
            }
        }
    }
    // Types that read anything refuse nothing.
    assert!(
        refused > 0 || exceptions::READS_ANYTHING.contains(&name),
        "{name}: nothing was refused"
    );
    assert!(
        missed.is_empty(),
        "{} mutants pass:\n{}",
        missed.len(),
        Vec::from_iter(missed).join("\n")
    );
}

for_each_wire_type!(tests);
