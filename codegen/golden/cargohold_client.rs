// Emitted by federation-codegen from src/cargohold.rs of federation-api. Do not edit.

use ::core::fmt::Formatter;
use ::federation_api::Call;
use ::federation_api::asset::{GetAsset, GetAssetResponse};
use ::federation_api::byte_stream::ByteStream;
use ::federation_api::cargohold::Cargohold;
use ::federation_clients::{
    BoxFuture, CallError, Connection, DynamicRpc, Mocked, Retry, Retryable,
};
use ::std::sync::Arc;

/// Calls [`Cargohold`] of another backend, over a [`Connection`].
#[derive(Clone, Debug)]
pub struct Client {
    connection: Connection,
}

impl Client {
    /// A client that makes its calls over this connection.
    pub fn new(connection: Connection) -> Self {
        Self { connection }
    }
}

impl Cargohold for Client {
    type Error = CallError;

    async fn get_asset(
        &self,
        call: &Call,
        request: GetAsset,
    ) -> Result<GetAssetResponse, CallError> {
        self.connection.call(&rpcs::GET_ASSET, call, &request).await
    }

    async fn stream_asset(
        &self,
        call: &Call,
        request: GetAsset,
    ) -> Result<ByteStream, CallError> {
        self.connection.byte_stream(&rpcs::STREAM_ASSET, call, &request).await
    }
}

/// Repeats calls that failed for a passing reason, if their RPC is declared idempotent; hands all
/// others to the [`Cargohold`] inside as they are.
#[derive(Clone, Debug)]
pub struct Retrying<S> {
    inner: S,
    retry: Retry,
}

impl<S> Retrying<S> {
    /// Repeats calls on `inner` as `retry` says.
    pub fn new(inner: S, retry: Retry) -> Self {
        Self { inner, retry }
    }
}

impl<S> Cargohold for Retrying<S>
where
    S: Cargohold<Error: Retryable>,
{
    type Error = S::Error;

    async fn get_asset(
        &self,
        call: &Call,
        request: GetAsset,
    ) -> Result<GetAssetResponse, S::Error> {
        self.retry
            .run(
                &rpcs::GET_ASSET,
                call,
                request,
                |request| { Cargohold::get_asset(&self.inner, call, request) },
            )
            .await
    }

    async fn stream_asset(
        &self,
        call: &Call,
        request: GetAsset,
    ) -> Result<ByteStream, S::Error> {
        Cargohold::stream_asset(&self.inner, call, request).await
    }
}

/// Some implementation of [`Cargohold`]; which one is not in the type.
pub struct Handle<E>(Arc<dyn Boxed<E>>);

impl<E: Send + 'static> Handle<E> {
    /// Hides which implementation of [`Cargohold`] `inner` is.
    pub fn new(inner: impl Cargohold<Error = E>) -> Self {
        Self(Arc::new(inner))
    }
}

impl<E> Clone for Handle<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E> ::core::fmt::Debug for Handle<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl<E: Send + 'static> Cargohold for Handle<E> {
    type Error = E;

    async fn get_asset(
        &self,
        call: &Call,
        request: GetAsset,
    ) -> Result<GetAssetResponse, E> {
        self.0.boxed_get_asset(call, request).await
    }

    async fn stream_asset(
        &self,
        call: &Call,
        request: GetAsset,
    ) -> Result<ByteStream, E> {
        self.0.boxed_stream_asset(call, request).await
    }
}

trait Boxed<E>: Send + Sync {
    fn boxed_get_asset<'a>(
        &'a self,
        call: &'a Call,
        request: GetAsset,
    ) -> BoxFuture<'a, Result<GetAssetResponse, E>>;

    fn boxed_stream_asset<'a>(
        &'a self,
        call: &'a Call,
        request: GetAsset,
    ) -> BoxFuture<'a, Result<ByteStream, E>>;
}

impl<S: Cargohold> Boxed<S::Error> for S {
    fn boxed_get_asset<'a>(
        &'a self,
        call: &'a Call,
        request: GetAsset,
    ) -> BoxFuture<'a, Result<GetAssetResponse, S::Error>> {
        Box::pin(Cargohold::get_asset(self, call, request))
    }

    fn boxed_stream_asset<'a>(
        &'a self,
        call: &'a Call,
        request: GetAsset,
    ) -> BoxFuture<'a, Result<ByteStream, S::Error>> {
        Box::pin(Cargohold::stream_asset(self, call, request))
    }
}

/// A [`Cargohold`] that answers as it was told, RPC by RPC, and remembers what it was asked.
#[derive(Debug, Default)]
pub struct Mock {
    /// Answers `get-asset`.
    pub get_asset: Mocked<GetAsset, GetAssetResponse>,
    /// Answers `stream-asset`.
    pub stream_asset: Mocked<GetAsset, ByteStream>,
}

impl Cargohold for Mock {
    type Error = CallError;

    async fn get_asset(
        &self,
        call: &Call,
        request: GetAsset,
    ) -> Result<GetAssetResponse, CallError> {
        self.get_asset.answer(&rpcs::GET_ASSET, call, request).await
    }

    async fn stream_asset(
        &self,
        call: &Call,
        request: GetAsset,
    ) -> Result<ByteStream, CallError> {
        self.stream_asset.answer(&rpcs::STREAM_ASSET, call, request).await
    }
}

/// Every RPC of `cargohold`, for tools that are told its name when they run.
pub const ALL: &[DynamicRpc] = &[
    DynamicRpc::call::<GetAsset, GetAssetResponse>(rpcs::GET_ASSET),
    DynamicRpc::byte_stream::<GetAsset>(rpcs::STREAM_ASSET),
];

/// What is known of each RPC of `cargohold`, under the name of its method.
pub mod rpcs {
    use ::federation_api::Rpc;

    /// [`::federation_api::cargohold::Cargohold::get_asset`]
    pub const GET_ASSET: Rpc = Rpc::new("cargohold", "get-asset").idempotent();

    /// [`::federation_api::cargohold::Cargohold::stream_asset`]
    pub const STREAM_ASSET: Rpc = Rpc::new("cargohold", "stream-asset")
        .byte_stream()
        .idempotent();
}
