//! What must hold for one type.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::HashMap;
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

use crate::wire_types;

/// A type that travels, with what must hold for it.
pub struct Held {
    /// Its name in the table.
    pub name: &'static str,
    /// Holds it against JSON of a stranger.
    pub document: fn(name: &str, body: &[u8]),
    /// Holds a value of it, drawn from random bytes.
    pub value: fn(name: &str, random: &[u8]),
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
        }
    }
}

/// What can be read is written so that it is read as the same again.
fn document<T>(name: &str, body: &[u8])
where
    T: PartialEq + Debug + Serialize + DeserializeOwned + JsonSchema + 'static,
{
    match json::decode::<T>(body) {
        Ok(value) => holds(name, &value),
        // The reason must be tellable, and must not swallow the document.
        Err(error) => assert!(error.to_string().len() < 4096, "{name}: {error}"),
    }
}

/// What is drawn is written as the schema says, and read as it was.
fn value<T>(name: &str, random: &[u8])
where
    T: Arbitrary + PartialEq + Debug + Serialize + DeserializeOwned + JsonSchema + 'static,
{
    // The draws stop being random where the bytes end; a few are needed for anything at all.
    let mut seed = random.to_vec();
    seed.resize(random.len() + 64, 0);
    let rng = TestRng::from_seed(RngAlgorithm::PassThrough, &seed);
    let config = Config {
        failure_persistence: None,
        max_local_rejects: 64,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, rng);
    // Bytes that give only what the strategy rejects are no value.
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
    let again: T = json::decode(text.as_bytes())
        .unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    assert!(again == *value, "{name}: read again as {again:?}\n{text}");
    for version in Version::ALL {
        let form = json::encode(value, Audience::speaking(version)).expect("a form");
        if let Err(error) = json::decode::<T>(&form) {
            let form = String::from_utf8_lossy(&form);
            panic!("{name}: the form for {version}: {error}\n{form}");
        }
    }
}

type Validators = Rc<[jsonschema::Validator; 2]>;

/// The validators of a type are built once.
fn validators<T: JsonSchema + 'static>() -> Validators {
    thread_local! {
        static BUILT: RefCell<HashMap<TypeId, Validators>> = RefCell::default();
    }
    BUILT.with_borrow_mut(|built| {
        let built = built.entry(TypeId::of::<T>());
        built
            .or_insert_with(|| Rc::new(wire_types::validators::<T>()))
            .clone()
    })
}
