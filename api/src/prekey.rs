//! Prekeys: what a client leaves on its backend so that others can begin a Proteus session with it.

use serde::{Deserialize, Serialize};

use crate::client::ClientId;
use crate::integer::integer_scalar;
use crate::record::record;
use crate::text::Text;
use crate::{OfSender, UserId};

/// The number of a prekey among those of its client.
///
/// A JSON number from 0 to 65535.
///
/// Source: `brig.md` §5.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrekeyId(pub u16);

impl PrekeyId {
    /// The last-resort prekey, which is never used up and handed out when nothing else is left.
    pub const LAST_RESORT: Self = Self(u16::MAX);
}

integer_scalar!(PrekeyId(u16), {
    "type": "integer",
    "description": "The number of a prekey among those of its client. 65535 is the last-resort prekey, which is never used up.",
    "format": "int32",
    "minimum": 0,
    "maximum": 65535,
    "examples": [17]
});

/// One prekey.
///
/// Source: `brig.md` §5.5.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct Prekey {
    /// The number of the prekey.
    pub id: PrekeyId,
    /// The prekey itself: in practice Base64 of a CBOR Proteus prekey bundle. Nothing is checked.
    pub key: Text,
}

record!(Prekey);

/// One prekey of one client.
///
/// Source: `brig.md` §5.6.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct ClientPrekey {
    /// The client.
    pub client: ClientId,
    /// Its prekey.
    pub prekey: Prekey,
}

record!(ClientPrekey);

/// One prekey of each client of a user: the answer of `claim-prekey-bundle`.
///
/// Source: `brig.md` §5.7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct PrekeyBundle {
    /// The user that was asked for.
    pub user: OfSender<UserId>,
    /// The prekeys. Clients that have none are left out.
    pub clients: Vec<ClientPrekey>,
}

record!(PrekeyBundle);
