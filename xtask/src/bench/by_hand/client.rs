//! The client by hand: reqwest.

use std::collections::HashMap;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use reqwest::{RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, to_value};
use uuid::Uuid;

use super::documents::{GetAsset, Prekeys, Profile, UserClients};
use super::galley::{Conversations, Done, GetConversations, Message, Update};
use bench_harness::{Caller, Failed, Workload, sample};

pub(super) struct ByHand {
    client: reqwest::Client,
    base: String,
    handle: String,
    users: Vec<Uuid>,
    clients: UserClients,
    update: Update,
    conversations: GetConversations,
    message: Message,
    asset: GetAsset,
}

impl ByHand {
    pub(super) fn new(server: &str) -> Result<Self, Failed> {
        Ok(Self {
            client: reqwest::Client::builder().http2_prior_knowledge().build()?,
            base: format!("http://{server}"),
            handle: serde_json::from_value(sample::small().request)?,
            users: serde_json::from_value(sample::medium().request)?,
            clients: serde_json::from_value(sample::nested_map().request)?,
            update: serde_json::from_value(sample::update().request)?,
            conversations: serde_json::from_value(sample::conversations().request)?,
            message: serde_json::from_value(sample::message().request)?,
            asset: serde_json::from_value(sample::asset_request())?,
        })
    }

    async fn post<Request: Serialize>(
        &self,
        rpc: &str,
        accept: &str,
        request: &Request,
    ) -> Result<Response, Failed> {
        let request_id = Uuid::new_v4().to_string();
        let built: RequestBuilder = self
            .client
            .post(format!("{}/federation/{rpc}", self.base))
            .header("Accept", accept)
            .header("Wire-Origin-Domain", sample::ORIGIN)
            .header("Wire-Origin-Request-Id", &request_id)
            .header("X-Wire-API-Version", "3")
            .header("Request-Id", &request_id)
            .json(request);
        Ok(built.send().await?.error_for_status()?)
    }

    async fn ask<Request: Serialize, Answer: DeserializeOwned>(
        &self,
        workload: Workload,
        request: &Request,
    ) -> Result<Answer, Failed> {
        let accept = "application/json;charset=utf-8,application/json";
        let response = self.post(workload.rpc(), accept, request).await?;
        Ok(response.json().await?)
    }

    async fn profile(&self) -> Result<Option<Profile>, Failed> {
        self.ask(Workload::Small, &self.handle).await
    }

    async fn profiles(&self) -> Result<Vec<Profile>, Failed> {
        self.ask(Workload::Medium, &self.users).await
    }

    async fn prekeys(&self) -> Result<Prekeys, Failed> {
        self.ask(Workload::NestedMap, &self.clients).await
    }

    async fn updated(&self) -> Result<Done, Failed> {
        self.ask(Workload::Update, &self.update).await
    }

    async fn conversations(&self) -> Result<Conversations, Failed> {
        self.ask(Workload::Conversations, &self.conversations).await
    }

    async fn sent(&self) -> Result<Done, Failed> {
        self.ask(Workload::Message, &self.message).await
    }

    async fn asset(&self) -> Result<usize, Failed> {
        let response = self
            .post(
                Workload::Stream.rpc(),
                "application/octet-stream",
                &self.asset,
            )
            .await?;
        let mut chunks = response.bytes_stream();
        let mut size = 0;
        while let Some(chunk) = chunks.next().await {
            size += chunk?.len();
        }
        Ok(size)
    }
}

impl Caller for ByHand {
    fn call(&self, workload: Workload) -> BoxFuture<'_, Result<usize, Failed>> {
        async move {
            Ok(match workload {
                Workload::Small => self.profile().await?.into_iter().count(),
                Workload::Medium => self.profiles().await?.len(),
                Workload::NestedMap => self.prekeys().await?.values().map(HashMap::len).sum(),
                Workload::Update => done(&self.updated().await?),
                Workload::Conversations => {
                    let conversations = self.conversations().await?.convs;
                    conversations
                        .iter()
                        .map(|one| one.members.others.len())
                        .sum()
                }
                Workload::Message => done(&self.sent().await?),
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
fn done(_: &Done) -> usize {
    1
}
