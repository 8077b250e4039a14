//! tarpc: over TCP, with bincode.

use bench_harness::{Caller, Failed, Workload};
use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::sync::Arc;
use tarpc::context::{self, Context};
use tarpc::server::{BaseChannel, Channel};
use tarpc::tokio_serde::formats::Bincode;
use tarpc::tokio_util::codec::LengthDelimitedCodec;
use tarpc::{client, serde_transport};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OnceCell;

use crate::messages::{Handle, Ids, MaybeProfile, Prekeys, Profiles, Sample, UserClients};

#[tarpc::service]
trait Brig {
    async fn small(handle: Handle) -> MaybeProfile;
    async fn medium(ids: Ids) -> Profiles;
    async fn nested_map(clients: UserClients) -> Prekeys;
}

#[derive(Clone)]
struct Service(Arc<Sample>);

impl Brig for Service {
    async fn small(self, _: Context, handle: Handle) -> MaybeProfile {
        std::hint::black_box(handle);
        self.0.profile.clone()
    }

    async fn medium(self, _: Context, ids: Ids) -> Profiles {
        std::hint::black_box(ids);
        self.0.profiles.clone()
    }

    async fn nested_map(self, _: Context, clients: UserClients) -> Prekeys {
        std::hint::black_box(clients);
        self.0.prekeys.clone()
    }
}

pub(crate) fn serve(listener: TcpListener) -> BoxFuture<'static, Result<(), Failed>> {
    async move {
        let service = Service(Arc::new(Sample::new()?));
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let framed = LengthDelimitedCodec::builder().new_framed(stream);
            let transport = serde_transport::new(framed, Bincode::default());
            let requests = BaseChannel::with_defaults(transport);
            let answered = requests.execute(service.clone().serve());
            tokio::spawn(answered.for_each(|answering| async {
                tokio::spawn(answering);
            }));
        }
    }
    .boxed()
}

pub(crate) fn connect(server: &str) -> Result<Box<dyn Caller>, Failed> {
    Ok(Box::new(Client {
        server: server.to_owned(),
        client: OnceCell::new(),
        sample: Sample::new()?,
    }))
}

struct Client {
    server: String,
    client: OnceCell<BrigClient>,
    sample: Sample,
}

impl Client {
    async fn connected(&self) -> Result<BrigClient, Failed> {
        let stream = TcpStream::connect(&self.server).await?;
        stream.set_nodelay(true)?;
        let framed = LengthDelimitedCodec::builder().new_framed(stream);
        let transport = serde_transport::new(framed, Bincode::default());
        Ok(BrigClient::new(client::Config::default(), transport).spawn())
    }
}

impl Caller for Client {
    fn call(&self, workload: Workload) -> BoxFuture<'_, Result<usize, Failed>> {
        async move {
            let client = self.client.get_or_try_init(|| self.connected()).await?;
            let (context, asked) = (context::current(), &self.sample);
            Ok(match workload {
                Workload::Small => {
                    let answer = client.small(context, asked.handle.clone()).await?;
                    answer.profile.into_iter().count()
                }
                Workload::Medium => {
                    let answer = client.medium(context, asked.ids.clone()).await?;
                    answer.profiles.len()
                }
                Workload::NestedMap => {
                    let answer = client.nested_map(context, asked.clients.clone()).await?;
                    answer.count()
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
