//! Bytes that travel as Base64 text.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use base64::Engine as _;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::excerpt::excerpt;
use crate::scalar::{arbitrary, scalar_schema, text_scalar};

/// Bytes, written as Base64 text with the standard alphabet (`+`, `/`) and padding.
///
/// Read strictly: correct padding, no blanks or line breaks, and the unused bits of the last symbol
/// are zero, so that there is one text for any bytes. No bytes are the empty text. Cloning is cheap.
///
/// Source: `common-types.md` §5.9, RFC 4648 §4.
///
/// ```
/// use federation_api::base64::Base64Bytes;
///
/// let bytes: Base64Bytes = "3q2+7w==".parse()?;
/// assert_eq!(bytes.as_ref(), [0xde, 0xad, 0xbe, 0xef]);
/// assert_eq!(bytes.to_string(), "3q2+7w==");
/// # Ok::<(), federation_api::base64::Base64Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64Bytes(pub Bytes);

/// A text that is no canonical Base64.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no Base64 with the standard alphabet and padding: {reason}")]
pub struct Base64Error {
    /// The text, shortened if it is long.
    pub found: String,
    /// What is wrong with it.
    pub reason: String,
}

impl FromStr for Base64Bytes {
    type Err = Base64Error;

    fn from_str(text: &str) -> Result<Self, Base64Error> {
        match STANDARD.decode(text) {
            Ok(bytes) => Ok(Self(bytes.into())),
            Err(error) => Err(Base64Error {
                found: excerpt(text),
                reason: error.to_string(),
            }),
        }
    }
}

impl fmt::Display for Base64Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Base64Display::new(&self.0, &STANDARD).fmt(f)
    }
}

impl Deref for Base64Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Base64Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Bytes> for Base64Bytes {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for Base64Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<&'static [u8]> for Base64Bytes {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Bytes::from_static(bytes))
    }
}

impl From<Base64Bytes> for Bytes {
    fn from(bytes: Base64Bytes) -> Bytes {
        bytes.0
    }
}

text_scalar!(Base64Bytes, "bytes as Base64 text");

scalar_schema!(Base64Bytes, {
    "type": "string",
    "description": "Bytes as Base64 text, with the standard alphabet, padding, and no line breaks.",
    "contentEncoding": "base64",
    "pattern": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$",
    "examples": ["3q2+7w=="]
});

arbitrary!(
    Base64Bytes,
    proptest::collection::vec(any::<u8>(), 0..40).prop_map(Base64Bytes::from)
);

/// Implements what a newtype over [`Base64Bytes`] has from it.
macro_rules! base64_newtype {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(
            Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
        pub struct $name(pub $crate::base64::Base64Bytes);

        impl<T: Into<$crate::base64::Base64Bytes>> From<T> for $name {
            fn from(bytes: T) -> Self {
                Self(bytes.into())
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }
    };
}

pub(crate) use base64_newtype;
