//! Ids of users, conversations, teams, assets and services: UUIDs, one type for each kind.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::excerpt::excerpt;
use crate::scalar::{arbitrary, scalar_schema, text_scalar};

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is no id: write a UUID of 36 characters, hexadecimal digits in groups of 8-4-4-4-12"
)]
pub struct IdError {
    /// The text, shortened if it is long.
    pub found: String,
}

/// Reads the one form that the protocol knows. The parser of the `uuid` crate takes three more
/// (without hyphens, in braces, as a URN), which differ in length.
fn parse(text: &str) -> Result<Uuid, IdError> {
    Some(text)
        .filter(|text| text.len() == 36)
        .and_then(|text| Uuid::try_parse(text).ok())
        .ok_or_else(|| IdError {
            found: excerpt(text),
        })
}

macro_rules! uuid_id {
    ($(#[$docs:meta])* $name:ident, $description:literal, $expected:literal) => {
        $(#[$docs])*
        ///
        /// A UUID: 36 characters, `8-4-4-4-12` hexadecimal digits. Either letter case is read, lower
        /// case is written; version and variant are not looked at. Ordered as 128-bit numbers.
        ///
        /// Source: `common-types.md` §5.1.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, random but for the six bits that say so (UUID version 4).
            #[must_use]
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }

            /// The id of this UUID.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self.0.as_hyphenated(), f)
            }
        }

        text_scalar!($name, $expected, |id, serializer| {
            let mut buffer = Uuid::encode_buffer();
            serializer.serialize_str(id.0.as_hyphenated().encode_lower(&mut buffer))
        });

        scalar_schema!($name, {
            "type": "string",
            "format": "uuid",
            "description": $description,
            "minLength": 36,
            "maxLength": 36,
            "pattern": "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
            "examples": ["0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11"]
        });

        arbitrary!($name, any::<u128>().prop_map(|n| $name(Uuid::from_u128(n))));
    };
}

uuid_id! {
    /// The id of a user, unique on the backend that owns the user.
    ///
    /// ```
    /// use federation_api::UserId;
    ///
    /// let id: UserId = "0F7F2C52-6F9C-4D0B-9A53-2F1F5B0F3C11".parse()?;
    /// assert_eq!(id.to_string(), "0f7f2c52-6f9c-4d0b-9a53-2f1f5b0f3c11");
    /// # Ok::<(), federation_api::IdError>(())
    /// ```
    UserId,
    "The id of a user, unique on the backend that owns the user.",
    "the id of a user, a UUID of 36 characters"
}

uuid_id! {
    /// The id of a conversation, unique on the backend that owns the conversation.
    ConvId,
    "The id of a conversation, unique on the backend that owns the conversation.",
    "the id of a conversation, a UUID of 36 characters"
}

uuid_id! {
    /// The id of a team, unique on the backend that the team belongs to.
    TeamId,
    "The id of a team, unique on the backend that the team belongs to.",
    "the id of a team, a UUID of 36 characters"
}

uuid_id! {
    /// The id of an asset, unique on the backend that stores the asset. Part of an
    /// [`AssetKey`](crate::asset::AssetKey).
    AssetId,
    "The id of an asset, unique on the backend that stores the asset.",
    "the id of an asset, a UUID of 36 characters"
}

uuid_id! {
    /// The id of an external service, such as the program behind a bot.
    ServiceId,
    "The id of an external service, such as the program behind a bot.",
    "the id of a service, a UUID of 36 characters"
}

uuid_id! {
    /// The id of the provider of an external service.
    ProviderId,
    "The id of the provider of an external service.",
    "the id of a provider, a UUID of 36 characters"
}
