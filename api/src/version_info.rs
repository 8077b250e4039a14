//! What a backend says about the versions that it speaks.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::Version;
use crate::record::record;

/// The versions that a backend speaks: the answer of `api-version`.
///
/// Written with a second key, `supported`, which is always `[0, 1]`: readers from before March 2024
/// know nothing else and refuse any other number there. When read, `supported` is ignored; an answer
/// without `supported_versions` comes from a backend that speaks version 0 only.
/// Numbers that this crate does not know are kept and take no part in negotiation.
///
/// Source: `common-types.md` §9, `history.md` §3.1 (rules R2 and W6).
///
/// ```
/// use federation_api::{Version, VersionInfo};
///
/// let old: VersionInfo = serde_json::from_str(r#"{"supported": [0, 1]}"#)?;
/// assert_eq!(old.supported_versions, [0]);
///
/// let own = VersionInfo::of(&Version::ALL);
/// assert_eq!(
///     serde_json::to_string(&own)?,
///     r#"{"supported_versions":[0,1,2,3],"supported":[0,1]}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct VersionInfo {
    /// The numbers of the versions, ascending.
    #[serde(default = "only_version_0", deserialize_with = "numbers_or_version_0")]
    pub supported_versions: Vec<i64>,
}

record!(read VersionInfo);

impl VersionInfo {
    /// The answer of a backend that speaks these versions.
    #[must_use]
    pub fn of(versions: &[Version]) -> Self {
        let mut supported_versions: Vec<i64> =
            versions.iter().map(|v| i64::from(v.number())).collect();
        supported_versions.sort_unstable();
        Self { supported_versions }
    }

    /// The newest version that both sides speak.
    ///
    /// # Errors
    ///
    /// [`NoCommonVersion`] says which side is behind.
    pub fn negotiate(&self, own: &[Version]) -> Result<Version, NoCommonVersion> {
        let known = || {
            self.supported_versions
                .iter()
                .filter_map(|number| Version::from_number(*number))
        };
        if let Some(best) = known().filter(|version| own.contains(version)).max() {
            return Ok(best);
        }
        // A remote that offers nothing we know counts as older, as existing backends count it.
        if own.iter().max().copied() > known().max() {
            Err(NoCommonVersion::RemoteTooOld)
        } else {
            Err(NoCommonVersion::RemoteTooNew)
        }
    }
}

impl Serialize for VersionInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("VersionInfo", 2)?;
        record.serialize_field("supported_versions", &self.supported_versions)?;
        record.serialize_field("supported", &[0, 1])?;
        record.end()
    }
}

fn only_version_0() -> Vec<i64> {
    vec![0]
}

fn numbers_or_version_0<'de, D>(deserializer: D) -> Result<Vec<i64>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    #[derive(Deserialize)]
    struct Number(#[serde(deserialize_with = "crate::integer::deserialize")] i64);

    let numbers: Option<Vec<Number>> = Deserialize::deserialize(deserializer)?;
    Ok(numbers.map_or_else(only_version_0, |numbers| {
        numbers.into_iter().map(|number| number.0).collect()
    }))
}

/// Two backends have no version in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCommonVersion {
    /// The remote backend must be upgraded.
    #[error("Version negotiation failed: the remote backend is too old")]
    RemoteTooOld,
    /// This backend must be upgraded.
    #[error("Version negotiation failed: the remote backend is too new")]
    RemoteTooNew,
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for VersionInfo {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VersionInfo".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let numbers = |description: &str| {
            schemars::json_schema!({
                "type": "array",
                "description": description,
                "items": {"type": "integer", "format": "int64"},
            })
        };
        let versions = numbers(
            "The versions that the backend speaks, ascending. Missing on backends that speak version 0 only.",
        );
        let supported = numbers("Always [0, 1], for readers from before March 2024. Ignore it.");
        schemars::json_schema!({
            "type": "object",
            "description": "The versions of the federation API that a backend speaks.",
            "properties": {"supported_versions": versions, "supported": supported},
            "required": ["supported_versions", "supported"],
            "examples": [{"supported_versions": [0, 1, 2, 3], "supported": [0, 1]}],
        })
    }
}
