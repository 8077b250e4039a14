//! Lists that are read leniently: whatever is wrong with one of them makes it empty.
//!
//! Two keys of user profiles are like that. A value that is refused by its type cannot be left behind
//! in the middle of a document, so what these lists hold is read in a way that refuses nothing and says
//! afterwards whether it was good. (Setting the JSON text aside and reading it a second time would do
//! for any type, but profiles are what is read most, and an eighth of a client's instructions went there.)
//!
//! Source: `common-types.md` §1, "Presence patterns".

use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::bounded::BoundedVec;
use crate::raw::{RawJson, RawObject};

/// An element of a list that is read leniently.
pub trait Lenient: Sized {
    /// Reads any JSON; gives nothing if it is not such an element.
    ///
    /// # Errors
    ///
    /// Only where the JSON itself cannot be read.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;
}

/// A list that [`list`] reads.
pub trait LenientList: Default {
    /// What the list holds.
    type Element: Lenient;
    /// The most elements it holds.
    const LONGEST: usize;

    /// The list of at most [`LONGEST`](Self::LONGEST) elements.
    fn from_elements(elements: Vec<Self::Element>) -> Self;
}

impl<T: Lenient> LenientList for Vec<T> {
    type Element = T;
    const LONGEST: usize = usize::MAX;

    fn from_elements(elements: Vec<T>) -> Self {
        elements
    }
}

impl<T: Lenient, const MAX: usize> LenientList for BoundedVec<T, 0, MAX> {
    type Element = T;
    const LONGEST: usize = MAX;

    fn from_elements(elements: Vec<T>) -> Self {
        Self::new(elements).unwrap_or_default()
    }
}

/// Reads a list and gives the empty one for whatever is wrong with it: another JSON type, an element
/// that cannot be read, too many elements. One bad element empties the whole list.
///
/// # Errors
///
/// Only where the JSON itself is broken, or holds a number or an escaped character that does not
/// exist.
pub fn list<'de, D, L>(deserializer: D) -> Result<L, D::Error>
where
    D: Deserializer<'de>,
    L: LenientList,
{
    deserializer.deserialize_any(ListVisitor(PhantomData))
}

/// The methods of a visitor that takes any JSON and makes its default of it. `seq` and `map` are named
/// where lists or objects are not what the visitor is for.
macro_rules! anything_else {
    ($($kind:ident)*) => {
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("any JSON")
        }

        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        $($crate::lenient::anything_else!(@$kind);)*
    };
    (@str) => {
        fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
    (@seq) => {
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<serde::de::IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
    (@map) => {
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
}

pub(crate) use anything_else;

struct ListVisitor<L>(PhantomData<L>);

impl<'de, L: LenientList> Visitor<'de> for ListVisitor<L> {
    type Value = L;

    anything_else!(str map);

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<L, A::Error> {
        let mut elements = Vec::new();
        while let Some(Attempt(element)) = list.next_element()? {
            match element {
                Some(element) if elements.len() < L::LONGEST => elements.push(element),
                _ => {
                    while list.next_element::<IgnoredAny>()?.is_some() {}
                    return Ok(L::default());
                }
            }
        }
        Ok(L::from_elements(elements))
    }
}

struct Attempt<T>(Option<T>);

impl<'de, T: Lenient> Deserialize<'de> for Attempt<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// A scalar that is written as text, or nothing: for reading the fields of [`Lenient`] records.
pub(crate) struct Scalar<T>(pub(crate) Option<T>);

impl<'de, T: FromStr> Deserialize<'de> for Scalar<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(ScalarVisitor(PhantomData))
            .map(Self)
    }
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<'de, T: FromStr> Visitor<'de> for ScalarVisitor<T> {
    type Value = Option<T>;

    anything_else!(seq map);

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        Ok(text.parse().ok())
    }
}

impl Lenient for RawObject {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        RawJson::deserialize(deserializer).map(|json| Self::try_from(json).ok())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use crate::asset::AssetSize;
    use crate::user::{Pict, ProfileAsset};

    #[derive(Debug, Deserialize)]
    struct Record {
        #[serde(default, deserialize_with = "super::list")]
        assets: Vec<ProfileAsset>,
        #[serde(default, deserialize_with = "super::list")]
        picture: Pict,
        after: bool,
    }

    const KEY: &str = "3-5-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77";

    fn read(json: &str) -> Record {
        let record: Record = serde_json::from_str(json).expect(json);
        let value: serde_json::Value = serde_json::from_str(json).expect(json);
        let same: Record = serde_json::from_value(value).expect(json);
        assert!(record.after && same.after, "{json}");
        assert_eq!(record.assets, same.assets, "{json}");
        assert_eq!(record.picture, same.picture, "{json}");
        record
    }

    #[test]
    fn whatever_is_wrong_with_a_lenient_list_empties_it() {
        let good = format!(r#"{{"type":"image","key":"{KEY}"}}"#);
        for bad in [
            "null".to_owned(),
            "true".to_owned(),
            "-7".to_owned(),
            "7.5".to_owned(),
            "\"x\"".to_owned(),
            "{\"a\":[1,{}]}".to_owned(),
            format!("[{good},1]"),
            format!("[{good},\"x\",{{\"y\":[]}}]"),
            format!("[{good},null]"),
            format!("[{good},[]]"),
            format!("[{good},{{}}]"),
            format!(r#"[{good},{{"type":"image"}}]"#),
            format!(r#"[{good},{{"type":"film","key":"{KEY}"}}]"#),
            format!(r#"[{good},{{"type":"image","key":"{KEY}x"}}]"#),
            format!(r#"[{good},{{"type":"image","key":{{"{KEY}":[]}}}}]"#),
            format!(r#"[{good},{{"type":["image"],"key":"{KEY}"}}]"#),
            format!(r#"[{good},{{"type":"image","key":null}}]"#),
            format!(r#"[{good},{{"type":"image","key":"{KEY}","size":"huge"}}]"#),
            format!(r#"[{good},{{"type":"image","key":"{KEY}","size":7}}]"#),
        ] {
            let record = read(&format!("{{\"assets\":{bad},\"after\":true}}"));
            assert!(record.assets.is_empty(), "{bad}");
        }
        let twice = format!(
            r#"{{"assets":[{{"type":"image","key":"{KEY}","key":"{KEY}"}}],"after":true}}"#
        );
        let record: Record = serde_json::from_str(&twice).expect("JSON");
        assert!(record.assets.is_empty() && record.after);
        for bad in [
            "null",
            "{}",
            "[{},[]]",
            "[{},null]",
            "[{},{},{},{},{},{},{},{},{},{},{}]",
        ] {
            let record = read(&format!("{{\"picture\":{bad},\"after\":true}}"));
            assert!(record.picture.is_empty(), "{bad}");
        }
    }

    #[test]
    fn what_is_right_with_a_lenient_list_is_kept() {
        let record = read(&format!(
            r#"{{
                "assets": [
                    {{"type": "image", "key": "{KEY}", "size": "preview"}},
                    {{"more": [{{}}], "size": null, "key": "{KEY}", "type": "image"}}
                ],
                "picture": [{{"a": 1}}, {{}}],
                "after": true
            }}"#
        ));
        let sizes: Vec<_> = record.assets.iter().map(|asset| asset.size).collect();
        assert_eq!(sizes, [Some(AssetSize::Preview), None]);
        assert_eq!(record.picture.len(), 2);
        assert_eq!(record.picture[0].as_json().get(), r#"{"a": 1}"#);
    }
}
