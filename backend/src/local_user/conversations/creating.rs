//! Creating conversations.

use std::collections::BTreeSet;

use federation_api::bounded::NonEmptyVec;
use federation_api::conversation::{ConversationCreated, OtherMember};
use federation_api::conversation_action::{ConversationJoin, SomeConversationAction};
use federation_api::conversation_settings::{
    ConvType, GroupConvType, JoinType, Milliseconds, ReceiptMode,
};
use federation_api::conversation_update::{ConversationUpdate, ExtraConversationData};
use federation_api::galley_error::GalleyError;
use federation_api::role::RoleName;
use federation_api::text::Text;
use federation_api::timestamp::UtcTime;
use federation_api::user::BaseProtocolTag;
use federation_api::{ConvId, Domain, OfRecipient, OfSender, Qualified, TeamId, UserId};
use futures_util::future::join_all;

use super::LocalUser;
use crate::conversation::{Conversation, ConversationProtocol, Group};
use crate::conversation_error::ConversationError;
use crate::event::{ConversationNotice, Notice};
use crate::galley::{joining, reachability};
use crate::operation_error::Refusal;
use crate::outbox::Notification;
use crate::state::State;

/// A conversation that a user is about to create.
#[derive(Clone, Debug)]
pub struct NewConversation {
    /// What it is called.
    pub name: Option<Text>,
    /// Who is in it besides the creator. Nobody in an MLS conversation.
    pub members: BTreeSet<Qualified<UserId>>,
    /// The role of these members. The creator is admin.
    pub role: RoleName,
    /// The team that it belongs to.
    pub team: Option<TeamId>,
    /// By which protocol it is encrypted.
    pub protocol: BaseProtocolTag,
    /// What kind of group it is.
    pub group_type: GroupConvType,
    /// After how long messages vanish.
    pub message_timer: Option<Milliseconds>,
    /// Whether clients send receipts.
    pub receipt_mode: Option<ReceiptMode>,
}

impl NewConversation {
    /// A Proteus conversation with these members.
    pub fn with(members: impl IntoIterator<Item = Qualified<UserId>>) -> Self {
        Self {
            name: None,
            members: members.into_iter().collect(),
            role: RoleName::member(),
            team: None,
            protocol: BaseProtocolTag::Proteus,
            group_type: GroupConvType::GroupConversation,
            message_timer: None,
            receipt_mode: None,
        }
    }

    /// An MLS conversation, in which the creator is alone until the first commit.
    #[must_use]
    pub fn mls() -> Self {
        Self {
            protocol: BaseProtocolTag::Mls,
            ..Self::with([])
        }
    }
}

impl LocalUser {
    /// Creates a conversation and tells the backends of its members.
    ///
    /// # Errors
    ///
    /// If the backends of members do not federate with each other or one of them cannot be reached, if
    /// the user is not connected with a member of another backend, or if there is no such local user.
    /// Then there is no conversation.
    ///
    /// Source: `scenarios.md` A3.
    pub async fn create_conversation(
        &self,
        new: NewConversation,
    ) -> Result<Qualified<ConvId>, ConversationError> {
        self.record()?;
        let own = self.backend.domain();
        let mut members = new.members;
        members.remove(&self.qualified_id());
        let mls = new.protocol == BaseProtocolTag::Mls;
        if mls && !self.backend.settings().mls {
            return Err(GalleyError::MlsNotEnabled.into());
        }
        if mls && !members.is_empty() {
            return Err(GalleyError::MlsNonEmptyMemberList.into());
        }
        if members.len() >= self.backend.settings().members_per_conversation {
            return Err(GalleyError::TooManyMembers.into());
        }
        let domains: BTreeSet<Domain> = members
            .iter()
            .map(Qualified::domain)
            .filter(|domain| *domain != own)
            .cloned()
            .collect();
        if !domains.is_empty() {
            joining::federates(&self.backend, new.protocol)?;
            reachability::fully_connected(&self.backend, &domains).await?;
        }
        let conversation = self.backend.with_state(|state| {
            self.check_members(state, &members)?;
            let random = std::array::from_fn(|_| state.random.u8(..));
            let id = ConvId::from_uuid(uuid::Builder::from_random_bytes(random).into_uuid());
            let mut conversation = Conversation {
                creator: Some(self.id),
                name: new.name,
                team: new.team,
                group_type: new.group_type,
                message_timer: new.message_timer,
                receipt_mode: new.receipt_mode,
                ..Conversation::new(id)
            };
            let members = members.iter().cloned();
            conversation.members = members.map(|member| (member, new.role.clone())).collect();
            conversation
                .members
                .insert(self.qualified_id(), RoleName::admin());
            if mls {
                let id = Qualified::new(id, own.clone());
                let group = Group::first(ConvType::Regular, id, None);
                let group = group.ok_or(GalleyError::MlsNotEnabled)?;
                conversation.protocol = ConversationProtocol::Mls(group);
            }
            state.conversations.insert(id, conversation.clone());
            Ok::<_, ConversationError>(conversation)
        })?;
        let time = self.backend.settings().clock.now().into();
        if let Err(error) = self.tell_backends(&conversation, &domains, time).await {
            self.backend
                .with_state(|state| state.conversations.remove(&conversation.id));
            return Err(error);
        }
        self.backend.with_state(|state| {
            self.tell_members(state, &conversation, time);
            self.tell_of_third_backends(state, &conversation, &domains, time);
        });
        self.backend.publish().await;
        Ok(Qualified::new(conversation.id, own.clone()))
    }

