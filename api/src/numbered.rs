//! Enumerations that travel as a number.

/// A number that is none of those of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found} is not {what}: expected one of {}", list(.expected))]
pub struct UnknownNumber {
    /// What the enumeration is called.
    pub what: &'static str,
    /// The numbers that it knows.
    pub expected: &'static [u16],
    /// The number.
    pub found: u16,
}

fn list(numbers: &[u16]) -> String {
    let numbers: Vec<_> = numbers.iter().map(u16::to_string).collect();
    numbers.join(", ")
}

/// Declares an enumeration whose values are written as JSON numbers.
///
/// Read from exactly these numbers, in any spelling of the same value; any other makes the enclosing
/// document fail.
macro_rules! numbers {
    (
        $(#[doc = $doc:expr])+
        $(#[default = $default:ident])?
        pub enum $name:ident: $what:literal {
            $($(#[doc = $number_doc:expr])+ $number:ident = $value:literal,)+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum $name {
            $($(#[doc = $number_doc])+ $number = $value,)+
        }

        impl $name {
            /// All values, ascending.
            pub const ALL: &'static [Self] = &[$(Self::$number),+];

            const NUMBERS: &'static [u16] = &[$($value),+];

            /// The value as it stands on the wire.
            #[must_use]
            pub const fn number(self) -> u16 {
                self as u16
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?

        impl TryFrom<u16> for $name {
            type Error = $crate::numbered::UnknownNumber;

            fn try_from(number: u16) -> Result<Self, Self::Error> {
                match number {
                    $($value => Ok(Self::$number),)+
                    found => Err($crate::numbered::UnknownNumber {
                        what: $what,
                        expected: Self::NUMBERS,
                        found,
                    }),
                }
            }
        }

        impl From<$name> for u16 {
            fn from(value: $name) -> u16 {
                value.number()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.number().fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u16(self.number())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number: u16 = $crate::integer::deserialize(deserializer)?;
                Self::try_from(number).map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "openapi")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut description = $crate::word::paragraphs(&[$($doc),+]);
                description.push('\n');
                $(
                    description.push_str(concat!("\n- `", stringify!($value), "`: "));
                    description.push_str(&$crate::word::paragraphs(&[$($number_doc),+]));
                )+
                schemars::json_schema!({
                    "type": "integer",
                    "format": "int32",
                    "enum": [$($value),+],
                    "description": description,
                })
            }
        }

        $crate::scalar::arbitrary!($name, proptest::sample::select($name::ALL));
    };
}

pub(crate) use numbers;
