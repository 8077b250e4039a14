//! A method that has forgotten its types: bytes in, HTTP response out.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use federation_api::{ByteStream, Call, Failure, Rpc, json};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::{self, UsualLength};
use crate::method::Method;
use crate::observe;

/// Decodes a request, runs the method, encodes what it gives back.
pub(crate) trait Handler: Send + Sync {
    fn handle<'a>(
        &'a self,
        rpc: &'a Rpc,
        call: &'a Call,
        body: Bytes,
    ) -> BoxFuture<'a, Result<Response, Failure>>;
}

/// A method that answers JSON.
pub(crate) struct ValueHandler<S, M, Request, Response, Error> {
    service: Arc<S>,
    method: M,
    length: UsualLength,
    types: PhantomData<fn(Request) -> (Response, Error)>,
}

impl<S, M, Request, Response, Error> ValueHandler<S, M, Request, Response, Error> {
    pub(crate) fn new(service: Arc<S>, method: M) -> Self {
        Self {
            service,
            method,
            length: UsualLength::default(),
            types: PhantomData,
        }
    }
}

impl<S, M, Request, Value, Error> Handler for ValueHandler<S, M, Request, Value, Error>
where
    S: Send + Sync + 'static,
    Request: DeserializeOwned + Send + 'static,
    Value: Serialize + Send + 'static,
    Error: Into<Failure> + Send + 'static,
    M: for<'a> Method<'a, S, Request, Response = Value, Error = Error>,
{
    fn handle<'a>(
        &'a self,
        rpc: &'a Rpc,
        call: &'a Call,
        body: Bytes,
    ) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            let request = decode(rpc, body)?;
            let answered = self.method.invoke(&self.service, call, request).await;
            answer::json(&answered.map_err(Into::into)?, call, &self.length)
        })
    }
}

/// A method that answers raw bytes.
pub(crate) struct StreamHandler<S, M, Request, Error> {
    service: Arc<S>,
    method: M,
    time_for_chunk: Duration,
    types: PhantomData<fn(Request) -> Error>,
}

impl<S, M, Request, Error> StreamHandler<S, M, Request, Error> {
    pub(crate) fn new(service: Arc<S>, method: M, time_for_chunk: Duration) -> Self {
        Self {
            service,
            method,
            time_for_chunk,
            types: PhantomData,
        }
    }
}

impl<S, M, Request, Error> Handler for StreamHandler<S, M, Request, Error>
where
    S: Send + Sync + 'static,
    Request: DeserializeOwned + Send + 'static,
    Error: Into<Failure> + Send + 'static,
    M: for<'a> Method<'a, S, Request, Response = ByteStream, Error = Error>,
{
    fn handle<'a>(
        &'a self,
        rpc: &'a Rpc,
        call: &'a Call,
        body: Bytes,
    ) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async move {
            let request = decode(rpc, body)?;
            let answered = self.method.invoke(&self.service, call, request).await;
            answer::byte_stream(answered.map_err(Into::into)?, self.time_for_chunk).await
        })
    }
}

/// The body is let go as soon as it is decoded.
fn decode<Request: DeserializeOwned>(rpc: &Rpc, body: Bytes) -> Result<Request, Failure> {
    let decoded = json::decode_noting(&body);
    drop(body);
    observe::decoded(rpc, &decoded);
    decoded
        .map(|noted| noted.value)
        .map_err(|error| Failure::bad_request(error.to_string()))
}
