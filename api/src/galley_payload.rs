//! What is inside `raw_message` of `send-message`: a Proteus message for many clients, in Protocol
//! Buffers.
//!
//! [`NewOtrMessage`] is the message with the types of the rest of this crate; [`wire`] has it field by
//! field.
//!
//! ```
//! use federation_api::galley_payload::{NewOtrMessage, Strategy};
//! use federation_api::message::ProteusMessageSendRequest;
//!
//! let request: ProteusMessageSendRequest = serde_json::from_str(
//!     r#"{
//!         "conv_id": "5d7a4c2e-9b10-4f6d-8e33-7a1b2c3d4e5f",
//!         "sender": "b27e9d54-0c3f-4f61-8a2d-91c7e4d5f002",
//!         "raw_message": "CgIIHkIA"
//!     }"#,
//! )?;
//! let message = NewOtrMessage::decode(request.raw_message.into())?;
//! assert_eq!(message.sender.to_string(), "1e");
//! assert_eq!(message.strategy, Strategy::IgnoreAll);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Source: `galley-types.md` §9.

mod entries;
pub mod wire;

use std::collections::BTreeSet;
use std::fmt::Display;

use bytes::Bytes;
use prost::Message;
use uuid::Uuid;

use crate::base64::Base64Bytes;
use crate::client::ClientId;
use crate::excerpt::excerpt;
use crate::message::{Priority, RemoteMessage};
use crate::qualified_user_map::{QualifiedUserClients, QualifiedUserMap};
use crate::text::Text;
use crate::timestamp::UtcTime;
use crate::user_map::{ClientMap, UserMap};
use crate::{ConvId, Domain, Failure, OfRecipient, OfSender, Qualified, UserId};

/// A Proteus message for many clients: `QualifiedNewOtrMessage`.
///
/// Source: `galley-types.md` §9, `galley.md` §4.4.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub struct NewOtrMessage {
    /// The client that sends, one of the sender named in the request.
    pub sender: ClientId,
    /// For each client its own ciphertext.
    #[cfg_attr(feature = "proptest", proptest(strategy = "any_recipients()"))]
    pub recipients: QualifiedUserMap<ClientMap<Bytes>>,
    /// Whether devices are woken by a push notification.
    pub native_push: bool,
    /// Content that all recipients share; empty for none.
    #[cfg_attr(feature = "proptest", proptest(strategy = "any_bytes()"))]
    pub blob: Bytes,
    /// How urgent it is, if the sender said so.
    pub native_priority: Option<Priority>,
    /// Whether the message is only for devices that are connected now, and never stored.
    pub transient: bool,
    /// What is to happen where it is not addressed to all clients of all members.
    pub strategy: Strategy,
}

/// Which clients of members have to be addressed for a message to be sent.
///
/// Source: `galley.md` §4.4.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
pub enum Strategy {
    /// All.
    ReportAll,
    /// None.
    IgnoreAll,
    /// Those of these users.
    ReportOnly(BTreeSet<Qualified<UserId>>),
    /// Those of all but these users.
    IgnoreOnly(BTreeSet<Qualified<UserId>>),
}

impl Strategy {
    /// Whether the clients of this user have to be addressed.
    #[must_use]
    pub fn counts(&self, user: &Qualified<UserId>) -> bool {
        match self {
            Self::ReportAll => true,
            Self::IgnoreAll => false,
            Self::ReportOnly(users) => users.contains(user),
            Self::IgnoreOnly(users) => !users.contains(user),
        }
    }
}

/// How much of a stranger's message is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most bytes of a message: 16 MiB unless told otherwise.
    pub bytes: usize,
    /// The most backends, users and clients that it lists, taken together: 100 000 unless told
    /// otherwise. It is entries that take memory, not bytes.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            entries: 100_000,
        }
    }
}

/// Bytes that are no [`NewOtrMessage`]. A handler answers [400 `invalid-payload`](Failure).
///
/// Source: `galley.md` §4.4 and §10.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// More bytes than the limit allows.
    #[error("the message has {found} bytes, more than {most}")]
    TooLarge {
        /// How many there are.
        found: usize,
        /// The most allowed.
        most: usize,
    },
    /// More backends, users and clients than the limit allows.
    #[error("the message lists more than {most} backends, users and clients")]
    TooManyEntries {
        /// The most allowed.
        most: usize,
    },
    /// Not Protocol Buffers, or fields of other types.
    #[error("the message cannot be decoded: {0}")]
    Malformed(String),
    /// A required field is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A field holds what it cannot hold.
    #[error("`{field}` is invalid: {reason}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl From<PayloadError> for Failure {
    fn from(error: PayloadError) -> Self {
        Self::new(400, "invalid-payload", error.to_string())
    }
}

