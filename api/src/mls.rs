//! MLS: cipher suites, and what the clients of a user can do with them.

use serde::{Deserialize, Serialize};

use crate::base64::Base64Bytes;
use crate::client::ClientId;
use crate::integer::integer_scalar;
use crate::record::record;
use crate::word::words;
use crate::{OfRecipient, UserId};

/// The number of an MLS cipher suite.
///
/// Any 16-bit number can be read and written; [`CipherSuite::details`] knows those that backends
/// support. A request for another is answered with 400 `mls-protocol-error`.
///
/// The default is suite 1, the only one that backends from before cipher suites became part of the
/// requests know.
///
/// Source: `common-types.md` §5.11.
///
/// ```
/// use federation_api::mls::{CipherSuite, SignatureSchemeTag};
///
/// let suite = CipherSuite(7).details().expect("a supported suite");
/// assert_eq!(suite.signature_scheme, SignatureSchemeTag::EcdsaSecp384r1Sha384);
/// assert!(CipherSuite(3).details().is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CipherSuite(pub u16);

impl CipherSuite {
    /// Suite 1.
    pub const DEFAULT: Self = Self(1);

    /// What the suite consists of, if it is a supported one.
    #[must_use]
    pub fn details(self) -> Option<&'static SupportedSuite> {
        SupportedSuite::ALL.iter().find(|known| known.suite == self)
    }
}

impl Default for CipherSuite {
    fn default() -> Self {
        Self::DEFAULT
    }
}

integer_scalar!(CipherSuite(u16), {
    "type": "integer",
    "description": "The number of an MLS cipher suite. Supported are 1, 2, 5, 7 and 61489.",
    "format": "int32",
    "minimum": 0,
    "maximum": 65535,
    "examples": [1]
});

/// A cipher suite that backends support.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportedSuite {
    /// Its number.
    pub suite: CipherSuite,
    /// Its name in the MLS registry.
    pub name: &'static str,
    /// How its clients sign.
    pub signature_scheme: SignatureSchemeTag,
    /// The hash that references are made with.
    pub hash: HashAlgorithm,
}

/// A hash algorithm of MLS cipher suites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl SupportedSuite {
    /// All supported suites, ascending.
    pub const ALL: [Self; 5] = [
        Self {
            suite: CipherSuite(1),
            name: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
            signature_scheme: SignatureSchemeTag::Ed25519,
            hash: HashAlgorithm::Sha256,
        },
        Self {
            suite: CipherSuite(2),
            name: "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
            signature_scheme: SignatureSchemeTag::EcdsaSecp256r1Sha256,
            hash: HashAlgorithm::Sha256,
        },
        Self {
            suite: CipherSuite(5),
            name: "MLS_256_DHKEMP521_AES256GCM_SHA512_P521",
            signature_scheme: SignatureSchemeTag::EcdsaSecp521r1Sha512,
            hash: HashAlgorithm::Sha512,
        },
        Self {
            suite: CipherSuite(7),
            name: "MLS_256_DHKEMP384_AES256GCM_SHA384_P384",
            signature_scheme: SignatureSchemeTag::EcdsaSecp384r1Sha384,
            hash: HashAlgorithm::Sha384,
        },
        Self {
            suite: CipherSuite(0xf031),
            name: "MLS_128_X25519Kyber768Draft00_AES128GCM_SHA256_Ed25519",
            signature_scheme: SignatureSchemeTag::Ed25519,
            hash: HashAlgorithm::Sha256,
        },
    ];
}

words! {
    /// A signature scheme of MLS cipher suites.
    ///
    /// Source: `common-types.md` §5.12.
    #[default = Ed25519]
    pub enum SignatureSchemeTag: "a signature scheme" {
        /// Ed25519.
        Ed25519 = "ed25519",
        /// ECDSA over P-256 with SHA-256.
        EcdsaSecp256r1Sha256 = "ecdsa_secp256r1_sha256",
        /// ECDSA over P-384 with SHA-384.
        EcdsaSecp384r1Sha384 = "ecdsa_secp384r1_sha384",
        /// ECDSA over P-521 with SHA-512.
        EcdsaSecp521r1Sha512 = "ecdsa_secp521r1_sha512",
    }
}

/// Asks which clients of a user can use MLS: the request of `get-mls-clients` from V1 on.
///
/// Source: `brig.md` §5.18.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MlsClientsRequest {
    /// The user.
    pub user_id: OfRecipient<UserId>,
    /// The cipher suite that is asked about.
    pub cipher_suite: CipherSuite,
}

