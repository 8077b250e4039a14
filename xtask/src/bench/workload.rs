//! What is called.

use crate::bench::Failed;

/// One kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Workload {
    /// One profile of some 600 bytes by its handle: the cost of a call as such.
    Small,
    /// 100 profiles by their ids: 4 KB of request, some 60 KB of response.
    Medium,
    /// A prekey for each of 8 clients of 50 users: maps of maps in both directions.
    NestedMap,
    /// An asset of 64 MiB, chunk by chunk.
    Stream,
}

impl Workload {
    /// All of them, in the order of the tables.
    pub(crate) const ALL: [Self; 4] = [Self::Small, Self::Medium, Self::NestedMap, Self::Stream];

    /// The name of the RPC, which is how orders and tables name a workload.
    pub(crate) const fn rpc(self) -> &'static str {
        match self {
            Self::Small => "get-user-by-handle",
            Self::Medium => "get-users-by-ids",
            Self::NestedMap => "claim-multi-prekey-bundle",
            Self::Stream => "stream-asset",
        }
    }

    /// How it is called in the issue and in the tables.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::NestedMap => "nested map",
            Self::Stream => "stream",
        }
    }

    /// The workload of this RPC.
    pub(crate) fn of_rpc(rpc: &str) -> Result<Self, Failed> {
        Self::ALL
            .into_iter()
            .find(|known| known.rpc() == rpc)
            .ok_or_else(|| format!("no workload calls `{rpc}`").into())
    }
}
