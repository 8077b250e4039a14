//! Clients, as the members of MLS groups are named.

use serde::{Deserialize, Serialize};

use crate::client::ClientId;
use crate::record::record;
use crate::{Domain, Qualified, UserId};

/// A client, its user and the backend of that user.
///
/// On the wire the user's id and domain are two keys beside the client, `user_id` and `domain`.
///
/// Source: `galley-types.md` §6.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "FlatIdentity", into = "FlatIdentity")]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct ClientIdentity {
    /// The user.
    pub user: Qualified<UserId>,
    /// The client of the user.
    pub client: ClientId,
}

/// A client, its user and the backend of that user.
#[derive(Serialize, Deserialize)]
#[serde(rename = "ClientIdentity")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(remote = "Self")]
struct FlatIdentity {
    /// The backend of the user.
    domain: Domain,
    /// The user.
    #[cfg_attr(feature = "openapi", schemars(extend("x-qualified-by" = "domain")))]
    user_id: UserId,
    /// The client of the user.
    client_id: ClientId,
}

record!(FlatIdentity);

impl From<FlatIdentity> for ClientIdentity {
    fn from(flat: FlatIdentity) -> Self {
        Self {
            user: Qualified::new(flat.user_id, flat.domain),
            client: flat.client_id,
        }
    }
}

impl From<ClientIdentity> for FlatIdentity {
    fn from(identity: ClientIdentity) -> Self {
        let (user_id, domain) = identity.user.into_parts();
        Self {
            domain,
            user_id,
            client_id: identity.client,
        }
    }
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for ClientIdentity {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ClientIdentity".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        FlatIdentity::json_schema(generator)
    }
}
