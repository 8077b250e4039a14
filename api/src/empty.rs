//! The request that says nothing and the response that says "done".

use serde::de::IgnoredAny;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scalar::{arbitrary, scalar_schema};

/// The request of an RPC that takes no argument, written `[]`.
///
/// When read, any JSON value is good.
///
/// Source: `common-types.md` §4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Unit;

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_seq(Some(0))?.end()
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

scalar_schema!(Unit, {
    "type": "array",
    "description": "No argument, or nothing to tell.",
    "items": {},
    "maxItems": 0,
    "examples": [[]]
});

arbitrary!(Unit, Just(Unit));

/// The response of an RPC that has nothing to tell, written `{}`.
///
/// An object and not an array, so that keys can be added one day. When read, any JSON value is good:
/// backends from before August 2023 answer `[]`, and some RPCs of theirs a string. Backends from before
/// October 2023 would like such a string for an MLS message, too; they get this all the same, since nothing
/// in their draft of MLS can be delivered.
///
/// Source: `common-types.md` §8, `history.md` §7 (rules R1 and W1, without its exception).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EmptyResponse;

impl Serialize for EmptyResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_map(Some(0))?.end()
    }
}

impl<'de> Deserialize<'de> for EmptyResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

scalar_schema!(EmptyResponse, {
    "type": "object",
    "description": "Done; there is nothing to tell. Keys may be added: ignore those you do not know.",
    "examples": [{}]
});

arbitrary!(EmptyResponse, Just(EmptyResponse));
