//! Assets: files that users share, encrypted by their clients.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use crate::excerpt::excerpt;
use crate::record::record;
use crate::scalar::{arbitrary, scalar_schema, text_scalar};
use crate::word::words;
use crate::{AssetId, IdError, OfRecipient, OfSender, UserId};

/// How long an asset is kept: a digit inside of its key.
///
/// Source: `common-types.md` §5.8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AssetRetention {
    /// For ever.
    Eternal = 1,
    /// For ever too; deprecated.
    Persistent = 2,
    /// 28 days.
    Volatile = 3,
    /// For ever, on storage for what is seldom read.
    EternalInfrequentAccess = 4,
    /// 365 days.
    Expiring = 5,
}

impl AssetRetention {
    /// All retentions, by number.
    pub const ALL: [Self; 5] = [
        Self::Eternal,
        Self::Persistent,
        Self::Volatile,
        Self::EternalInfrequentAccess,
        Self::Expiring,
    ];

    /// The digit inside of the asset's key, 1 to 5.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The retention of this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.number() == number)
    }
}

/// Names an asset on the backend that stores it: `3-<retention>-<id>`.
///
/// The domain of the backend is never part of it. Leading zeros of the two numbers are read and not
/// written.
///
/// Source: `common-types.md` §5.8.
///
/// ```
/// use federation_api::asset::{AssetKey, AssetRetention};
///
/// let key: AssetKey = "3-5-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77".parse()?;
/// assert_eq!(key.retention, AssetRetention::Expiring);
/// # Ok::<(), federation_api::asset::AssetKeyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetKey {
    /// How long the asset is kept. Informational: the storage enforces it.
    pub retention: AssetRetention,
    /// The id of the asset.
    pub id: AssetId,
}

/// Why a text is no [`AssetKey`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssetKeyError {
    /// Not three parts with a hyphen between them.
    #[error("`{0}` is no asset key: write 3-<retention>-<UUID>")]
    Form(String),
    /// Another version than 3.
    #[error("`{0}` is no version of asset keys, the only one is 3")]
    Version(String),
    /// No known retention.
    #[error("`{0}` is no retention of assets, which is a number from 1 to 5")]
    Retention(String),
    /// The last part is no id.
    #[error(transparent)]
    Id(#[from] IdError),
}

impl FromStr for AssetKey {
    type Err = AssetKeyError;

    fn from_str(text: &str) -> Result<Self, AssetKeyError> {
        // The form in which keys are written, and nearly all that are read.
        if let Some(([b'3', b'-', digit @ b'1'..=b'5', b'-'], id)) =
            text.as_bytes().split_first_chunk()
            && let Some(retention) = AssetRetention::from_number(digit - b'0')
            && id.len() == 36
        {
            let id = text[4..].parse()?;
            return Ok(Self { retention, id });
        }
        let mut parts = text.splitn(3, '-');
        let (Some(version), Some(retention), Some(id)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(AssetKeyError::Form(excerpt(text)));
        };
        if small_number(version) != Some(3) {
            return Err(AssetKeyError::Version(excerpt(version)));
        }
        let retention = small_number(retention)
            .and_then(AssetRetention::from_number)
            .ok_or_else(|| AssetKeyError::Retention(excerpt(retention)))?;
        Ok(Self {
            retention,
            id: id.parse()?,
        })
    }
}

/// The number that some digits denote, if it has one digit after leading zeros.
fn small_number(digits: &str) -> Option<u8> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match digits.trim_start_matches('0') {
        "" => Some(0),
        number => number.parse().ok(),
    }
}

impl AssetKey {
    /// The text, in a buffer that has the version and all hyphens.
    fn write<'a>(&self, buffer: &'a mut [u8; 40]) -> &'a str {
        buffer[2] = b'0' + self.retention.number();
        let id = self.id.as_uuid().as_hyphenated();
        id.encode_lower(&mut buffer[4..]);
        // Digits, letters and hyphens are text.
        std::str::from_utf8(buffer).unwrap_or_default()
    }
}

impl fmt::Display for AssetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3-{}-{}", self.retention.number(), self.id)
    }
}

text_scalar!(
    AssetKey,
    "an asset key, such as \"3-5-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77\"",
    |key, serializer| {
        let mut buffer = *b"3-r-????????-????-????-????-????????????";
        serializer.serialize_str(key.write(&mut buffer))
    }
);

