//! What all scalars that travel as JSON text have in common.
//!
//! A scalar says its grammar in `FromStr` and its canonical text in `Display`; [`text_scalar`]
//! derives from these two how it is read from and written to JSON (as a value and as an object
//! key), how it converts from strings, and how it prints.

/// Implements everything that follows from `FromStr` and `Display` for a type that is written as
/// text: `Debug`, `TryFrom<&str>`, `TryFrom<String>`, `Serialize` and `Deserialize`.
///
/// The second argument completes the sentence "expected …" for JSON that is no string at all. The
/// third, which only spares time, writes the same text as `Display` without its machinery: for a type
/// that holds the text, or has a buffer of its own to build it in.
macro_rules! text_scalar {
    ($name:ident, $expected:literal) => {
        $crate::scalar::text_scalar!($name, $expected, |scalar, serializer| {
            serializer.collect_str(scalar)
        });
    };
    ($name:ident, $expected:literal, |$scalar:ident, $serializer:ident| $write:expr) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = <$name as std::str::FromStr>::Err;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = <$name as std::str::FromStr>::Err;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, $serializer: S) -> Result<S::Ok, S::Error> {
                let $scalar = self;
                $write
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

/// Implements `JsonSchema` for a scalar that is described by a fixed schema, given as the
/// arguments of [`schemars::json_schema!`]. The schema is a named component of the documents.
#[cfg(feature = "openapi")]
macro_rules! scalar_schema {
    ($name:ident, $schema:tt) => {
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

#[cfg(not(feature = "openapi"))]
macro_rules! scalar_schema {
    ($name:ident, $schema:tt) => {};
}

/// Implements `Arbitrary` for a type from an expression that gives a strategy.
#[cfg(feature = "proptest")]
macro_rules! arbitrary {
    ($name:ty, $strategy:expr) => {
        impl proptest::arbitrary::Arbitrary for $name {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                #[allow(unused_imports)]
                use proptest::prelude::*;
                Strategy::boxed($strategy)
            }
        }
    };
}

#[cfg(not(feature = "proptest"))]
macro_rules! arbitrary {
    ($name:ty, $strategy:expr) => {};
}

/// A few values, for lists of large ones: long lists make tests slow and show nothing that shorter ones
/// do not.
#[cfg(feature = "proptest")]
pub(crate) fn few<T>() -> proptest::collection::VecStrategy<T::Strategy>
where
    T: proptest::arbitrary::Arbitrary,
{
    proptest::collection::vec(proptest::arbitrary::any::<T>(), 0..4)
}

pub(crate) use {arbitrary, scalar_schema, text_scalar};
