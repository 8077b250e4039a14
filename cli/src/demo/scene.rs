//! The two backends of the demonstration and the ways between them.

use federation_api::{Call, Domain, UserId};
use federation_backend::Backend;
use federation_clients::{
    Address, Connection, HttpSettings, HttpTransport, Options, brig, cargohold,
};

use super::hops::{Hops, Observed};
use crate::fault::Fault;
use crate::running::Running;
use crate::seed;

/// Two backends that answer on this machine.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) a: Side,
    pub(super) b: Side,
}

/// One backend, and how the other reaches it.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) backend: Backend,
    running: Running,
    /// What the other backend calls this one over.
    pub(super) connection: Connection,
    /// This backend's brig, for the other.
    pub(super) brig: brig::Client,
    /// This backend's cargohold, for the other.
    pub(super) cargohold: cargohold::Client,
}

impl Scene {
    /// Starts both backends.
    pub(super) async fn set(hops: &Hops) -> Result<Self, Fault> {
        Ok(Self {
            a: Side::start("a", hops).await?,
            b: Side::start("b", hops).await?,
        })
    }

    /// The envelope of a call from A to B.
    pub(super) fn to_b(&self) -> Call {
        Call::new(self.a.domain().clone(), self.b.domain().clone())
    }

    /// Ends both backends.
    pub(super) async fn end(self) -> Result<(), Fault> {
        let Self { a, b } = self;
        for side in [a, b] {
            // Servers wait for connections that are open.
            let Side {
                running,
                connection,
                brig,
                cargohold,
                ..
            } = side;
            drop((connection, brig, cargohold));
            running.stop().await.map_err(Fault::failed)?;
        }
        Ok(())
    }
}

impl Side {
    async fn start(name: &str, hops: &Hops) -> Result<Self, Fault> {
        let backend = seed::read(name)?.load()?;
        let running = Running::on_loopback(&backend)
            .await
            .map_err(Fault::failed)?;
        let transport = Observed {
            inner: HttpTransport::new(&HttpSettings::default()).map_err(Fault::failed)?,
            receiver: backend.domain().clone(),
            hops: hops.clone(),
        };
        let address = Address::direct(&running.url()).map_err(Fault::failed)?;
        let connection = Connection::new(address, transport, Options::default());
        Ok(Self {
            backend,
            running,
            brig: brig::Client::new(connection.clone()),
            cargohold: cargohold::Client::new(connection.clone()),
            connection,
        })
    }

    /// The domain.
    pub(super) fn domain(&self) -> &Domain {
        self.backend.domain()
    }

    /// Where it answers.
    pub(super) fn url(&self) -> String {
        self.running.url()
    }

    /// The user that owns this handle.
    pub(super) fn user(&self, handle: &str) -> Result<UserId, Fault> {
        let owner = handle
            .parse()
            .ok()
            .and_then(|handle| self.backend.user_of_handle(&handle));
        owner.ok_or_else(|| {
            Fault::Failed(format!(
                "the seed of {} has no user `{handle}`",
                self.domain()
            ))
        })
    }
}
