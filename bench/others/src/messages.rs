//! The documents as messages of Protocol Buffers, which tarpc sends too.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::documents;

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct Handle {
    #[prost(string, tag = "1")]
    pub handle: String,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct Ids {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub ids: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct QualifiedId {
    #[prost(string, tag = "1")]
    pub domain: String,
    #[prost(bytes = "vec", tag = "2")]
    pub id: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct Asset {
    #[prost(int32, tag = "1")]
    pub kind: i32,
    #[prost(string, tag = "2")]
    pub key: String,
    #[prost(int32, optional, tag = "3")]
    pub size: Option<i32>,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct Profile {
    #[prost(message, optional, tag = "1")]
    pub qualified_id: Option<QualifiedId>,
    #[prost(bytes = "vec", tag = "2")]
    pub id: Vec<u8>,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(string, optional, tag = "4")]
    pub text_status: Option<String>,
    #[prost(message, repeated, tag = "5")]
    pub assets: Vec<Asset>,
    #[prost(int32, tag = "6")]
    pub accent_id: i32,
    #[prost(bool, tag = "7")]
    pub deleted: bool,
    #[prost(string, optional, tag = "8")]
    pub handle: Option<String>,
    #[prost(string, optional, tag = "9")]
    pub expires_at: Option<String>,
    #[prost(bytes = "vec", optional, tag = "10")]
    pub team: Option<Vec<u8>>,
    #[prost(string, optional, tag = "11")]
    pub email: Option<String>,
    #[prost(int32, tag = "12")]
    pub legalhold_status: i32,
    #[prost(int32, repeated, tag = "13")]
    pub supported_protocols: Vec<i32>,
    #[prost(int32, tag = "14")]
    pub kind: i32,
    #[prost(bool, tag = "15")]
    pub searchable: bool,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct MaybeProfile {
    #[prost(message, optional, tag = "1")]
    pub profile: Option<Profile>,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct Profiles {
    #[prost(message, repeated, tag = "1")]
    pub profiles: Vec<Profile>,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct Clients {
    #[prost(string, repeated, tag = "1")]
    pub clients: Vec<String>,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct UserClients {
    #[prost(map = "string, message", tag = "1")]
    pub users: HashMap<String, Clients>,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct Prekey {
    #[prost(uint32, tag = "1")]
    pub id: u32,
    #[prost(string, tag = "2")]
    pub key: String,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct ClientPrekeys {
    #[prost(map = "string, message", tag = "1")]
    pub clients: HashMap<String, Prekey>,
}

#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
pub struct Prekeys {
    #[prost(map = "string, message", tag = "1")]
    pub users: HashMap<String, ClientPrekeys>,
}

fn bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

impl From<documents::Profile> for Profile {
    fn from(profile: documents::Profile) -> Self {
        Self {
            qualified_id: Some(QualifiedId {
                domain: profile.qualified_id.domain,
                id: bytes(profile.qualified_id.id),
            }),
            id: bytes(profile.id),
            name: profile.name,
            text_status: profile.text_status,
            assets: profile.assets.into_iter().map(Asset::from).collect(),
            accent_id: profile.accent_id,
            deleted: profile.deleted,
            handle: profile.handle,
            expires_at: profile.expires_at,
            team: profile.team.map(bytes),
            email: profile.email,
            legalhold_status: profile.legalhold_status as i32,
            supported_protocols: profile
                .supported_protocols
                .into_iter()
                .map(|protocol| protocol as i32)
                .collect(),
            kind: profile.r#type as i32,
            searchable: profile.searchable,
        }
    }
}

impl From<documents::Asset> for Asset {
    fn from(asset: documents::Asset) -> Self {
        Self {
            kind: asset.r#type as i32,
            key: asset.key,
            size: asset.size.map(|size| size as i32),
        }
    }
}

impl From<Vec<Uuid>> for Ids {
    fn from(ids: Vec<Uuid>) -> Self {
        Self {
            ids: ids.into_iter().map(bytes).collect(),
        }
    }
}

impl From<documents::UserClients> for UserClients {
    fn from(users: documents::UserClients) -> Self {
        let users = users.into_iter();
        Self {
            users: users
                .map(|(user, clients)| (user.to_string(), Clients { clients }))
                .collect(),
        }
    }
}

impl From<documents::Prekeys> for Prekeys {
    fn from(users: documents::Prekeys) -> Self {
        let of_user = |clients: HashMap<String, Option<documents::Prekey>>| ClientPrekeys {
            clients: clients
                .into_iter()
                .filter_map(|(client, prekey)| {
                    let prekey = prekey?;
                    let (id, key) = (prekey.id.into(), prekey.key);
                    Some((client, Prekey { id, key }))
                })
                .collect(),
        };
        let users = users.into_iter();
        Self {
            users: users
                .map(|(user, clients)| (user.to_string(), of_user(clients)))
                .collect(),
        }
    }
}

/// What the servers answer and the clients ask.
pub struct Sample {
    pub handle: Handle,
    pub ids: Ids,
    pub clients: UserClients,
    pub profile: MaybeProfile,
    pub profiles: Profiles,
    pub prekeys: Prekeys,
}

impl Sample {
    pub fn new() -> Result<Self, bench_harness::Failed> {
        use bench_harness::sample::{medium, nested_map, small};
        use serde_json::from_value;
        let profile: documents::Profile = from_value(small().response)?;
        let profiles: Vec<documents::Profile> = from_value(medium().response)?;
        let ids: Vec<Uuid> = from_value(medium().request)?;
        let clients: documents::UserClients = from_value(nested_map().request)?;
        let prekeys: documents::Prekeys = from_value(nested_map().response)?;
        Ok(Self {
            handle: Handle {
                handle: from_value(small().request)?,
            },
            ids: ids.into(),
            clients: clients.into(),
            profile: MaybeProfile {
                profile: Some(profile.into()),
            },
            profiles: Profiles {
                profiles: profiles.into_iter().map(Profile::from).collect(),
            },
            prekeys: prekeys.into(),
        })
    }
}

impl Prekeys {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.users.values().map(|user| user.clients.len()).sum()
    }
}
