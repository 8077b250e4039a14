//! Conversations that a backend owns.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use federation_api::access::{Access, AccessRole};
use federation_api::client_identity::ClientIdentity;
use federation_api::conversation::ConversationMetadata;
use federation_api::conversation_settings::{
    AddPermission, CellsState, ConvType, GroupConvType, History, Milliseconds, ReceiptMode,
};
use federation_api::group_id::{GroupId, GroupIdParts, SubConvId};
use federation_api::mls_message::GroupInfo;
use federation_api::protocol::{
    ActiveMlsConversationData, CipherSuiteTag, ConversationMlsData, Protocol,
};
use federation_api::role::RoleName;
use federation_api::text::Text;
use federation_api::timestamp::UtcTime;
use federation_api::word::Word;
use federation_api::{ConvId, Domain, OfSender, Qualified, TeamId, UserId};

/// A conversation that a backend owns.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Its id.
    pub id: ConvId,
    /// What kind of conversation it is.
    pub r#type: ConvType,
    /// The local user that created it.
    pub creator: Option<UserId>,
    /// The team that it belongs to.
    pub team: Option<TeamId>,
    /// What it is called.
    pub name: Option<Text>,
    /// How users come in.
    pub access: BTreeSet<Access>,
    /// Which users may be in it.
    pub access_roles: BTreeSet<AccessRole>,
    /// After how long messages vanish.
    pub message_timer: Option<Milliseconds>,
    /// Whether clients send receipts.
    pub receipt_mode: Option<ReceiptMode>,
    /// What kind of group it is.
    pub group_type: GroupConvType,
    /// Who may add members to a channel.
    pub add_permission: Option<AddPermission>,
    /// Whether newcomers see what was said before.
    pub history: History,
    /// The members, local and remote, and their roles.
    pub members: BTreeMap<Qualified<UserId>, RoleName>,
    /// How it is encrypted.
    pub protocol: ConversationProtocol,
    /// Its subconversations.
    pub sub_conversations: BTreeMap<SubConvId, Group>,
}

/// How a conversation is encrypted.
#[derive(Clone, Debug, Default)]
pub enum ConversationProtocol {
    /// Proteus.
    #[default]
    Proteus,
    /// MLS.
    Mls(Group),
    /// Both, while it moves from Proteus to MLS.
    Mixed(Group),
}

/// The MLS group of a conversation or subconversation, as far as a backend knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// How many commits it has seen.
    pub epoch: u64,
    /// When the epoch began.
    pub epoch_timestamp: Option<UtcTime>,
    /// Its cipher suite, known from the first commit on.
    pub cipher_suite: Option<CipherSuiteTag>,
    /// What the last committer left for those who want to join.
    pub info: Option<GroupInfo>,
    /// The leaves of the tree; empty ones stand for clients that were removed.
    pub leaves: Vec<Option<ClientIdentity>>,
    /// Clients in the group that are to be removed from it: a backend with keys would send remove
    /// proposals for them to the group. They get nothing more.
    pub to_remove: BTreeSet<ClientIdentity>,
}

impl Conversation {
    /// A regular Proteus conversation without members, as a client makes one.
    #[must_use]
    pub fn new(id: ConvId) -> Self {
        Self {
            id,
            r#type: ConvType::Regular,
            creator: None,
            team: None,
            name: None,
            access: BTreeSet::from([Access::Invite]),
            access_roles: BTreeSet::from([
                AccessRole::TeamMember,
                AccessRole::NonTeamMember,
                AccessRole::Service,
            ]),
            message_timer: None,
            receipt_mode: None,
            group_type: GroupConvType::GroupConversation,
            add_permission: None,
            history: History::Private,
            members: BTreeMap::new(),
            protocol: ConversationProtocol::Proteus,
            sub_conversations: BTreeMap::new(),
        }
    }

    /// The group of the conversation, if it has one.
    #[must_use]
    pub const fn group(&self) -> Option<&Group> {
        match &self.protocol {
            ConversationProtocol::Proteus => None,
            ConversationProtocol::Mls(group) | ConversationProtocol::Mixed(group) => Some(group),
        }
    }

    pub(crate) const fn group_mut(&mut self) -> Option<&mut Group> {
        match &mut self.protocol {
            ConversationProtocol::Proteus => None,
            ConversationProtocol::Mls(group) | ConversationProtocol::Mixed(group) => Some(group),
        }
    }

    /// The group of the conversation or of one of its subconversations.
    pub(crate) fn group_of(&self, sub: Option<&SubConvId>) -> Option<&Group> {
        match sub {
            None => self.group(),
            Some(sub) => self.sub_conversations.get(sub),
        }
    }

    pub(crate) const fn is_mls(&self) -> bool {
        matches!(self.protocol, ConversationProtocol::Mls(_))
    }

