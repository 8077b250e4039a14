//! The services inside a backend.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A service inside a backend: the second segment of a federated path.
///
/// Exactly these three, in lower case, everywhere: paths, queue messages, JSON.
///
/// Source: `transport.md` §1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub enum Component {
    /// Users, their clients and their key material.
    Brig,
    /// Conversations and messages.
    Galley,
    /// Assets.
    Cargohold,
}

impl Component {
    /// All components.
    pub const ALL: [Self; 3] = [Self::Brig, Self::Galley, Self::Cargohold];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Brig => "brig",
            Self::Galley => "galley",
            Self::Cargohold => "cargohold",
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid component: {0}")]
pub struct UnknownComponent(pub String);

impl FromStr for Component {
    type Err = UnknownComponent;

    fn from_str(text: &str) -> Result<Self, UnknownComponent> {
        Self::ALL
            .into_iter()
            .find(|component| component.as_str() == text)
            .ok_or_else(|| UnknownComponent(text.to_owned()))
    }
}
