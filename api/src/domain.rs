//! The DNS name that stands for a backend.

use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

use crate::scalar::{arbitrary, scalar_schema, text_scalar};

/// The DNS name by which a backend is known; it qualifies every id that the backend owns.
///
/// At least two labels of 1 to 63 ASCII letters, digits and inner hyphens, separated by dots; the
/// last label does not begin with a digit, so an IPv4 address is no domain. The single label
/// `localhost` is the one exception. At most 253 characters. Letter case is folded: a domain is
/// kept, compared and written in lower case.
///
/// Cloning is cheap: up to 23 bytes are stored in place, longer names are shared.
///
/// Source: `common-types.md` §5.3, `transport.md` §2.
///
/// ```
/// use federation_api::Domain;
///
/// let domain: Domain = "Chat.Alpha.Example".parse()?;
/// assert_eq!(domain.as_str(), "chat.alpha.example");
/// assert!("192.0.2.1".parse::<Domain>().is_err());
/// # Ok::<(), federation_api::DomainError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(SmolStr);

impl Domain {
    /// The domain in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no [`Domain`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DomainError {
    /// Longer than 253 characters.
    #[error("a domain has at most 253 characters, this one has {0}")]
    TooLong(usize),
    /// Only one label, and not `localhost`.
    #[error("a domain has at least two labels separated by a dot, `{0}` has one")]
    SingleLabel(String),
    /// A label that breaks the rules for labels.
    #[error("`{0}` is no label of a domain: 1 to 63 ASCII letters, digits and inner hyphens")]
    Label(String),
    /// The last label begins with a digit, as in an IPv4 address.
    #[error("the last label of a domain begins with a letter, `{0}` does not")]
    NumericTopLevel(String),
}

impl FromStr for Domain {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, DomainError> {
        if text.len() > 253 {
            return Err(DomainError::TooLong(text.chars().count()));
        }
        // One look at each byte: nearly every document has domains, some have thousands.
        let (mut last, mut capitals) = (0, false);
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'-' => {}
                b'A'..=b'Z' => capitals = true,
                b'.' => {
                    check_label(&text[last..at])?;
                    last = at + 1;
                }
                _ => {
                    let label = text[last..].split('.').next().unwrap_or_default();
                    return Err(DomainError::Label(label.to_owned()));
                }
            }
        }
        check_label(&text[last..])?;
        if last == 0 && !text.eq_ignore_ascii_case("localhost") {
            return Err(DomainError::SingleLabel(text.to_owned()));
        }
        if text.as_bytes()[last].is_ascii_digit() {
            return Err(DomainError::NumericTopLevel(text[last..].to_owned()));
        }
        Ok(Self(if capitals {
            shared(&text.to_ascii_lowercase())
        } else {
            shared(text)
        }))
    }
}

/// What a [`SmolStr`] holds in place.
const IN_PLACE: usize = 23;

thread_local! {
    /// The last few names that are too long to be held in place. A document has the same few domains again
    /// and again: each is kept in memory once, not once for each id.
    static LATELY: RefCell<([SmolStr; 4], usize)> =
        const { RefCell::new(([const { SmolStr::new_static("") }; 4], 0)) };
}

/// The name, sharing its memory with an equal one that was read lately.
fn shared(name: &str) -> SmolStr {
    if name.len() <= IN_PLACE {
        return SmolStr::new(name);
    }
    let found = LATELY.try_with(|lately| {
        let (names, next) = &mut *lately.borrow_mut();
        if let Some(known) = names.iter().find(|known| *known == name) {
            return known.clone();
        }
        let new = SmolStr::new(name);
        names[*next] = new.clone();
        *next = (*next + 1) % names.len();
        new
    });
    // A thread that ends has no such memory any more.
    found.unwrap_or_else(|_| SmolStr::new(name))
}

/// Checks the length of a label and its hyphens; which characters it has is known.
fn check_label(label: &str) -> Result<(), DomainError> {
    if (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-') {
        Ok(())
    } else {
        Err(DomainError::Label(label.to_owned()))
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Domain {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

text_scalar!(
    Domain,
    "a domain, such as \"chat.alpha.example\"",
    |domain, serializer| serializer.serialize_str(&domain.0)
);

scalar_schema!(Domain, {
    "type": "string",
    "description": "The DNS name by which a backend is known. Compared without regard to letter case.",
    "minLength": 3,
    "maxLength": 253,
    "pattern": "^(?:[Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt]|(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)$",
    "examples": ["chat.alpha.example"]
});

arbitrary!(
    Domain,
    "([a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?\\.){1,3}[a-z]([a-z0-9-]{0,8}[a-z0-9])?"
        .prop_map(|text| text.parse().expect("the pattern is the grammar"))
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_share_their_memory() {
        let long: Vec<Domain> = ["a", "b", "a", "c", "b", "A", "d", "e", "e"]
            .iter()
            .map(|label| format!("{label}.division-of-labour.example"))
            .map(|name| name.parse().unwrap())
            .collect();
        let same = |one: usize, other: usize| {
            assert_eq!(long[one], long[other]);
            std::ptr::eq(long[one].as_str(), long[other].as_str())
        };
        assert!(same(0, 2) && same(1, 4) && same(0, 5) && same(7, 8));
        assert_ne!(long[0], long[1]);
    }
}
