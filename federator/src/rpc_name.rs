//! The last segment of a federated path.

use std::fmt;
use std::str::FromStr;

/// The name of an RPC as a federator takes it: one or more ASCII letters, digits, `_` and `-`.
///
/// Wider than the names that this API declares, because a federator relays RPCs that it has never
/// heard of; narrow enough that no name can leave the path that it is put into.
///
/// Source: `transport.md` §3.2.
///
/// ```
/// use federation_federator::RpcName;
///
/// assert!("get-users-by-ids".parse::<RpcName>().is_ok());
/// assert!("../i/users".parse::<RpcName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RpcName(Box<str>);

impl RpcName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RpcName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no [`RpcName`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid-endpoint")]
pub struct RpcNameError;

impl FromStr for RpcName {
    type Err = RpcNameError;

    fn from_str(text: &str) -> Result<Self, RpcNameError> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !text.is_empty() && text.bytes().all(fits) {
            Ok(Self(text.into()))
        } else {
            Err(RpcNameError)
        }
    }
}
