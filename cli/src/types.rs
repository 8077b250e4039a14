//! All types that travel, to be found by the names that people write.
//!
//! One line for each type: the name that the protocol reference uses, other names of it (in Rust, in
//! older backends, of folders of vectors) and the Rust type. Letter case does not matter and only
//! letters and digits count, so `Qualified<UserId>` and `qualified-user-id` are one name.

use std::collections::BTreeSet;

use federation_api::asset::{AssetKey, AssetSize, AssetToken, GetAsset, GetAssetResponse};
use federation_api::backends::{
    DomainSet, NonConnectedBackends, UserDeletedConnectionsNotification,
};
use federation_api::base64::Base64Bytes;
use federation_api::client::{ClientClass, ClientId, GetUserClients, PubClient};
use federation_api::colour::ColourId;
use federation_api::connection::{
    NewConnectionRequest, NewConnectionResponse, RemoteConnectionAction,
};
use federation_api::email::EmailAddress;
use federation_api::failure::FailureData;
use federation_api::json::{self, DecodeError};
use federation_api::key_package::{
    ClaimKeyPackageRequest, KeyPackageBundle, KeyPackageBundleEntry, KeyPackageData, KeyPackageRef,
};
use federation_api::mls::{
    CipherSuite, ClientInfo, MlsClientRequest, MlsClientsRequest, MlsClientsRequestV0,
    SignatureSchemeTag,
};
use federation_api::name::{AppDescription, Name, TextStatus};
use federation_api::prekey::{ClientPrekey, Prekey, PrekeyBundle, PrekeyId};
use federation_api::raw::RawObject;
use federation_api::search::{Contact, FederatedUserSearchPolicy, SearchRequest, SearchResponse};
use federation_api::text::Text;
use federation_api::timestamp::{UtcTime, UtcTimeMillis};
use federation_api::user::{
    AppInfo, BaseProtocolTag, Pict, ProfileAsset, ProfileAssetType, ServiceRef,
    UserLegalHoldStatus, UserType, UserTypeFilter,
};
use federation_api::user_map::{UserClientMap, UserClientPrekeyMap, UserClients, UserMap};
use federation_api::{
    AssetId, Component, ConvId, Domain, EmptyResponse, Failure, Handle, ProviderId, Qualified,
    QualifiedHandle, ServiceId, TeamId, Unit, UserId, UserProfile, Version, VersionInfo,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

mod galley;

use crate::fault::Fault;
use crate::nearest::hint;

/// A type that travels, with its Rust type hidden.
#[derive(Debug)]
pub(crate) struct WireType {
    /// The name in the protocol reference.
    pub(crate) name: &'static str,
    /// Other names.
    pub(crate) aliases: &'static [&'static str],
    recode: fn(&[u8]) -> Result<String, DecodeError>,
}

