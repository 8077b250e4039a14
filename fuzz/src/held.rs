//! What must hold for one type.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::rc::Rc;

use federation_api::{Audience, Version, json};
use proptest::arbitrary::Arbitrary;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::instance::Draws;
use crate::wire_types;

/// A type that travels, with what must hold for it.
pub struct Held {
    /// Its name in the table.
    pub name: &'static str,
    /// Holds it against JSON of a stranger.
    pub document: fn(name: &str, body: &[u8]),
    /// Holds a value of it, drawn from random bytes.
    pub value: fn(name: &str, random: &[u8]),
    /// Holds it against JSON that its schema describes, made from random bytes.
    pub instance: fn(name: &str, random: &[u8]),
}

impl Held {
    pub(crate) const fn new<T>(name: &'static str) -> Self
    where
        T: Arbitrary + PartialEq + Debug + Serialize + DeserializeOwned + JsonSchema + 'static,
    {
        Self {
            name,
            document: document::<T>,
            value: value::<T>,
            instance: instance::<T>,
        }
    }
}

/// What can be read is written so that it is read as the same again; what the schema accepts can be read.
fn document<T>(name: &str, body: &[u8])
where
    T: PartialEq + Debug + Serialize + DeserializeOwned + JsonSchema + 'static,
{
    match json::decode::<T>(body) {
        Ok(value) => holds(name, &value),
        Err(error) => {
            // The reason must be tellable, and must not swallow the document.
            assert!(error.to_string().len() < 4096, "{name}: {error}");
            // What a validator sees: of equal keys the last one.
            let Ok(json) = serde_json::from_slice::<Value>(body) else {
                return;
            };
            let json = named(&json, &schemas::<T>().names);
            if let Err(error) = json::decode::<T>(json.to_string().as_bytes())
                && !is_beyond_schemas(&error)
            {
                let [_, read] = &*validators::<T>();
                assert!(!read.is_valid(&json), "{name}: {error}\n{json}");
            }
        }
    }
}

/// What its schema describes can be read, and is written so that it is read as the same again.
fn instance<T>(name: &str, random: &[u8])
where
    T: PartialEq + Debug + Serialize + DeserializeOwned + JsonSchema + 'static,
{
    let schema = &schemas::<T>().read;
    let made = crate::instance::instance(schema, schema, &mut Draws::new(random));
    document::<T>(name, made.to_string().as_bytes());
}

/// The limits of integers come with publishing: the schemas of the types themselves have none.
fn is_beyond_schemas(error: &json::DecodeError) -> bool {
    error.reason().contains("expected an integer from") || wire_types::beyond_schemas::says(error)
}

/// Without the keys that a schema does not name: older forms are read wherever one may come, and a schema has
/// that of its version. Keys of maps (ids, domains) are no names, and `action` is the name of something else
/// where there is a `cuAction`.
fn named(json: &Value, names: &HashSet<String>) -> Value {
    let is_name =
        |key: &str| key.contains(|c: char| c.is_ascii_lowercase() && !c.is_ascii_hexdigit());
    let is_key_of_map = |key: &str| key.contains(['-', '.']) || !is_name(key);
    match json {
        Value::Object(object) => object
            .iter()
            .filter(|(key, _)| names.contains(*key) || is_key_of_map(key))
            .filter(|(key, _)| !object.contains_key(&older(key)))
            .map(|(key, value)| (key.clone(), named(value, names)))
            .collect(),
        Value::Array(array) => array.iter().map(|value| named(value, names)).collect(),
        scalar => scalar.clone(),
    }
}

/// The older spelling of a key, that of updates of conversations.
fn older(key: &str) -> String {
    let (first, rest) = key.split_at_checked(1).unwrap_or_default();
    format!("cu{}{rest}", first.to_ascii_uppercase())
}

/// The names of all properties of a schema.
fn names(schema: &Value) -> HashSet<String> {
    let inner: Vec<&Value> = match schema {
        Value::Object(object) => object.values().collect(),
        Value::Array(array) => array.iter().collect(),
        _ => Vec::new(),
    };
    let properties = schema["properties"].as_object();
    let own = properties
        .into_iter()
        .flat_map(|object| object.keys().cloned());
    own.chain(inner.into_iter().flat_map(names)).collect()
}

/// What is drawn is written as the schema says, and read as it was.
fn value<T>(name: &str, random: &[u8])
where
    T: Arbitrary + PartialEq + Debug + Serialize + DeserializeOwned + JsonSchema + 'static,
{
    // The bytes are where a generator begins that never ends. As the draws themselves they would end, and
    // behind them come zeros: of those, drawing from a range of no power of two rejects one after the other.
    let mut seed = [0_u8; 32];
    for (at, byte) in random.iter().enumerate() {
        let place = &mut seed[at % 32];
        *place = place.wrapping_mul(31).wrapping_add(*byte);
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let config = Config {
        failure_persistence: None,
        max_local_rejects: 64,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, rng);
    // A seed that gives only what the strategy rejects is no value.
    let Ok(tree) = T::arbitrary().new_tree(&mut runner) else {
        return;
    };
    let value = tree.current();
    holds(name, &value);
    let written: Value = serde_json::to_value(&value).expect("a JSON form");
    wire_types::validate(&validators::<T>(), &written, name);
}

/// A value is read back as itself, and so is what is read back; in every version there is a form of it.
fn holds<T>(name: &str, value: &T)
where
    T: PartialEq + Debug + Serialize + DeserializeOwned,
{
    let text = serde_json::to_string(value).expect("every value has a JSON form");
    let again: T =
        json::decode(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    assert!(again == *value, "{name}: read again as {again:?}\n{text}");
    for version in Version::ALL {
        let form = json::encode(value, Audience::speaking(version)).expect("a form");
        if let Err(error) = json::decode::<T>(&form) {
            let form = String::from_utf8_lossy(&form);
            panic!("{name}: the form for {version}: {error}\n{form}");
        }
    }
}

/// What is read of a type.
struct Schemas {
    read: Value,
    names: HashSet<String>,
}

type Validators = Rc<[jsonschema::Validator; 2]>;

/// The schemas of a type are made once.
fn schemas<T: JsonSchema + 'static>() -> Rc<Schemas> {
    thread_local! {
        static MADE: RefCell<HashMap<TypeId, Rc<Schemas>>> = RefCell::default();
    }
    MADE.with_borrow_mut(|made| {
        let made = made.entry(TypeId::of::<T>());
        let make = || {
            let [_, read] = wire_types::schemas::<T>();
            let names = names(&read);
            Rc::new(Schemas { read, names })
        };
        Rc::clone(made.or_insert_with(make))
    })
}

/// The validators of a type are built once.
fn validators<T: JsonSchema + 'static>() -> Validators {
    thread_local! {
        static BUILT: RefCell<HashMap<TypeId, Validators>> = RefCell::default();
    }
    BUILT.with_borrow_mut(|built| {
        let built = built.entry(TypeId::of::<T>());
        let build = || Rc::new(wire_types::validators::<T>());
        Rc::clone(built.or_insert_with(build))
    })
}
