//! The types of galley, by the names that people write; see [`super`].

use federation_api::access::{Access, AccessRole, ConversationAccessData, LegacyAccessRole};
use federation_api::backends_answer::{NonFederatingBackends, UnreachableBackends};
use federation_api::client_identity::ClientIdentity;
use federation_api::conv_or_sub_conv::ConvOrSubConvId;
use federation_api::conversation::{
    ClientRemovedRequest, ConversationCreated, ConversationMetadata, GetConversationsRequest,
    GetConversationsResponse, GetConversationsResponseV2, LeaveConversationRequest,
    LeaveConversationResponse, NewRemoteConversation, OtherMember, OtherMembers, RemoteConvMembers,
    RemoteConversation, RemoteConversationV2, RemoveFromConversationError,
    UserDeletedConversationsNotification,
};
use federation_api::conversation_action::{
    AddPermissionUpdate, ConversationActionTag, ConversationJoin, ConversationMemberUpdate,
    ConversationMessageTimerUpdate, ConversationReceiptModeUpdate, ConversationRemoveMembers,
    ConversationRename, EmptyAction, MlsReset, OtherMemberUpdate, SomeConversationAction,
};
use federation_api::conversation_settings::{
    AddPermission, CellsState, ConvType, GroupConvType, History, HistoryDuration, JoinType,
    LeaveReason, Milliseconds, ReceiptMode,
};
use federation_api::conversation_update::{
    ConversationUpdate, ConversationUpdateInAnswer, ConversationUpdateRequest,
    ConversationUpdateResponse, ConversationUpdateV0, ExtraConversationData,
};
use federation_api::galley_error::GalleyError;
use federation_api::group_id::{GroupId, SubConvId};
use federation_api::group_info_diagnostics::{GroupInfoDiagnostics, GroupMember};
use federation_api::message::{
    MessageMetadata, MessageNotSent, MessageSendResponse, MessageSendingStatus, Priority,
    ProteusMessageSendRequest, RemoteMessage,
};
use federation_api::mls_keys::{MlsKeys, MlsKeysByPurpose};
use federation_api::mls_message::{
    EnableOutOfSyncCheck, GetGroupInfoRequest, GetGroupInfoResponse, GroupInfo,
    MlsMessageSendRequest, RemoteMlsMessage,
};
use federation_api::mls_message_response::{JsonResponse, MlsMessageResponse, MlsOutOfSyncError};
use federation_api::mls_welcome::{MlsWelcomeRequest, MlsWelcomeResponse};
use federation_api::one_to_one_conversation::{
    GetOne2OneConversationRequest, GetOne2OneConversationResponse,
    GetOne2OneConversationResponseV2, RemoteMlsOne2OneConversation,
};
use federation_api::permission::{Permission, TeamPermission};
use federation_api::protocol::{CipherSuiteTag, Epoch, Protocol, ProtocolTag};
use federation_api::qualified_user_map::QualifiedUserClients;
use federation_api::raw::RawJson;
use federation_api::role::RoleName;
use federation_api::sub_conversation::{
    DeleteSubConversationFedRequest, DeleteSubConversationResponse, GetSubConversationsRequest,
    GetSubConversationsResponse, LeaveSubConversationRequest, LeaveSubConversationResponse,
    PublicSubConversation,
};
use federation_api::typing::{
    TypingDataUpdateRequest, TypingDataUpdateResponse, TypingDataUpdated, TypingNotice,
    TypingState, TypingStatus,
};
use federation_api::{Audience, Version};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Group, WireType, type_groups};

