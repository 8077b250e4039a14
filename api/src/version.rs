//! Versions of the federation API and ranges of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scalar::{arbitrary, scalar_schema};

/// A version of the federation API.
///
/// A bare decimal number in JSON and in the header `X-Wire-API-Version`; `v0` to `v3` in texts and
/// paths.
///
/// Source: `transport.md` §9.1, `common-types.md` §9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Version {
    /// What every backend speaks, and what a call without a version header means.
    #[default]
    V0 = 0,
    /// Negotiable since April 2024.
    V1 = 1,
    /// October 2024.
    V2 = 2,
    /// May 2025.
    V3 = 3,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 4] = [Self::V0, Self::V1, Self::V2, Self::V3];
    /// The newest version that this crate knows.
    pub const NEWEST: Self = Self::V3;

    /// The version as it stands on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The version of this number, if this crate knows it.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::V0),
            1 => Some(Self::V1),
            2 => Some(Self::V2),
            3 => Some(Self::V3),
            _ => None,
        }
    }
}

/// `v0` to `v3`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.number())
    }
}

/// A number or text that is no version of the federation API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no version of the federation API, which has 0 to {newest}", newest = Version::NEWEST.number())]
pub struct UnknownVersion(pub String);

/// Reads `2`, `v2` and `V2`.
impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
        Some(digits)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .and_then(Self::from_number)
            .ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number: i64 = crate::integer::deserialize(deserializer)?;
        Self::from_number(number)
            .ok_or_else(|| serde::de::Error::custom(UnknownVersion(number.to_string())))
    }
}

scalar_schema!(Version, {
    "type": "integer",
    "description": "A version of the federation API.",
    "enum": [0, 1, 2, 3]
});

arbitrary!(Version, proptest::sample::select(&Version::ALL[..]));

/// A half-open range of versions: from `from` on, up to but without `until`.
///
/// ```
/// use federation_api::{Version, VersionRange};
///
/// let range = VersionRange::ALL.from(Version::V1).until(Version::V3);
/// assert!(range.contains(Version::V2));
/// assert!(!range.contains(Version::V3));
/// assert_eq!(range.to_string(), "v1 to v2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VersionRange {
    from: Version,
    until: Option<Version>,
}

impl VersionRange {
    /// Every version.
    pub const ALL: Self = Self {
        from: Version::V0,
        until: None,
    };

    /// The same range, beginning at `from`.
    ///
    /// # Panics
    ///
    /// When nothing is left of the range. In a constant this is a compile error.
    #[must_use]
    pub const fn from(self, from: Version) -> Self {
        Self { from, ..self }.checked()
    }

    /// The same range, ending before `until`.
    ///
    /// # Panics
    ///
    /// When nothing is left of the range. In a constant this is a compile error.
    #[must_use]
    pub const fn until(self, until: Version) -> Self {
        Self {
            until: Some(until),
            ..self
        }
        .checked()
    }

    const fn checked(self) -> Self {
        if let Some(until) = self.until {
            assert!(
                (self.from as u8) < until as u8,
                "a version range must end after it begins"
            );
        }
        self
    }

    /// The first version of the range.
    #[must_use]
    pub const fn first(self) -> Version {
        self.from
    }

    /// The first version after the range, `None` if it has no end.
    #[must_use]
    pub const fn end(self) -> Option<Version> {
        self.until
    }

    /// Whether the range has no bound that a version could miss.
    #[must_use]
    pub const fn is_all(self) -> bool {
        matches!(self.from, Version::V0) && self.until.is_none()
    }

    /// Whether the two ranges have a version in common.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        const fn ends_before(one: VersionRange, other: VersionRange) -> bool {
            match one.until {
                Some(until) => until as u8 <= other.from as u8,
                None => false,
            }
        }
        !ends_before(self, other) && !ends_before(other, self)
    }

    /// Whether `version` lies in the range.
    #[must_use]
    pub const fn contains(self, version: Version) -> bool {
        self.from as u8 <= version as u8
            && match self.until {
                Some(until) => (version as u8) < until as u8,
                None => true,
            }
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.until {
            None if self.from == Version::V0 => f.write_str("all versions"),
            None => write!(f, "{} and newer", self.from),
            Some(until) => {
                let last = Version::from_number(i64::from(until.number()) - 1).unwrap_or(self.from);
                if last == self.from {
                    write!(f, "{last} only")
                } else {
                    write!(f, "{} to {last}", self.from)
                }
            }
        }
    }
}
