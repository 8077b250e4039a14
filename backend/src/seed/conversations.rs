//! The conversations of a seed.

use federation_api::conversation_settings::ConvType;
use federation_api::role::RoleName;
use federation_api::text::Text;
use federation_api::user::BaseProtocolTag;
use federation_api::{ConvId, Domain, Qualified};
use serde::Deserialize;

use super::reference::RemoteUser;
use crate::backend::Backend;
use crate::conversation::{Conversation, ConversationProtocol, Group};
use crate::derived;

/// A conversation that is owned here; or one of another backend, of which only the members matter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeedConversation {
    name: String,
    id: Option<ConvId>,
    owner: Option<Domain>,
    #[serde(default)]
    admins: Vec<RemoteUser>,
    #[serde(default)]
    members: Vec<RemoteUser>,
    protocol: Option<BaseProtocolTag>,
}

/// Puts a conversation in place. Gives the key at fault, and the fault.
pub(super) fn put(
    backend: &Backend,
    seed: SeedConversation,
) -> Result<(), (&'static str, &'static str)> {
    let own = backend.domain();
    let owner = seed.owner.unwrap_or_else(|| own.clone());
    let id = seed
        .id
        .unwrap_or_else(|| derived::conversation_id(&owner, &seed.name));
    let qualified = Qualified::new(id, owner);
    for (key, users) in [(".admins", &seed.admins), (".members", &seed.members)] {
        let mut locals = users.iter().filter(|user| user.0.domain() == own);
        if locals.any(|user| backend.user(*user.0.id()).is_none()) {
            return Err((key, "there is no such user"));
        }
    }
    let admins = seed
        .admins
        .into_iter()
        .map(|user| (user.0, RoleName::admin()));
    let members = seed
        .members
        .into_iter()
        .map(|user| (user.0, RoleName::member()));
    if qualified.domain() != own {
        for (user, _) in admins.chain(members) {
            if user.domain() == own {
                backend.put_remote_conversation(*user.id(), &qualified);
            }
        }
        return Ok(());
    }
    if backend.conversation(id).is_some() {
        return Err(("", "another conversation has the same id"));
    }
    let mut conversation = Conversation::new(id);
    conversation.name = Some(Text::from(seed.name));
    // An admin is more than a member.
    conversation.members = members.chain(admins).collect();
    if seed.protocol == Some(BaseProtocolTag::Mls) {
        let group = Group::first(ConvType::Regular, qualified, None);
        let group = group.ok_or((".id", "there can be no group of this conversation"))?;
        conversation.protocol = ConversationProtocol::Mls(group);
    }
    backend.put_conversation(conversation);
    Ok(())
}
