//! What other backends have to agree to before their users come into a conversation.

use std::collections::BTreeSet;

use federation_api::user::BaseProtocolTag;
use federation_api::{ConvId, Domain, Qualified, UserId};

use super::actions::needs_v3;
use super::reachability;
use crate::backend::Backend;
use crate::conversation::ConversationProtocol;
use crate::conversation_error::ConversationError;

/// Asks the backends of users that are to join, and those of members where somebody new comes in.
///
/// Source: `scenarios.md` B2, D12 (80, 81, 90).
pub(crate) async fn agreed(
    backend: &Backend,
    conversation: ConvId,
    users: impl IntoIterator<Item = &Qualified<UserId>> + Send,
) -> Result<(), ConversationError> {
    let own = backend.domain();
    let domains = users.into_iter().map(Qualified::domain);
    let invited: BTreeSet<Domain> = domains.filter(|domain| *domain != own).cloned().collect();
    let found = backend.with_state(|state| {
        let found = state.conversations.get(&conversation)?;
        let protocol = match found.protocol {
            ConversationProtocol::Mls(_) => BaseProtocolTag::Mls,
            _ => BaseProtocolTag::Proteus,
        };
        Some((found.domains_but(own), needs_v3(found), protocol))
    });
    // That there is none is found out by whoever changes it.
    let Some((present, needs_v3, protocol)) = found else {
        return Ok(());
    };
    if invited.is_empty() {
        return Ok(());
    }
    federates(backend, protocol)?;
    if needs_v3 {
        reachability::speak_v3(backend, &invited).await?;
    }
    if invited.is_subset(&present) {
        reachability::reachable(backend, &invited).await
    } else {
        let all = invited.union(&present).cloned().collect();
        reachability::fully_connected(backend, &all).await
    }
}

/// The protocol is for conversations with other backends.
pub(crate) fn federates(
    backend: &Backend,
    protocol: BaseProtocolTag,
) -> Result<(), ConversationError> {
    if backend.settings().federation_protocols.contains(&protocol) {
        Ok(())
    } else {
        Err(ConversationError::ProtocolDisabled)
    }
}