    fn check_members(
        &self,
        state: &State,
        members: &BTreeSet<Qualified<UserId>>,
    ) -> Result<(), ConversationError> {
        for member in members {
            if member.domain() != self.backend.domain() {
                if !state.connected(self.id, member) {
                    return Err(GalleyError::NotConnected.into());
                }
            } else if !state.is_active(*member.id()) {
                return Err(Refusal::NoSuchUser.into());
            }
        }
        Ok(())
    }

    /// Steps 6a and 6b: all backends must take part.
    async fn tell_backends(
        &self,
        conversation: &Conversation,
        domains: &BTreeSet<Domain>,
        time: UtcTime,
    ) -> Result<(), ConversationError> {
        reachability::reachable(&self.backend, domains).await?;
        let told = domains.iter().map(|domain| async move {
            let created = self.created(conversation, domain, time);
            let call = self.backend.call_to(domain);
            match self.backend.peers().peer(domain) {
                Some(peer) => {
                    let told = peer.on_conversation_created(&call, created).await;
                    told.err().map(|_| domain.clone())
                }
                None => Some(domain.clone()),
            }
        });
        let silent: BTreeSet<_> = join_all(told).await.into_iter().flatten().collect();
        if silent.is_empty() {
            Ok(())
        } else {
            Err(ConversationError::Unreachable(silent))
        }
    }

    /// What a backend is told: its own members and those of the owner, without the creator.
    fn created(
        &self,
        conversation: &Conversation,
        domain: &Domain,
        time: UtcTime,
    ) -> ConversationCreated {
        let creator = self.qualified_id();
        let members = conversation.members.iter().filter(|(member, _)| {
            **member != creator
                && (member.domain() == domain || member.domain() == self.backend.domain())
        });
        ConversationCreated {
            time,
            orig_user_id: self.sender(),
            cnv_id: OfSender::new(conversation.id),
            cnv_type: conversation.r#type,
            cnv_access: conversation.access.iter().copied().collect(),
            cnv_access_roles: conversation.access_roles.clone(),
            cnv_name: conversation.name.clone(),
            non_creator_members: members
                .map(|(member, role)| OtherMember::new(member.clone(), role.clone()))
                .collect(),
            message_timer: conversation.message_timer,
            receipt_mode: conversation.receipt_mode,
            protocol: conversation.told_protocol(),
            group_conv_type: Some(conversation.group_type),
            channel_add_permission: conversation.add_permission,
            history: conversation.history,
        }
    }

    fn tell_members(&self, state: &mut State, conversation: &Conversation, time: UtcTime) {
        for member in conversation.members_of(self.backend.domain()) {
            let others = conversation.members.iter().filter(|(other, _)| {
                *other.id() != member || other.domain() != self.backend.domain()
            });
            let notice = Notice::Conversation {
                conversation: Qualified::new(conversation.id, self.backend.domain().clone()),
                from: self.qualified_id(),
                time,
                what: ConversationNotice::Created {
                    name: conversation.name.clone(),
                    members: others
                        .map(|(other, role)| OtherMember::new(other.clone(), role.clone()))
                        .collect(),
                },
            };
            state.events.push(member, notice);
        }
    }

    /// Step 6c: each backend learns of the members on the other ones.
    fn tell_of_third_backends(
        &self,
        state: &mut State,
        conversation: &Conversation,
        domains: &BTreeSet<Domain>,
        time: UtcTime,
    ) {
        for domain in domains {
            let others = conversation.members.keys().filter(|member| {
                member.domain() != domain && member.domain() != self.backend.domain()
            });
            let Ok(users) = NonEmptyVec::new(others.cloned().collect()) else {
                continue;
            };
            let update = ConversationUpdate {
                time,
                orig_user_id: self.qualified_id(),
                conv_id: OfSender::new(conversation.id),
                already_present_users: conversation
                    .members_of(domain)
                    .map(OfRecipient::new)
                    .collect(),
                action: SomeConversationAction::Join(ConversationJoin {
                    users,
                    role: RoleName::member(),
                    join_type: JoinType::InternalAdd,
                }),
                extra_conversation_data: Some(ExtraConversationData::default()),
            };
            state
                .outbox
                .push(domain.clone(), Notification::Updated(update));
        }
    }
}
