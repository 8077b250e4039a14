//! The macro that declares the errors.

/// Declares [`GalleyError`](super::GalleyError) from rows of meaning, name, tag, and the status and
/// label that clients are told. The errors that say more than their name are written out here.
///
/// Not `tagged!`, which would make a named schema of each of the 82.
macro_rules! galley_errors {
    (
        $(#[doc = $doc:expr])+
        pub enum $name:ident {
            $(
                $(#[doc = $alt_doc:expr])+
                $alt:ident = $text:literal $(($status:literal, $label:literal))?,
            )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            /// The user's permissions in the team do not suffice; the content is the one that is
            /// missing, where there is one to name.
            MissingPermission(Option<Word<TeamPermission>>),
            /// The user's role in the conversation does not grant this permission.
            ActionDenied(Word<Permission>),
            $($(#[doc = $alt_doc])+ $alt,)+
            /// An error that this crate does not know, kept as it came from a newer peer or from one
            /// of the time of an error that is gone.
            Unknown(UnknownTag),
        }

        impl $name {
            /// The tags of all errors, in no order that means anything.
            pub const TAGS: &'static [&'static str] = &["MissingPermission", "ActionDenied", $($text),+];

            #[cfg(feature = "openapi")]
            const PLAIN: &'static [Meaning] = &[
                $(Meaning {
                    tag: $text,
                    answer: described!($($status, $label)?),
                    docs: &[$($alt_doc),+],
                },)+
            ];

            /// The name of the error on the wire.
            #[must_use]
            pub fn tag(&self) -> &str {
                match self {
                    Self::MissingPermission(_) => "MissingPermission",
                    Self::ActionDenied(_) => "ActionDenied",
                    $(Self::$alt => $text,)+
                    Self::Unknown(unknown) => unknown.tag(),
                }
            }

            /// The HTTP status and the label of the error that the caller's backend gives its own
            /// client in turn. `None` for the one error that has none, and for unknown ones.
            #[must_use]
            pub const fn status_and_label(&self) -> Option<(u16, &'static str)> {
                match self {
                    Self::MissingPermission(_) => Some((403, "operation-denied")),
                    Self::ActionDenied(_) => Some((403, "action-denied")),
                    $($(Self::$alt => Some(($status, $label)),)?)+
                    _ => None,
                }
            }
        }

        impl Tagged for $name {
            const TAG: &'static str = "tag";
            const CONTENT: &'static str = "contents";
            const NAMES: &'static [&'static str] = Self::TAGS;
            const KEEPS_UNKNOWN: bool = true;

            fn without_content(tag: &str) -> Option<Self> {
                match tag {
                    $($text => Some(Self::$alt),)+
                    _ => None,
                }
            }

            fn read_content<'de, D: Deserializer<'de>>(
                tag: &str,
                content: D,
            ) -> Result<Self, D::Error> {
                match tag {
                    "MissingPermission" => Deserialize::deserialize(content).map(Self::MissingPermission),
                    "ActionDenied" => Deserialize::deserialize(content).map(Self::ActionDenied),
                    _ => Err(serde::de::Error::unknown_variant(tag, Self::NAMES)),
                }
            }

            fn unknown(unknown: UnknownTag) -> Option<Self> {
                Some(Self::Unknown(unknown))
            }
        }

        arbitrary!($name, prop_oneof![
            1 => any::<Option<Word<TeamPermission>>>().prop_map($name::MissingPermission),
            1 => any::<Word<Permission>>().prop_map($name::ActionDenied),
            8 => proptest::sample::select(vec![$($name::$alt),+]),
        ]);
    };
}

/// The status and the label of an error as the documents tell them.
#[cfg(feature = "openapi")]
macro_rules! described {
    () => {
        ""
    };
    ($status:literal, $label:literal) => {
        concat!(" (", $status, " `", $label, "`)")
    };
}

#[cfg(feature = "openapi")]
pub(super) use described;
pub(super) use galley_errors;
