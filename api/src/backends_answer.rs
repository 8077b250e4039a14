//! Answers that name the backends which stand in the way.

use serde::{Deserialize, Serialize};

use crate::Domain;
use crate::record::record;

/// Two backends that would have members in one conversation and do not federate with each other.
///
/// Source: `galley-types.md` §7.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct NonFederatingBackends {
    /// The two.
    pub non_federating_backends: [Domain; 2],
}

record!(NonFederatingBackends);

/// Backends that did not answer.
///
/// Source: `galley-types.md` §7.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct UnreachableBackends {
    /// The backends. Order and duplicates are kept.
    pub unreachable_backends: Vec<Domain>,
}

record!(UnreachableBackends);
