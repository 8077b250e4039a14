//! The generated clients.

use federation_api::asset::GetAsset;
use federation_api::conversation::{GetConversationsRequest, GetConversationsResponseV2};
use federation_api::conversation_update::ConversationUpdate;
use federation_api::message::RemoteMessage;
use federation_api::user_map::{UserClientPrekeyMap, UserClients};
use federation_api::{
    Brig, Call, Cargohold, Domain, EmptyResponse, Galley, Handle, OfRecipient, UserId, UserProfile,
    Version,
};
use federation_clients::{
    Address, CallError, Connection, Options, Transport, Versions, brig, cargohold, galley,
};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt};
use serde_json::{Value, to_value};

use bench_harness::{Caller, Failed, Workload, sample};

pub(super) struct Generated {
    brig: brig::Client,
    cargohold: cargohold::Client,
    galley: galley::Client,
    origin: Domain,
    target: Domain,
    handle: OfRecipient<Handle>,
    users: Vec<OfRecipient<UserId>>,
    clients: UserClients,
    update: ConversationUpdate,
    conversations: GetConversationsRequest,
    message: RemoteMessage,
    asset: GetAsset,
}

impl Generated {
    pub(super) fn new(server: &str, transport: impl Transport) -> Result<Self, Failed> {
        let connection = Connection::new(
            Address::direct(&format!("http://{server}"))?,
            transport,
            Options::default().versions(Versions::Fixed(Version::NEWEST)),
        );
        Ok(Self {
            brig: brig::Client::new(connection.clone()),
            cargohold: cargohold::Client::new(connection.clone()),
            galley: galley::Client::new(connection),
            origin: sample::ORIGIN.parse()?,
            target: sample::TARGET.parse()?,
            handle: serde_json::from_value(sample::small().request)?,
            users: serde_json::from_value(sample::medium().request)?,
            clients: serde_json::from_value(sample::nested_map().request)?,
            update: serde_json::from_value(sample::update().request)?,
            conversations: serde_json::from_value(sample::conversations().request)?,
            message: serde_json::from_value(sample::message().request)?,
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

    async fn updated(&self) -> Result<EmptyResponse, CallError> {
        let (call, update) = (self.envelope(), self.update.clone());
        self.galley.on_conversation_updated(&call, update).await
    }

    async fn conversations(&self) -> Result<GetConversationsResponseV2, CallError> {
        let (call, request) = (self.envelope(), self.conversations.clone());
        self.galley.get_conversations(&call, request).await
    }

    async fn sent(&self) -> Result<EmptyResponse, CallError> {
        let (call, message) = (self.envelope(), self.message.clone());
        self.galley.on_message_sent(&call, message).await
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
                Workload::Update => done(self.updated().await?),
                Workload::Conversations => {
                    let conversations = self.conversations().await?.convs;
                    conversations
                        .iter()
                        .map(|one| one.members.others.len())
                        .sum()
                }
                Workload::Message => done(self.sent().await?),
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
                Workload::Update => (to_value(&self.update)?, to_value(self.updated().await?)?),
                Workload::Conversations => (
                    to_value(&self.conversations)?,
                    to_value(self.conversations().await?)?,
                ),
                Workload::Message => (to_value(&self.message)?, to_value(self.sent().await?)?),
                Workload::Stream => (to_value(&self.asset)?, to_value(self.asset().await?)?),
            })
        }
        .boxed()
    }
}

/// One answer, which says nothing but that.
fn done(_: EmptyResponse) -> usize {
    1
}
