//! Asking other backends whether they can be part of a conversation.

use std::collections::BTreeSet;

use federation_api::backends::DomainSet;
use federation_api::backends_answer::NonFederatingBackends;
use federation_api::galley_error::GalleyError;
use federation_api::{Domain, Unit, Version};
use futures_util::future::join_all;

use crate::backend::Backend;
use crate::conversation_error::ConversationError;

/// The newest version of each of these backends; `None` for those that cannot be reached.
async fn newest(backend: &Backend, domains: &BTreeSet<Domain>) -> Vec<(Domain, Option<Version>)> {
    let asked = domains.iter().map(|domain| async move {
        let call = backend.call_to(domain);
        let newest = match backend.peers().peer(domain) {
            Some(peer) => peer.api_version(&call, Unit).await.ok(),
            None => None,
        };
        // A backend that answers without a version that is known here is reached all the same.
        let newest = newest.map(|info| info.negotiate(&Version::ALL).unwrap_or(Version::V0));
        (domain.clone(), newest)
    });
    join_all(asked).await
}

/// All of these backends can be reached.
///
/// # Errors
///
/// Names all that cannot.
pub(crate) async fn reachable(
    backend: &Backend,
    domains: &BTreeSet<Domain>,
) -> Result<(), ConversationError> {
    let newest = newest(backend, domains).await;
    let silent = newest.into_iter().filter(|(_, version)| version.is_none());
    let silent: BTreeSet<_> = silent.map(|(domain, _)| domain).collect();
    if silent.is_empty() {
        Ok(())
    } else {
        Err(ConversationError::Unreachable(silent))
    }
}

/// All of these backends speak V3, so that they understand group ids of layout 2.
///
/// Source: `galley.md` §8, `scenarios.md` B2.
pub(crate) async fn speak_v3(
    backend: &Backend,
    domains: &BTreeSet<Domain>,
) -> Result<(), ConversationError> {
    let newest = newest(backend, domains).await;
    if newest
        .iter()
        .all(|(_, version)| *version >= Some(Version::V3))
    {
        Ok(())
    } else {
        Err(GalleyError::GroupIdVersionNotSupported.into())
    }
}

/// Those of these backends that say that they are older than V3.
pub(crate) async fn outdated(backend: &Backend, domains: &BTreeSet<Domain>) -> BTreeSet<Domain> {
    let newest = newest(backend, domains).await;
    newest
        .into_iter()
        .filter(|(_, version)| version.is_some_and(|version| version < Version::V3))
        .map(|(domain, _)| domain)
        .collect()
}

/// Each of these backends federates with all others.
///
/// # Errors
///
/// If some cannot be asked, or if two of them do not federate; the latter names one pair.
///
/// Source: `scenarios.md` A3, step 4b.
pub(crate) async fn fully_connected(
    backend: &Backend,
    domains: &BTreeSet<Domain>,
) -> Result<(), ConversationError> {
    let asked = domains.iter().map(|domain| async move {
        let mut others = domains.clone();
        others.remove(domain);
        let call = backend.call_to(domain);
        let request = DomainSet { domains: others };
        let answer = match backend.peers().peer(domain) {
            Some(peer) => peer
                .get_not_fully_connected_backends(&call, request)
                .await
                .ok(),
            None => None,
        };
        (domain.clone(), answer)
    });
    let mut silent = BTreeSet::new();
    let mut apart = None;
    for (domain, answer) in join_all(asked).await {
        match answer {
            None => drop(silent.insert(domain)),
            Some(answer) => {
                let other = answer.non_connected_backends.into_iter();
                // Only what was asked for counts.
                let other = other
                    .filter(|other| domains.contains(other))
                    .find(|other| *other != domain);
                apart = apart.or(other.map(|other| [domain, other]));
            }
        }
    }
    match apart {
        _ if !silent.is_empty() => Err(ConversationError::Unreachable(silent)),
        Some(non_federating_backends) => {
            Err(ConversationError::NonFederating(NonFederatingBackends {
                non_federating_backends,
            }))
        }
        None => Ok(()),
    }
}
