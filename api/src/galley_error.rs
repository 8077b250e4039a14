//! The errors that conversation RPCs give as values of their answers.

mod declare;

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::permission::{Permission, TeamPermission};
use crate::scalar::arbitrary;
use crate::tagged::{Tagged, UnknownTag};
use crate::word::Word;

#[cfg(feature = "openapi")]
use declare::described;
use declare::galley_errors;

galley_errors! {
    /// Why the owner of a conversation did not do what it was asked for.
    ///
    /// Always an object, `{"tag": "ConvNotFound"}`. Which of them an RPC gives is told beside the RPC;
    /// take any other for an unexpected answer. Behind each stand the HTTP status and the label that
    /// the caller's backend gives its own client in turn; they are not part of the JSON.
    ///
    /// Source: `galley-types.md` §7, `history.md` §6.24.
    pub enum GalleyError {
        /// The action makes no sense here.
        InvalidAction = "InvalidAction" (400, "invalid-actions"),
        /// The conversation cannot be opened or closed in this way.
        InvalidTargetAccess = "InvalidTargetAccess" (403, "invalid-op"),
        /// There is no such team.
        TeamNotFound = "TeamNotFound" (404, "no-team"),
        /// The team has no such member.
        TeamMemberNotFound = "TeamMemberNotFound" (404, "no-team-member"),
        /// The user that asks is no member of the team.
        NotATeamMember = "NotATeamMember" (403, "no-team-member"),
        /// The team does not bind its members, as it would have to.
        NonBindingTeam = "NonBindingTeam" (404, "non-binding-team"),
        /// A broadcast would go to too many users.
        BroadcastLimitExceeded = "BroadcastLimitExceeded" (400, "too-many-users-to-broadcast"),
        /// The user is bound to a team already.
        UserBindingExists = "UserBindingExists" (403, "binding-exists"),
        /// Users cannot be added to a binding team, only invited.
        NoAddToBinding = "NoAddToBinding" (403, "binding-team"),
        /// The team is full.
        TooManyTeamMembers = "TooManyTeamMembers" (403, "too-many-team-members"),
        /// The team has as many admins as it can have.
        TooManyTeamAdmins = "TooManyTeamAdmins" (403, "too-many-team-admins"),
        /// The users are not connected with each other.
        NotConnected = "NotConnected" (403, "not-connected"),
        /// The operation is not allowed on this kind of conversation.
        InvalidOperation = "InvalidOperation" (403, "invalid-op"),
        /// The operation is not allowed on this user.
        InvalidTarget = "InvalidTarget" (403, "invalid-op"),
        /// There is no such conversation, or the user that asks is not in it.
        ConvNotFound = "ConvNotFound" (404, "no-conversation"),
        /// The user may not join or use the conversation.
        ConvAccessDenied = "ConvAccessDenied" (403, "access-denied"),
        /// The conversation cannot change from its protocol to this one.
        ConvInvalidProtocolTransition = "ConvInvalidProtocolTransition" (403, "invalid-protocol-transition"),
        /// The conversation is no channel, and only channels share their history.
        HistoryNotSupported = "HistoryNotSupported" (400, "history-not-supported"),
        /// The backend does not use MLS.
        MlsNotEnabled = "MLSNotEnabled" (400, "mls-not-enabled"),
        /// An MLS conversation begins without members.
        MlsNonEmptyMemberList = "MLSNonEmptyMemberList" (400, "non-empty-member-list"),
        /// The client has another MLS public key already.
        MlsDuplicatePublicKey = "MLSDuplicatePublicKey" (400, "mls-duplicate-public-key"),
        /// A leaf that the MLS group does not have.
        MlsInvalidLeafNodeIndex = "MLSInvalidLeafNodeIndex" (400, "mls-invalid-leaf-node-index"),
        /// A kind of MLS message that is not accepted here.
        MlsUnsupportedMessage = "MLSUnsupportedMessage" (422, "mls-unsupported-message"),
        /// The commit refers to a proposal that the owner does not know.
        MlsProposalNotFound = "MLSProposalNotFound" (404, "mls-proposal-not-found"),
        /// A kind of MLS proposal that is not accepted.
        MlsUnsupportedProposal = "MLSUnsupportedProposal" (422, "mls-unsupported-proposal"),
        /// The message breaks the rules of MLS.
        MlsProtocolErrorTag = "MLSProtocolErrorTag" (400, "mls-protocol-error"),
        /// A commit must add all clients of a user or none.
        MlsClientMismatch = "MLSClientMismatch" (409, "mls-client-mismatch"),
        /// The message is for another epoch than the group is in.
        MlsStaleMessage = "MLSStaleMessage" (409, "mls-stale-message"),
        /// The commit leaves out proposals that are pending.
        MlsCommitMissingReferences = "MLSCommitMissingReferences" (400, "mls-commit-missing-references"),
        /// Users do not remove themselves by a commit.
        MlsSelfRemovalNotAllowed = "MLSSelfRemovalNotAllowed" (400, "mls-self-removal-not-allowed"),
        /// The message is for the group of another conversation.
        MlsGroupConversationMismatch = "MLSGroupConversationMismatch" (400, "mls-group-conversation-mismatch"),
        /// The message was signed by another client than the one that sent it.
        MlsClientSenderUserMismatch = "MLSClientSenderUserMismatch" (400, "mls-client-sender-user-mismatch"),
        /// The welcome is not for the clients that the commit adds.
        MlsWelcomeMismatch = "MLSWelcomeMismatch" (400, "mls-welcome-mismatch"),
        /// No group info is stored for the conversation.
        MlsMissingGroupInfo = "MLSMissingGroupInfo" (404, "mls-missing-group-info"),
        /// The message came from a client that it could not come from. No status is assigned.
        MlsUnexpectedSenderClient = "MLSUnexpectedSenderClient",
        /// Conversations of this kind have no subconversations.
        MlsSubConvUnsupportedConvType = "MLSSubConvUnsupportedConvType" (403, "mls-subconv-unsupported-convtype"),
        /// The client is not in the main conversation, which it has to join first.
        MlsSubConvClientNotInParent = "MLSSubConvClientNotInParent" (403, "mls-subconv-join-parent-missing"),
        /// Not all members can use MLS yet, so the conversation stays mixed.
        MlsMigrationCriteriaNotSatisfied = "MLSMigrationCriteriaNotSatisfied" (400, "mls-migration-criteria-not-satisfied"),
        /// MLS one-to-one conversations do not work with that backend.
        MlsFederatedOne2OneNotSupported = "MLSFederatedOne2OneNotSupported" (400, "mls-federated-one2one-not-supported"),
        /// Groups with members of that backend cannot be reset.
        MlsFederatedResetNotSupported = "MLSFederatedResetNotSupported" (400, "mls-federated-reset-not-supported"),
        /// A member's backend does not understand the group id of this conversation.
        GroupIdVersionNotSupported = "GroupIdVersionNotSupported" (400, "mls-group-id-not-supported"),
        /// MLS cannot be used where legal hold is on.
        MlsLegalholdIncompatible = "MLSLegalholdIncompatible" (409, "mls-legal-hold-not-allowed"),
        /// The credential names another client than the leaf belongs to.
        MlsIdentityMismatch = "MLSIdentityMismatch" (403, "mls-identity-mismatch"),
        /// The users are not in one binding team.
        NoBindingTeamMembers = "NoBindingTeamMembers" (403, "non-binding-team-members"),
        /// The user is in no binding team.
        NoBindingTeam = "NoBindingTeam" (403, "no-binding-team"),
        /// The team has more than one member.
        NotAOneMemberTeam = "NotAOneMemberTeam" (403, "not-one-member-team"),
        /// The conversation is full.
        TooManyMembers = "TooManyMembers" (403, "too-many-members"),
        /// The conversation has no such member.
        ConvMemberNotFound = "ConvMemberNotFound" (404, "no-conversation-member"),
        /// The team does not let guests in by link.
        GuestLinksDisabled = "GuestLinksDisabled" (409, "guest-links-disabled"),
        /// No conversation has this join code.
        CodeNotFound = "CodeNotFound" (404, "no-conversation-code"),
        /// The password of the join code is wrong.
        InvalidConversationPassword = "InvalidConversationPassword" (403, "invalid-conversation-password"),
        /// The conversation has a join code with other settings already.
        CreateConversationCodeConflict = "CreateConversationCodeConflict" (409, "create-conv-code-conflict"),
        /// The permissions cannot be given.
        InvalidPermissions = "InvalidPermissions" (403, "invalid-permissions"),
        /// The team cannot change to this status.
        InvalidTeamStatusUpdate = "InvalidTeamStatusUpdate" (403, "invalid-team-status-update"),
        /// The user may not do this.
        AccessDenied = "AccessDenied" (403, "access-denied"),
        /// There is no custom backend for this domain.
        CustomBackendNotFound = "CustomBackendNotFound" (404, "custom-backend-not-found"),
        /// Too many deletions are waiting already.
        DeleteQueueFull = "DeleteQueueFull" (503, "queue-full"),
        /// The team has no choice in who finds its members.
        TeamSearchVisibilityNotEnabled = "TeamSearchVisibilityNotEnabled" (403, "team-search-visibility-not-enabled"),
        /// The team is too large for legal hold.
        CannotEnableLegalHoldServiceLargeTeam = "CannotEnableLegalHoldServiceLargeTeam" (403, "too-large-team-for-legalhold"),
        /// A user has not agreed to being together with users under legal hold.
        MissingLegalholdConsent = "MissingLegalholdConsent" (403, "missing-legalhold-consent"),
        /// As `MissingLegalholdConsent`, because clients of the user are too old to ask.
        MissingLegalholdConsentOldClients = "MissingLegalholdConsentOldClients" (403, "missing-legalhold-consent-old-clients"),
        /// The user has not agreed to legal hold.
        NoUserLegalHoldConsent = "NoUserLegalHoldConsent" (409, "legalhold-no-consent"),
        /// Legal hold is off for the team.
        LegalHoldNotEnabled = "LegalHoldNotEnabled" (403, "legalhold-not-enabled"),
        /// Legal hold cannot be switched off for this team.
        LegalHoldDisableUnimplemented = "LegalHoldDisableUnimplemented" (403, "legalhold-disable-unimplemented"),
        /// The key of the legal hold service is unusable.
        LegalHoldServiceInvalidKey = "LegalHoldServiceInvalidKey" (400, "legalhold-invalid-key"),
        /// The legal hold service gave no usable answer.
        LegalHoldServiceBadResponse = "LegalHoldServiceBadResponse" (400, "legalhold-status-bad"),
        /// The user is under legal hold already.
        UserLegalHoldAlreadyEnabled = "UserLegalHoldAlreadyEnabled" (409, "legalhold-already-enabled"),
        /// The team has registered no legal hold service.
        LegalHoldServiceNotRegistered = "LegalHoldServiceNotRegistered" (400, "legalhold-not-registered"),
        /// The connections of the user could not be blocked for legal hold.
        LegalHoldCouldNotBlockConnections = "LegalHoldCouldNotBlockConnections" (500, "legalhold-internal"),
        /// The legal hold of the user cannot change in this way.
        UserLegalHoldIllegalOperation = "UserLegalHoldIllegalOperation" (500, "legalhold-illegal-op"),
        /// A team with legal hold cannot have as many members.
        TooManyTeamMembersOnTeamWithLegalhold = "TooManyTeamMembersOnTeamWithLegalhold" (403, "too-many-members-for-legalhold"),
        /// The legal hold service has no device for the user.
        NoLegalHoldDeviceAllocated = "NoLegalHoldDeviceAllocated" (404, "legalhold-no-device-allocated"),
        /// No legal hold waits for the user to agree.
        UserLegalHoldNotPending = "UserLegalHoldNotPending" (412, "legalhold-not-pending"),
        /// Too many members were asked for at once.
        BulkGetMemberLimitExceeded = "BulkGetMemberLimitExceeded" (400, "too-many-uids"),
        /// A text that is no id of a team notification.
        InvalidTeamNotificationId = "InvalidTeamNotificationId" (400, "invalid-notification-id"),
        /// The team has no channels.
        ChannelsNotEnabled = "ChannelsNotEnabled" (403, "channels-not-enabled"),
        /// The conversation does not use MLS.
        NotAnMlsConversation = "NotAnMlsConversation" (403, "not-mls-conversation"),
        /// There are no read receipts in MLS conversations.
        MlsReadReceiptsNotAllowed = "MLSReadReceiptsNotAllowed" (403, "mls-receipts-not-allowed"),
        /// The signature of a leaf is wrong.
        MlsInvalidLeafNodeSignature = "MLSInvalidLeafNodeSignature" (400, "mls-invalid-leaf-node-signature"),
        /// There is no such meeting.
        MeetingNotFound = "MeetingNotFound" (404, "meeting-not-found"),
    }
}

