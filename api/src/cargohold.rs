//! The declaration of cargohold: assets.

use federation_api_macros::component;

use crate::asset::{GetAsset, GetAssetResponse};
use crate::byte_stream::ByteStream;
use crate::call::Call;

/// Assets: files that users share, encrypted by their clients.
///
/// Source: `cargohold.md`.
#[component("cargohold")]
pub trait Cargohold {
    /// What a failed call gives its caller.
    type Error;

    /// Whether the user may have the asset.
    ///
    /// An unknown asset, a wrong token and a missing owner all give the same answer.
    #[rpc(idempotent)]
    async fn get_asset(
        &self,
        call: &Call,
        request: GetAsset,
    ) -> Result<GetAssetResponse, Self::Error>;

    /// The bytes of the asset, as they were uploaded.
    ///
    /// Asked only after `get-asset` said that the asset is available. An asset that the user may not
    /// have is 404 `not-found`.
    #[byte_stream(idempotent)]
    async fn stream_asset(&self, call: &Call, request: GetAsset)
    -> Result<ByteStream, Self::Error>;
}
