//! The messages of package `proteus` as they are on the wire.
//!
//! What the protocol calls required is optional here: whoever reads a message has to tell a missing
//! field from one that is empty, and a reader that fills the gap would address the wrong client.
//!
//! Source: `galley-types.md` §9.

use bytes::Bytes;
use prost::{Enumeration, Message, Oneof};

/// `QualifiedNewOtrMessage`, the content of `raw_message`.
#[derive(Clone, PartialEq, Message)]
pub struct QualifiedNewOtrMessage {
    /// The sending client.
    #[prost(message, optional, tag = "1")]
    pub sender: Option<ClientId>,
    /// For whom it is.
    #[prost(message, repeated, tag = "2")]
    pub recipients: Vec<QualifiedUserEntry>,
    /// Whether devices are woken; missing means yes.
    #[prost(bool, optional, tag = "3", default = "true")]
    pub native_push: Option<bool>,
    /// Content that all recipients share.
    #[prost(bytes = "bytes", optional, tag = "4")]
    pub blob: Option<Bytes>,
    /// How urgent it is.
    #[prost(enumeration = "Priority", optional, tag = "5")]
    pub native_priority: Option<i32>,
    /// Whether it is never stored; missing means no.
    #[prost(bool, optional, tag = "6")]
    pub transient: Option<bool>,
    /// What is to happen where clients are missing.
    #[prost(oneof = "ClientMismatchStrategy", tags = "7, 8, 9, 10")]
    pub client_mismatch_strategy: Option<ClientMismatchStrategy>,
}

/// The oneof `client_mismatch_strategy`.
#[derive(Clone, PartialEq, Oneof)]
pub enum ClientMismatchStrategy {
    /// All missing clients count.
    #[prost(message, tag = "7")]
    ReportAll(ReportAll),
    /// No missing client counts.
    #[prost(message, tag = "8")]
    IgnoreAll(IgnoreAll),
    /// Missing clients of these users count.
    #[prost(message, tag = "9")]
    ReportOnly(ReportOnly),
    /// Missing clients of all but these users count.
    #[prost(message, tag = "10")]
    IgnoreOnly(IgnoreOnly),
}

/// `QualifiedUserEntry`: the recipients of one backend.
#[derive(Clone, PartialEq, Message)]
pub struct QualifiedUserEntry {
    /// The backend.
    #[prost(string, optional, tag = "1")]
    pub domain: Option<String>,
    /// Its users.
    #[prost(message, repeated, tag = "2")]
    pub entries: Vec<UserEntry>,
}

/// `UserEntry`: one recipient.
#[derive(Clone, PartialEq, Message)]
pub struct UserEntry {
    /// The user.
    #[prost(message, optional, tag = "1")]
    pub user: Option<UserId>,
    /// Its clients.
    #[prost(message, repeated, tag = "2")]
    pub clients: Vec<ClientEntry>,
}

/// `ClientEntry`: the message for one client.
#[derive(Clone, PartialEq, Message)]
pub struct ClientEntry {
    /// The client.
    #[prost(message, optional, tag = "1")]
    pub client: Option<ClientId>,
    /// The ciphertext.
    #[prost(bytes = "bytes", optional, tag = "2")]
    pub text: Option<Bytes>,
}

/// `UserId`: the 16 bytes of a UUID.
#[derive(Clone, PartialEq, Message)]
pub struct UserId {
    /// The bytes.
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub uuid: Option<Bytes>,
}

/// `ClientId`: a number.
#[derive(Clone, Copy, PartialEq, Message)]
pub struct ClientId {
    /// The number.
    #[prost(uint64, optional, tag = "1")]
    pub client: Option<u64>,
}

/// `QualifiedUserId`: a UUID as text, and a domain.
#[derive(Clone, PartialEq, Message)]
pub struct QualifiedUserId {
    /// The UUID.
    #[prost(string, optional, tag = "1")]
    pub id: Option<String>,
    /// The domain.
    #[prost(string, optional, tag = "2")]
    pub domain: Option<String>,
}

/// `ClientMismatchStrategy.ReportAll`.
#[derive(Clone, Copy, PartialEq, Message)]
pub struct ReportAll {}

/// `ClientMismatchStrategy.IgnoreAll`.
#[derive(Clone, Copy, PartialEq, Message)]
pub struct IgnoreAll {}

/// `ClientMismatchStrategy.ReportOnly`.
#[derive(Clone, PartialEq, Message)]
pub struct ReportOnly {
    /// The users.
    #[prost(message, repeated, tag = "1")]
    pub user_ids: Vec<QualifiedUserId>,
}

/// `ClientMismatchStrategy.IgnoreOnly`.
#[derive(Clone, PartialEq, Message)]
pub struct IgnoreOnly {
    /// The users.
    #[prost(message, repeated, tag = "1")]
    pub user_ids: Vec<QualifiedUserId>,
}

/// `Priority`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enumeration)]
#[repr(i32)]
pub enum Priority {
    /// `LOW_PRIORITY`.
    Low = 1,
    /// `HIGH_PRIORITY`.
    High = 2,
}
