//! The documents of galley, as structs of strings.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::documents::{QualifiedId, Service};

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Done {}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Update {
    pub(crate) time: String,
    pub(crate) orig_user_id: QualifiedId,
    pub(crate) conv_id: Uuid,
    pub(crate) already_present_users: Vec<Uuid>,
    pub(crate) action: Action,
    pub(crate) extra_conversation_data: Option<Extra>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Extra {
    pub(crate) group_id: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "tag", content = "action")]
pub(crate) enum Action {
    #[serde(rename = "ConversationJoinTag")]
    Join {
        users: Vec<QualifiedId>,
        role: String,
        join_type: JoinType,
    },
    #[serde(rename = "ConversationRemoveMembersTag")]
    RemoveMembers { targets: Vec<QualifiedId> },
    #[serde(rename = "ConversationRenameTag")]
    Rename { name: String },
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JoinType {
    ExternalAdd,
    InternalAdd,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct GetConversations {
    pub(crate) user_id: Uuid,
    pub(crate) conv_ids: Vec<Uuid>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Conversations {
    pub(crate) convs: Vec<Conversation>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Conversation {
    pub(crate) id: Uuid,
    pub(crate) metadata: Metadata,
    pub(crate) members: Members,
    pub(crate) protocol: Protocol,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) r#type: u8,
    pub(crate) creator: Option<Uuid>,
    pub(crate) access: Vec<Access>,
    pub(crate) access_role: Vec<AccessRole>,
    pub(crate) name: Option<String>,
    pub(crate) last_event: String,
    pub(crate) last_event_time: String,
    pub(crate) team: Option<Uuid>,
    pub(crate) message_timer: Option<u64>,
    pub(crate) receipt_mode: Option<i32>,
    pub(crate) group_conv_type: Option<String>,
    pub(crate) add_permission: Option<String>,
    pub(crate) cells_state: String,
    pub(crate) parent: Option<Uuid>,
    pub(crate) history: Option<History>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Access {
    Private,
    Invite,
    Link,
    Code,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccessRole {
    TeamMember,
    NonTeamMember,
    Guest,
    Service,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct History {
    pub(crate) depth: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Members {
    pub(crate) self_role: String,
    pub(crate) others: Vec<Member>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) id: Uuid,
    pub(crate) qualified_id: QualifiedId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<Service>,
    pub(crate) conversation_role: String,
    pub(crate) status: u8,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Protocol {
    pub(crate) protocol: ProtocolTag,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) group_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) epoch: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) epoch_timestamp: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cipher_suite: Option<u16>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ProtocolTag {
    Proteus,
    Mls,
    Mixed,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) time: String,
    pub(crate) data: Option<String>,
    pub(crate) sender: QualifiedId,
    pub(crate) sender_client: String,
    pub(crate) conversation: Uuid,
    pub(crate) priority: Option<Priority>,
    pub(crate) push: bool,
    pub(crate) transient: bool,
    pub(crate) recipients: HashMap<Uuid, HashMap<String, String>>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Priority {
    Low,
    High,
}