impl NewOtrMessage {
    /// Reads a message within the usual [limits](Limits).
    ///
    /// Where a backend, a user or a client is listed twice, the later entry replaces the whole earlier
    /// one. A priority that the protocol does not know is none. Ciphertexts are not copied.
    ///
    /// # Errors
    ///
    /// [`PayloadError`] says what is wrong.
    pub fn decode(message: Bytes) -> Result<Self, PayloadError> {
        Self::decode_within(message, Limits::default())
    }

    /// Reads a message within these limits.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn decode_within(message: Bytes, limits: Limits) -> Result<Self, PayloadError> {
        if message.len() > limits.bytes {
            return Err(PayloadError::TooLarge {
                found: message.len(),
                most: limits.bytes,
            });
        }
        let malformed = |error: prost::DecodeError| PayloadError::Malformed(error.to_string());
        if entries::count(&message, limits.entries).map_err(malformed)? > limits.entries {
            return Err(PayloadError::TooManyEntries {
                most: limits.entries,
            });
        }
        wire::QualifiedNewOtrMessage::decode(message)
            .map_err(malformed)?
            .try_into()
    }

    /// Writes the message.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        wire::QualifiedNewOtrMessage::from(self)
            .encode_to_vec()
            .into()
    }

    /// The clients that the message is addressed to.
    #[must_use]
    pub fn recipient_clients(&self) -> QualifiedUserClients {
        let users = self.recipients.iter();
        users
            .map(|(user, clients)| (user, clients.keys().copied().collect()))
            .collect()
    }

    /// The notification by which the owner of a conversation hands the message on to the users of one
    /// backend, to all clients that are [recipients](Self::recipients) there. Take out first whom it
    /// must not go to.
    ///
    /// Source: `galley.md` §4.16.
    #[must_use]
    pub fn for_backend(
        &self,
        recipient: &Domain,
        time: UtcTime,
        sender: Qualified<UserId>,
        conversation: OfSender<ConvId>,
    ) -> RemoteMessage {
        let text = |bytes: &Bytes| Text::from(Base64Bytes(bytes.clone()).to_string());
        let users = self.recipients.users_of(recipient).map(|(user, clients)| {
            let texts = clients.iter().map(|(client, bytes)| (*client, text(bytes)));
            (OfRecipient::new(*user), texts.collect::<ClientMap<_>>())
        });
        RemoteMessage {
            time,
            data: Some(text(&self.blob)),
            sender,
            sender_client: self.sender,
            conversation,
            priority: self.native_priority,
            push: self.native_push,
            transient: self.transient,
            recipients: users.collect::<UserMap<_, _>>(),
        }
    }
}

fn invalid(field: &'static str, reason: impl Display) -> PayloadError {
    PayloadError::Invalid {
        field,
        reason: reason.to_string(),
    }
}

fn required<T>(value: Option<T>, field: &'static str) -> Result<T, PayloadError> {
    value.ok_or(PayloadError::Missing(field))
}

impl TryFrom<wire::QualifiedNewOtrMessage> for NewOtrMessage {
    type Error = PayloadError;

    fn try_from(message: wire::QualifiedNewOtrMessage) -> Result<Self, PayloadError> {
        let priority = message
            .native_priority
            .and_then(|number| wire::Priority::try_from(number).ok());
        let sender = required(message.sender, "sender")?;
        let strategy = required(message.client_mismatch_strategy, "client_mismatch_strategy")?;
        Ok(Self {
            sender: ClientId(required(sender.client, "sender.client")?),
            recipients: read_recipients(message.recipients)?,
            native_push: message.native_push.unwrap_or(true),
            blob: message.blob.unwrap_or_default(),
            native_priority: priority.map(|priority| match priority {
                wire::Priority::Low => Priority::Low,
                wire::Priority::High => Priority::High,
            }),
            transient: message.transient.unwrap_or(false),
            strategy: strategy.try_into()?,
        })
    }
}

fn read_recipients(
    entries: Vec<wire::QualifiedUserEntry>,
) -> Result<QualifiedUserMap<ClientMap<Bytes>>, PayloadError> {
    let mut backends = QualifiedUserMap::new();
    for entry in entries {
        let domain = required(entry.domain, "recipients.domain")?;
        let domain: Domain = domain
            .parse()
            .map_err(|error| invalid("recipients.domain", error))?;
        let users = entry.entries.into_iter().map(read_user);
        backends.0.insert(domain, users.collect::<Result<_, _>>()?);
    }
    Ok(backends)
}

fn read_user(entry: wire::UserEntry) -> Result<(UserId, ClientMap<Bytes>), PayloadError> {
    const UUID: &str = "recipients.entries.user.uuid";
    const CLIENT: &str = "recipients.entries.clients.client";
    const TEXT: &str = "recipients.entries.clients.text";
    let user = required(entry.user, "recipients.entries.user")?;
    let uuid = required(user.uuid, UUID)?;
    let uuid = Uuid::from_slice(&uuid).map_err(|_| {
        let found = uuid.len();
        invalid(UUID, format_args!("a UUID has 16 bytes, this has {found}"))
    })?;
    let clients = entry.clients.into_iter().map(|entry| {
        let client = required(entry.client, CLIENT)?;
        let client = ClientId(required(client.client, CLIENT)?);
        Ok((client, required(entry.text, TEXT)?))
    });
    Ok((uuid.into(), clients.collect::<Result<_, _>>()?))
}

