//! The public keys by which a backend's own MLS messages are verified.

use serde::{Deserialize, Serialize};

use crate::base64::Base64Bytes;
use crate::mls::SignatureSchemeTag;
use crate::record::record;

/// One public key for each signature scheme, as Base64.
///
/// An Ed25519 key is 32 bytes; the others are uncompressed points, a byte 4 and both coordinates. That
/// is not checked here.
///
/// Source: `galley-types.md` §6, `galley.md` §7.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MlsKeys {
    /// The Ed25519 key.
    pub ed25519: Base64Bytes,
    /// The key on P-256.
    pub ecdsa_secp256r1_sha256: Base64Bytes,
    /// The key on P-384.
    pub ecdsa_secp384r1_sha384: Base64Bytes,
    /// The key on P-521.
    pub ecdsa_secp521r1_sha512: Base64Bytes,
}

record!(MlsKeys);

impl MlsKeys {
    /// The key of a signature scheme.
    #[must_use]
    pub const fn of(&self, scheme: SignatureSchemeTag) -> &Base64Bytes {
        match scheme {
            SignatureSchemeTag::Ed25519 => &self.ed25519,
            SignatureSchemeTag::EcdsaSecp256r1Sha256 => &self.ecdsa_secp256r1_sha256,
            SignatureSchemeTag::EcdsaSecp384r1Sha384 => &self.ecdsa_secp384r1_sha384,
            SignatureSchemeTag::EcdsaSecp521r1Sha512 => &self.ecdsa_secp521r1_sha512,
        }
    }
}

/// The public keys of a backend, by what it signs with them.
///
/// Source: `galley-types.md` §6.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MlsKeysByPurpose {
    /// For the proposals by which the backend removes clients from groups.
    pub removal: MlsKeys,
}

record!(MlsKeysByPurpose);
