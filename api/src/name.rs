//! What users are called and say of themselves: texts of limited length.

use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

use crate::scalar::{arbitrary, scalar_schema, text_scalar};

/// A text that is too short or too long for what it is to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} has {min} to {max} characters, this one has {found}")]
pub struct LengthError {
    /// What the text was to be.
    pub what: &'static str,
    /// The fewest characters allowed.
    pub min: usize,
    /// The most characters allowed.
    pub max: usize,
    /// How many there are: Unicode code points, not bytes.
    pub found: usize,
}

macro_rules! limited_text {
    (
        $(#[$docs:meta])*
        $name:ident, $min:literal to $max:literal,
        $what:literal, $expected:literal, $pattern:literal, $schema:tt
    ) => {
        $(#[$docs])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(SmolStr);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = LengthError;

            fn from_str(text: &str) -> Result<Self, LengthError> {
                // A character has one to four bytes, so most texts need no counting.
                if (4 * $min..=$max).contains(&text.len()) {
                    return Ok(Self(SmolStr::new(text)));
                }
                let found = text.chars().count();
                if ($min..=$max).contains(&found) {
                    Ok(Self(SmolStr::new(text)))
                } else {
                    Err(LengthError {
                        what: $what,
                        min: $min,
                        max: $max,
                        found,
                    })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        text_scalar!($name, $expected, |text, serializer| serializer
            .serialize_str(&text.0));

        scalar_schema!($name, $schema);

        arbitrary!(
            $name,
            $pattern.prop_map(|text| text.parse().expect("of a length within the limits"))
        );
    };
}

limited_text! {
    /// The name of a user, as the user likes to be called.
    ///
    /// 1 to 128 Unicode code points of any kind, control characters included; nothing is trimmed.
    ///
    /// Source: `common-types.md` §5.5.
    Name, 1 to 128, "a name", "a name of 1 to 128 characters", "(?s).{1,128}", {
        "type": "string",
        "description": "The name of a user, as the user likes to be called.",
        "minLength": 1,
        "maxLength": 128,
        "examples": ["Mira K."]
    }
}

limited_text! {
    /// A line that a user shows beside its name.
    ///
    /// 1 to 256 Unicode code points of any kind; nothing is trimmed.
    ///
    /// Source: `common-types.md` §5.5.
    TextStatus, 1 to 256, "a text status", "a text status of 1 to 256 characters", "(?s).{1,256}", {
        "type": "string",
        "description": "A line that a user shows beside its name.",
        "minLength": 1,
        "maxLength": 256,
        "examples": ["on holiday"]
    }
}

limited_text! {
    /// What an app is for, in a few words.
    ///
    /// 0 to 300 Unicode code points.
    ///
    /// Source: `brig.md` §5.3.
    AppDescription, 0 to 300, "the description of an app", "a description of at most 300 characters",
    "(?s).{0,300}", {
        "type": "string",
        "description": "What an app is for, in a few words.",
        "maxLength": 300,
        "examples": ["Reminds the team of open reviews."]
    }
}
