//! The unique name of a user on its backend.

use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

use crate::excerpt::excerpt;
use crate::scalar::{arbitrary, scalar_schema, text_scalar};

/// The unique name that a user chose on its backend, such as `mira.k-2`.
///
/// 2 to 256 characters from `a`–`z`, `0`–`9`, `_`, `.` and `-`. Capitals are refused, not folded; the
/// `@` that people write in front is not part of it.
///
/// Source: `common-types.md` §5.4.
///
/// ```
/// use federation_api::Handle;
///
/// let handle: Handle = "mira.k-2".parse()?;
/// assert_eq!(handle.as_str(), "mira.k-2");
/// assert!("Mira".parse::<Handle>().is_err());
/// # Ok::<(), federation_api::HandleError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(SmolStr);

impl Handle {
    /// The handle as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no [`Handle`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandleError {
    /// Fewer than 2 or more than 256 characters.
    #[error("a handle has 2 to 256 characters, this one has {0}")]
    Length(usize),
    /// A character that is not allowed.
    #[error("`{found}` is no handle: {character:?} is not among a to z, 0 to 9, `_`, `.` and `-`")]
    Character {
        /// The first such character.
        character: char,
        /// The text, shortened if it is long.
        found: String,
    },
}

impl FromStr for Handle {
    type Err = HandleError;

    fn from_str(text: &str) -> Result<Self, HandleError> {
        let allowed = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
        if let Some(at) = text.bytes().position(|b| !allowed(b)) {
            // What comes before is ASCII, so a character begins here.
            let character = text[at..].chars().next().unwrap_or_default();
            return Err(HandleError::Character {
                character,
                found: excerpt(text),
            });
        }
        // Only ASCII is left, so bytes are characters.
        if !(2..=256).contains(&text.len()) {
            return Err(HandleError::Length(text.len()));
        }
        Ok(Self(SmolStr::new(text)))
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Handle {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

text_scalar!(
    Handle,
    "a handle, such as \"mira.k-2\"",
    |handle, serializer| serializer.serialize_str(&handle.0)
);

scalar_schema!(Handle, {
    "type": "string",
    "description": "The unique name that a user chose on its backend.",
    "minLength": 2,
    "maxLength": 256,
    "pattern": "^[a-z0-9_.-]{2,256}$",
    "examples": ["mira.k-2"]
});

arbitrary!(
    Handle,
    "[a-z0-9_.-]{2,24}".prop_map(|text| text.parse().expect("the pattern is the grammar"))
);
