//! How a seed refers to users, teams and assets: by id or by name.

use std::str::FromStr;

use federation_api::{Domain, Qualified, UserId};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::derived;

/// An id, or the name that an id follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference<Id> {
    Id(Id),
    Name(String),
}

impl<Id: Copy> Reference<Id> {
    /// The id, which `derive` makes of a name.
    pub(super) fn resolve(&self, domain: &Domain, derive: impl FnOnce(&Domain, &str) -> Id) -> Id {
        match self {
            Self::Id(id) => *id,
            Self::Name(name) => derive(domain, name),
        }
    }
}

impl<Id: FromStr> From<String> for Reference<Id> {
    fn from(text: String) -> Self {
        text.parse().map_or_else(|_| Self::Name(text), Self::Id)
    }
}

impl<'de, Id: FromStr> Deserialize<'de> for Reference<Id> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// A user of another backend, written `bob@b.example.com` with a name or an id before the `@`.
#[derive(Clone, Debug)]
pub(super) struct RemoteUser(pub(super) Qualified<UserId>);

impl<'de> Deserialize<'de> for RemoteUser {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // The last `@`: a name may have one, a domain has none.
        let (user, domain) = text.rsplit_once('@').ok_or_else(|| {
            D::Error::custom(format_args!(
                "`{text}` is no user of another backend: write handle@domain or id@domain"
            ))
        })?;
        let domain: Domain = domain.parse().map_err(D::Error::custom)?;
        let id = Reference::from(user.to_owned()).resolve(&domain, derived::user_id);
        Ok(Self(Qualified::new(id, domain)))
    }
}
