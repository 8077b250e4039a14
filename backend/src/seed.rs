//! The JSON form of a backend's data. The `README.md` of the crate explains it.

mod clients;
mod conversations;
mod load;
mod reference;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use federation_api::asset::{AssetSize, AssetToken};
use federation_api::base64::Base64Bytes;
use federation_api::client::{ClientClass, ClientId};
use federation_api::colour::ColourId;
use federation_api::email::EmailAddress;
use federation_api::json::DecodeError;
use federation_api::mls::{CipherSuite, SignatureSchemeTag};
use federation_api::name::{Name, TextStatus};
use federation_api::prekey::Prekey;
use federation_api::search::FederatedUserSearchPolicy;
use federation_api::text::Text;
use federation_api::timestamp::UtcTimeMillis;
use federation_api::user::{AppInfo, BaseProtocolTag, ServiceRef, UserLegalHoldStatus, UserType};
use federation_api::{AssetId, Domain, Handle, TeamId, UserId, Version};
use serde::Deserialize;

pub(crate) use load::load;
use reference::{Reference, RemoteUser};

/// A seed that describes no backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedError {
    place: String,
    fault: String,
}

impl SeedError {
    fn at(place: impl fmt::Display, fault: impl fmt::Display) -> Self {
        Self {
            place: place.to_string(),
            fault: fault.to_string(),
        }
    }

    /// Where in the document, such as `users[2].team`; empty for the document as a whole.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong there.
    #[must_use]
    pub fn fault(&self) -> &str {
        &self.fault
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the seed is wrong")?;
        if !self.place.is_empty() {
            write!(f, " at {}", self.place)?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl std::error::Error for SeedError {}

impl From<DecodeError> for SeedError {
    fn from(error: DecodeError) -> Self {
        Self::at(error.path(), error.reason())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    domain: Domain,
    versions: Option<Vec<Version>>,
    mls: Option<bool>,
    show_team_emails: Option<bool>,
    #[serde(default)]
    federation: Federation,
    #[serde(default)]
    teams: Vec<SeedTeam>,
    #[serde(default)]
    users: Vec<SeedUser>,
    #[serde(default)]
    connections: Vec<SeedConnection>,
    #[serde(default)]
    assets: Vec<SeedAsset>,
    #[serde(default)]
    conversations: Vec<conversations::SeedConversation>,
}

/// The document of `transport.md` §14.1.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Federation {
    #[serde(default)]
    strategy: SeedStrategy,
    #[serde(default)]
    remotes: Vec<SeedRemote>,
    #[serde(default, rename = "update_interval")]
    _update_interval: Option<u64>,
}

#[derive(Deserialize, Default)]
enum SeedStrategy {
    #[default]
    #[serde(rename = "allowNone")]
    Nobody,
    #[serde(rename = "allowAll")]
    Everybody,
    #[serde(rename = "allowDynamic")]
    Configured,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedRemote {
    domain: Domain,
    search_policy: FederatedUserSearchPolicy,
    #[serde(default)]
    restriction: SeedRestriction,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct SeedRestriction {
    #[serde(default)]
    tag: RestrictionTag,
    #[serde(default)]
    value: Option<Vec<Reference<TeamId>>>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum RestrictionTag {
    #[default]
    AllowAll,
    RestrictByTeam,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedTeam {
    name: String,
    id: Option<TeamId>,
    #[serde(default)]
    inbound_search: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedUser {
    name: Name,
    handle: Option<Handle>,
    id: Option<UserId>,
    team: Option<Reference<TeamId>>,
    #[serde(default)]
    status: SeedStatus,
    activated: Option<bool>,
    text_status: Option<TextStatus>,
    #[serde(default)]
    pictures: Vec<SeedPicture>,
    #[serde(default)]
    accent_id: ColourId,
    email: Option<EmailAddress>,
    legalhold_status: Option<UserLegalHoldStatus>,
    #[serde(default)]
    supported_protocols: BTreeSet<BaseProtocolTag>,
    r#type: Option<UserType>,
    app: Option<AppInfo>,
    service: Option<ServiceRef>,
    expires_at: Option<UtcTimeMillis>,
    searchable: Option<bool>,
    #[serde(default)]
    clients: Vec<SeedClient>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum SeedStatus {
    #[default]
    Active,
    Suspended,
    Ephemeral,
    Deleted,
    PendingInvitation,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedPicture {
    asset: Reference<AssetId>,
    size: Option<AssetSize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedClient {
    name: String,
    id: Option<ClientId>,
    class: Option<ClientClass>,
    #[serde(default)]
    prekeys: Vec<Prekey>,
    #[serde(default)]
    generated_prekeys: u16,
    #[serde(default)]
    last_resort_prekey: bool,
    #[serde(default)]
    signature_keys: BTreeMap<SignatureSchemeTag, Base64Bytes>,
    #[serde(default)]
    key_packages: Vec<SeedKeyPackages>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedKeyPackages {
    #[serde(default)]
    cipher_suite: CipherSuite,
    count: Option<u16>,
    data: Option<Base64Bytes>,
    not_before: Option<UtcTimeMillis>,
    not_after: UtcTimeMillis,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedConnection {
    user: Reference<UserId>,
    with: RemoteUser,
    relation: SeedRelation,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum SeedRelation {
    Accepted,
    Blocked,
    Pending,
    Ignored,
    Sent,
    Cancelled,
    MissingLegalholdConsent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedAsset {
    name: String,
    id: Option<AssetId>,
    retention: Option<u8>,
    owner: Option<Reference<UserId>>,
    token: Option<AssetToken>,
    content_type: Option<String>,
    expires: Option<UtcTimeMillis>,
    text: Option<Text>,
    base64: Option<Base64Bytes>,
    generated: Option<SeedGenerated>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedGenerated {
    length: u64,
    #[serde(default)]
    seed: u64,
}
