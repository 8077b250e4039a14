//! Reading and writing the JSON of bodies: fast when all is well, exact when it is not.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::excerpt::without_middle;
use crate::{Audience, novelty};

/// Reads a body.
///
/// The text is checked to be UTF-8 once, then decoded plainly. Only if that fails it is decoded again
/// in a slower way that finds out where the fault is.
///
/// ```
/// use federation_api::{UserId, json};
///
/// let error = json::decode::<Vec<UserId>>(br#"["0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11", 7]"#)
///     .expect_err("7 is no user");
/// assert_eq!(error.path(), "[1]");
/// ```
///
/// # Errors
///
/// [`DecodeError`] names the place in the document and what was expected there.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|error| DecodeError {
        path: String::new(),
        reason: format!("not UTF-8 after byte {}", error.valid_up_to()),
    })?;
    serde_json::from_str(text).map_err(|fault| locate::<T>(text, &fault))
}

/// A body that was read, and how much of it this crate does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted<T> {
    /// What it says.
    pub value: T,
    /// How many alternatives of sums and words of enumerations in it are of a newer peer. They were
    /// kept as they came.
    pub unknown: usize,
}

/// Reads a body as [`decode`] does, and notes how much of it is unknown: for those who count.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_noting<T: DeserializeOwned>(body: &[u8]) -> Result<Noted<T>, DecodeError> {
    let (read, unknown) = novelty::counting(|| decode(body));
    read.map(|value| Noted { value, unknown })
}

/// Reads the body again, keeping track of the place where it fails.
fn locate<T: DeserializeOwned>(text: &str, fault: &serde_json::Error) -> DecodeError {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(error) => {
            let path = error.path().to_string();
            let path = if path == "." { "" } else { &path };
            DecodeError::new(path, error.inner())
        }
        // The value is whole, so the fault is behind it: trailing characters.
        Ok(_) => DecodeError::new("", fault),
    }
}

/// Writes a body for this reader.
///
/// # Errors
///
/// When the value has no JSON form, such as a map whose keys are no text. No type of this crate is
/// like that.
pub fn encode<T>(value: &T, audience: Audience) -> Result<Vec<u8>, serde_json::Error>
where
    T: Serialize + ?Sized,
{
    encode_sized(value, audience, 0)
}

/// Writes a body as [`encode`] does, into memory that has room for so many bytes from the beginning.
/// Who knows about how long such bodies are spares the growing of long ones.
///
/// # Errors
///
/// As [`encode`].
pub fn encode_sized<T>(
    value: &T,
    audience: Audience,
    expected: usize,
) -> Result<Vec<u8>, serde_json::Error>
where
    T: Serialize + ?Sized,
{
    // Less is not worth another allocation.
    let mut body = Vec::with_capacity(expected.max(128));
    audience.write(|| serde_json::to_writer(&mut body, value))?;
    Ok(body)
}

/// A body that is not the JSON that was expected.
///
/// What it repeats of the body is short, however long the body is: a few hundred characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    reason: String,
}

impl DecodeError {
    fn new(path: &str, fault: &serde_json::Error) -> Self {
        Self {
            path: without_middle(path),
            reason: without_middle(&fault.to_string()),
        }
    }

    /// The place in the document, such as `users[3].qualified_id.domain`; empty for the document as
    /// a whole. If it is very long, its middle is left out.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected, what was found, and the line and column in the text. If what was found is very
    /// long, its middle is left out.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.reason)
        } else {
            write!(f, "{}: {}", self.path, self.reason)
        }
    }
}

impl std::error::Error for DecodeError {}
