//! JSON that is kept as it came.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// Any JSON value, kept as its text and not looked into.
///
/// Equal to another when both are the same JSON value: blanks, the order of keys and the spelling of
/// strings do not count. Cloning is cheap. Can be read and written as JSON only.
///
/// ```
/// use federation_api::raw::RawJson;
///
/// let json: RawJson = serde_json::from_str(r#"{"b": [1], "a": null}"#)?;
/// let same: RawJson = serde_json::from_str(r#"{"a":null,"b":[1]}"#)?;
/// assert_eq!(json, same);
/// assert_eq!(json.get(), r#"{"b": [1], "a": null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct RawJson(Arc<RawValue>);

impl RawJson {
    /// The text of the value.
    #[must_use]
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Reads the value as a `T`.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn read<'de, T: Deserialize<'de>>(&'de self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }
}

impl From<Box<RawValue>> for RawJson {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw.into())
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
            || match (self.read::<Value>(), other.read::<Value>()) {
                (Ok(one), Ok(other)) => one == other,
                _ => false,
            }
    }
}

impl Eq for RawJson {}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::checked(Box::<RawValue>::deserialize(deserializer)?)
    }
}

impl RawJson {
    /// Keeps what a peer sent, if whoever reads it later can.
    pub(crate) fn checked<E: serde::de::Error>(raw: Box<RawValue>) -> Result<Self, E> {
        if depth(raw.get()) > MAX_DEPTH {
            return Err(E::custom(format_args!(
                "nested deeper than {MAX_DEPTH} levels"
            )));
        }
        Ok(Self::from(raw))
    }
}

/// As deep as JSON is read that is looked into.
const MAX_DEPTH: usize = 128;

/// How deep arrays and objects are nested in a JSON text.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_text, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for RawJson {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RawJson".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({})
    }
}

crate::scalar::arbitrary!(RawJson, {
    let scalar =
        proptest::sample::select(&["null", "true", "-7", "\"ü\"", "[1, {}]", "{\"a\": 0.5}"][..]);
    prop_oneof![
        scalar.prop_map(|text| {
            RawJson::from(RawValue::from_string(text.to_owned()).expect("JSON"))
        }),
        any::<RawObject>().prop_map(|object| object.0),
    ]
});

/// Any JSON object, kept as its text and not looked into.
///
/// ```
/// use federation_api::raw::RawObject;
///
/// assert!(serde_json::from_str::<RawObject>(r#"{"any": ["thing"]}"#).is_ok());
/// assert!(serde_json::from_str::<RawObject>(r#"["any", "thing"]"#).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RawObject(RawJson);

impl RawObject {
    /// The object as a JSON value.
    #[must_use]
    pub const fn as_json(&self) -> &RawJson {
        &self.0
    }
}

impl TryFrom<RawJson> for RawObject {
    type Error = NoObject;

    fn try_from(json: RawJson) -> Result<Self, NoObject> {
        if json.get().starts_with('{') {
            Ok(Self(json))
        } else {
            Err(NoObject {
                found: crate::excerpt::excerpt(json.get()),
            })
        }
    }
}

/// A JSON value that is no object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a JSON object, found `{found}`")]
pub struct NoObject {
    /// The value, shortened if it is long.
    pub found: String,
}

impl<'de> Deserialize<'de> for RawObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = RawJson::deserialize(deserializer)?;
        json.try_into().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for RawObject {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RawObject".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "object", "additionalProperties": true})
    }
}

crate::scalar::arbitrary!(RawObject, {
    let value =
        proptest::sample::select(&["null", "true", "-7", "\"ü\"", "[1, {}]", "{\"a\": 0.5}"][..]);
    proptest::collection::btree_map("[a-z]{1,5}", value, 0..4).prop_map(|entries| {
        let entries: Vec<_> = entries
            .iter()
            .map(|(key, value)| format!("\"{key}\": {value}"))
            .collect();
        let text = format!("{{{}}}", entries.join(", "));
        let raw = RawValue::from_string(text).expect("built as JSON");
        RawObject(RawJson::from(raw))
    })
});
