//! Several backends in one process that reach each other.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use federation_api::conversation::{ClientRemovedRequest, UserDeletedConversationsNotification};
use federation_api::conversation_update::ConversationUpdate;
use federation_api::message::RemoteMessage;
use federation_api::mls_message::RemoteMlsMessage;
use federation_api::{Call, Domain, EmptyResponse, Failure};

use crate::backend::Backend;
use crate::outbox::Notification;
use crate::peers::{Asked, Components, Peer, Peers, Publisher};

/// The most notifications that are kept for a backend that is down.
const MOST_KEPT: usize = 10_000;

/// Several [`Backend`]s in one process, each of which reaches all others.
///
/// One of them can be [taken down](Self::take_down): then calls to it fail, and notifications are kept
/// until it is [brought up](Self::bring_up) again. The backends reach each other as long as the network
/// is there.
#[derive(Clone, Default)]
pub struct Network(Arc<Inner>);

#[derive(Default)]
struct Inner {
    backends: Mutex<BTreeMap<Domain, Joined>>,
}

struct Joined {
    backend: Backend,
    /// What was left for it while it is down. `None`: it is up.
    kept: Option<VecDeque<(Call, Notification)>>,
}

impl Network {
    /// A network of these backends.
    pub fn of<'a>(backends: impl IntoIterator<Item = &'a Backend>) -> Self {
        let network = Self::default();
        for backend in backends {
            network.join(backend);
        }
        network
    }

    /// Adds a backend, or replaces the one of the same domain. It [reaches](Backend::set_peers) the
    /// others from now on.
    pub fn join(&self, backend: &Backend) {
        let joined = Joined {
            backend: backend.clone(),
            kept: None,
        };
        self.0
            .with(|all| all.insert(backend.domain().clone(), joined));
        backend.set_peers(Reach(Arc::downgrade(&self.0)));
    }

    /// From now on nobody reaches this backend.
    pub fn take_down(&self, domain: &Domain) {
        self.0.with(|all| {
            if let Some(joined) = all.get_mut(domain) {
                joined.kept.get_or_insert_default();
            }
        });
    }

    /// Delivers what was left for this backend, in order; then it can be reached again.
    pub async fn bring_up(&self, domain: &Domain) {
        loop {
            let next = self.0.with(|all| {
                let joined = all.get_mut(domain)?;
                let next = joined.kept.as_mut()?.pop_front();
                if next.is_none() {
                    joined.kept = None;
                }
                Some((joined.backend.clone(), next?))
            });
            let Some((backend, (call, notification))) = next else {
                return;
            };
            // What the backend refuses is refused for good.
            let _ = notification.publish(&components(&backend), &call).await;
        }
    }
}

impl Inner {
    fn with<R>(&self, work: impl FnOnce(&mut BTreeMap<Domain, Joined>) -> R) -> R {
        work(&mut self.backends.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domains: Vec<_> = self.0.with(|all| all.keys().cloned().collect());
        f.debug_tuple("Network").field(&domains).finish()
    }
}

type InProcess = Components<crate::BackendBrig, crate::BackendGalley>;

fn components(backend: &Backend) -> InProcess {
    Components {
        brig: backend.brig(),
        galley: backend.galley(),
    }
}

/// What the backends hold of the network: not the network itself, which holds them.
struct Reach(Weak<Inner>);

impl Peers for Reach {
    fn peer(&self, domain: &Domain) -> Option<Arc<dyn Peer>> {
        self.0.upgrade()?.with(|all| {
            let up = all.get(domain).filter(|joined| joined.kept.is_none())?;
            Some(Arc::new(components(&up.backend)) as Arc<dyn Peer>)
        })
    }

    fn publisher(&self, domain: &Domain) -> Option<Arc<dyn Publisher>> {
        let network = self.0.upgrade()?;
        let known = network.with(|all| all.contains_key(domain));
        known.then(|| Arc::new(Queue(network)) as Arc<dyn Publisher>)
    }
}

/// Delivers at once to a backend that is up, and keeps what is for one that is down.
struct Queue(Arc<Inner>);

impl Queue {
    fn take<'a>(&'a self, call: &'a Call, notification: Notification) -> Asked<'a, EmptyResponse> {
        Box::pin(async move {
            let up = self.0.with(|all| {
                let joined = all.get_mut(call.target()).ok_or_else(unknown)?;
                let Some(kept) = &mut joined.kept else {
                    return Ok(Some((joined.backend.clone(), notification)));
                };
                if kept.len() >= MOST_KEPT {
                    return Err(Failure::server_error("too many notifications wait"));
                }
                kept.push_back((call.clone(), notification));
                Ok(None)
            })?;
            if let Some((backend, notification)) = up {
                notification.publish(&components(&backend), call).await?;
            }
            Ok(EmptyResponse)
        })
    }
}

fn unknown() -> Failure {
    Failure::server_error("there is no such backend")
}

impl Publisher for Queue {
    fn on_conversation_updated<'a>(
        &'a self,
        call: &'a Call,
        update: ConversationUpdate,
    ) -> Asked<'a, EmptyResponse> {
        self.take(call, Notification::Updated(update))
    }

    fn on_message_sent<'a>(
        &'a self,
        call: &'a Call,
        message: RemoteMessage,
    ) -> Asked<'a, EmptyResponse> {
        self.take(call, Notification::Message(message))
    }

    fn on_mls_message_sent<'a>(
        &'a self,
        call: &'a Call,
        message: RemoteMlsMessage,
    ) -> Asked<'a, EmptyResponse> {
        self.take(call, Notification::MlsMessage(message))
    }

    fn on_client_removed<'a>(
        &'a self,
        call: &'a Call,
        removed: ClientRemovedRequest,
    ) -> Asked<'a, EmptyResponse> {
        self.take(call, Notification::ClientRemoved(removed))
    }

    fn on_user_deleted_conversations<'a>(
        &'a self,
        call: &'a Call,
        deleted: UserDeletedConversationsNotification,
    ) -> Asked<'a, EmptyResponse> {
        self.take(call, Notification::UserDeleted(deleted))
    }
}