record!(MlsClientsRequest);

/// Asks which clients of a user can use MLS: the request of `get-mls-clients` in V0.
///
/// In V0 the request names a signature scheme, which every server ignores, and the answer is for
/// cipher suite 1. Backends of early 2024 take the form of V1 here. So both keys are written, the
/// scheme always as `ed25519`; when read, one of them is enough.
///
/// Source: `brig.md` §5.17, `history.md` §6.3 and §7 (rules R13 and W2).
///
/// ```
/// use federation_api::mls::{CipherSuite, MlsClientsRequestV0};
///
/// let request: MlsClientsRequestV0 = serde_json::from_str(
///     r#"{"user_id": "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11", "signature_scheme": "ed25519"}"#,
/// )?;
/// assert_eq!(request.cipher_suite, CipherSuite(1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ReadV0", into = "WrittenV0")]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct MlsClientsRequestV0 {
    /// The user.
    pub user_id: OfRecipient<UserId>,
    /// The cipher suite that is asked about; 1 if the request named none.
    pub cipher_suite: CipherSuite,
}

#[derive(Deserialize)]
#[serde(rename = "MlsClientsRequestV0")]
#[serde(remote = "Self")]
struct ReadV0 {
    user_id: OfRecipient<UserId>,
    signature_scheme: Option<SignatureSchemeTag>,
    cipher_suite: Option<CipherSuite>,
}

record!(read ReadV0);

impl TryFrom<ReadV0> for MlsClientsRequestV0 {
    type Error = &'static str;

    fn try_from(read: ReadV0) -> Result<Self, &'static str> {
        if read.signature_scheme.is_none() && read.cipher_suite.is_none() {
            return Err("missing field `signature_scheme` (or `cipher_suite` in place of it)");
        }
        Ok(Self {
            user_id: read.user_id,
            cipher_suite: read.cipher_suite.unwrap_or_default(),
        })
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
struct WrittenV0 {
    /// The user.
    user_id: OfRecipient<UserId>,
    /// A signature scheme. Servers ignore which; write `ed25519`.
    signature_scheme: SignatureSchemeTag,
    /// The cipher suite that is asked about, for the few servers that look at it.
    #[cfg_attr(feature = "openapi", serde(default))]
    cipher_suite: CipherSuite,
}

impl From<MlsClientsRequestV0> for WrittenV0 {
    fn from(request: MlsClientsRequestV0) -> Self {
        Self {
            user_id: request.user_id,
            signature_scheme: SignatureSchemeTag::Ed25519,
            cipher_suite: request.cipher_suite,
        }
    }
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for MlsClientsRequestV0 {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MlsClientsRequestV0".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = WrittenV0::json_schema(generator);
        let description = "Asks which clients of a user can use MLS, in V0. The answer is for cipher suite 1 \
            unless a suite is given.";
        schema.insert("description".to_owned(), description.into());
        schema
    }
}

impl From<MlsClientsRequestV0> for MlsClientsRequest {
    fn from(request: MlsClientsRequestV0) -> Self {
        Self {
            user_id: request.user_id,
            cipher_suite: request.cipher_suite,
        }
    }
}

/// The older form of the same question. Servers answer it for cipher suite 1, whatever is asked.
impl From<MlsClientsRequest> for MlsClientsRequestV0 {
    fn from(request: MlsClientsRequest) -> Self {
        Self {
            user_id: request.user_id,
            cipher_suite: request.cipher_suite,
        }
    }
}

/// Asks whether one client of a user can use MLS: the request of `get-mls-client`.
///
/// Source: `brig.md` §5.19.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct MlsClientRequest {
    /// The user.
    pub user_id: OfRecipient<UserId>,
    /// The client.
    pub client_id: ClientId,
    /// The cipher suite that is asked about.
    pub cipher_suite: CipherSuite,
}

record!(MlsClientRequest);

/// What a client can do with the cipher suite that was asked about.
///
/// Ordered by id, as sets of clients are written.
///
/// Source: `brig.md` §5.20.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ClientInfo {
    /// The id of the client.
    pub id: ClientId,
    /// The public key that the client signs with under the suite's signature scheme, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mls_signature_key: Option<Base64Bytes>,
    /// Whether there are key packages of the client for the suite.
    pub mls: bool,
}

record!(ClientInfo);
