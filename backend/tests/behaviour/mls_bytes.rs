//! MLS messages for tests: the form of real ones (RFC 9420), with empty signatures and keys.

use federation_api::client_identity::ClientIdentity;
use federation_api::group_id::GroupId;

pub(crate) fn opaque(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let mut bytes = (0x4000 | length).to_be_bytes().to_vec();
    bytes.extend(content);
    bytes
}

fn nothing(count: usize) -> Vec<u8> {
    vec![0; count]
}

fn package(client: &ClientIdentity) -> Vec<u8> {
    let user = &client.user;
    let identity = format!("{}:{}@{}", user.id(), client.client, user.domain());
    let mut bytes = vec![0, 1, 0, 1];
    bytes.extend(nothing(3));
    bytes.extend([0, 1]);
    bytes.extend(opaque(identity.as_bytes()));
    bytes.extend(nothing(4));
    bytes.extend(opaque(&[0, 1]));
    bytes.push(1);
    bytes.extend([0; 16]);
    bytes.extend(nothing(4));
    bytes
}

pub(crate) fn add(client: &ClientIdentity) -> Vec<u8> {
    [vec![0, 1], package(client)].concat()
}

pub(crate) fn remove(leaf: u32) -> Vec<u8> {
    [vec![0, 3], leaf.to_be_bytes().to_vec()].concat()
}

pub(crate) fn external_init() -> Vec<u8> {
    vec![0, 6, 0]
}

/// A leaf of the group, or somebody who joins by itself.
pub(crate) fn leaf(index: u32) -> Vec<u8> {
    [vec![1], index.to_be_bytes().to_vec()].concat()
}

pub(crate) fn newcomer() -> Vec<u8> {
    vec![4]
}

fn framed(group: &GroupId, epoch: u64, sender: &[u8], content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 1, 0, 1];
    bytes.extend(opaque(group.as_ref()));
    bytes.extend(epoch.to_be_bytes());
    bytes.extend(sender);
    bytes.push(0);
    bytes.extend(content);
    // Signature, and membership tag of members.
    bytes.extend(nothing(if sender[0] == 1 { 2 } else { 1 }));
    bytes
}

pub(crate) fn proposal(group: &GroupId, epoch: u64, sender: &[u8], proposal: &[u8]) -> Vec<u8> {
    framed(group, epoch, sender, &[&[2], proposal].concat())
}

pub(crate) fn commit(group: &GroupId, epoch: u64, sender: &[u8], proposals: &[Vec<u8>]) -> Vec<u8> {
    let proposals: Vec<_> = proposals
        .iter()
        .flat_map(|one| [&[1], &one[..]].concat())
        .collect();
    // No path; the confirmation tag.
    let content = [vec![3], opaque(&proposals), nothing(2)].concat();
    framed(group, epoch, sender, &content)
}

pub(crate) fn application(group: &GroupId, epoch: u64) -> Vec<u8> {
    let mut bytes = vec![0, 1, 0, 2];
    bytes.extend(opaque(group.as_ref()));
    bytes.extend(epoch.to_be_bytes());
    bytes.push(1);
    bytes.extend(nothing(3));
    bytes
}

pub(crate) fn group_info(group: &GroupId, epoch: u64) -> Vec<u8> {
    let mut bytes = vec![0, 1, 0, 4, 0, 1, 0, 1];
    bytes.extend(opaque(group.as_ref()));
    bytes.extend(epoch.to_be_bytes());
    bytes.extend(nothing(5));
    bytes.extend([0; 4]);
    bytes.push(0);
    bytes
}

pub(crate) fn welcome(newcomers: usize) -> Vec<u8> {
    let mut bytes = vec![0, 1, 0, 3, 0, 1];
    bytes.extend(opaque(&nothing(3 * newcomers)));
    bytes.push(0);
    bytes
}

/// A commit that adds clients, with all that belongs to it.
pub(crate) fn adding(group: &GroupId, epoch: u64, by: u32, clients: &[ClientIdentity]) -> Vec<u8> {
    let adds: Vec<_> = clients.iter().map(add).collect();
    let mut bundle = commit(group, epoch, &leaf(by), &adds);
    if !clients.is_empty() {
        bundle.extend(welcome(clients.len()));
    }
    bundle.extend(group_info(group, epoch + 1));
    bundle
}
