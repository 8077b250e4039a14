//! How integers are read: by value, not by spelling.
//!
//! `7`, `7.0` and `7e0` are one number on this API; a fraction, a number out of range and a number
//! in quotes are faults. Use [`deserialize`] with `#[serde(deserialize_with = …)]`.
//!
//! Source: `common-types.md` §2.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

/// An integer type that JSON numbers are read into.
pub trait Integer: TryFrom<i128> {
    /// The smallest value.
    const SMALLEST: i128;
    /// The largest value.
    const LARGEST: i128;
}

macro_rules! integers {
    ($($type:ty)*) => {
        $(impl Integer for $type {
            const SMALLEST: i128 = <$type>::MIN as i128;
            const LARGEST: i128 = <$type>::MAX as i128;
        })*
    };
}

integers!(u8 u16 u32 u64 i8 i16 i32 i64);

/// Reads an integer of type `T`.
///
/// A number written with a fraction or an exponent is read as a double: beyond 2⁵³ it is the nearest
/// double that counts.
///
/// # Errors
///
/// For anything that is no JSON number, for a fraction, and for a number out of the range of `T`.
pub fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Integer,
{
    deserializer.deserialize_any(IntegerVisitor(PhantomData))
}

/// Reads an integer of type `T`; null is no integer. Goes with `#[serde(default)]`.
pub mod optional {
    use super::{Deserialize, Deserializer, Integer, Number};

    /// Reads an integer of type `T` or null.
    ///
    /// # Errors
    ///
    /// As [`deserialize`](super::deserialize), but for null.
    pub fn deserialize<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        D: Deserializer<'de>,
        T: Integer,
    {
        let number: Option<Number<T>> = Deserialize::deserialize(deserializer)?;
        Ok(number.map(|number| number.0))
    }
}

/// A number that is read by the rules of this module, for use inside lists, options and maps.
pub(crate) struct Number<T>(pub(crate) T);

impl<'de, T: Integer> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer).map(Self)
    }
}

struct IntegerVisitor<T>(PhantomData<T>);

impl<T: Integer> IntegerVisitor<T> {
    fn check<E: Error>(&self, number: i128, found: Unexpected<'_>) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(found, self))
    }
}

impl<T: Integer> Visitor<'_> for IntegerVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an integer from {} to {}", T::SMALLEST, T::LARGEST)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.check(number.into(), Unexpected::Unsigned(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.check(number.into(), Unexpected::Signed(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        let found = Unexpected::Float(number);
        if number.fract() == 0.0 {
            // Saturates at the ends of `i128`, which lie outside of every `T`.
            self.check(number as i128, found)
        } else {
            Err(E::invalid_value(found, &self))
        }
    }
}

/// Implements reading, writing, schema and strategy for a newtype over an integer.
macro_rules! integer_scalar {
    ($name:ident($type:ty), $schema:tt) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::integer::deserialize(deserializer).map(Self)
            }
        }

        impl From<$type> for $name {
            fn from(number: $type) -> Self {
                Self(number)
            }
        }

        impl From<$name> for $type {
            fn from(number: $name) -> $type {
                number.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        $crate::scalar::scalar_schema!($name, $schema);

        $crate::scalar::arbitrary!($name, any::<$type>().prop_map($name));
    };
}

pub(crate) use integer_scalar;

#[cfg(test)]
mod tests {
    use super::Number;

    fn read<T: super::Integer>(json: &str) -> Result<T, String> {
        serde_json::from_str::<Number<T>>(json)
            .map(|number| number.0)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_value_counts_and_not_the_spelling() {
        for seven in ["7", "7.0", "7e0", "70e-1", "0.7e1"] {
            assert_eq!(read::<u16>(seven), Ok(7), "{seven}");
        }
        assert_eq!(read::<i32>("-0.0"), Ok(0));
        assert_eq!(read::<u64>("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(read::<i64>("-9223372036854775808"), Ok(i64::MIN));
    }

    #[test]
    fn faults_say_what_was_expected() {
        for (json, found) in [
            ("7.5", "floating point `7.5`"),
            ("65536", "integer `65536`"),
            ("-1", "integer `-1`"),
            ("1e300", "floating point `1e+300`"),
            ("\"7\"", "string \"7\""),
            ("null", "null"),
            ("[7]", "sequence"),
        ] {
            let error = read::<u16>(json).unwrap_err();
            assert!(error.contains(found), "{json}: {error}");
            assert!(
                error.contains("expected an integer from 0 to 65535"),
                "{error}"
            );
        }
        assert!(read::<i64>("9223372036854775808").is_err());
        assert!(read::<i64>("1e19").is_err());
        assert!(read::<u64>("18446744073709551616").is_err());
    }
}
