//! How the components of a backend call others: each through the Outward of its backend.

use std::sync::Arc;

use federation_api::Domain;
use federation_backend::{Components, Peer, Peers, Publisher};
use federation_clients::{
    Address, Connection, HttpSettings, HttpTransport, Options, brig, cargohold, galley,
};
use federation_notifications::Outlet;
use federation_notifications::galley::Queued;

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
    outlet: Outlet,
}

impl Callers {
    /// Of the backend of this domain, through its Outward at this URL; notifications go into a queue.
    pub(super) fn new(
        domain: &Domain,
        outward: &str,
        outlet: Outlet,
        recorder: &Recorder,
    ) -> Result<Self, Fault> {
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
            outlet,
        })
    }

    /// How notifications are delivered that were in the queue.
    pub(super) fn courier(&self) -> Connection {
        self.galley.clone()
    }

    /// How its galley reaches other backends.
    pub(super) fn peers(&self) -> impl Peers + use<> {
        let components = || Components {
            brig: brig::Client::new(self.galley.clone()),
            galley: galley::Client::new(self.galley.clone()),
        };
        let Components { brig, galley } = components();
        ThroughOutward {
            peer: Arc::new(components()),
            publisher: Arc::new(Components {
                brig,
                galley: Queued::new(galley, self.outlet.clone()),
            }),
        }
    }
}

/// Every backend is reached in the same way; Outward knows where it is.
struct ThroughOutward {
    peer: Arc<dyn Peer>,
    publisher: Arc<dyn Publisher>,
}

impl Peers for ThroughOutward {
    fn peer(&self, _: &Domain) -> Option<Arc<dyn Peer>> {
        Some(Arc::clone(&self.peer))
    }

    fn publisher(&self, _: &Domain) -> Option<Arc<dyn Publisher>> {
        Some(Arc::clone(&self.publisher))
    }
}