    /// The members at a backend.
    pub(crate) fn members_of(&self, domain: &Domain) -> impl Iterator<Item = UserId> {
        let there = self
            .members
            .keys()
            .filter(move |user| user.domain() == domain);
        there.map(|user| *user.id())
    }

    /// The backends of members, but not this one.
    pub(crate) fn domains_but(&self, own: &Domain) -> BTreeSet<Domain> {
        let domains = self.members.keys().map(Qualified::domain);
        domains.filter(|domain| *domain != own).cloned().collect()
    }

    /// Notes that all clients of a user are to be removed from the groups.
    pub(crate) fn removes_clients(&mut self, gone: impl Fn(&ClientIdentity) -> bool) {
        let groups = self.sub_conversations.values_mut();
        let main = match &mut self.protocol {
            ConversationProtocol::Proteus => None,
            ConversationProtocol::Mls(group) | ConversationProtocol::Mixed(group) => Some(group),
        };
        for group in groups.chain(main) {
            let gone: Vec<_> = group
                .clients()
                .filter(|client| gone(client))
                .cloned()
                .collect();
            group.to_remove.extend(gone);
        }
    }

    /// What is told about it.
    pub(crate) fn metadata(&self) -> ConversationMetadata {
        ConversationMetadata {
            creator: self.creator.map(OfSender::new),
            access: self.access.iter().copied().map(Word::Known).collect(),
            access_role: self.access_roles.iter().copied().map(Word::Known).collect(),
            name: self.name.clone(),
            team: self.team.map(OfSender::new),
            message_timer: self.message_timer,
            receipt_mode: self.receipt_mode,
            group_conv_type: Some(self.group_type.into()),
            add_permission: self.add_permission.map(Word::Known),
            cells_state: CellsState::Disabled.into(),
            history: self.history,
            ..ConversationMetadata::new(self.r#type)
        }
    }

    /// What is told about its protocol.
    pub(crate) fn told_protocol(&self) -> Protocol {
        match &self.protocol {
            ConversationProtocol::Proteus => Protocol::Proteus,
            ConversationProtocol::Mls(group) => Protocol::Mls(group.data()),
            ConversationProtocol::Mixed(group) => Protocol::Mixed(group.data()),
        }
    }
}

impl Group {
    /// A group that has seen no commit.
    #[must_use]
    pub const fn new(id: GroupId) -> Self {
        Self {
            id,
            epoch: 0,
            epoch_timestamp: None,
            cipher_suite: None,
            info: None,
            leaves: Vec::new(),
            to_remove: BTreeSet::new(),
        }
    }

    /// The group of a new conversation. `None` is only for names of subconversations that are too long
    /// for a group id.
    #[must_use]
    pub fn first(
        r#type: ConvType,
        conversation: Qualified<ConvId>,
        sub: Option<&SubConvId>,
    ) -> Option<Self> {
        let main = GroupIdParts::new(r#type, conversation);
        let parts = match sub {
            None => main,
            Some(sub) => main.of_subconversation(sub.clone()),
        };
        parts.group_id().ok().map(Self::new)
    }

    /// The group that takes the place of this one after a reset.
    #[must_use]
    pub fn after_reset(&self) -> Option<Self> {
        let parts = self.id.parts().ok()?.after_reset()?;
        parts.group_id().ok().map(Self::new)
    }

    /// The clients in the group that are not about to be removed.
    pub fn clients(&self) -> impl Iterator<Item = &ClientIdentity> {
        let clients = self.leaves.iter().flatten();
        clients.filter(|client| !self.to_remove.contains(*client))
    }

    pub(crate) fn leaf(&self, index: u32) -> Option<&ClientIdentity> {
        self.leaves.get(usize::try_from(index).ok()?)?.as_ref()
    }

    /// Puts a client on the leftmost empty leaf (RFC 9420, §7.7).
    pub(crate) fn add(&mut self, client: ClientIdentity) {
        self.to_remove.remove(&client);
        match self.leaves.iter_mut().find(|leaf| leaf.is_none()) {
            Some(leaf) => *leaf = Some(client),
            None => self.leaves.push(Some(client)),
        }
    }

    /// Empties a leaf (RFC 9420, §7.8).
    pub(crate) fn remove(&mut self, index: u32) -> Option<ClientIdentity> {
        let removed = self.leaves.get_mut(usize::try_from(index).ok()?)?.take()?;
        self.to_remove.remove(&removed);
        while self.leaves.last().is_some_and(Option::is_none) {
            self.leaves.pop();
        }
        Some(removed)
    }

    pub(crate) fn data(&self) -> ConversationMlsData {
        ConversationMlsData {
            group_id: self.id.clone(),
            active: NonZeroU64::new(self.epoch).map(|epoch| ActiveMlsConversationData {
                epoch,
                epoch_timestamp: self.epoch_timestamp,
                cipher_suite: self.cipher_suite,
            }),
        }
    }
}
