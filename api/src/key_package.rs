//! Key packages: what a client leaves on its backend so that others can add it to an MLS group.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::base64::base64_newtype;
use crate::client::ClientId;
use crate::mls::{CipherSuite, HashAlgorithm};
use crate::presence;
use crate::record::record;
use crate::{Domain, OfRecipient, OfSender, Qualified, UserId};

base64_newtype! {
    /// The reference of a key package: a hash of it. Base64 text.
    ///
    /// The length is not checked when read.
    ///
    /// Source: `common-types.md` §5.13.
    KeyPackageRef
}

base64_newtype! {
    /// A serialised MLS KeyPackage (not the MLSMessage around it). Base64 text.
    ///
    /// The content is not looked at when read.
    ///
    /// Source: `common-types.md` §5.13.
    KeyPackageData
}

impl KeyPackageData {
    /// The reference of this key package: its hash, with the label of RFC 9420 §5.2.
    ///
    /// The hash is that of the package's own cipher suite.
    #[must_use]
    pub fn reference(&self, hash: HashAlgorithm) -> KeyPackageRef {
        match hash {
            HashAlgorithm::Sha256 => self.hashed::<Sha256>(),
            HashAlgorithm::Sha384 => self.hashed::<Sha384>(),
            HashAlgorithm::Sha512 => self.hashed::<Sha512>(),
        }
    }

    fn hashed<D: Digest>(&self) -> KeyPackageRef {
        let mut digest = D::new();
        for part in [&b"MLS 1.0 KeyPackage Reference"[..], self.as_ref()] {
            digest.update(length_prefix(part.len()).as_slice());
            digest.update(part);
        }
        KeyPackageRef::from(digest.finalize().to_vec())
    }
}

/// The length of a variable-size vector as MLS writes it: 6, 14 or 30 bits, after 2 bits that say
/// which. (RFC 9420 §2.1.2.)
fn length_prefix(length: usize) -> Vec<u8> {
    // What is beyond 30 bits has no prefix; no body that large is ever read.
    let length = u32::try_from(length).unwrap_or(u32::MAX) & 0x3fff_ffff;
    match length {
        0..0x40 => vec![length as u8],
        0x40..0x4000 => (0x4000 | length as u16).to_be_bytes().to_vec(),
        _ => (0x8000_0000 | length).to_be_bytes().to_vec(),
    }
}

/// Asks for one key package of each client of a user: the request of `claim-key-packages`.
///
/// Source: `brig.md` §5.24, `history.md` §6.5 (rule R14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ClaimKeyPackageRequest {
    /// The user that needs the key packages.
    pub claimant: OfSender<UserId>,
    /// The user whose key packages are claimed.
    pub target: OfRecipient<UserId>,
    /// The cipher suite. Backends from before 2024 leave it out and mean suite 1.
    #[serde(default, deserialize_with = "presence::or_default")]
    pub cipher_suite: CipherSuite,
}

record!(ClaimKeyPackageRequest);

/// One key package of each client of a user: the answer of `claim-key-packages`.
///
/// Source: `brig.md` §5.25.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct KeyPackageBundle {
    /// The key packages. Clients that have none are left out.
    pub key_packages: BTreeSet<KeyPackageBundleEntry>,
}

record!(KeyPackageBundle);

/// The key package of one client.
///
/// On the wire the user's id and domain are two keys beside the others, `user` and `domain`.
///
/// Source: `brig.md` §5.26.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Flat", into = "Flat")]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct KeyPackageBundleEntry {
    /// The user.
    pub user: Qualified<UserId>,
    /// The client of the user.
    pub client: ClientId,
    /// The reference of the key package.
    pub key_package_ref: KeyPackageRef,
    /// The key package.
    pub key_package: KeyPackageData,
}

/// The key package of one client.
#[derive(Serialize, Deserialize)]
#[serde(rename = "KeyPackageBundleEntry")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(remote = "Self")]
struct Flat {
    /// The backend of the user.
    domain: Domain,
    /// The user.
    #[cfg_attr(feature = "openapi", schemars(extend("x-qualified-by" = "domain")))]
    user: UserId,
    /// The client of the user.
    client: ClientId,
    /// The reference of the key package.
    key_package_ref: KeyPackageRef,
    /// The key package.
    key_package: KeyPackageData,
}

record!(Flat);

impl From<Flat> for KeyPackageBundleEntry {
    fn from(flat: Flat) -> Self {
        Self {
            user: Qualified::new(flat.user, flat.domain),
            client: flat.client,
            key_package_ref: flat.key_package_ref,
            key_package: flat.key_package,
        }
    }
}

impl From<KeyPackageBundleEntry> for Flat {
    fn from(entry: KeyPackageBundleEntry) -> Self {
        let (user, domain) = entry.user.into_parts();
        Self {
            domain,
            user,
            client: entry.client,
            key_package_ref: entry.key_package_ref,
            key_package: entry.key_package,
        }
    }
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for KeyPackageBundleEntry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KeyPackageBundleEntry".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Flat::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with another program from RFC 9420 §2.1.2 and §5.2.
    #[test]
    fn references() {
        for (package, hash, reference) in [
            (
                b"not-a-real-one".to_vec(),
                HashAlgorithm::Sha256,
                "hfwDykgkAAFYvoZ5jPbgp+UERxaOH9YZKm4MuixYUwM=",
            ),
            (
                vec![1; 64],
                HashAlgorithm::Sha384,
                "mOsgYiT9eY7X47jwg8xl1qwx4YHQMecprd+/Z1GfUBjdxBH/x0i8eq2185x+sSNB",
            ),
            (
                vec![2; 16384],
                HashAlgorithm::Sha512,
                "yBe1I7s3KkH4QoC+W8AWD7/om9leyw8bbOuV/y6kCtU9LkiUuYbI60paRbCwjmhd2zRmfRCriUUW97jRsZGf5g==",
            ),
        ] {
            let package = KeyPackageData::from(package);
            assert_eq!(package.reference(hash).0.to_string(), reference);
        }
    }
}
