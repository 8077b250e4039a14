//! The schemas of a component: of what it reads, of what it writes, and their names.

use std::collections::{BTreeMap, BTreeSet};

use federation_api::{Domain, Failure};
use schemars::generate::{Contract, SchemaSettings};
use schemars::{Schema, SchemaGenerator};

use crate::component::{Component, Operation};
use crate::normalise::normalise;
use crate::references::{self, Named, reachable};
use crate::unions::{free_name, name_alternatives};

/// All schemas of a component, over all versions: names do not depend on the version.
#[derive(Debug)]
pub(crate) struct Schemas {
    /// The schemas of each operation, in their order.
    pub(crate) operations: Vec<OperationSchemas>,
    /// The error body.
    pub(crate) error: Schema,
    /// The domain of a backend, for the header that names the caller.
    pub(crate) domain: Schema,
    /// Everything that these refer to.
    pub(crate) named: Named,
}

/// The schemas of one operation.
#[derive(Debug)]
pub(crate) struct OperationSchemas {
    pub(crate) request: Schema,
    /// None for raw bytes.
    pub(crate) response: Option<Schema>,
}

impl Schemas {
    /// Describes requests as they are read and responses as they are written.
    ///
    /// A reader is tolerant and a writer exact, so one type may have two schemas. Where both occur,
    /// the one of requests is called `<Name>Input`.
    pub(crate) fn of(component: &Component) -> Self {
        let read = Side::of(component, Contract::Deserialize);
        let mut written = Side::of(component, Contract::Serialize);

        let mut requests: Vec<Schema> = read
            .operations
            .into_iter()
            .map(|(request, _)| request)
            .collect();
        let responses: Vec<Option<Schema>> = written
            .operations
            .into_iter()
            .map(|(_, response)| response)
            .collect();
        let used_in_requests = reachable(&requests, &read.named);
        let roots = responses
            .iter()
            .flatten()
            .chain([&written.error, &written.domain]);
        let used_in_responses = reachable(roots, &written.named);

        let both: BTreeSet<&String> = used_in_requests.intersection(&used_in_responses).collect();
        let new_names: BTreeMap<String, String> = differing(&read.named, &written.named)
            .into_iter()
            .filter(|name| both.contains(name))
            .map(|name| {
                let taken =
                    |name: &str| read.named.contains_key(name) || written.named.contains_key(name);
                let input = free_name(&format!("{name}Input"), taken);
                (name, input)
            })
            .collect();
        let new_name = |name: &str| new_names.get(name).map_or(name, String::as_str).to_owned();

        written
            .named
            .retain(|name, _| used_in_responses.contains(name));
        let mut named = written.named;
        for (name, mut schema) in read.named {
            if used_in_requests.contains(&name) {
                references::rename(&mut schema, new_name);
                named.insert(new_name(&name), schema);
            }
        }
        for request in &mut requests {
            references::rename(request, new_name);
        }
        references::spell_out_second_names(&mut named);
        let operations = requests
            .into_iter()
            .zip(responses)
            .map(|(request, response)| OperationSchemas { request, response })
            .collect();
        Self {
            operations,
            error: written.error,
            domain: written.domain,
            named,
        }
    }
}

/// Everything as it is read, or everything as it is written.
///
/// Both sides describe the same types in the same order, so that they give the same names to two types
/// that are called the same.
struct Side {
    operations: Vec<(Schema, Option<Schema>)>,
    error: Schema,
    domain: Schema,
    named: Named,
}

impl Side {
    fn of(component: &Component, contract: Contract) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
            settings.contract = contract;
        });
        let mut generator = SchemaGenerator::new(settings);
        // First, so that no component's type takes the names of the protocol's own.
        let mut error = generator.subschema_for::<Failure>();
        let mut domain = generator.subschema_for::<Domain>();
        let describe = |operation: &Operation| {
            let (request, response) = operation.types();
            let request = request(&mut generator);
            (request, response.map(|response| response(&mut generator)))
        };
        let mut operations: Vec<_> = component.operations().iter().map(describe).collect();
        let mut named: Named = generator
            .take_definitions(false)
            .into_iter()
            .filter_map(|(name, schema)| Some((name, Schema::try_from(schema).ok()?)))
            .collect();

        let roots = operations
            .iter_mut()
            .flat_map(|(request, response)| [request].into_iter().chain(response))
            .chain([&mut error, &mut domain]);
        for schema in named.values_mut().chain(roots) {
            normalise(schema);
            references::rename(schema, plain);
        }
        let mut named = named
            .into_iter()
            .map(|(name, schema)| (plain(&name), schema))
            .collect();
        name_alternatives(&mut named);
        Self {
            operations,
            error,
            domain,
            named,
        }
    }
}

/// The names whose schemas differ, or refer to one that does.
fn differing(one: &Named, other: &Named) -> BTreeSet<String> {
    let both = || {
        one.iter()
            .filter_map(|(name, a)| Some((name, a, other.get(name)?)))
    };
    let mut differing: BTreeSet<String> = both()
        .filter(|(_, a, b)| a != b)
        .map(|(name, ..)| name.clone())
        .collect();
    loop {
        let more: Vec<String> = both()
            .filter(|(name, a, _)| {
                !differing.contains(*name) && !references::names(a).is_disjoint(&differing)
            })
            .map(|(name, ..)| name.clone())
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

/// A name as OpenAPI allows it: letters, digits, `.`, `-` and `_`.
fn plain(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.replace(|c| !allowed(c), "_")
}

#[cfg(test)]
mod tests {
    use federation_api::Rpc;
    use schemars::JsonSchema;

    use super::*;

    #[derive(JsonSchema)]
    #[serde(rename = "Inner<a>")]
    #[allow(dead_code)]
    struct Inner {
        #[serde(default)]
        flag: bool,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Same {
        text: String,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Outer {
        inner: Inner,
        same: Same,
    }

    fn names(operations: &[Operation]) -> Vec<String> {
        let component = Component::new("test", "Docs.", operations.iter().copied());
        let protocol = ["Domain", "Error", "ErrorData"];
        let named = Schemas::of(&component).named.into_keys();
        named
            .filter(|name| !protocol.contains(&name.as_str()))
            .collect()
    }

    #[test]
    fn the_two_schemas_of_a_type_have_two_names_where_both_occur() {
        let both = Operation::call::<Outer, Outer>(Rpc::new("test", "both"), "Docs.");
        assert_eq!(
            names(&[both]),
            ["Inner_a_", "Inner_a_Input", "Outer", "OuterInput", "Same"]
        );
        let one_way = Operation::call::<Outer, ()>(Rpc::new("test", "one-way"), "Docs.");
        assert_eq!(names(&[one_way]), ["Inner_a_", "Outer", "Same"]);
    }

    #[test]
    fn the_types_of_the_protocol_keep_their_names() {
        #[derive(JsonSchema)]
        #[allow(dead_code)]
        struct Error {
            fault: String,
        }
        let operation = Operation::call::<(), Error>(Rpc::new("test", "rpc"), "Docs.");
        assert_eq!(names(&[operation]), ["Error2"]);
    }
}
