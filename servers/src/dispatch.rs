//! From an HTTP request to the variant of an RPC that its version means, and back.

use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::response::Response;
use bytes::Bytes;
use federation_api::{Call, Domain, Failure, Rpc};
use federation_net::Member;
use futures_util::future::{BoxFuture, Ready, ready};
use futures_util::{FutureExt, TryFutureExt};
use http::{Method, Request};
use http_body::Body;
use tokio::sync::SemaphorePermit;
use tower_service::Service;
use tracing::Instrument;

use crate::handler::Handler;
use crate::places::Places;
use crate::{Settings, answer, body, deadline, envelope, observe};

/// One variant of an RPC with all that answering it takes.
pub(crate) struct Variant {
    rpc: Rpc,
    meters: observe::Meters,
    handler: Box<dyn Handler>,
    own_domain: Domain,
    max_body: usize,
    time_for_body: Duration,
    time_for_handler: Duration,
    places: Arc<Places>,
}

impl Variant {
    pub(crate) fn new(
        rpc: Rpc,
        handler: Box<dyn Handler>,
        own_domain: &Domain,
        settings: &Settings,
        places: &Arc<Places>,
    ) -> Self {
        Self {
            rpc,
            meters: observe::Meters::new(&rpc),
            handler,
            own_domain: own_domain.clone(),
            max_body: settings.limit_of(rpc.name),
            time_for_body: settings.time_for_body(),
            time_for_handler: settings.time_for_handler(),
            places: Arc::clone(places),
        }
    }

    pub(crate) fn rpc(&self) -> &Rpc {
        &self.rpc
    }

    async fn answer<B>(
        &self,
        request: Request<B>,
        stated: envelope::Stated,
    ) -> Result<Response, Failure>
    where
        B: Body<Data = Bytes>,
    {
        let (parts, incoming) = request.into_parts();
        match self.check(&parts, stated) {
            Ok((call, _place)) => {
                drop(parts);
                let span = observe::span(&self.rpc, &call);
                let running = self.run(call, incoming).inspect_err(observe::failed);
                running.instrument(span).await
            }
            Err(failure) => {
                observe::refused(&self.rpc, &failure);
                Err(failure)
            }
        }
    }

    /// Checks what comes before the body, in the order of `transport.md` §9.5. A call that may run has a
    /// place, which it keeps until it is answered.
    fn check(
        &self,
        parts: &http::request::Parts,
        stated: envelope::Stated,
    ) -> Result<(Call, (SemaphorePermit<'_>, Member)), Failure> {
        if parts.method != Method::POST {
            return Err(method_not_allowed());
        }
        let place = self.places.any()?;
        envelope::check_content_type(&parts.headers)?;
        let call = envelope::call(&parts.headers, &self.own_domain, stated)?;
        let share = self.places.of(call.origin())?;
        Ok((call, (place, share)))
    }

    async fn run<B>(&self, call: Call, incoming: B) -> Result<Response, Failure>
    where
        B: Body<Data = Bytes>,
    {
        let mut memory = self.places.memory.for_body();
        let collected = body::collect(incoming, self.max_body, self.time_for_body, &mut memory);
        let body = collected.await?;
        let call = call.with_timeout(self.time_for_handler);
        let running = AssertUnwindSafe(self.handler.handle(&self.rpc, &call, body)).catch_unwind();
        match deadline::within(self.time_for_handler, running).await {
            Some(Ok(answered)) => answered,
            Some(Err(panic)) => Err(Failure::server_error(panic_message(&*panic))),
            None => Err(Failure::server_error(format!(
                "the handler gave no answer within {} s",
                self.time_for_handler.as_secs_f32()
            ))),
        }
    }
}

/// All variants of one RPC, as a service.
#[derive(Clone)]
pub(crate) struct Dispatch(Arc<[Variant]>);

impl Dispatch {
    pub(crate) fn new(variants: Vec<Variant>) -> Self {
        Self(variants.into())
    }

    async fn answer<B: Body<Data = Bytes>>(self, request: Request<B>) -> Response {
        let begun = Instant::now();
        let stated = envelope::stated_version(request.headers());
        let variant = self.0.iter().find(|variant| {
            let versions = variant.rpc.versions;
            versions.is_all()
                || (stated != envelope::Stated::Unknown && versions.contains(stated.version()))
        });
        let answered = match variant {
            Some(variant) => variant.answer(request, stated).await,
            None => Err(Failure::no_endpoint()),
        };
        let response = answered.unwrap_or_else(|failure| answer::failure(&failure));
        if let Some(Variant { meters, .. }) = variant.or(self.0.first()) {
            meters.answered(response.status(), begun);
        }
        response
    }
}

impl<B> Service<Request<B>> for Dispatch
where
    B: Body<Data = Bytes> + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Box::pin(self.clone().answer(request).map(Ok))
    }
}

/// The answer on every other path below `/federation/`.
#[derive(Clone, Copy)]
pub(crate) struct NoSuchRpc;

impl<B> Service<Request<B>> for NoSuchRpc {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(answer::failure(&Failure::no_endpoint())))
    }
}

fn method_not_allowed() -> Failure {
    Failure::new(405, "method-not-allowed", "Every RPC is a POST")
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the handler panicked: {}", text.unwrap_or("no message"))
}
