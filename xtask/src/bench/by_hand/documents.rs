//! The documents, as structs of strings.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct QualifiedId {
    pub(super) domain: String,
    pub(super) id: Uuid,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum AssetType {
    Image,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum AssetSize {
    Preview,
    Complete,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Asset {
    pub(super) r#type: AssetType,
    pub(super) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<AssetSize>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LegalHold {
    Enabled,
    Pending,
    Disabled,
    NoConsent,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Protocol {
    Proteus,
    Mls,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum UserType {
    Regular,
    App,
    Bot,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Service {
    pub(super) id: Uuid,
    pub(super) provider: Uuid,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct App {
    pub(super) category: String,
    pub(super) description: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Profile {
    pub(super) qualified_id: QualifiedId,
    pub(super) id: Uuid,
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text_status: Option<String>,
    #[serde(default)]
    pub(super) picture: Vec<HashMap<String, serde_json::Value>>,
    #[serde(default)]
    pub(super) assets: Vec<Asset>,
    pub(super) accent_id: i32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) deleted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) service: Option<Service>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) handle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expires_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) team: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    pub(super) legalhold_status: LegalHold,
    pub(super) supported_protocols: Vec<Protocol>,
    pub(super) r#type: UserType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) app: Option<App>,
    pub(super) searchable: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Prekey {
    pub(super) id: u16,
    pub(super) key: String,
}

pub(super) type UserClients = HashMap<Uuid, Vec<String>>;
pub(super) type Prekeys = HashMap<Uuid, HashMap<String, Option<Prekey>>>;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct GetAsset {
    pub(super) user: Uuid,
    pub(super) key: String,
    pub(super) token: Option<String>,
}
