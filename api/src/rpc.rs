//! What is known of an RPC before any call is made.

use std::fmt;

use crate::{Version, VersionRange};

/// One variant of one RPC, as it was declared.
///
/// Generated code holds one constant per declared method; the runtimes of servers and clients, the
/// documents and the tools all read it.
///
/// ```
/// use federation_api::{Kind, Rpc, Version};
///
/// const GET_MLS_CLIENT: Rpc = Rpc::new("brig", "get-mls-client")
///     .from(Version::V3)
///     .idempotent();
/// assert_eq!(GET_MLS_CLIENT.kind, Kind::Call);
/// assert_eq!(GET_MLS_CLIENT.to_string(), "brig get-mls-client (v3 and newer)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Rpc {
    /// The component that answers it.
    pub component: &'static str,
    /// Its name on the wire, the last segment of the path.
    pub name: &'static str,
    /// The versions in which this variant is meant by that name.
    pub versions: VersionRange,
    /// How it is answered.
    pub kind: Kind,
    /// Whether a call may be repeated without asking: twice has the same effect as once.
    pub idempotent: bool,
}

/// How an RPC is made and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// JSON in, JSON out.
    Call,
    /// JSON in, `{}` out; sent through the sender's queue, so that it arrives even if the target is
    /// down, perhaps late and perhaps more than once.
    Notification,
    /// JSON in, raw bytes out.
    ByteStream,
}

impl Rpc {
    /// An RPC that exists in every version, answers JSON and must not be repeated blindly.
    ///
    /// # Panics
    ///
    /// When a name is not one kebab-case segment. In a constant this is a compile error.
    #[must_use]
    pub const fn new(component: &'static str, name: &'static str) -> Self {
        assert!(
            is_kebab_case(component),
            "a component is one kebab-case segment"
        );
        assert!(
            is_kebab_case(name),
            "the name of an RPC is one kebab-case segment"
        );
        Self {
            component,
            name,
            versions: VersionRange::ALL,
            kind: Kind::Call,
            idempotent: false,
        }
    }

    /// The same, existing from this version on.
    #[must_use]
    pub const fn from(self, version: Version) -> Self {
        Self {
            versions: self.versions.from(version),
            ..self
        }
    }

    /// The same, gone with this version.
    #[must_use]
    pub const fn until(self, version: Version) -> Self {
        Self {
            versions: self.versions.until(version),
            ..self
        }
    }

    /// The same, as a notification.
    #[must_use]
    pub const fn notification(self) -> Self {
        Self {
            kind: Kind::Notification,
            ..self
        }
    }

    /// The same, answering raw bytes.
    #[must_use]
    pub const fn byte_stream(self) -> Self {
        Self {
            kind: Kind::ByteStream,
            ..self
        }
    }

    /// The same, safe to repeat.
    #[must_use]
    pub const fn idempotent(self) -> Self {
        Self {
            idempotent: true,
            ..self
        }
    }
}

/// `brig get-mls-client (v3 and newer)`; the versions only where they are not all.
impl fmt::Display for Rpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.component, self.name)?;
        if !self.versions.is_all() {
            write!(f, " ({})", self.versions)?;
        }
        Ok(())
    }
}

/// Lower-case ASCII words of letters and digits, joined by single hyphens, a letter first.
const fn is_kebab_case(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut i = 0;
    let mut boundary = true;
    while i < bytes.len() {
        match bytes[i] {
            b'-' if boundary => return false,
            b'-' => boundary = true,
            b'a'..=b'z' => boundary = false,
            b'0'..=b'9' if i > 0 => boundary = false,
            _ => return false,
        }
        i += 1;
    }
    !boundary
}
