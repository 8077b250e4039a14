//! Clients: the devices of users.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::excerpt::excerpt;
use crate::record::record;
use crate::scalar::{arbitrary, scalar_schema, text_scalar};
use crate::word::words;
use crate::{OfRecipient, UserId};

/// The id of a client of a user, unique among the clients of that user.
///
/// A number of 64 bits, written as hexadecimal text in lower case without leading zeros. When read,
/// either letter case and any number of leading zeros are good, since older backends pass client ids
/// on as they got them. Ordered as numbers.
///
/// Source: `common-types.md` §5.2, `history.md` §7.1 (rule R24).
///
/// ```
/// use federation_api::client::ClientId;
///
/// let id: ClientId = "00AF".parse()?;
/// assert_eq!(id, ClientId(0xaf));
/// assert_eq!(id.to_string(), "af");
/// # Ok::<(), federation_api::client::ClientIdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u64);

/// A text that is no [`ClientId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientIdError {
    /// Empty, or something else than hexadecimal digits.
    #[error("`{0}` is no client id: write hexadecimal digits only, such as 7c3e91d0a4b2f865")]
    NotHexadecimal(String),
    /// More than 64 bits.
    #[error("`{0}` is no client id: it is larger than ffffffffffffffff")]
    TooLarge(String),
}

/// What each byte stands for as a hexadecimal digit; 16 where it is none. A table, since the processor
/// cannot foresee whether the next of some random digits is a letter.
const DIGITS: [u8; 256] = {
    let mut digits = [16; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value];
        digits[digit as usize] = value as u8;
        digits[digit.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    digits
};

impl FromStr for ClientId {
    type Err = ClientIdError;

    fn from_str(text: &str) -> Result<Self, ClientIdError> {
        // `from_str_radix` takes a sign as well, and much longer.
        let (mut number, mut overflows, mut all_digits) = (0_u64, false, !text.is_empty());
        for byte in text.bytes() {
            let digit = DIGITS[usize::from(byte)];
            all_digits &= digit < 16;
            overflows |= number >> 60 != 0;
            number = number << 4 | u64::from(digit & 0xf);
        }
        if !all_digits {
            Err(ClientIdError::NotHexadecimal(excerpt(text)))
        } else if overflows {
            Err(ClientIdError::TooLarge(excerpt(text)))
        } else {
            Ok(Self(number))
        }
    }
}

impl ClientId {
    /// The text, in a buffer that has room for 64 bits.
    fn write(self, buffer: &mut [u8; 16]) -> &str {
        // All digits, then away with the zeros in front: without a branch for each digit.
        for (pair, byte) in buffer.chunks_exact_mut(2).zip(self.0.to_be_bytes()) {
            pair[0] = digit(byte >> 4);
            pair[1] = digit(byte & 0xf);
        }
        let zeros = (self.0.leading_zeros() / 4).min(15) as usize;
        // Hexadecimal digits are text.
        std::str::from_utf8(&buffer[zeros..]).unwrap_or_default()
    }
}

const fn digit(value: u8) -> u8 {
    value + if value < 10 { b'0' } else { b'a' - 10 }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.write(&mut [0; 16]))
    }
}

impl From<u64> for ClientId {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl From<ClientId> for u64 {
    fn from(id: ClientId) -> u64 {
        id.0
    }
}

text_scalar!(
    ClientId,
    "a client id, hexadecimal text such as \"7c3e91d0a4b2f865\"",
    |id, serializer| {
        let mut buffer = [0; 16];
        serializer.serialize_str(id.write(&mut buffer))
    }
);

scalar_schema!(ClientId, {
    "type": "string",
    "description": "The id of a client of a user: a number of 64 bits as hexadecimal text, written in lower case without leading zeros. Compare as numbers.",
    "minLength": 1,
    "pattern": "^0*[0-9A-Fa-f]{1,16}$",
    "examples": ["7c3e91d0a4b2f865"]
});

arbitrary!(ClientId, any::<u64>().prop_map(ClientId));

words! {
    /// The class of a client: what kind of device it runs on.
    ///
    /// Source: `common-types.md` §10.
    pub enum ClientClass: "a client class" {
        /// A phone.
        Phone = "phone",
        /// A tablet.
        Tablet = "tablet",
        /// A computer.
        Desktop = "desktop",
        /// No device of the user, but one that keeps the user's messages for legal reasons.
        LegalHold = "legalhold",
    }
}

/// What a backend tells others about a client of one of its users.
///
/// Ordered by id, as sets of clients are written.
///
/// Source: `brig.md` §5.16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct PubClient {
    /// The id of the client.
    pub id: ClientId,
    /// What kind of device it is, if the client said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ClientClass>,
}

record!(PubClient);

/// Asks for the clients of users: the request of `get-user-clients`.
///
/// Source: `brig.md` §5.14.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
#[serde(remote = "Self")]
pub struct GetUserClients {
    /// The users. Asking for one twice is the same as asking once.
    pub users: Vec<OfRecipient<UserId>>,
}

record!(GetUserClients);
