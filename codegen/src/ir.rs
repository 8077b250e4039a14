//! The description of an API that all outputs are made from.
//!
//! Plain data, serializable, with a [format number](Declaration::FORMAT): it travels from the build
//! script of the crate that declares an API to the build scripts of the crates that emit code from
//! it. What stands here has been checked.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Everything that one crate declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The layout of this description; [`Declaration::FORMAT`] when written.
    pub format: u32,
    /// The declaring package and its version, for the head of emitted files.
    pub package: String,
    /// Its components, in the order of its files.
    pub components: Vec<Component>,
}

impl Declaration {
    /// The layout that this generator writes and reads.
    pub const FORMAT: u32 = 1;

    /// The description as JSON, for another process.
    ///
    /// # Errors
    ///
    /// None that is known: the types here have nothing that JSON cannot say.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// [`DescriptionError`]; a description of another format is not looked into any further.
    pub fn from_json(text: &str) -> Result<Self, DescriptionError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let Head { format } = serde_json::from_str(text)?;
        if format != Self::FORMAT {
            return Err(DescriptionError::Format(format));
        }
        Ok(serde_json::from_str(text)?)
    }
}

/// A description that this generator cannot read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DescriptionError {
    /// It was written by another generation of the generator.
    #[error(
        "it has format {0}, this generator reads {format}; use the same release of federation-codegen \
         for the package that declares and for the one that emits",
        format = Declaration::FORMAT
    )]
    Format(u32),
    /// It is no description.
    #[error("it is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
}

/// One component: a trait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Its name on the wire.
    pub name: WireName,
    /// The trait, as an absolute path: `::federation_api::brig::Brig`.
    pub trait_path: String,
    /// Its documentation, Markdown.
    pub docs: String,
    /// Where it is declared, relative to its package.
    pub source: String,
    /// Its RPCs, in the order of declaration.
    pub rpcs: Vec<Rpc>,
}

impl Component {
    /// The name of the trait, without its path.
    #[must_use]
    pub fn trait_name(&self) -> &str {
        self.trait_path.rsplit("::").next().unwrap_or_default()
    }
}

/// One variant of an RPC: a method of the trait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rpc {
    /// Its name on the wire. Variants for different versions share it.
    pub name: WireName,
    /// The method, as an identifier (`r#type` included).
    pub method: String,
    /// Its documentation, Markdown.
    pub docs: String,
    /// How it is answered.
    pub kind: Kind,
    /// The versions in which `name` means this variant.
    pub versions: Versions,
    /// Whether it may be repeated without asking.
    pub idempotent: bool,
    /// Who calls it.
    pub called_by: Caller,
    /// The method of the newer variant, if the two convert into each other.
    pub superseded_by: Option<String>,
    /// The name of the method's argument after `call`.
    pub argument: String,
    /// The type of that argument.
    pub request: Type,
    /// The type of a successful answer.
    pub response: Type,
}

/// A name as it stands on the wire: one ASCII kebab-case segment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WireName(String);

impl WireName {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// The name itself if it is not lower-case ASCII words of letters and digits joined by single
    /// hyphens, beginning with a letter.
    pub fn new(name: impl Into<String>) -> Result<Self, String> {
        let name = name.into();
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        let letter_first = name.starts_with(|c: char| c.is_ascii_lowercase());
        if letter_first && name.split('-').all(word) {
            Ok(Self(name))
        } else {
            Err(name)
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WireName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How an RPC is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `#[rpc]`: JSON.
    Call,
    /// `#[notification]`: an empty object, and the call goes through the sender's queue.
    Notification,
    /// `#[byte_stream]`: raw bytes.
    ByteStream,
}

/// Who calls an RPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caller {
    /// The owner of the resource, to announce what happened to it: the name is `on-…`.
    Owner,
    /// Anybody else, to ask the owner for data or a change.
    Other,
}

/// A half-open range of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The first version.
    pub from: u8,
    /// The first version after it, if it has an end.
    pub until: Option<u8>,
}

impl Versions {
    /// Whether two ranges have a version in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let before = |a: Self, b: Self| a.until.is_some_and(|until| until <= b.from);
        !before(self, other) && !before(other, self)
    }
}

/// A type, in absolute paths: `::core::option::Option<::federation_api::user::UserProfile>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Type(pub String);

impl Type {
    /// The last name of a path without arguments: `ByteStream` of `::federation_api::ByteStream`.
    pub(crate) fn name(&self) -> &str {
        self.0.rsplit("::").next().unwrap_or_default()
    }
}
