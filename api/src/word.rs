//! Enumerations that travel as one word.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::novelty;
use crate::text::Text;

/// A text that is none of the words of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {what}: expected one of {}", list(.expected))]
pub struct UnknownWord {
    /// What the enumeration is called.
    pub what: &'static str,
    /// The words that it knows. Letter case matters.
    pub expected: &'static [&'static str],
    /// The text, shortened if it is long.
    pub found: String,
}

fn list(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// A word of an enumeration in an answer, where a peer that is newer than this crate may use one that
/// this crate does not know.
///
/// Source: `history.md` §7.1 (rule R23).
///
/// ```
/// use federation_api::permission::Permission;
/// use federation_api::word::Word;
///
/// let word: Word<Permission> = serde_json::from_str(r#""leave_conversation""#)?;
/// assert_eq!(word, Permission::LeaveConversation.into());
/// let word: Word<Permission> = serde_json::from_str(r#""sing""#)?;
/// assert_eq!(word.known(), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word<T> {
    /// A word that the enumeration has.
    Known(T),
    /// Another word, kept as it came from a newer peer.
    Unknown(Text),
}

impl<T> Word<T> {
    /// The word, if the enumeration has it.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(word) => Some(word),
            Self::Unknown(_) => None,
        }
    }
}

impl<T: Default> Default for Word<T> {
    fn default() -> Self {
        Self::Known(T::default())
    }
}

impl<T> From<T> for Word<T> {
    fn from(word: T) -> Self {
        Self::Known(word)
    }
}

impl<T: fmt::Display> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(word) => word.fmt(f),
            Self::Unknown(text) => text.fmt(f),
        }
    }
}

impl<T: Serialize> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(word) => word.serialize(serializer),
            Self::Unknown(text) => text.serialize(serializer),
        }
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Ok(if let Ok(word) = text.parse() {
            Self::Known(word)
        } else {
            novelty::met();
            Self::Unknown(text)
        })
    }
}

#[cfg(feature = "openapi")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Word<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        format!("Word<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<T>()
    }
}

/// Known words only: what is written is what the schema describes.
#[cfg(feature = "proptest")]
impl<T: proptest::arbitrary::Arbitrary + 'static> proptest::arbitrary::Arbitrary for Word<T> {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy;
        proptest::arbitrary::any::<T>()
            .prop_map(Self::Known)
            .boxed()
    }
}

/// Declares an enumeration whose values are written as JSON strings, in the given order.
///
/// Read from exactly these words; any other makes the enclosing document fail. (The derive of serde
/// would take `{"word": null}` as well.)
macro_rules! words {
    (
        $(#[doc = $doc:expr])+
        $(#[default = $default:ident])?
        pub enum $name:ident: $what:literal {
            $($(#[doc = $word_doc:expr])+ $word:ident = $text:literal,)+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $word_doc])+ $word,)+
        }

        impl $name {
            /// All values, in order.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            const WORDS: &'static [&'static str] = &[$($text),+];

            /// The value as it stands on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)+
                }
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?

        impl std::str::FromStr for $name {
            type Err = $crate::word::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$word),)+
                    _ => Err($crate::word::UnknownWord {
                        what: $what,
                        expected: Self::WORDS,
                        found: $crate::excerpt::excerpt(text),
                    }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        $crate::scalar::text_scalar!($name, $what, |word, serializer| serializer
            .serialize_str(word.as_str()));

        #[cfg(feature = "openapi")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut description = $crate::word::paragraphs(&[$($doc),+]);
                description.push('\n');
                $(
                    description.push_str(concat!("\n- `", $text, "`: "));
                    description.push_str(&$crate::word::paragraphs(&[$($word_doc),+]));
                )+
                schemars::json_schema!({
                    "type": "string",
                    "enum": [$($text),+],
                    "description": description,
                })
            }
        }

        $crate::scalar::arbitrary!($name, proptest::sample::select($name::ALL));
    };
}

/// The lines of a doc comment as one text, without the notes for readers of the sources.
#[cfg(feature = "openapi")]
pub(crate) fn paragraphs(lines: &[&str]) -> String {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| line.trim())
        .take_while(|line| !line.starts_with("Source: ") && !line.starts_with("```"))
        .collect();
    lines.join("\n").trim_end().to_owned()
}

pub(crate) use words;
