//! Every error of a conversation RPC: its tag, and what a client is told in turn.

#[allow(unused)]
mod wire_types;

use std::collections::BTreeSet;

use federation_api::galley_error::GalleyError;
use federation_api::permission::{Permission, TeamPermission};
use federation_api::word::Word;
use serde_json::{Value, json};

type Told = Option<(u16, &'static str)>;

/// Copied by a program from `galley-types.md` §7.
#[rustfmt::skip]
const ERRORS: [(&str, Told); 82] = [
    ("InvalidAction", Some((400, "invalid-actions"))),
    ("InvalidTargetAccess", Some((403, "invalid-op"))),
    ("TeamNotFound", Some((404, "no-team"))),
    ("TeamMemberNotFound", Some((404, "no-team-member"))),
    ("NotATeamMember", Some((403, "no-team-member"))),
    ("NonBindingTeam", Some((404, "non-binding-team"))),
    ("BroadcastLimitExceeded", Some((400, "too-many-users-to-broadcast"))),
    ("UserBindingExists", Some((403, "binding-exists"))),
    ("NoAddToBinding", Some((403, "binding-team"))),
    ("TooManyTeamMembers", Some((403, "too-many-team-members"))),
    ("TooManyTeamAdmins", Some((403, "too-many-team-admins"))),
    ("MissingPermission", Some((403, "operation-denied"))),
    ("ActionDenied", Some((403, "action-denied"))),
    ("NotConnected", Some((403, "not-connected"))),
    ("InvalidOperation", Some((403, "invalid-op"))),
    ("InvalidTarget", Some((403, "invalid-op"))),
    ("ConvNotFound", Some((404, "no-conversation"))),
    ("ConvAccessDenied", Some((403, "access-denied"))),
    ("ConvInvalidProtocolTransition", Some((403, "invalid-protocol-transition"))),
    ("HistoryNotSupported", Some((400, "history-not-supported"))),
    ("MLSNotEnabled", Some((400, "mls-not-enabled"))),
    ("MLSNonEmptyMemberList", Some((400, "non-empty-member-list"))),
    ("MLSDuplicatePublicKey", Some((400, "mls-duplicate-public-key"))),
    ("MLSInvalidLeafNodeIndex", Some((400, "mls-invalid-leaf-node-index"))),
    ("MLSUnsupportedMessage", Some((422, "mls-unsupported-message"))),
    ("MLSProposalNotFound", Some((404, "mls-proposal-not-found"))),
    ("MLSUnsupportedProposal", Some((422, "mls-unsupported-proposal"))),
    ("MLSProtocolErrorTag", Some((400, "mls-protocol-error"))),
    ("MLSClientMismatch", Some((409, "mls-client-mismatch"))),
    ("MLSStaleMessage", Some((409, "mls-stale-message"))),
    ("MLSCommitMissingReferences", Some((400, "mls-commit-missing-references"))),
    ("MLSSelfRemovalNotAllowed", Some((400, "mls-self-removal-not-allowed"))),
    ("MLSGroupConversationMismatch", Some((400, "mls-group-conversation-mismatch"))),
    ("MLSClientSenderUserMismatch", Some((400, "mls-client-sender-user-mismatch"))),
    ("MLSWelcomeMismatch", Some((400, "mls-welcome-mismatch"))),
    ("MLSMissingGroupInfo", Some((404, "mls-missing-group-info"))),
    ("MLSUnexpectedSenderClient", None),
    ("MLSSubConvUnsupportedConvType", Some((403, "mls-subconv-unsupported-convtype"))),
    ("MLSSubConvClientNotInParent", Some((403, "mls-subconv-join-parent-missing"))),
    ("MLSMigrationCriteriaNotSatisfied", Some((400, "mls-migration-criteria-not-satisfied"))),
    ("MLSFederatedOne2OneNotSupported", Some((400, "mls-federated-one2one-not-supported"))),
    ("MLSFederatedResetNotSupported", Some((400, "mls-federated-reset-not-supported"))),
    ("GroupIdVersionNotSupported", Some((400, "mls-group-id-not-supported"))),
    ("MLSLegalholdIncompatible", Some((409, "mls-legal-hold-not-allowed"))),
    ("MLSIdentityMismatch", Some((403, "mls-identity-mismatch"))),
    ("NoBindingTeamMembers", Some((403, "non-binding-team-members"))),
    ("NoBindingTeam", Some((403, "no-binding-team"))),
    ("NotAOneMemberTeam", Some((403, "not-one-member-team"))),
    ("TooManyMembers", Some((403, "too-many-members"))),
    ("ConvMemberNotFound", Some((404, "no-conversation-member"))),
    ("GuestLinksDisabled", Some((409, "guest-links-disabled"))),
    ("CodeNotFound", Some((404, "no-conversation-code"))),
    ("InvalidConversationPassword", Some((403, "invalid-conversation-password"))),
    ("CreateConversationCodeConflict", Some((409, "create-conv-code-conflict"))),
    ("InvalidPermissions", Some((403, "invalid-permissions"))),
    ("InvalidTeamStatusUpdate", Some((403, "invalid-team-status-update"))),
    ("AccessDenied", Some((403, "access-denied"))),
    ("CustomBackendNotFound", Some((404, "custom-backend-not-found"))),
    ("DeleteQueueFull", Some((503, "queue-full"))),
    ("TeamSearchVisibilityNotEnabled", Some((403, "team-search-visibility-not-enabled"))),
    ("CannotEnableLegalHoldServiceLargeTeam", Some((403, "too-large-team-for-legalhold"))),
    ("MissingLegalholdConsent", Some((403, "missing-legalhold-consent"))),
    ("MissingLegalholdConsentOldClients", Some((403, "missing-legalhold-consent-old-clients"))),
    ("NoUserLegalHoldConsent", Some((409, "legalhold-no-consent"))),
    ("LegalHoldNotEnabled", Some((403, "legalhold-not-enabled"))),
    ("LegalHoldDisableUnimplemented", Some((403, "legalhold-disable-unimplemented"))),
    ("LegalHoldServiceInvalidKey", Some((400, "legalhold-invalid-key"))),
    ("LegalHoldServiceBadResponse", Some((400, "legalhold-status-bad"))),
    ("UserLegalHoldAlreadyEnabled", Some((409, "legalhold-already-enabled"))),
    ("LegalHoldServiceNotRegistered", Some((400, "legalhold-not-registered"))),
    ("LegalHoldCouldNotBlockConnections", Some((500, "legalhold-internal"))),
    ("UserLegalHoldIllegalOperation", Some((500, "legalhold-illegal-op"))),
    ("TooManyTeamMembersOnTeamWithLegalhold", Some((403, "too-many-members-for-legalhold"))),
    ("NoLegalHoldDeviceAllocated", Some((404, "legalhold-no-device-allocated"))),
    ("UserLegalHoldNotPending", Some((412, "legalhold-not-pending"))),
    ("BulkGetMemberLimitExceeded", Some((400, "too-many-uids"))),
    ("InvalidTeamNotificationId", Some((400, "invalid-notification-id"))),
    ("ChannelsNotEnabled", Some((403, "channels-not-enabled"))),
    ("NotAnMlsConversation", Some((403, "not-mls-conversation"))),
    ("MLSReadReceiptsNotAllowed", Some((403, "mls-receipts-not-allowed"))),
    ("MLSInvalidLeafNodeSignature", Some((400, "mls-invalid-leaf-node-signature"))),
    ("MeetingNotFound", Some((404, "meeting-not-found"))),
];

/// All contents that an error of this tag can have; `None` for no contents.
fn contents(tag: &str) -> Vec<Option<Value>> {
    match tag {
        "ActionDenied" => Permission::ALL
            .iter()
            .map(|permission| Some(json!(permission)))
            .collect(),
        "MissingPermission" => TeamPermission::ALL
            .iter()
            .map(|permission| Some(json!(permission)))
            .chain([Some(Value::Null)])
            .collect(),
        _ => vec![None],
    }
}

#[test]
fn every_tag() {
    let validators = wire_types::validators::<GalleyError>();
    for (tag, told) in ERRORS {
        for contents in contents(tag) {
            let mut json = json!({"tag": tag});
            if let Some(contents) = contents {
                json["contents"] = contents;
            }
            let error: GalleyError = serde_json::from_value(json.clone()).expect(tag);
            assert!(
                !matches!(error, GalleyError::Unknown(_)),
                "{tag} is unknown"
            );
            assert_eq!(error.tag(), tag);
            assert_eq!(error.status_and_label(), told, "{tag}");
            assert_eq!(serde_json::to_value(&error).expect("JSON"), json);
            assert!(error.to_string().starts_with(tag));
            wire_types::validate(&validators, &json, tag);
        }
    }
}

#[test]
fn no_other_tag() {
    let ours: BTreeSet<_> = GalleyError::TAGS.iter().copied().collect();
    let theirs: BTreeSet<_> = ERRORS.iter().map(|(tag, _)| *tag).collect();
    assert_eq!(ours, theirs);
    assert_eq!(GalleyError::TAGS.len(), ERRORS.len());
}

/// Rule R23: errors that are gone, and those of newer peers.
#[test]
fn unknown_tags_and_permissions_are_kept() {
    for tag in [
        "MLSKeyPackageRefNotFound",
        "MLSMissingSenderClient",
        "MLSGroupInfoMismatch",
        "convnotfound",
        "",
    ] {
        for json in [
            json!({"tag": tag}),
            json!({"tag": tag, "contents": [1], "more": {}}),
        ] {
            let error: GalleyError = serde_json::from_value(json.clone()).expect(tag);
            assert_eq!(error.tag(), tag);
            assert_eq!(error.status_and_label(), None);
            assert_eq!(serde_json::to_value(&error).expect("JSON"), json);
        }
    }
    let json = json!({"tag": "ActionDenied", "contents": "sing"});
    let error: GalleyError = serde_json::from_value(json).expect("an error");
    assert_eq!(
        error,
        GalleyError::ActionDenied(Word::Unknown("sing".into()))
    );
    assert_eq!(error.to_string(), "ActionDenied: sing");
}
