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
    pub(super) async fn set(recorder: &Recorder, amqp: Option<String>) -> Result<Self, Fault> {
        let world = World {
            authority: Authority::new()?,
            dns: Dns::start().await?,
            clock: Arc::default(),
            recorder: recorder.clone(),
            amqp,
        };
        Ok(Self {
            a: Site::start("a", &world).await?,
            b: Site::start("b", &world).await?,
            world,
        })
    }

    /// From now on nothing is known any more that was asked for, agreed or connected: an hour passes for
    /// the federators, and the components get new clients.
    pub(super) async fn forget(&mut self) -> Result<(), Fault> {
        self.world.clock.an_hour();
        self.a.forget().await?;
        self.b.forget().await
    }

    /// Waits until every notification has arrived.
    pub(super) async fn settled(&self) -> Result<(), String> {
        self.a.courier.settled().await?;
        self.b.courier.settled().await
    }

    /// Does something while nobody reaches the second backend.
    pub(super) async fn without_b<T>(
        &mut self,
        meanwhile: impl AsyncFnOnce(&Site) -> T,
    ) -> Result<T, Fault> {
        let Self { a, b, world } = self;
        b.without_federator(world, meanwhile(a)).await
    }

    /// The DNS server.
    pub(super) fn dns(&self) -> &Dns {
        &self.world.dns
    }

    /// Ends everything in an orderly manner.
    pub(super) async fn end(self) -> Result<(), Fault> {
        let Self { a, b, world } = self;
        let ended = [a.end().await, b.end().await];
        drop(world);
        ended.into_iter().collect()
    }
}
