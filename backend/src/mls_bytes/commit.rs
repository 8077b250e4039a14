//! Commits and the proposals in them.

use federation_api::client_identity::ClientIdentity;

use super::{Reader, identity};
use crate::key_package::KeyPackageContent;

/// What a commit does to a group (RFC 9420, §12.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    /// The proposals that it contains.
    pub(crate) proposals: Vec<Proposal>,
    /// Whether it also refers to proposals that were sent before.
    pub(crate) refers: bool,
    /// Who commits, where the commit says so.
    pub(crate) committer: Option<ClientIdentity>,
}

/// A proposal (RFC 9420, §12.1), as far as it changes who is in the group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proposal {
    Add(ClientIdentity),
    Remove(u32),
    Update,
    ExternalInit,
    GroupContextExtensions,
    PreSharedKey,
    ReInit,
}

impl Commit {
    pub(super) fn take(reader: &mut Reader<'_>) -> Option<Self> {
        let mut list = Reader(reader.opaque()?);
        let mut commit = Self {
            proposals: Vec::new(),
            refers: false,
            committer: None,
        };
        while !list.is_empty() {
            match list.u8()? {
                1 => commit.proposals.push(Proposal::take(&mut list)?),
                2 => {
                    list.opaque()?;
                    commit.refers = true;
                }
                _ => return None,
            }
        }
        match reader.u8()? {
            0 => {}
            1 => {
                commit.committer = leaf_node(reader)?;
                reader.opaque()?;
            }
            _ => return None,
        }
        Some(commit)
    }

    /// The clients that it adds.
    pub(crate) fn added(&self) -> impl Iterator<Item = &ClientIdentity> {
        self.proposals.iter().filter_map(|proposal| match proposal {
            Proposal::Add(client) => Some(client),
            _ => None,
        })
    }

    /// The leaves that it removes.
    pub(crate) fn removed(&self) -> impl Iterator<Item = u32> {
        self.proposals.iter().filter_map(|proposal| match proposal {
            Proposal::Remove(leaf) => Some(*leaf),
            _ => None,
        })
    }
}

impl Proposal {
    pub(super) fn take(reader: &mut Reader<'_>) -> Option<Self> {
        Some(match reader.u16()? {
            1 => {
                let package = KeyPackageContent::take(reader).ok()?;
                Self::Add(identity(&package.identity)?)
            }
            2 => {
                leaf_node(reader)?;
                Self::Update
            }
            3 => Self::Remove(reader.u32()?),
            4 => {
                match reader.u8()? {
                    1 => reader.opaques(1)?,
                    2 => {
                        reader.u8()?;
                        reader.opaque()?;
                        reader.u64()?;
                    }
                    _ => return None,
                }
                reader.opaque()?;
                Self::PreSharedKey
            }
            5 => {
                reader.opaque()?;
                reader.u32()?;
                reader.opaque()?;
                Self::ReInit
            }
            6 => {
                reader.opaque()?;
                Self::ExternalInit
            }
            7 => {
                reader.opaque()?;
                Self::GroupContextExtensions
            }
            _ => return None,
        })
    }
}

/// Whom a leaf node names; nobody where its credential is not a basic one of a client.
fn leaf_node(reader: &mut Reader<'_>) -> Option<Option<ClientIdentity>> {
    // Encryption key and signature key.
    reader.opaques(2)?;
    let basic = reader.u16()? == 1;
    let credential = reader.opaque()?;
    // Capabilities.
    reader.opaques(5)?;
    match reader.u8()? {
        1 => drop((reader.u64()?, reader.u64()?)),
        2 => {}
        3 => reader.opaques(1)?,
        _ => return None,
    }
    // Extensions and signature.
    reader.opaques(2)?;
    let named = std::str::from_utf8(credential).ok().filter(|_| basic);
    Some(named.and_then(identity))
}
