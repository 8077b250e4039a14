//! tonic: the same data as Protocol Buffers, over one HTTP/2 channel.

use bench_harness::{Caller, Failed, Workload};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream;
use serde_json::Value;
use tokio::net::TcpListener;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};

use crate::messages::{Handle, Ids, MaybeProfile, Prekeys, Profiles, Sample, UserClients};

mod emitted {
    include!(concat!(env!("OUT_DIR"), "/bench.Brig.rs"));
}
use emitted::brig_client::BrigClient;
use emitted::brig_server::{Brig, BrigServer};

struct Service(Sample);

#[tonic::async_trait]
impl Brig for Service {
    async fn small(&self, request: Request<Handle>) -> Result<Response<MaybeProfile>, Status> {
        std::hint::black_box(request.into_inner());
        Ok(Response::new(self.0.profile.clone()))
    }

    async fn medium(&self, request: Request<Ids>) -> Result<Response<Profiles>, Status> {
        std::hint::black_box(request.into_inner());
        Ok(Response::new(self.0.profiles.clone()))
    }

    async fn nested_map(&self, request: Request<UserClients>) -> Result<Response<Prekeys>, Status> {
        std::hint::black_box(request.into_inner());
        Ok(Response::new(self.0.prekeys.clone()))
    }
}

pub(crate) fn serve(listener: TcpListener) -> BoxFuture<'static, Result<(), Failed>> {
    async move {
        let incoming = stream::unfold(listener, |listener| async move {
            let accepted = listener.accept().await.and_then(|(stream, _)| {
                stream.set_nodelay(true)?;
                Ok(stream)
            });
            Some((accepted, listener))
        });
        Server::builder()
            .add_service(BrigServer::new(Service(Sample::new()?)))
            .serve_with_incoming(Box::pin(incoming))
            .await?;
        Ok(())
    }
    .boxed()
}

pub(crate) fn connect(server: &str) -> Result<Box<dyn Caller>, Failed> {
    let channel = Endpoint::from_shared(format!("http://{server}"))?
        .tcp_nodelay(true)
        .connect_lazy();
    Ok(Box::new(Client {
        client: BrigClient::new(channel),
        sample: Sample::new()?,
    }))
}

struct Client {
    client: BrigClient<Channel>,
    sample: Sample,
}

impl Caller for Client {
    fn call(&self, workload: Workload) -> BoxFuture<'_, Result<usize, Failed>> {
        async move {
            let mut client = self.client.clone();
            let asked = &self.sample;
            Ok(match workload {
                Workload::Small => {
                    let answer = client.small(asked.handle.clone()).await?.into_inner();
                    answer.profile.into_iter().count()
                }
                Workload::Medium => {
                    let answer = client.medium(asked.ids.clone()).await?.into_inner();
                    answer.profiles.len()
                }
                Workload::NestedMap => {
                    let answer = client.nested_map(asked.clients.clone()).await?;
                    answer.into_inner().count()
                }
                _ => return Err("this contestant has no such workload".into()),
            })
        }
        .boxed()
    }

    fn documents(&self, _: Workload) -> BoxFuture<'_, Result<(Value, Value), Failed>> {
        async { Err("this contestant has documents of its own".into()) }.boxed()
    }
}