scalar_schema!(AssetKey, {
    "type": "string",
    "description": "Names an asset on the backend that stores it: `3-<retention>-<id>`. The retention is 1 or 2 (for ever), 3 (28 days), 4 (for ever, seldom read) or 5 (365 days).",
    "pattern": "^0*3-0*[1-5]-[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
    "examples": ["3-5-6a1d0c9e-2f5b-4f7a-8a34-9c5d2be01f77"]
});

arbitrary!(
    AssetKey,
    (
        proptest::sample::select(&AssetRetention::ALL[..]),
        any::<AssetId>()
    )
        .prop_map(|(retention, id)| AssetKey { retention, id })
);

words! {
    /// Which rendition of a picture an asset is.
    ///
    /// Source: `common-types.md` §10.
    pub enum AssetSize: "an asset size" {
        /// Small, for lists.
        Preview = "preview",
        /// In full size.
        Complete = "complete",
    }
}

/// Opens one asset to whoever knows it: a secret.
///
/// Text from `A`–`Z`, `a`–`z`, `0`–`9`, `-`, `_` and `=`, of any length, also none; never decoded and
/// written as it came. An empty token is not the same as no token. Is not printed by `Debug`, and
/// compared in a time that tells nothing about where two tokens differ.
///
/// Source: `cargohold.md` §4.3.
///
/// ```
/// use federation_api::asset::AssetToken;
///
/// let token: AssetToken = "q0Jr2mXw6bT1c-_9uKf3Zg==".parse()?;
/// assert_eq!(format!("{token:?}"), "AssetToken(secret)");
/// assert!(!token.matches(&AssetToken::random()));
/// # Ok::<(), federation_api::asset::AssetTokenError>(())
/// ```
#[derive(Clone)]
pub struct AssetToken(SmolStr);

/// A text that is no [`AssetToken`]. The text is not repeated, as it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "an asset token consists of A to Z, a to z, 0 to 9, `-`, `_` and `=`; this one has {character:?}"
)]
pub struct AssetTokenError {
    /// The first character that is not allowed.
    pub character: char,
}

impl AssetToken {
    /// A new token: 16 random bytes in Base64 for URLs.
    #[must_use]
    pub fn random() -> Self {
        // Two random UUIDs hold 244 random bits; the hash spreads them over all bits.
        let mut digest = Sha256::new();
        digest.update(uuid::Uuid::new_v4().as_bytes());
        digest.update(uuid::Uuid::new_v4().as_bytes());
        Self(URL_SAFE.encode(&digest.finalize()[..16]).into())
    }

    /// The secret itself, to be stored or sent.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether both are the same token, in a time that depends on their lengths only.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        let (one, other) = (self.0.as_bytes(), other.0.as_bytes());
        let differing = one
            .iter()
            .zip(other)
            .fold(0, |bits, (a, b)| std::hint::black_box(bits | (a ^ b)));
        one.len() == other.len() && differing == 0
    }
}

impl PartialEq for AssetToken {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl Eq for AssetToken {}

impl fmt::Debug for AssetToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AssetToken(secret)")
    }
}

impl FromStr for AssetToken {
    type Err = AssetTokenError;

    fn from_str(text: &str) -> Result<Self, AssetTokenError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '=');
        match text.chars().find(|c| !allowed(*c)) {
            Some(character) => Err(AssetTokenError { character }),
            None => Ok(Self(SmolStr::new(text))),
        }
    }
}

impl Serialize for AssetToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AssetToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = crate::text::Text::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

scalar_schema!(AssetToken, {
    "type": "string",
    "description": "Opens one asset to whoever knows it: a secret. Keep it as it is.",
    "pattern": "^[A-Za-z0-9_=-]*$",
    "examples": ["q0Jr2mXw6bT1c-_9uKf3Zg=="]
});

arbitrary!(
    AssetToken,
    "[A-Za-z0-9_=-]{0,26}".prop_map(|text| text.parse().expect("the pattern is the grammar"))
);

/// Asks for an asset: the request of `get-asset` and of `stream-asset`.
///
/// Source: `cargohold.md` §4.1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct GetAsset {
    /// The user that wants the asset.
    pub user: OfSender<UserId>,
    /// The asset.
    pub key: OfRecipient<AssetKey>,
    /// The token of the asset, if the user has one. Public assets are had without a token only.
    #[serde(default)]
    pub token: Option<AssetToken>,
}

record!(GetAsset);

/// Whether the user may have the asset: the answer of `get-asset`.
///
/// Source: `cargohold.md` §4.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct GetAssetResponse {
    /// Whether `stream-asset` will give the asset.
    pub available: bool,
}

record!(GetAssetResponse);
