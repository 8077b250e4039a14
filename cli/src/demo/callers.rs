//! How the components of a backend call others: each through the Outward of its backend.

use std::sync::Arc;

use federation_api::Domain;
use federation_backend::{Components, Peer, Peers, Publisher};
use federation_clients::{
    Address, Connection, HttpSettings, HttpTransport, Options, brig, cargohold, galley,
};

use super::hop::{Place, Recorder, Role};
use super::watch::WatchedCaller;
use crate::fault::Fault;

/// The clients of the components of one backend. New ones have agreed on no version with anybody yet.
#[derive(Debug)]
pub(super) struct Callers {
    /// What its brig calls other brigs with.
    pub(super) brig: brig::Client,
    /// What its cargohold calls other cargoholds with.
    pub(super) cargohold: cargohold::Client,
    galley: Connection,
}

impl Callers {
    /// Of the backend of this domain, through its Outward at this URL.
    pub(super) fn new(domain: &Domain, outward: &str, recorder: &Recorder) -> Result<Self, Fault> {
        let connection = |role| {
            let transport = WatchedCaller {
                inner: HttpTransport::new(&HttpSettings::default()).map_err(Fault::failed)?,
                sender: Place::at(role, domain),
                receiver: Place::at(Role::Outward, domain),
                recorder: recorder.clone(),
            };
            let address = Address::via_federator(outward).map_err(Fault::failed)?;
            Ok::<_, Fault>(Connection::new(address, transport, Options::default()))
        };
        Ok(Self {
            brig: brig::Client::new(connection(Role::Brig)?),
            cargohold: cargohold::Client::new(connection(Role::Cargohold)?),
            galley: connection(Role::Galley)?,
        })
    }

    /// How its galley reaches other backends.
    pub(super) fn peers(&self) -> impl Peers + use<> {
        let components = Arc::new(Components {
            brig: brig::Client::new(self.galley.clone()),
            galley: galley::Client::new(self.galley.clone()),
        });
        ThroughOutward {
            publisher: publisher(&components),
            peer: components,
        }
    }
}

/// The brig and the galley of any other backend; the [`Call`](federation_api::Call) says of which.
type Remote = Components<brig::Client, galley::Client>;

/// Where the notifications of a backend go. Here they are delivered at once: a queue that keeps them
/// while a backend is down would be put in this place.
fn publisher(remote: &Arc<Remote>) -> Arc<dyn Publisher> {
    Arc::clone(remote) as Arc<dyn Publisher>
}

/// Every backend is reached in the same way; Outward knows where it is.
struct ThroughOutward {
    peer: Arc<Remote>,
    publisher: Arc<dyn Publisher>,
}

impl Peers for ThroughOutward {
    fn peer(&self, _: &Domain) -> Option<Arc<dyn Peer>> {
        Some(Arc::clone(&self.peer) as Arc<dyn Peer>)
    }

    fn publisher(&self, _: &Domain) -> Option<Arc<dyn Publisher>> {
        Some(Arc::clone(&self.publisher))
    }
}