impl<'de> Deserialize<'de> for GalleyError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::tagged::read(deserializer)
    }
}

impl Serialize for GalleyError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = match self {
            Self::Unknown(unknown) => return unknown.serialize(serializer),
            Self::MissingPermission(_) | Self::ActionDenied(_) => 2,
            _ => 1,
        };
        let mut object = serializer.serialize_struct("GalleyError", keys)?;
        object.serialize_field("tag", self.tag())?;
        match self {
            Self::MissingPermission(permission) => {
                object.serialize_field("contents", permission)?;
            }
            Self::ActionDenied(permission) => object.serialize_field("contents", permission)?,
            _ => {}
        }
        object.end()
    }
}

/// The tag, and the permission that is lacking: `ActionDenied: leave_conversation`.
impl fmt::Display for GalleyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())?;
        match self {
            Self::MissingPermission(Some(permission)) => write!(f, ": {permission}"),
            Self::ActionDenied(permission) => write!(f, ": {permission}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for GalleyError {}

/// What the documents say of an error that is no more than its name.
#[cfg(feature = "openapi")]
struct Meaning {
    tag: &'static str,
    answer: &'static str,
    docs: &'static [&'static str],
}

#[cfg(feature = "openapi")]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::GalleyError;
    use crate::permission::{Permission, TeamPermission};
    use crate::tagged::{Union, alternative_schema};

    impl JsonSchema for GalleyError {
        fn schema_name() -> Cow<'static, str> {
            "GalleyError".into()
        }

        fn schema_id() -> Cow<'static, str> {
            concat!(module_path!(), "::GalleyError").into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let tags: Vec<_> = Self::PLAIN.iter().map(|meaning| meaning.tag).collect();
            let mut union = Union::new("tag");
            union.add_all(&tags, &generator.subschema_for::<Plain>());
            union.add(
                "MissingPermission",
                &generator.subschema_for::<MissingPermission>(),
            );
            union.add("ActionDenied", &generator.subschema_for::<ActionDenied>());
            union.schema(&["Why the owner of a conversation did not do what it was asked for."])
        }
    }

    /// The errors that are no more than their name.
    struct Plain;

    impl JsonSchema for Plain {
        fn schema_name() -> Cow<'static, str> {
            "GalleyErrorPlain".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let mut description = String::from(
                "An error that is no more than its name. In brackets: the status and the label of the \
                 error that the caller's backend gives its own client in turn.\n",
            );
            for meaning in GalleyError::PLAIN {
                let text = crate::word::paragraphs(meaning.docs).replace('\n', " ");
                description.push_str(&format!("\n- `{}`: {text}{}", meaning.tag, meaning.answer));
            }
            let tags: Vec<_> = GalleyError::PLAIN
                .iter()
                .map(|meaning| meaning.tag)
                .collect();
            json_schema!({
                "type": "object",
                "description": description,
                "properties": {"tag": {"type": "string", "enum": tags}},
                "required": ["tag"],
            })
        }
    }

    /// The alternative `MissingPermission`.
    struct MissingPermission;

    impl JsonSchema for MissingPermission {
        fn schema_name() -> Cow<'static, str> {
            "GalleyErrorMissingPermission".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            alternative_schema(
                ("tag", "MissingPermission"),
                (
                    "contents",
                    Some(generator.subschema_for::<Option<TeamPermission>>()),
                ),
                &[
                    "The user's permissions in the team do not suffice (403 `operation-denied`); the \
                     content is the one that is missing, or null.",
                ],
            )
        }
    }

    /// The alternative `ActionDenied`.
    struct ActionDenied;

    impl JsonSchema for ActionDenied {
        fn schema_name() -> Cow<'static, str> {
            "GalleyErrorActionDenied".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            alternative_schema(
                ("tag", "ActionDenied"),
                ("contents", Some(generator.subschema_for::<Permission>())),
                &[
                    "The user's role in the conversation does not grant this permission (403 \
                     `action-denied`).",
                ],
            )
        }
    }
}