type_groups! {
    "Galley" {
        "Access" => Access,
        "AccessRole" => AccessRole,
        "AddPermission" => AddPermission,
        "AddPermissionUpdate" => AddPermissionUpdate,
        "CellsState" => CellsState,
        "CipherSuiteTag" => CipherSuiteTag,
        "ClientIdentity" => ClientIdentity,
        "ClientRemovedRequest" => ClientRemovedRequest,
        "ConversationAccessData" => ConversationAccessData,
        "ConversationActionTag" => ConversationActionTag,
        "ConversationCreated" => ConversationCreated,
        "ConversationJoin" => ConversationJoin,
        "ConversationMemberUpdate" => ConversationMemberUpdate,
        "ConversationMessageTimerUpdate" => ConversationMessageTimerUpdate,
        "ConversationMetadata" => ConversationMetadata,
        "ConversationReceiptModeUpdate" => ConversationReceiptModeUpdate,
        "ConversationRemoveMembers" => ConversationRemoveMembers,
        "ConversationRename" => ConversationRename,
        "ConversationUpdate" => ConversationUpdate,
        "ConversationUpdateInAnswer" => ConversationUpdateInAnswer,
        "ConversationUpdateRequest" => ConversationUpdateRequest,
        "ConversationUpdateResponse" => ConversationUpdateResponse,
        "ConversationUpdateV0" => ConversationUpdateV0,
        "ConvOrSubConvId" => ConvOrSubConvId,
        "ConvType" => ConvType,
        "DeleteSubConversationFedRequest" => DeleteSubConversationFedRequest,
        "DeleteSubConversationResponse" => DeleteSubConversationResponse,
        "EmptyAction" => EmptyAction,
        "EnableOutOfSyncCheck" => EnableOutOfSyncCheck,
        "Epoch" => Epoch,
        "ExtraConversationData" => ExtraConversationData,
        "GalleyError" => GalleyError,
        "GetConversationsRequest" => GetConversationsRequest,
        "GetConversationsResponse" => GetConversationsResponse,
        "GetConversationsResponseV2" => GetConversationsResponseV2,
        "GetGroupInfoRequest" => GetGroupInfoRequest,
        "GetGroupInfoResponse" => GetGroupInfoResponse,
        "GetOne2OneConversationRequest" => GetOne2OneConversationRequest,
        "GetOne2OneConversationResponse" => GetOne2OneConversationResponse,
        "GetOne2OneConversationResponseV2" => GetOne2OneConversationResponseV2,
        "GetSubConversationsRequest" => GetSubConversationsRequest,
        "GetSubConversationsResponse" => GetSubConversationsResponse,
        "GroupConvType" => GroupConvType,
        "GroupId" => GroupId,
        "GroupInfo" => GroupInfo,
        "GroupInfoDiagnostics" => GroupInfoDiagnostics,
        "GroupMember" => GroupMember,
        "History" => History,
        "HistoryDuration" => HistoryDuration,
        "JoinType" => JoinType,
        "JSONResponse" => JsonResponse,
        "LeaveConversationRequest" => LeaveConversationRequest,
        "LeaveConversationResponse" => LeaveConversationResponse,
        "LeaveReason" => LeaveReason,
        "LeaveSubConversationRequest" => LeaveSubConversationRequest,
        "LeaveSubConversationResponse" => LeaveSubConversationResponse,
        "LegacyAccessRole" => LegacyAccessRole,
        "MessageMetadata" => MessageMetadata,
        "MessageNotSent" => MessageNotSent,
        "MessageSendingStatus" => MessageSendingStatus,
        "MessageSendResponse" | "MessageSendReponse" => MessageSendResponse,
        "Milliseconds" => Milliseconds,
        "MLSKeys" => MlsKeys,
        "MLSKeysByPurpose" => MlsKeysByPurpose,
        "MLSMessageResponse" => MlsMessageResponse,
        "MLSMessageSendRequest" => MlsMessageSendRequest,
        "MLSOutOfSyncError" => MlsOutOfSyncError,
        "MLSReset" => MlsReset,
        "MLSWelcomeRequest" => MlsWelcomeRequest,
        "MLSWelcomeResponse" => MlsWelcomeResponse,
        "NewRemoteConversation" => NewRemoteConversation,
        "NonFederatingBackends" => NonFederatingBackends,
        "OtherMember" => OtherMember,
        "OtherMembers" => OtherMembers,
        "OtherMemberUpdate" => OtherMemberUpdate,
        "Permission" => Permission,
        "Priority" => Priority,
        "ProteusMessageSendRequest" => ProteusMessageSendRequest,
        "Protocol" => Protocol,
        "ProtocolTag" => ProtocolTag,
        "PublicSubConversation" => PublicSubConversation,
        "QualifiedUserClients" => QualifiedUserClients,
        "ReceiptMode" => ReceiptMode,
        "RemoteConversation" => RemoteConversation,
        "RemoteConversationV2" => RemoteConversationV2,
        "RemoteConvMembers" => RemoteConvMembers,
        "RemoteMessage" => RemoteMessage,
        "RemoteMLSMessage" => RemoteMlsMessage,
        "RemoteMLSOne2OneConversation" => RemoteMlsOne2OneConversation,
        "RemoveFromConversationError" => RemoveFromConversationError,
        "RoleName" => RoleName,
        "SomeConversationAction" => SomeConversationAction,
        "SubConvId" => SubConvId,
        "TeamPermission" => TeamPermission,
        "TypingDataUpdated" => TypingDataUpdated,
        "TypingDataUpdateRequest" => TypingDataUpdateRequest,
        "TypingDataUpdateResponse" => TypingDataUpdateResponse,
        "TypingNotice" => TypingNotice,
        "TypingState" => TypingState,
        "TypingStatus" => TypingStatus,
        "UnreachableBackends" => UnreachableBackends,
        "UserDeletedConversationsNotification" => UserDeletedConversationsNotification,
        "Conversation" => ClientConversation,
        "ConversationV5" => ClientConversationV5,
    }
}

/// What the client API says of a conversation, as far as the federation API knows it: no type of the
/// federation API itself, but vectors of it exist.
#[derive(Serialize)]
struct ClientConversation {
    #[serde(flatten)]
    metadata: ConversationMetadata,
    #[serde(flatten)]
    protocol: Protocol,
}

impl<'de> Deserialize<'de> for ClientConversation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // One object is read as two types.
        let object = RawJson::deserialize(deserializer)?;
        Ok(Self {
            metadata: object.read().map_err(Error::custom)?,
            protocol: object.read().map_err(Error::custom)?,
        })
    }
}

/// The same with the protocol in the long form, which backends before version 2 read.
#[derive(Deserialize)]
#[serde(transparent)]
struct ClientConversationV5(ClientConversation);

impl Serialize for ClientConversationV5 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Audience::speaking(Version::V1).write(|| self.0.serialize(serializer))
    }
}
