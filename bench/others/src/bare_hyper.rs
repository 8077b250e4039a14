//! The floor: hyper's HTTP/2 and `serde_json`, no router, no headers but the path, nothing checked.

use std::collections::HashMap;
use std::sync::Arc;

use bench_harness::{Caller, Failed, Workload, sample};
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::SendRequest;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::documents::{Prekeys, Profile, UserClients};

struct Store {
    profile: Option<Profile>,
    profiles: Vec<Profile>,
    prekeys: Prekeys,
}

pub(crate) fn serve(listener: TcpListener) -> BoxFuture<'static, Result<(), Failed>> {
    async move {
        let store = Arc::new(Store {
            profile: serde_json::from_value(sample::small().response)?,
            profiles: serde_json::from_value(sample::medium().response)?,
            prekeys: serde_json::from_value(sample::nested_map().response)?,
        });
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let store = Arc::clone(&store);
            let service = service_fn(move |request| answer(Arc::clone(&store), request));
            let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    }
    .boxed()
}

async fn answer(
    store: Arc<Store>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Failed> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let answer = match head.uri.path() {
        "/federation/get-user-by-handle" => {
            std::hint::black_box(serde_json::from_slice::<String>(&body)?);
            serde_json::to_vec(&store.profile.clone())?
        }
        "/federation/get-users-by-ids" => {
            std::hint::black_box(serde_json::from_slice::<Vec<Uuid>>(&body)?);
            serde_json::to_vec(&store.profiles.clone())?
        }
        "/federation/claim-multi-prekey-bundle" => {
            std::hint::black_box(serde_json::from_slice::<UserClients>(&body)?);
            serde_json::to_vec(&store.prekeys.clone())?
        }
        other => return Err(format!("nothing is at {other}").into()),
    };
    Ok(Response::new(answer.into()))
}

pub(crate) fn connect(server: &str) -> Result<Box<dyn Caller>, Failed> {
    Ok(Box::new(Client {
        server: server.to_owned(),
        sender: OnceCell::new(),
        handle: serde_json::from_value(sample::small().request)?,
        users: serde_json::from_value(sample::medium().request)?,
        clients: serde_json::from_value(sample::nested_map().request)?,
    }))
}

struct Client {
    server: String,
    sender: OnceCell<SendRequest<Full<Bytes>>>,
    handle: String,
    users: Vec<Uuid>,
    clients: UserClients,
}

impl Client {
    async fn connected(&self) -> Result<SendRequest<Full<Bytes>>, Failed> {
        let stream = TcpStream::connect(&self.server).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                .await?;
        tokio::spawn(connection);
        Ok(sender)
    }

    async fn ask<Asked, Answer>(&self, workload: Workload, asked: &Asked) -> Result<Answer, Failed>
    where
        Asked: Serialize,
        Answer: DeserializeOwned,
    {
        let sender = self.sender.get_or_try_init(|| self.connected()).await?;
        let uri = format!("http://{}/federation/{}", self.server, workload.rpc());
        let body = Full::from(serde_json::to_vec(asked)?);
        let request = Request::post(uri).body(body)?;
        let response = sender.clone().send_request(request).await?;
        let body = response.into_body().collect().await?.to_bytes();
        Ok(serde_json::from_slice(&body)?)
    }
}

impl Caller for Client {
    fn call(&self, workload: Workload) -> BoxFuture<'_, Result<usize, Failed>> {
        async move {
            Ok(match workload {
                Workload::Small => {
                    let answer: Option<Profile> = self.ask(workload, &self.handle).await?;
                    answer.into_iter().count()
                }
                Workload::Medium => {
                    let answer: Vec<Profile> = self.ask(workload, &self.users).await?;
                    answer.len()
                }
                Workload::NestedMap => {
                    let answer: Prekeys = self.ask(workload, &self.clients).await?;
                    answer.values().map(HashMap::len).sum()
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
