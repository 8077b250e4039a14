//! Ids and bytes that follow from names, so that seeds need not spell them out.
//!
//! The same name gives the same id in every run, on every machine; a test that knows the name knows
//! the id.

use federation_api::base64::Base64Bytes;
use federation_api::client::ClientId;
use federation_api::prekey::PrekeyId;
use federation_api::text::Text;
use federation_api::{AssetId, ConvId, Domain, TeamId, UserId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Keeps the ids of seeds apart from all others.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d1f_3a52_c0de_4b7e_9a41_5f0e_b1ac_7d20);

fn id(kind: &str, domain: &Domain, name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{kind}/{domain}/{name}").as_bytes())
}

/// The id of the user of this name: its handle, or what it is called if it has none.
#[must_use]
pub fn user_id(domain: &Domain, name: &str) -> UserId {
    id("user", domain, name).into()
}

/// The id of the team of this name.
#[must_use]
pub fn team_id(domain: &Domain, name: &str) -> TeamId {
    id("team", domain, name).into()
}

/// The id of the asset of this name.
#[must_use]
pub fn asset_id(domain: &Domain, name: &str) -> AssetId {
    id("asset", domain, name).into()
}

/// The id of the conversation of this name.
#[must_use]
pub fn conversation_id(domain: &Domain, name: &str) -> ConvId {
    id("conversation", domain, name).into()
}

/// The id of the client of this name of a user.
#[must_use]
pub fn client_id(domain: &Domain, user: UserId, name: &str) -> ClientId {
    let (high, _) = id("client", domain, &format!("{user}/{name}")).as_u64_pair();
    ClientId(high)
}

/// Bytes that follow from a label and look random.
pub(crate) fn bytes(label: &str, length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 32);
    let mut block = 0_u64;
    while bytes.len() < length {
        let mut digest = Sha256::new();
        digest.update(block.to_be_bytes());
        digest.update(label);
        bytes.extend_from_slice(&digest.finalize());
        block += 1;
    }
    bytes.truncate(length);
    bytes
}

/// A prekey that looks like a Proteus prekey bundle: Base64 of a CBOR map of version, number, public
/// key, identity key and no signature.
pub(crate) fn prekey(label: &str, id: PrekeyId) -> Text {
    let [high, low] = id.0.to_be_bytes();
    let mut cbor = vec![0xa5, 0x00, 0x01, 0x01, 0x19, high, low];
    cbor.extend([0x02, 0xa1, 0x00, 0x58, 0x20]);
    cbor.extend(bytes(&format!("{label}/prekey {}", id.0), 32));
    cbor.extend([0x03, 0xa1, 0x00, 0xa1, 0x00, 0x58, 0x20]);
    cbor.extend(bytes(&format!("{label}/identity"), 32));
    cbor.extend([0x04, 0xf6]);
    Base64Bytes::from(cbor).to_string().into()
}
