//! The two backends and what is between them.

use std::sync::Arc;

use super::authority::Authority;
use super::dns::Dns;
use super::hop::Recorder;
use super::site::{Site, World};
use crate::fault::Fault;

/// Two backends that reach each other through their federators, and the DNS that both ask.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) a: Site,
    pub(super) b: Site,
    world: World,
}

impl Stage {
    /// Starts everything.
    pub(super) async fn set(recorder: &Recorder) -> Result<Self, Fault> {
        let world = World {
            authority: Authority::new()?,
            dns: Dns::start().await?,
            clock: Arc::default(),
            recorder: recorder.clone(),
        };
        Ok(Self {
            a: Site::start("a", &world).await?,
            b: Site::start("b", &world).await?,
            world,
        })
    }

    /// From now on nothing is known any more that was asked for, agreed or connected: an hour passes for
    /// the federators, and the components get new clients.
    pub(super) fn forget(&mut self) -> Result<(), Fault> {
        self.world.clock.an_hour();
        self.a.forget()?;
        self.b.forget()
    }

    /// The DNS server.
    pub(super) fn dns(&self) -> &Dns {
        &self.world.dns
    }

    /// Ends everything in an orderly manner.
    pub(super) async fn end(self) -> Result<(), Fault> {
        let Self { a, b, world } = self;
        a.end().await?;
        b.end().await?;
        drop(world);
        Ok(())
    }
}
