//! MLS messages, alone and several in a row.

use federation_api::client_identity::ClientIdentity;
use federation_api::{Domain, Qualified, UserId};

use super::{Commit, Proposal, Reader};

const MLS10: u16 = 1;

/// An MLS message (RFC 9420, §6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MlsMessage {
    Public(PublicMessage),
    Private {
        group_id: Vec<u8>,
        epoch: u64,
        /// Whether it is for people, not about the group.
        application: bool,
    },
    Welcome {
        /// How many clients it welcomes.
        newcomers: usize,
    },
    GroupInfo {
        /// The structure without the header of the message.
        bare: Vec<u8>,
        group_id: Vec<u8>,
        epoch: u64,
        suite: u16,
    },
    KeyPackage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicMessage {
    pub(crate) group_id: Vec<u8>,
    pub(crate) epoch: u64,
    pub(crate) sender: Sender,
    pub(crate) content: Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A leaf of the group.
    Member(u32),
    External,
    NewMemberProposal,
    /// Comes with this commit.
    NewMemberCommit,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Application,
    Proposal(Proposal),
    Commit(Commit),
}

impl MlsMessage {
    /// Reads exactly one message.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let message = Self::take(&mut reader)?;
        reader.is_empty().then_some(message)
    }

    fn take(reader: &mut Reader<'_>) -> Option<Self> {
        if reader.u16()? != MLS10 {
            return None;
        }
        match reader.u16()? {
            1 => PublicMessage::take(reader).map(Self::Public),
            2 => {
                let group_id = reader.opaque()?.to_vec();
                let epoch = reader.u64()?;
                let content_type = reader.u8()?;
                // Authenticated data, encrypted sender data, ciphertext.
                reader.opaques(3)?;
                (1..=3).contains(&content_type).then_some(Self::Private {
                    group_id,
                    epoch,
                    application: content_type == 1,
                })
            }
            3 => {
                reader.u16()?;
                let mut secrets = Reader(reader.opaque()?);
                reader.opaque()?;
                let mut newcomers = 0;
                while !secrets.is_empty() {
                    // Reference of the key package, encapsulated key, ciphertext.
                    secrets.opaques(3)?;
                    newcomers += 1;
                }
                Some(Self::Welcome { newcomers })
            }
            4 => Self::take_group_info(reader),
            5 => crate::key_package::KeyPackageContent::take(reader)
                .ok()
                .map(|_| Self::KeyPackage),
            _ => None,
        }
    }

    fn take_group_info(reader: &mut Reader<'_>) -> Option<Self> {
        let start = reader.0;
        if reader.u16()? != MLS10 {
            return None;
        }
        let suite = reader.u16()?;
        let group_id = reader.opaque()?.to_vec();
        let epoch = reader.u64()?;
        // Tree hash, transcript hash, extensions of the group; own extensions, confirmation tag.
        reader.opaques(5)?;
        reader.u32()?;
        reader.opaque()?;
        Some(Self::GroupInfo {
            bare: start[..start.len() - reader.0.len()].to_vec(),
            group_id,
            epoch,
            suite,
        })
    }
}

impl PublicMessage {
    fn take(reader: &mut Reader<'_>) -> Option<Self> {
        let group_id = reader.opaque()?.to_vec();
        let epoch = reader.u64()?;
        let sender = match reader.u8()? {
            1 => Sender::Member(reader.u32()?),
            2 => {
                reader.u32()?;
                Sender::External
            }
            3 => Sender::NewMemberProposal,
            4 => Sender::NewMemberCommit,
            _ => return None,
        };
        reader.opaque()?;
        let content = match reader.u8()? {
            1 => {
                reader.opaque()?;
                Content::Application
            }
            2 => Content::Proposal(Proposal::take(reader)?),
            3 => Content::Commit(Commit::take(reader)?),
            _ => return None,
        };
        // Signature.
        reader.opaque()?;
        if matches!(content, Content::Commit(_)) {
            // Confirmation tag.
            reader.opaque()?;
        }
        if matches!(sender, Sender::Member(_)) {
            // Membership tag.
            reader.opaque()?;
        }
        Some(Self {
            group_id,
            epoch,
            sender,
            content,
        })
    }
}

/// The messages of a commit bundle, taken apart; each as it was sent.
///
/// Source: `galley.md` §7.
#[derive(Clone, Debug)]
pub(crate) struct Bundle<'a> {
    pub(crate) message: PublicMessage,
    pub(crate) commit: Commit,
    pub(crate) commit_bytes: &'a [u8],
    pub(crate) group_info: MlsMessage,
    /// How many clients it welcomes, and its bytes.
    pub(crate) welcome: Option<(usize, &'a [u8])>,
    pub(crate) application: Option<&'a [u8]>,
}

impl<'a> Bundle<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let (mut commit, mut group_info, mut welcome, mut application) = (None, None, None, None);
        while !reader.is_empty() {
            let rest = reader.0;
            let message = MlsMessage::take(&mut reader)?;
            let sent = &rest[..rest.len() - reader.0.len()];
            let again = match message {
                MlsMessage::Public(message) => match &message.content {
                    Content::Commit(content) => {
                        let content = content.clone();
                        commit.replace((message, content, sent)).is_some()
                    }
                    _ => return None,
                },
                MlsMessage::GroupInfo { .. } => group_info.replace(message).is_some(),
                MlsMessage::Welcome { newcomers } => welcome.replace((newcomers, sent)).is_some(),
                MlsMessage::Private {
                    application: true, ..
                } => application.replace(sent).is_some(),
                MlsMessage::Private { .. } | MlsMessage::KeyPackage => return None,
            };
            if again {
                return None;
            }
        }
        let (message, commit, commit_bytes) = commit?;
        Some(Self {
            message,
            commit,
            commit_bytes,
            group_info: group_info?,
            welcome,
            application,
        })
    }
}

/// Whom the identity in a basic credential names: `<user>:<client>@<domain>`.
///
/// Source: `brig.md` §4.12.
pub(crate) fn identity(text: &str) -> Option<ClientIdentity> {
    let (user, rest) = text.split_once(':')?;
    let (client, domain) = rest.split_once('@')?;
    let (user, domain): (UserId, Domain) = (user.parse().ok()?, domain.parse().ok()?);
    Some(ClientIdentity {
        user: Qualified::new(user, domain),
        client: client.parse().ok()?,
    })
}
