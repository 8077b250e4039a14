//! Sums: values that are one of several alternatives, told apart by a tag.
//!
//! On the wire a sum is an object with the name of the alternative under one key (`tag`) and its
//! content, if it has one, under another (`contents`; `value` or `action` for some types). The order of
//! the keys is free; other keys are ignored. A peer that is newer than this crate may send alternatives
//! that this crate does not know: sums that occur in answers keep these as [`UnknownTag`].
//!
//! `tagged!` declares such a type; the reading is here once for all of them. When the tag comes first,
//! the content is read in passing; when it comes later, the text of the content waits for it.
//!
//! Source: `common-types.md` §3.1, `history.md` §7.1 (rule R23).

mod declare;
#[cfg(feature = "openapi")]
mod schema;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::excerpt::excerpt;
use crate::novelty;
use crate::raw::RawJson;
use crate::text::Text;

#[cfg(feature = "proptest")]
pub(crate) use declare::alternative_strategy;
#[cfg(feature = "openapi")]
pub(crate) use declare::content_schema;
pub(crate) use declare::{is_present, name_for_reader, nullary, tagged, write_alternative};
#[cfg(feature = "openapi")]
pub(crate) use schema::{Union, alternative_schema};

/// An alternative that this crate does not know, kept as it came.
///
/// Written back as an equal JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTag {
    tag: Text,
    json: RawJson,
}

impl UnknownTag {
    /// The name of the alternative.
    #[must_use]
    pub const fn tag(&self) -> &Text {
        &self.tag
    }

    /// The whole object, tag and content.
    #[must_use]
    pub const fn json(&self) -> &RawJson {
        &self.json
    }
}

impl Serialize for UnknownTag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

/// A sum of which every alternative must be known, in a place where a newer peer may use one that this
/// crate does not know: in an answer.
///
/// Source: `history.md` §7.1 (rule R23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrUnknown<T> {
    /// An alternative that the sum has.
    Known(T),
    /// Another one, kept as it came.
    Unknown(UnknownTag),
}

impl<T> OrUnknown<T> {
    /// The alternative, if the sum has it.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(alternative) => Some(alternative),
            Self::Unknown(_) => None,
        }
    }
}

impl<T> From<T> for OrUnknown<T> {
    fn from(alternative: T) -> Self {
        Self::Known(alternative)
    }
}

impl<T: Tagged> Tagged for OrUnknown<T> {
    const TAG: &'static str = T::TAG;
    const CONTENT: &'static str = T::CONTENT;
    const NAMES: &'static [&'static str] = T::NAMES;
    const KEEPS_UNKNOWN: bool = true;

    fn without_content(tag: &str) -> Option<Self> {
        T::without_content(tag).map(Self::Known)
    }

    fn read_content<'de, D: Deserializer<'de>>(tag: &str, content: D) -> Result<Self, D::Error> {
        T::read_content(tag, content).map(Self::Known)
    }

    fn unknown(unknown: UnknownTag) -> Option<Self> {
        Some(Self::Unknown(unknown))
    }
}

impl<'de, T: Tagged> Deserialize<'de> for OrUnknown<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer)
    }
}

impl<T: Serialize> Serialize for OrUnknown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(alternative) => alternative.serialize(serializer),
            Self::Unknown(unknown) => unknown.serialize(serializer),
        }
    }
}

/// Known alternatives only: what is written is what the schema describes.
#[cfg(feature = "proptest")]
impl<T: proptest::arbitrary::Arbitrary + 'static> proptest::arbitrary::Arbitrary for OrUnknown<T> {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy;
        proptest::arbitrary::any::<T>()
            .prop_map(Self::Known)
            .boxed()
    }
}

/// What `tagged!` implements so that [`read`] can do the rest.
pub(crate) trait Tagged: Sized {
    /// The key of the name of the alternative.
    const TAG: &'static str;
    /// The key of its content.
    const CONTENT: &'static str;
    /// All names.
    const NAMES: &'static [&'static str];
    /// Whether alternatives that are not in `NAMES` are kept.
    const KEEPS_UNKNOWN: bool;

    /// The alternative of this name if it has no content; `None` if it has one or is unknown.
    fn without_content(tag: &str) -> Option<Self>;

    /// Reads the content of the alternative of this name, one of `NAMES`.
    fn read_content<'de, D: Deserializer<'de>>(tag: &str, content: D) -> Result<Self, D::Error>;

    /// The value for an unknown alternative, if the type keeps them.
    fn unknown(unknown: UnknownTag) -> Option<Self>;
}

/// Reads a sum.
pub(crate) fn read<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Tagged,
{
    deserializer.deserialize_map(TaggedVisitor(PhantomData))
}

struct TaggedVisitor<T>(PhantomData<T>);