impl TryFrom<wire::ClientMismatchStrategy> for Strategy {
    type Error = PayloadError;

    fn try_from(strategy: wire::ClientMismatchStrategy) -> Result<Self, PayloadError> {
        let read = |users: Vec<wire::QualifiedUserId>| -> Result<BTreeSet<_>, PayloadError> {
            users.into_iter().map(read_id).collect()
        };
        Ok(match strategy {
            wire::ClientMismatchStrategy::ReportAll(_) => Self::ReportAll,
            wire::ClientMismatchStrategy::IgnoreAll(_) => Self::IgnoreAll,
            wire::ClientMismatchStrategy::ReportOnly(only) => {
                Self::ReportOnly(read(only.user_ids)?)
            }
            wire::ClientMismatchStrategy::IgnoreOnly(only) => {
                Self::IgnoreOnly(read(only.user_ids)?)
            }
        })
    }
}

fn read_id(user: wire::QualifiedUserId) -> Result<Qualified<UserId>, PayloadError> {
    const ID: &str = "client_mismatch_strategy.user_ids.id";
    const DOMAIN: &str = "client_mismatch_strategy.user_ids.domain";
    let id = required(user.id, ID)?.parse();
    let domain = required(user.domain, DOMAIN)?;
    Ok(Qualified::new(
        id.map_err(|error| invalid(ID, error))?,
        domain
            .parse()
            .map_err(|error| invalid(DOMAIN, format_args!("{error} ({})", excerpt(&domain))))?,
    ))
}

impl From<&NewOtrMessage> for wire::QualifiedNewOtrMessage {
    fn from(message: &NewOtrMessage) -> Self {
        let backends = message.recipients.0.iter();
        let priority = message.native_priority.map(|priority| match priority {
            Priority::Low => wire::Priority::Low,
            Priority::High => wire::Priority::High,
        });
        Self {
            sender: Some(client(message.sender)),
            recipients: backends
                .map(|(domain, users)| wire::QualifiedUserEntry {
                    domain: Some(domain.to_string()),
                    entries: users.iter().map(write_user).collect(),
                })
                .collect(),
            native_push: Some(message.native_push),
            blob: Some(message.blob.clone()).filter(|blob| !blob.is_empty()),
            native_priority: priority.map(i32::from),
            transient: Some(message.transient),
            client_mismatch_strategy: Some((&message.strategy).into()),
        }
    }
}

const fn client(client: ClientId) -> wire::ClientId {
    wire::ClientId {
        client: Some(client.0),
    }
}

fn write_user((user, clients): (&UserId, &ClientMap<Bytes>)) -> wire::UserEntry {
    wire::UserEntry {
        user: Some(wire::UserId {
            uuid: Some(Bytes::copy_from_slice(user.as_uuid().as_bytes())),
        }),
        clients: clients
            .iter()
            .map(|(id, text)| wire::ClientEntry {
                client: Some(client(*id)),
                text: Some(text.clone()),
            })
            .collect(),
    }
}

impl From<&Strategy> for wire::ClientMismatchStrategy {
    fn from(strategy: &Strategy) -> Self {
        let write = |users: &BTreeSet<Qualified<UserId>>| {
            let users = users.iter().map(|user| wire::QualifiedUserId {
                id: Some(user.id().to_string()),
                domain: Some(user.domain().to_string()),
            });
            users.collect()
        };
        match strategy {
            Strategy::ReportAll => Self::ReportAll(wire::ReportAll {}),
            Strategy::IgnoreAll => Self::IgnoreAll(wire::IgnoreAll {}),
            Strategy::ReportOnly(users) => Self::ReportOnly(wire::ReportOnly {
                user_ids: write(users),
            }),
            Strategy::IgnoreOnly(users) => Self::IgnoreOnly(wire::IgnoreOnly {
                user_ids: write(users),
            }),
        }
    }
}

#[cfg(feature = "proptest")]
fn any_bytes() -> impl proptest::strategy::Strategy<Value = Bytes> {
    use proptest::strategy::Strategy;
    proptest::arbitrary::any::<Base64Bytes>().prop_map(Bytes::from)
}

#[cfg(feature = "proptest")]
fn any_recipients() -> impl proptest::strategy::Strategy<Value = QualifiedUserMap<ClientMap<Bytes>>>
{
    use proptest::strategy::Strategy;
    proptest::arbitrary::any::<QualifiedUserMap<ClientMap<Base64Bytes>>>().prop_map(|map| {
        map.iter()
            .map(|(user, clients)| {
                let clients = clients
                    .iter()
                    .map(|(client, bytes)| (*client, bytes.0.clone()));
                (user, clients.collect())
            })
            .collect()
    })
}
