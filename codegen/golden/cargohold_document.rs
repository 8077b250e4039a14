// Emitted by federation-codegen from src/cargohold.rs of federation-api. Do not edit.

use ::federation_api::asset::{GetAsset, GetAssetResponse};
use ::federation_openapi::{Component, Operation};

/// The component `cargohold`, as the documents describe it.
pub fn component() -> Component {
    Component::new(
        "cargohold",
        "Assets: files that users share, encrypted by their clients.\n\nSource: `cargohold.md`.",
        [
            Operation::call::<
                GetAsset,
                GetAssetResponse,
            >(
                rpcs::GET_ASSET,
                "Whether the user may have the asset.\n\nAn unknown asset, a wrong token and a missing owner all give the same answer.",
            ),
            Operation::byte_stream::<
                GetAsset,
            >(
                rpcs::STREAM_ASSET,
                "The bytes of the asset, as they were uploaded.\n\nAsked only after `get-asset` said that the asset is available. An asset that the user may not\nhave is 404 `not-found`.",
            ),
        ],
    )
}

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
