//! What is called.

use crate::Failed;

/// One kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Workload {
    /// One profile of some 600 bytes by its handle: the cost of a call as such.
    Small,
    /// 100 profiles by their ids: 4 KB of request, some 60 KB of response.
    Medium,
    /// A prekey for each of 8 clients of 50 users: maps of maps in both directions.
    NestedMap,
    /// Users join a conversation, and 500 users of the recipient are told: 20 KB, `{}` for an answer.
    Update,
    /// 100 conversations of 50 members: some 900 KB of response with 5000 qualified ids.
    Conversations,
    /// A Proteus message for 3 clients of each of 1000 users: some 500 KB of request.
    Message,
    /// An asset of 64 MiB, chunk by chunk.
    Stream,
}

impl Workload {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 7] = [
        Self::Small,
        Self::Medium,
        Self::NestedMap,
        Self::Update,
        Self::Conversations,
        Self::Message,
        Self::Stream,
    ];

    /// The name of the RPC, which is how orders and tables name a workload.
    pub const fn rpc(self) -> &'static str {
        match self {
            Self::Small => "get-user-by-handle",
            Self::Medium => "get-users-by-ids",
            Self::NestedMap => "claim-multi-prekey-bundle",
            Self::Update => "on-conversation-updated",
            Self::Conversations => "get-conversations",
            Self::Message => "on-message-sent",
            Self::Stream => "stream-asset",
        }
    }

    /// How it is called in the tables.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::NestedMap => "nested map",
            Self::Update => "update",
            Self::Conversations => "conversations",
            Self::Message => "message",
            Self::Stream => "stream",
        }
    }

    /// What the response to one call consists of, as callers count it: users, entries, members, bytes.
    pub const fn size(self) -> u64 {
        match self {
            Self::Small | Self::Update | Self::Message => 1,
            Self::Medium => 100,
            Self::NestedMap => 400,
            Self::Conversations => 5000,
            Self::Stream => 64 * 1024 * 1024,
        }
    }

    /// Whether all contestants have it, also those that are built with other libraries.
    pub const fn is_of_brig(self) -> bool {
        matches!(self, Self::Small | Self::Medium | Self::NestedMap)
    }

    /// The workload of this RPC.
    pub fn of_rpc(rpc: &str) -> Result<Self, Failed> {
        Self::ALL
            .into_iter()
            .find(|known| known.rpc() == rpc)
            .ok_or_else(|| format!("no workload calls `{rpc}`").into())
    }
}
