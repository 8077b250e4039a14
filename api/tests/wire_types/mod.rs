//! All types that travel, and what their schemas say.

#[allow(dead_code, reason = "not every test has use for it")]
pub(crate) mod beyond_schemas;
mod table;

pub(crate) use table::for_each_wire_type;

/// Makes a test of each of these types: `holds`, of whoever uses this, with the type and its name.
#[allow(unused_macros, reason = "not every test has use for it")]
macro_rules! tests {
    ($($name:ident: $type:ty,)+) => {
        $(
            #[test]
            #[allow(non_snake_case)]
            fn $name() {
                holds::<$type>(stringify!($name));
            }
        )+
    };
}
#[allow(unused_imports, reason = "not every test has use for it")]
pub(crate) use tests;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The schemas of what is written and of what is read.
pub(crate) fn schemas<T: JsonSchema>() -> [Value; 2] {
    let settings = SchemaSettings::draft2020_12;
    [settings().for_serialize(), settings().for_deserialize()]
        .map(|settings| settings.into_generator().into_root_schema_for::<T>().into())
}

/// Validators of what is written and of what is read, formats included.
pub(crate) fn validators<T: JsonSchema>() -> [jsonschema::Validator; 2] {
    schemas::<T>().map(|schema| {
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("no valid schema: {error}\n{schema:#}"))
    })
}

/// Fails if a JSON value is not what the schemas say.
pub(crate) fn validate(validators: &[jsonschema::Validator; 2], json: &Value, whose: &str) {
    for (validator, contract) in validators.iter().zip(["written", "read"]) {
        if let Err(error) = validator.validate(json) {
            panic!("{whose}: not valid by the schema of what is {contract}: {error}\n{json:#}");
        }
    }
}