impl<'de, T: Tagged> Visitor<'de> for TaggedVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object whose key `{}` names one of ", T::TAG)?;
        write_names::<T>(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        // What came before the tag: the content, and everything else in case that the tag is unknown.
        let mut content: Option<Box<RawValue>> = None;
        let mut others: Vec<(String, Box<RawValue>)> = Vec::new();
        let tag: Text = loop {
            match map.next_key_seed(KeyOf::<T>(PhantomData))? {
                None => return Err(A::Error::missing_field(T::TAG)),
                Some(Key::Tag) => break map.next_value()?,
                Some(Key::Content) if content.is_some() => {
                    return Err(A::Error::duplicate_field(T::CONTENT));
                }
                Some(Key::Content) => content = Some(map.next_value()?),
                Some(Key::Other(key)) if T::KEEPS_UNKNOWN => others.push((key, map.next_value()?)),
                Some(Key::Other(_)) => drop(map.next_value::<IgnoredAny>()?),
            }
        };
        if let Some(value) = T::without_content(&tag) {
            skip_rest::<T, A>(&mut map, content.is_some())?;
            return Ok(value);
        }
        if !T::NAMES.contains(&tag.as_str()) {
            if let Some(content) = content {
                others.push((T::CONTENT.to_owned(), content));
            }
            return unknown(tag, others, map);
        }
        if let Some(json) = content {
            skip_rest::<T, A>(&mut map, true)?;
            let mut content = serde_json::Deserializer::from_str(json.get());
            return T::read_content(&tag, &mut content).map_err(|error| {
                let place = place_of_fault::<T>(&tag, &json);
                A::Error::custom(format_args!("`{}{place}` of `{tag}`: {error}", T::CONTENT))
            });
        }
        loop {
            match map.next_key_seed(KeyOf::<T>(PhantomData))? {
                None => return Err(A::Error::missing_field(T::CONTENT)),
                Some(Key::Tag) => return Err(A::Error::duplicate_field(T::TAG)),
                Some(Key::Other(_)) => drop(map.next_value::<IgnoredAny>()?),
                Some(Key::Content) => {
                    let value = map.next_value_seed(Content::<T>(&tag, PhantomData))?;
                    skip_rest::<T, A>(&mut map, true)?;
                    return Ok(value);
                }
            }
        }
    }
}

/// Where in a content that waited for its tag the fault is, such as `.targets[0].id`. Reads it once more,
/// since the path of the document does not reach into it.
fn place_of_fault<T: Tagged>(tag: &str, content: &RawValue) -> String {
    let mut track = serde_path_to_error::Track::new();
    let mut content = serde_json::Deserializer::from_str(content.get());
    let content = serde_path_to_error::Deserializer::new(&mut content, &mut track);
    // The same fault again.
    let _ = T::read_content(tag, content);
    match track.path().to_string() {
        path if path == "." => String::new(),
        path if path.starts_with('[') => path,
        path => format!(".{path}"),
    }
}

/// Whoever takes the first of two tags or contents and whoever takes the last would understand two
/// different things: both are refused.
fn skip_rest<'de, T: Tagged, A: MapAccess<'de>>(
    map: &mut A,
    mut content_seen: bool,
) -> Result<(), A::Error> {
    while let Some(key) = map.next_key_seed(KeyOf::<T>(PhantomData))? {
        match key {
            Key::Tag => return Err(A::Error::duplicate_field(T::TAG)),
            Key::Content if content_seen => return Err(A::Error::duplicate_field(T::CONTENT)),
            Key::Content => content_seen = true,
            Key::Other(_) => {}
        }
        map.next_value::<IgnoredAny>()?;
    }
    Ok(())
}

fn unknown<'de, T: Tagged, A: MapAccess<'de>>(
    tag: Text,
    mut entries: Vec<(String, Box<RawValue>)>,
    mut map: A,
) -> Result<T, A::Error> {
    if !T::KEEPS_UNKNOWN {
        return Err(A::Error::custom(format_args!(
            "`{}` is no known `{}`: expected one of {}",
            excerpt(&tag),
            T::TAG,
            Names::<T>(PhantomData)
        )));
    }
    while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
        if key == T::TAG {
            return Err(A::Error::duplicate_field(T::TAG));
        }
        if key == T::CONTENT && entries.iter().any(|(other, _)| *other == key) {
            return Err(A::Error::duplicate_field(T::CONTENT));
        }
        entries.push((key, value));
    }
    let object = Object {
        tag: (T::TAG, &tag),
        entries: &entries,
    };
    let json = serde_json::value::to_raw_value(&object).map_err(A::Error::custom)?;
    let json = RawJson::checked(json)?;
    novelty::met();
    T::unknown(UnknownTag { tag, json }).ok_or_else(|| A::Error::missing_field(T::TAG))
}

/// The object of an unknown alternative, put together again.
struct Object<'a> {
    tag: (&'a str, &'a str),
    entries: &'a [(String, Box<RawValue>)],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self
            .entries
            .iter()
            .map(|(key, value)| (key.as_str(), value));
        let mut map = serializer.serialize_map(Some(self.entries.len() + 1))?;
        serde::ser::SerializeMap::serialize_entry(&mut map, self.tag.0, self.tag.1)?;
        for (key, value) in entries {
            serde::ser::SerializeMap::serialize_entry(&mut map, key, value)?;
        }
        serde::ser::SerializeMap::end(map)
    }
}

enum Key {
    Tag,
    Content,
    Other(String),
}

/// Tells the keys of `T` from others.
struct KeyOf<T>(PhantomData<T>);

impl<'de, T: Tagged> DeserializeSeed<'de> for KeyOf<T> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<T: Tagged> Visitor<'_> for KeyOf<T> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        Ok(if key == T::TAG {
            Key::Tag
        } else if key == T::CONTENT {
            Key::Content
        } else {
            Key::Other(key.to_owned())
        })
    }
}

struct Content<'a, T>(&'a str, PhantomData<T>);

impl<'de, T: Tagged> DeserializeSeed<'de> for Content<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read_content(self.0, deserializer)
    }
}

struct Names<T>(PhantomData<T>);

impl<T: Tagged> fmt::Display for Names<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_names::<T>(f)
    }
}

fn write_names<T: Tagged>(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, name) in T::NAMES.iter().enumerate() {
        write!(f, "{}`{name}`", if i == 0 { "" } else { ", " })?;
    }
    Ok(())
}
