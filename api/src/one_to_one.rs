//! The conversation of two connected users, which both backends compute.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::user::BaseProtocolTag;
use crate::{ConvId, Qualified, UserId};

/// Keep the ids for Proteus and for MLS apart.
const PROTEUS: Uuid = Uuid::from_u128(0x9a51edb8_060c_0d9a_0c29_50a85d152982);
const MLS: Uuid = Uuid::from_u128(0x95589dd5_b045_40dc_a6aa_dd9c4fad1c2f);

/// The one-to-one conversation of two users, and the backend that owns it.
///
/// Follows from the users alone, in either order, so that both backends know it without asking.
///
/// Source: `brig.md` §7.
///
/// ```
/// use federation_api::one_to_one::one_to_one_conversation;
/// use federation_api::user::BaseProtocolTag;
/// use federation_api::{Qualified, UserId};
///
/// let a = Qualified::new(UserId::random(), "alpha.example.org".parse()?);
/// let b = Qualified::new(UserId::random(), "beta.example.net".parse()?);
/// assert_eq!(
///     one_to_one_conversation(BaseProtocolTag::Mls, &a, &b),
///     one_to_one_conversation(BaseProtocolTag::Mls, &b, &a),
/// );
/// # Ok::<(), federation_api::DomainError>(())
/// ```
#[must_use]
pub fn one_to_one_conversation(
    protocol: BaseProtocolTag,
    one: &Qualified<UserId>,
    other: &Qualified<UserId>,
) -> Qualified<ConvId> {
    let namespace = match protocol {
        BaseProtocolTag::Proteus => PROTEUS,
        BaseProtocolTag::Mls => MLS,
    };
    // By domain first, unlike in sets of qualified ids.
    let [a, b] = if (one.domain(), one.id()) <= (other.domain(), other.id()) {
        [one, other]
    } else {
        [other, one]
    };
    let mut digest = Sha256::new();
    digest.update(namespace.as_bytes());
    for user in [a, b] {
        // The id as text, where a UUID of version 5 would have its bytes.
        digest.update(user.id().to_string());
        digest.update(user.domain().as_str());
    }
    let hash: [u8; 32] = digest.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    let owner = if hash[16] & 0x80 == 0 { a } else { b };
    Qualified::new(
        ConvId::from_uuid(Builder::from_sha1_bytes(id).into_uuid()),
        owner.domain().clone(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_of_the_protocol_reference() {
        let user = |id: &str, domain: &str| {
            Qualified::new(id.parse::<UserId>().unwrap(), domain.parse().unwrap())
        };
        let a = user("3f0a5d0e-5a43-4e35-8d9d-1f6b1c0f9a11", "alpha.example.org");
        let b = user("b7d9c1a2-0c7e-4c55-9f0a-6a5be6d2c3f4", "beta.example.net");
        for (protocol, expected) in [
            (
                BaseProtocolTag::Proteus,
                "675f84a4-5003-5167-a57a-f98ef7e4e0d3@alpha.example.org",
            ),
            (
                BaseProtocolTag::Mls,
                "aefd467d-1991-5efa-89eb-7c6a7c98b3ff@beta.example.net",
            ),
        ] {
            assert_eq!(
                one_to_one_conversation(protocol, &a, &b).to_string(),
                expected
            );
            assert_eq!(
                one_to_one_conversation(protocol, &b, &a).to_string(),
                expected
            );
        }
    }
}
