//! Records are JSON objects, and nothing else.
//!
//! What serde derives for a struct reads an array too, taking its elements for the fields in order.
//! The protocol knows no such form, and a type that accepts it takes `[]` for a record whose keys
//! are all optional.

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Makes `Serialize` and `Deserialize` of what serde has derived for a record with the attribute
/// `#[serde(remote = "Self")]`, so that the record is read from objects only. `read` in front of the
/// name is for records that are never written.
macro_rules! record {
    ($name:ident $(<$parameter:ident>)?) => {
        impl $(<$parameter: serde::Serialize>)? serde::Serialize for $name $(<$parameter>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        $crate::record::record!(read $name $(<$parameter>)?);
    };
    (read $name:ident $(<$parameter:ident>)?) => {
        impl<'de, $($parameter: serde::Deserialize<'de>)?> serde::Deserialize<'de>
            for $name $(<$parameter>)?
        {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize($crate::record::ObjectOnly(deserializer))
            }
        }
    };
}

pub(crate) use record;

/// Reads a struct as a map.
pub(crate) struct ObjectOnly<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ObjectOnly<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