impl WireType {
    const fn of<T: Serialize + DeserializeOwned>(
        name: &'static str,
        aliases: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            aliases,
            recode: recode::<T>,
        }
    }

    /// Reads a document as this type and writes it again.
    pub(crate) fn recode(&self, body: &[u8]) -> Result<String, DecodeError> {
        (self.recode)(body)
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

fn recode<T: Serialize + DeserializeOwned>(body: &[u8]) -> Result<String, DecodeError> {
    json::decode::<T>(body).map(|value| {
        // Every value that was read has a JSON form; see `json::encode`.
        serde_json::to_string(&value).unwrap_or_default()
    })
}

/// Where a type belongs: the heading of its group in the list.
#[derive(Debug)]
pub(crate) struct Group {
    /// The heading.
    pub(crate) heading: &'static str,
    /// The types.
    pub(crate) types: &'static [WireType],
}

macro_rules! type_groups {
    ($($heading:literal { $($name:literal $(| $alias:literal)* => $type:ty,)+ })+) => {
        /// All types.
        pub(crate) const GROUPS: &[Group] = &[$(Group {
            heading: $heading,
            types: &[$(WireType::of::<$type>($name, &[$($alias),*])),+],
        }),+];
    };
}

use type_groups;

type_groups! {
    "Vocabulary" {
        "Domain" => Domain,
        "Component" => Component,
        "Version" => Version,
        "VersionInfo" => VersionInfo,
        "EmptyResponse" => EmptyResponse,
        "Unit" | "()" => Unit,
        "Error" | "Failure" | "ErrorBody" => Failure,
        "ErrorData" | "FailureData" | "FederationErrorData" => FailureData,
        "Qualified UserId" | "QualifiedUserId" | "QualifiedUser" => Qualified<UserId>,
        "Qualified ConvId" | "QualifiedConvId" => Qualified<ConvId>,
        "Qualified Handle" | "QualifiedHandle" => QualifiedHandle,
    }
    "Scalars" {
        "UserId" | "UUID" | "UserIdOfSender" | "UserIdOfRecipient" | "UserIdOfSubject" => UserId,
        "ConvId" => ConvId,
        "TeamId" => TeamId,
        "AssetId" => AssetId,
        "ServiceId" => ServiceId,
        "ProviderId" => ProviderId,
        "ClientId" => ClientId,
        "Handle" => Handle,
        "Name" => Name,
        "TextStatus" => TextStatus,
        "Text" => Text,
        "AppDescription" => AppDescription,
        "ColourId" | "ColorId" => ColourId,
        "EmailAddress" | "Email" => EmailAddress,
        "AssetKey" => AssetKey,
        "AssetToken" => AssetToken,
        "Base64" | "Base64Bytes" | "Base64ByteString" => Base64Bytes,
        "UTCTimeMillis" => UtcTimeMillis,
        "UTCTime" => UtcTime,
        "CipherSuite" => CipherSuite,
        "SignatureSchemeTag" => SignatureSchemeTag,
        "KeyPackageRef" => KeyPackageRef,
        "KeyPackageData" => KeyPackageData,
        "PrekeyId" => PrekeyId,
    }
    "Words" {
        "UserLegalHoldStatus" => UserLegalHoldStatus,
        "BaseProtocolTag" => BaseProtocolTag,
        "UserType" => UserType,
        "UserTypeFilter" => UserTypeFilter,
        "ClientClass" => ClientClass,
        "FederatedUserSearchPolicy" => FederatedUserSearchPolicy,
        "AssetSize" => AssetSize,
        "ProfileAssetType" => ProfileAssetType,
        "RemoteConnectionAction" => RemoteConnectionAction,
    }
    "Brig" {
        "UserProfile" => UserProfile,
        "Maybe UserProfile" | "UserProfileOrNull" | "Option<UserProfile>" => Option<UserProfile>,
        "UserProfiles" | "Vec<UserProfile>" => Vec<UserProfile>,
        "ProfileAsset" | "Asset" => ProfileAsset,
        "Pict" => Pict,
        "PictObject" | "RawObject" => RawObject,
        "ServiceRef" => ServiceRef,
        "AppInfo" => AppInfo,
        "Prekey" | "UncheckedPrekeyBundle" => Prekey,
        "ClientPrekey" => ClientPrekey,
        "Maybe ClientPrekey" | "ClientPrekeyOrNull" | "Option<ClientPrekey>" => Option<ClientPrekey>,
        "PrekeyBundle" => PrekeyBundle,
        "UserAndClient" | "(UserId, ClientId)" => (UserId, ClientId),
        "UserClients" => UserClients,
        "UserClientMap_Int" | "UserClientMap" | "UserClientMapOfNumbers" => UserClientMap<i64>,
        "UserClientPrekeyMap" => UserClientPrekeyMap,
        "UserMap of PubClient" | "UserMapOfPubClients" | "UserMap PubClient" | "UserMap (Set PubClient)"
            => UserMap<BTreeSet<PubClient>>,
        "SearchRequest" => SearchRequest,
        "SearchResponse" => SearchResponse,
        "Contact" => Contact,
        "GetUserClients" => GetUserClients,
        "PubClient" => PubClient,
        "MLSClientsRequestV0" => MlsClientsRequestV0,
        "MLSClientsRequest" => MlsClientsRequest,
        "MLSClientRequest" => MlsClientRequest,
        "ClientInfo" => ClientInfo,
        "ClientInfoSet" | "Set ClientInfo" | "BTreeSet<ClientInfo>" => BTreeSet<ClientInfo>,
        "NewConnectionRequest" => NewConnectionRequest,
        "NewConnectionResponse" => NewConnectionResponse,
        "ClaimKeyPackageRequest" => ClaimKeyPackageRequest,
        "KeyPackageBundle" => KeyPackageBundle,
        "Maybe KeyPackageBundle" | "KeyPackageBundleOrNull" | "Option<KeyPackageBundle>"
            => Option<KeyPackageBundle>,
        "KeyPackageBundleEntry" => KeyPackageBundleEntry,
        "DomainSet" => DomainSet,
        "NonConnectedBackends" => NonConnectedBackends,
        "UserDeletedConnectionsNotification" | "UserDeletedConnections"
            => UserDeletedConnectionsNotification,
    }
    "Cargohold" {
        "GetAsset" => GetAsset,
        "GetAssetResponse" => GetAssetResponse,
    }
}

/// The type of this name.
pub(crate) fn find(name: &str) -> Result<&'static WireType, Fault> {
    let wanted = plain(name);
    all()
        .find(|known| known.names().any(|name| plain(name) == wanted))
        .ok_or_else(|| {
            let meant = hint(name, all().map(|known| known.name));
            Fault::Usage(format!(
                "no type is called `{name}`{meant}\n`federation check --list` lists the types"
            ))
        })
}

/// All groups of types.
pub(crate) fn groups() -> impl Iterator<Item = &'static Group> {
    GROUPS.iter().chain(galley::GROUPS)
}

/// All types, group by group.
pub(crate) fn all() -> impl Iterator<Item = &'static WireType> {
    groups().flat_map(|group| group.types)
}

/// What of a name counts. Names without a letter or digit, such as `()`, count as they are.
fn plain(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if plain.is_empty() {
        name.trim().to_owned()
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_of_one_type() {
        let mut seen = std::collections::BTreeMap::new();
        for known in all() {
            for name in known.names() {
                if let Some(other) = seen.insert(plain(name), known.name) {
                    assert_eq!(other, known.name, "{name} names two types");
                }
            }
        }
    }

    #[test]
    fn spellings() {
        for (name, expected) in [
            ("utctimemillis", "UTCTimeMillis"),
            ("MlsClientsRequestV0", "MLSClientsRequestV0"),
            ("UserClientMap_Int", "UserClientMap_Int"),
            ("Qualified<UserId>", "Qualified UserId"),
            ("()", "Unit"),
            ("failure", "Error"),
        ] {
            assert_eq!(find(name).unwrap().name, expected);
        }
    }
}
