//! Answers that are one of two things.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::excerpt::excerpt;
use crate::text::Text;

/// One of two things, an object with one key: `{"Left": …}` or `{"Right": …}`. Left is the one that
/// went wrong.
///
/// Unlike in records, a second key is a fault.
///
/// Source: `common-types.md` §4, `galley-types.md` §1.
///
/// ```
/// use federation_api::either::Either;
///
/// let answer: Either<String, u8> = serde_json::from_str(r#"{"Right": 7}"#)?;
/// assert_eq!(answer.into_result(), Ok(7));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub enum Either<L, R> {
    /// What went wrong.
    Left(L),
    /// What there is if nothing did.
    Right(R),
}

impl<L, R> Either<L, R> {
    /// Left as the error, right as the success.
    ///
    /// # Errors
    ///
    /// What is left.
    pub fn into_result(self) -> Result<R, L> {
        match self {
            Self::Left(left) => Err(left),
            Self::Right(right) => Ok(right),
        }
    }
}

impl<L, R> From<Result<R, L>> for Either<L, R> {
    fn from(result: Result<R, L>) -> Self {
        result.map_or_else(Self::Left, Self::Right)
    }
}

impl<'de, L: Deserialize<'de>, R: Deserialize<'de>> Deserialize<'de> for Either<L, R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EitherVisitor(PhantomData))
    }
}

struct EitherVisitor<L, R>(PhantomData<(L, R)>);

impl<'de, L: Deserialize<'de>, R: Deserialize<'de>> Visitor<'de> for EitherVisitor<L, R> {
    type Value = Either<L, R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with one key, `Left` or `Right`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let unknown = |key: &Text| {
            A::Error::custom(format_args!(
                "unexpected key `{}`: expected one key, `Left` or `Right`",
                excerpt(key)
            ))
        };
        let value = match map.next_key::<Text>()? {
            Some(key) if key == "Left" => Either::Left(map.next_value()?),
            Some(key) if key == "Right" => Either::Right(map.next_value()?),
            Some(key) => return Err(unknown(&key)),
            None => return Err(A::Error::custom("expected one key, `Left` or `Right`")),
        };
        match map.next_key::<Text>()? {
            Some(key) => Err(unknown(&key)),
            None => Ok(value),
        }
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use std::borrow::Cow;
    use std::marker::PhantomData;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::Either;

    impl<L: JsonSchema, R: JsonSchema> JsonSchema for Either<L, R> {
        fn schema_name() -> Cow<'static, str> {
            format!("Either{}Or{}", L::schema_name(), R::schema_name()).into()
        }

        fn schema_id() -> Cow<'static, str> {
            format!("Either<{}, {}>", L::schema_id(), R::schema_id()).into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let left = generator.subschema_for::<Left<L>>();
            let right = generator.subschema_for::<Right<R>>();
            json_schema!({
                "description": "What went wrong (`Left`) or what there is if nothing did (`Right`).",
                "oneOf": [left, right],
            })
        }
    }

    macro_rules! side {
        ($name:ident, $description:literal) => {
            struct $name<T>(PhantomData<T>);

            impl<T: JsonSchema> JsonSchema for $name<T> {
                fn schema_name() -> Cow<'static, str> {
                    format!(concat!(stringify!($name), "{}"), T::schema_name()).into()
                }

                fn schema_id() -> Cow<'static, str> {
                    format!(concat!(stringify!($name), "<{}>"), T::schema_id()).into()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    let content = generator.subschema_for::<T>();
                    json_schema!({
                        "type": "object",
                        "description": $description,
                        "properties": {stringify!($name): content},
                        "required": [stringify!($name)],
                        "additionalProperties": false,
                    })
                }
            }
        };
    }

    side!(Left, "What went wrong.");
    side!(Right, "Nothing went wrong; what there is.");
}

#[cfg(test)]
mod tests {
    use super::Either;

    #[test]
    fn one_key_only() {
        for (json, fault) in [
            ("{}", "expected one key"),
            (r#"{"Left":"x","Right":7}"#, "unexpected key `Right`"),
            (r#"{"Right":7,"more":1}"#, "unexpected key `more`"),
            (r#"{"right":7}"#, "unexpected key `right`"),
            (r#"{"Right":"x"}"#, "expected u8"),
            ("7", "an object with one key"),
        ] {
            let error = serde_json::from_str::<Either<String, u8>>(json).unwrap_err();
            assert!(error.to_string().contains(fault), "{json}: {error}");
        }
    }
}
