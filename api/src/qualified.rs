//! An id together with the domain of the backend that owns it.

use serde::{Deserialize, Serialize};

use crate::record::record;
use crate::{Domain, Handle};

/// An id and its owner's domain, both on the wire: `{"domain": …, "id": …}`.
///
/// Ordered by the id first, then by the domain, as sets of qualified ids are written.
/// (A qualified handle has the key `handle` in place of `id`.)
///
/// Source: `common-types.md` §6.
///
/// ```
/// use federation_api::{Qualified, UserId};
///
/// let user: Qualified<UserId> = serde_json::from_str(
///     r#"{"domain": "alpha.example.org", "id": "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11"}"#,
/// )?;
/// assert_eq!(user.to_string(), "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11@alpha.example.org");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "Qualified{T}"))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct Qualified<T> {
    id: T,
    domain: Domain,
}

record!(Qualified<T>);

impl<T> Qualified<T> {
    /// Joins an id and the domain of its owner.
    ///
    /// An id read from a document of a call does not fit here: it is an
    /// [`OfSender`](crate::OfSender) or [`OfRecipient`](crate::OfRecipient), which only the call
    /// can complete.
    pub const fn new(id: T, domain: Domain) -> Self {
        Self { id, domain }
    }

    /// The id.
    pub const fn id(&self) -> &T {
        &self.id
    }

    /// The domain of the backend that owns it.
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The id and the domain.
    pub fn into_parts(self) -> (T, Domain) {
        (self.id, self.domain)
    }
}

/// `id@domain`, the text form of a qualified id.
impl<T: std::fmt::Display> std::fmt::Display for Qualified<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.id, self.domain)
    }
}

/// A handle and the domain of the backend on which it is taken: `{"domain": …, "handle": …}`.
///
/// Source: `common-types.md` §6.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct QualifiedHandle {
    /// The handle, unique on its backend.
    pub handle: Handle,
    /// The backend.
    pub domain: Domain,
}

record!(QualifiedHandle);
