//! The documents with schemas, for what dropshot says of them.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct QualifiedId {
    domain: String,
    id: Uuid,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AssetType {
    Image,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AssetSize {
    Preview,
    Complete,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Asset {
    r#type: AssetType,
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<AssetSize>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LegalHold {
    Enabled,
    Pending,
    Disabled,
    NoConsent,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    Proteus,
    Mls,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UserType {
    Regular,
    App,
    Bot,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct App {
    category: String,
    description: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Profile {
    qualified_id: QualifiedId,
    id: Uuid,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text_status: Option<String>,
    #[serde(default)]
    picture: Vec<HashMap<String, serde_json::Value>>,
    #[serde(default)]
    assets: Vec<Asset>,
    accent_id: i32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    team: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    legalhold_status: LegalHold,
    supported_protocols: Vec<Protocol>,
    r#type: UserType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app: Option<App>,
    searchable: bool,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Prekey {
    id: u16,
    key: String,
}

pub(crate) type UserClients = HashMap<Uuid, Vec<String>>;
pub(crate) type Prekeys = HashMap<Uuid, HashMap<String, Option<Prekey>>>;
