//! No type travels without a vector: what the declaration names, and what the documents name, is in the
//! table of `api/tests/wire_types`, which every test of vectors, properties and schemas there goes through.

#[path = "../../api/tests/wire_types/table.rs"]
mod table;

use std::collections::BTreeSet;
use std::path::Path;

use federation_api::Version;
use federation_openapi::{components, document};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use table::for_each_wire_type;

/// A type of the table: how it is spelt without the paths, and the names in the documents that it has
/// vectors for.
struct Listed {
    spelt: String,
    names: BTreeSet<String>,
}

fn listed<T: JsonSchema>(spelt: &str) -> Listed {
    let own = T::schema_name().into_owned();
    let mut names = BTreeSet::from([own.clone()]);
    let settings = SchemaSettings::draft2020_12;
    for settings in [settings().for_serialize(), settings().for_deserialize()] {
        let root: Value = settings.into_generator().into_root_schema_for::<T>().into();
        for union in ["oneOf", "anyOf"] {
            let alternatives = root[union].as_array().into_iter().flatten();
            let names_of_them = alternatives
                .filter_map(|alternative| alternative["$ref"].as_str())
                .filter_map(|pointer| pointer.strip_prefix("#/$defs/"))
                .filter(|name| name.contains(&own) || is_alternative(&root["$defs"][name]));
            names.extend(names_of_them.map(str::to_owned));
        }
    }
    Listed {
        spelt: without_paths(spelt),
        names,
    }
}

/// Whether this is the schema of one alternative of a sum, and of nothing else: it has a tag that is always
/// the same, or the one key `Left` or `Right`.
fn is_alternative(schema: &Value) -> bool {
    let properties = schema["properties"].as_object();
    properties.is_some_and(|properties| {
        properties.values().any(|key| key.get("const").is_some())
            || properties.keys().eq(["Left"])
            || properties.keys().eq(["Right"])
    })
}

/// `UserMap<BTreeSet<PubClient>>` of `federation_api::user_map::UserMap<…>`.
fn without_paths(spelt: &str) -> String {
    let spelt: String = spelt.split_whitespace().collect();
    let mut plain = String::new();
    let mut word = String::new();
    for character in spelt.chars() {
        match character {
            ':' => word.clear(),
            '<' | '>' | ',' | '(' | ')' => {
                plain.push_str(&std::mem::take(&mut word));
                plain.push(character);
            }
            _ => word.push(character),
        }
    }
    plain + &word
}

fn table() -> Vec<Listed> {
    macro_rules! rows {
        ($($name:ident: $type:ty,)+) => {
            vec![$(listed::<$type>(stringify!($type))),+]
        };
    }
    for_each_wire_type!(rows)
}

/// A list of something, and an id that says whose it is, are written as what is in them.
fn bare(spelt: &str) -> &str {
    let inner = ["Vec<", "OfRecipient<", "OfSender<"]
        .iter()
        .find_map(|outer| spelt.strip_prefix(outer)?.strip_suffix('>'));
    inner.map_or(spelt, bare)
}

#[test]
fn requests_and_responses_of_the_declaration() {
    let table: BTreeSet<_> = table().into_iter().map(|listed| listed.spelt).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api");
    let files = ["src/brig.rs", "src/galley.rs", "src/cargohold.rs"];
    let declaration =
        federation_codegen::read(&root, "federation-api 0.1.0", &files).expect("a declaration");
    let rpcs = declaration
        .components
        .iter()
        .flat_map(|component| &component.rpcs);
    let mut seen = 0;
    for rpc in rpcs {
        for of in [&rpc.request, &rpc.response] {
            let spelt = without_paths(&of.0);
            // Raw bytes have no form.
            let known =
                spelt == "ByteStream" || table.contains(&spelt) || table.contains(bare(&spelt));
            assert!(known, "{}: `{spelt}` is not in the table", rpc.method);
            seen += 1;
        }
    }
    assert_eq!(seen, 2 * 41);
}

/// What has a name in the documents and is no type by itself, with the type whose vectors show it.
const PARTS: [(&str, &str); 5] = [
    // The form of a protocol that conversations have in versions 0 and 1.
    ("LongProtocol", "RemoteConversation"),
    ("LongProtocolMls", "RemoteConversation"),
    ("LongProtocolMixed", "RemoteConversation"),
    ("MainConv", "ConvOrSubConvId"),
    ("SubConv", "ConvOrSubConvId"),
];

/// The error body, narrowed to the labels that one status can have.
fn is_failure(schema: &Value) -> bool {
    schema["allOf"][0]["$ref"] == "#/components/schemas/Error"
}

#[test]
fn schemas_of_the_documents() {
    let known: BTreeSet<_> = table()
        .into_iter()
        .flat_map(|listed| listed.names)
        .collect();
    let mut missing = BTreeSet::new();
    for component in components() {
        for version in Version::ALL {
            let document = document(&component, version).into_json();
            let schemas = document["components"]["schemas"]
                .as_object()
                .expect("schemas");
            for (name, schema) in schemas {
                // Of requests, where it differs from that of responses.
                let name = name.strip_suffix("Input").unwrap_or(name);
                let part = PARTS.iter().find(|(part, _)| *part == name);
                let whole = part.map_or(name, |(_, whole)| whole);
                if !known.contains(whole) && !is_failure(schema) {
                    missing.insert(name.to_owned());
                }
            }
        }
    }
    assert!(missing.is_empty(), "not in the table: {missing:#?}");
}
