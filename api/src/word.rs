//! Enumerations that travel as one word.

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
