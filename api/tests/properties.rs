//! What holds for every value of every type that travels.

mod wire_types;

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wire_types::{for_each_wire_type, tests};

fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("every value has a JSON form")
}

/// A value becomes JSON that its schema describes and that is read as an equal value, which becomes
/// equal JSON; be it read from text or from a JSON value.
fn holds<T>(name: &str)
where
    T: Arbitrary + Clone + PartialEq + Serialize + DeserializeOwned + JsonSchema,
{
    let validators = wire_types::validators::<T>();
    let config = Config {
        cases: 100,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&any::<T>(), |value| {
            let text = written(&value);
            let again: T = serde_json::from_str(&text)
                .map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
            prop_assert!(again == value, "read as {:?}: {}", again, text);
            prop_assert_eq!(&written(&again), &text);

            let json: Value = serde_json::from_str(&text).expect("JSON");
            prop_assert_eq!(&serde_json::to_value(&value).expect("a JSON form"), &json);
            let again: T = serde_json::from_value(json.clone())
                .map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
            prop_assert!(again == value, "read from a value as {:?}: {}", again, text);

            wire_types::validate(&validators, &json, name);
            if let Value::Object(record) = json
                && !record.is_empty()
            {
                let array = Value::Array(record.into_iter().map(|(_, value)| value).collect());
                let read = serde_json::from_value::<T>(array);
                prop_assert!(read.is_err(), "an array is read as an object");
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
}

for_each_wire_type!(tests);

/// No JSON value makes reading panic, and what is read from it is written in a stable form.
fn survives<T>(json: &str) -> Result<(), TestCaseError>
where
    T: PartialEq + Debug + Serialize + DeserializeOwned,
{
    if let Ok(value) = serde_json::from_str::<T>(json) {
        let text = written(&value);
        let again: T = serde_json::from_str(&text)
            .map_err(|error| TestCaseError::fail(format!("{error}: {json} became {text}")))?;
        prop_assert_eq!(&written(&again), &text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(Config { cases: 500, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_text_makes_a_scalar_panic(text in prop_oneof![
        ".{0,40}",
        "[0-9TZ:.+ -]{0,40}",
        "[+-]?[0-9]{3,8}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\\.[0-9]{0,14})?)?(Z|[+-][0-2][0-9]:?[0-6][0-9])",
        "[a-z@.\"\\\\()\\[\\] \r\n\t]{0,40}",
        "[A-Za-z0-9+/=-]{0,40}",
        "0{0,3}3-0{0,3}[0-9]{0,22}-[0-9a-f-]{36}",
    ]) {
        let json = written(&text);
        macro_rules! all {
            ($($name:ident: $type:ty,)+) => { $(survives::<$type>(&json)?;)+ };
        }
        for_each_wire_type!(all);
    }
}
