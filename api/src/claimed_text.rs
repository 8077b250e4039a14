//! Names that have a grammar which their readers do not check.

/// Declares a text whose grammar holds for what is made here (`FromStr`), not for what is read: readers
/// of the protocol take every string, and so it may stand in documents of others. It is kept and written
/// as it came.
///
/// The function says what is wrong with a text, if anything is.
macro_rules! claimed_text {
    (
        $(#[$docs:meta])+
        pub struct $name:ident, $error:ident: |$text:ident| $fault:expr;
        strategy $pattern:literal;
        schema $schema:tt
    ) => {
        $(#[$docs])+
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name($crate::text::Text);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether the text keeps to the grammar. One that was read need not.
            #[must_use]
            pub fn is_well_formed(&self) -> bool {
                Self::check(&self.0).is_ok()
            }

            /// The same for a text that was read.
            pub(crate) const fn unchecked(text: $crate::text::Text) -> Self {
                Self(text)
            }

            fn check($text: &str) -> Result<(), $error> {
                $fault
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::check(text)?;
                Ok(Self(text.into()))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.as_str())
            }
        }

        $crate::scalar::scalar_schema!($name, $schema);

        $crate::scalar::arbitrary!($name, {
            let well_formed = $pattern.prop_map($crate::text::Text::from);
            prop_oneof![4 => well_formed, 1 => any::<$crate::text::Text>()].prop_map($name)
        });
    };
}

pub(crate) use claimed_text;
