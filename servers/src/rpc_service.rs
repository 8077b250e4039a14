//! The RPCs of a process that serves nothing else.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::response::Response;
use bytes::Bytes;
use futures_util::future::{BoxFuture, Either, Ready};
use http::Request;
use http_body::Body;
use tower_service::Service;

use crate::dispatch::{Dispatch, NoSuchRpc};

/// RPCs as a tower service, for [`serve`](crate::serve) and [`Connection::in_process`]: what
/// [`Routes::into_service`](crate::Routes::into_service) makes.
///
/// It answers `POST /federation/<rpc>`, and every other path with 404 `no-endpoint`. Cheap to clone.
///
/// [`Connection::in_process`]: https://docs.rs/federation-clients
#[derive(Clone)]
pub struct RpcService(Arc<BTreeMap<&'static str, Dispatch>>);

impl RpcService {
    pub(crate) fn new(rpcs: impl Iterator<Item = (&'static str, Dispatch)>) -> Self {
        Self(Arc::new(rpcs.collect()))
    }

    fn rpc(&self, path: &str) -> Option<Dispatch> {
        let name = path.strip_prefix("/federation/")?;
        self.0.get(name).cloned()
    }
}

impl<B> Service<Request<B>> for RpcService
where
    B: Body<Data = Bytes> + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<
        BoxFuture<'static, Result<Response, Infallible>>,
        Ready<Result<Response, Infallible>>,
    >;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match self.rpc(request.uri().path()) {
            Some(mut rpc) => Either::Left(rpc.call(request)),
            None => Either::Right(NoSuchRpc.call(request)),
        }
    }
}

impl fmt::Debug for RpcService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
