//! The table of all types that travel, which every test of this folder goes through.

/// Calls a macro with `Name: Type` for every type of this crate that has a JSON form.
macro_rules! for_each_wire_type {
    ($then:ident) => {
        $then! {
            AppDescription: federation_api::name::AppDescription,
            AppInfo: federation_api::user::AppInfo,
            AssetId: federation_api::AssetId,
            AssetKey: federation_api::asset::AssetKey,
            AssetSize: federation_api::asset::AssetSize,
            AssetToken: federation_api::asset::AssetToken,
            Base64Bytes: federation_api::base64::Base64Bytes,
            BaseProtocolTag: federation_api::user::BaseProtocolTag,
            ClaimKeyPackageRequest: federation_api::key_package::ClaimKeyPackageRequest,
            CipherSuite: federation_api::mls::CipherSuite,
            ClientClass: federation_api::client::ClientClass,
            ClientId: federation_api::client::ClientId,
            ClientInfo: federation_api::mls::ClientInfo,
            ClientInfoSet: std::collections::BTreeSet<federation_api::mls::ClientInfo>,
            ClientPrekey: federation_api::prekey::ClientPrekey,
            ClientPrekeyOrNull: Option<federation_api::prekey::ClientPrekey>,
            ColourId: federation_api::colour::ColourId,
            Contact: federation_api::search::Contact,
            ConvId: federation_api::ConvId,
            Domain: federation_api::Domain,
            DomainSet: federation_api::backends::DomainSet,
            EmailAddress: federation_api::email::EmailAddress,
            EmptyResponse: federation_api::EmptyResponse,
            Failure: federation_api::Failure,
            FederatedUserSearchPolicy: federation_api::search::FederatedUserSearchPolicy,
            GetAsset: federation_api::asset::GetAsset,
            GetAssetResponse: federation_api::asset::GetAssetResponse,
            GetUserClients: federation_api::client::GetUserClients,
            Handle: federation_api::Handle,
            KeyPackageBundle: federation_api::key_package::KeyPackageBundle,
            KeyPackageBundleEntry: federation_api::key_package::KeyPackageBundleEntry,
            KeyPackageData: federation_api::key_package::KeyPackageData,
            KeyPackageRef: federation_api::key_package::KeyPackageRef,
            MlsClientRequest: federation_api::mls::MlsClientRequest,
            MlsClientsRequest: federation_api::mls::MlsClientsRequest,
            MlsClientsRequestV0: federation_api::mls::MlsClientsRequestV0,
            Name: federation_api::name::Name,
            NewConnectionRequest: federation_api::connection::NewConnectionRequest,
            NewConnectionResponse: federation_api::connection::NewConnectionResponse,
            NonConnectedBackends: federation_api::backends::NonConnectedBackends,
            Pict: federation_api::user::Pict,
            Prekey: federation_api::prekey::Prekey,
            PrekeyBundle: federation_api::prekey::PrekeyBundle,
            PrekeyId: federation_api::prekey::PrekeyId,
            ProfileAsset: federation_api::user::ProfileAsset,
            ProfileAssetType: federation_api::user::ProfileAssetType,
            ProviderId: federation_api::ProviderId,
            PubClient: federation_api::client::PubClient,
            QualifiedConvId: federation_api::Qualified<federation_api::ConvId>,
            QualifiedHandle: federation_api::QualifiedHandle,
            QualifiedUserId: federation_api::Qualified<federation_api::UserId>,
            RawObject: federation_api::raw::RawObject,
            RemoteConnectionAction: federation_api::connection::RemoteConnectionAction,
            SearchRequest: federation_api::search::SearchRequest,
            SearchResponse: federation_api::search::SearchResponse,
            ServiceId: federation_api::ServiceId,
            ServiceRef: federation_api::user::ServiceRef,
            SignatureSchemeTag: federation_api::mls::SignatureSchemeTag,
            TeamId: federation_api::TeamId,
            Text: federation_api::text::Text,
            TextStatus: federation_api::name::TextStatus,
            Unit: federation_api::Unit,
            UserAndClient: (federation_api::OfRecipient<federation_api::UserId>, federation_api::client::ClientId),
            UserClientMapOfNumbers: federation_api::user_map::UserClientMap<i64>,
            UserClientPrekeyMap: federation_api::user_map::UserClientPrekeyMap,
            UserClients: federation_api::user_map::UserClients,
            UserDeletedConnectionsNotification: federation_api::backends::UserDeletedConnectionsNotification,
            UserId: federation_api::UserId,
            UserIdOfRecipient: federation_api::OfRecipient<federation_api::UserId>,
            UserIdOfSender: federation_api::OfSender<federation_api::UserId>,
            UserIdOfSubject: federation_api::OfSubject<federation_api::UserId>,
            UserLegalHoldStatus: federation_api::user::UserLegalHoldStatus,
            UserMapOfPubClients: federation_api::user_map::UserMap<std::collections::BTreeSet<federation_api::client::PubClient>>,
            UserProfile: federation_api::UserProfile,
            UserProfileOrNull: Option<federation_api::UserProfile>,
            UserType: federation_api::user::UserType,
            UserTypeFilter: federation_api::user::UserTypeFilter,
            UtcTime: federation_api::timestamp::UtcTime,
            UtcTimeMillis: federation_api::timestamp::UtcTimeMillis,
            Version: federation_api::Version,
            VersionInfo: federation_api::VersionInfo,
        }
    };
}

pub(crate) use for_each_wire_type;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The schemas of what is written and of what is read.
pub(crate) fn schemas<T: JsonSchema>() -> [Value; 2] {
    let settings = SchemaSettings::draft2020_12;
    [settings().for_serialize(), settings().for_deserialize()]
        .map(|settings| settings.into_generator().into_root_schema_for::<T>().into())
}

/// Validators of what is written and of what is read, formats included.
pub(crate) fn validators<T: JsonSchema>() -> [jsonschema::Validator; 2] {
    schemas::<T>().map(|schema| {
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("no valid schema: {error}\n{schema:#}"))
    })
}

/// Fails if a JSON value is not what the schemas say.
pub(crate) fn validate(validators: &[jsonschema::Validator; 2], json: &Value, whose: &str) {
    for (validator, contract) in validators.iter().zip(["written", "read"]) {
        if let Err(error) = validator.validate(json) {
            panic!("{whose}: not valid by the schema of what is {contract}: {error}\n{json:#}");
        }
    }
}
