//! The generated clients.

use federation_api::asset::GetAsset;
use federation_api::user_map::{UserClientPrekeyMap, UserClients};
use federation_api::{
    Brig, Call, Cargohold, Domain, Handle, OfRecipient, UserId, UserProfile, Version,
};
use federation_clients::{
    Address, CallError, Connection, HttpSettings, HttpTransport, Options, Versions, brig, cargohold,
};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt};
use serde_json::{Value, to_value};

use crate::bench::load::Caller;
use crate::bench::workload::Workload;
use crate::bench::{Failed, sample};

pub(super) struct Generated {
    brig: brig::Client,
    cargohold: cargohold::Client,
    origin: Domain,
    target: Domain,
    handle: OfRecipient<Handle>,
    users: Vec<OfRecipient<UserId>>,
    clients: UserClients,
    asset: GetAsset,
}

impl Generated {
    pub(super) fn new(server: &str) -> Result<Self, Failed> {
        let settings = HttpSettings::default().connections(1);
        let connection = Connection::new(
            Address::direct(&format!("http://{server}"))?,
            HttpTransport::new(&settings)?,
            Options::default().versions(Versions::Fixed(Version::NEWEST)),
        );
        Ok(Self {
            brig: brig::Client::new(connection.clone()),
            cargohold: cargohold::Client::new(connection),
            origin: sample::ORIGIN.parse()?,
            target: sample::TARGET.parse()?,
            handle: serde_json::from_value(sample::small().request)?,
            users: serde_json::from_value(sample::medium().request)?,
            clients: serde_json::from_value(sample::nested_map().request)?,
            asset: serde_json::from_value(sample::asset_request())?,
        })
    }

    /// Every call has an envelope of its own, with a request id of its own.
    fn envelope(&self) -> Call {
        Call::new(self.origin.clone(), self.target.clone())
    }

    async fn profile(&self) -> Result<Option<UserProfile>, CallError> {
        let call = self.envelope();
        self.brig
            .get_user_by_handle(&call, self.handle.clone())
            .await
    }

    async fn profiles(&self) -> Result<Vec<UserProfile>, CallError> {
        let call = self.envelope();
        self.brig.get_users_by_ids(&call, self.users.clone()).await
    }

    async fn prekeys(&self) -> Result<UserClientPrekeyMap, CallError> {
        let call = self.envelope();
        self.brig
            .claim_multi_prekey_bundle(&call, self.clients.clone())
            .await
    }

    async fn asset(&self) -> Result<usize, Failed> {
        let call = self.envelope();
        let chunks = self
            .cargohold
            .stream_asset(&call, self.asset.clone())
            .await?;
        chunks
            .try_fold(0, |size, chunk| std::future::ready(Ok(size + chunk.len())))
            .await
    }
}

impl Caller for Generated {
    fn call(&self, workload: Workload) -> BoxFuture<'_, Result<usize, Failed>> {
        async move {
            Ok(match workload {
                Workload::Small => self.profile().await?.into_iter().count(),
                Workload::Medium => self.profiles().await?.len(),
                Workload::NestedMap => {
                    let prekeys = self.prekeys().await?;
                    prekeys.values().map(|of_user| of_user.len()).sum()
                }
                Workload::Stream => self.asset().await?,
            })
        }
        .boxed()
    }

    fn documents(&self, workload: Workload) -> BoxFuture<'_, Result<(Value, Value), Failed>> {
        async move {
            Ok(match workload {
                Workload::Small => (to_value(&self.handle)?, to_value(self.profile().await?)?),
                Workload::Medium => (to_value(&self.users)?, to_value(self.profiles().await?)?),
                Workload::NestedMap => (to_value(&self.clients)?, to_value(self.prekeys().await?)?),
                Workload::Stream => (to_value(&self.asset)?, to_value(self.asset().await?)?),
            })
        }
        .boxed()
    }
}
