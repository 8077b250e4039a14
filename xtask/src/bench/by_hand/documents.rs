//! The documents, as structs of strings.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct QualifiedId {
    pub(crate) domain: String,
    pub(crate) id: Uuid,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AssetType {
    Image,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AssetSize {
    Preview,
    Complete,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Asset {
    pub(crate) r#type: AssetType,
    pub(crate) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<AssetSize>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LegalHold {
    Enabled,
    Pending,
    Disabled,
    NoConsent,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    Proteus,
    Mls,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UserType {
    Regular,
    App,
    Bot,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Service {
    pub(crate) id: Uuid,
    pub(crate) provider: Uuid,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct App {
    pub(crate) category: String,
    pub(crate) description: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) qualified_id: QualifiedId,
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text_status: Option<String>,
    #[serde(default)]
    pub(crate) picture: Vec<HashMap<String, serde_json::Value>>,
    #[serde(default)]
    pub(crate) assets: Vec<Asset>,
    pub(crate) accent_id: i32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deleted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<Service>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) team: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    pub(crate) legalhold_status: LegalHold,
    pub(crate) supported_protocols: Vec<Protocol>,
    pub(crate) r#type: UserType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) app: Option<App>,
    pub(crate) searchable: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Prekey {
    pub(crate) id: u16,
    pub(crate) key: String,
}

pub(crate) type UserClients = HashMap<Uuid, Vec<String>>;
pub(crate) type Prekeys = HashMap<Uuid, HashMap<String, Option<Prekey>>>;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct GetAsset {
    pub(crate) user: Uuid,
    pub(crate) key: String,
    pub(crate) token: Option<String>,
}
