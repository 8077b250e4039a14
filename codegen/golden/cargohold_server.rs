// Emitted by federation-codegen from src/cargohold.rs of federation-api. Do not edit.

use ::axum::Router;
use ::federation_api::{Domain, Failure};
use ::federation_api::cargohold::Cargohold;
use ::federation_servers::{Routes, Settings};

/// Serves an implementation of [`Cargohold`] under `/federation/…`, with default settings.
pub fn router<S>(service: S, own_domain: Domain) -> Router
where
    S: Cargohold<Error: Into<Failure>>,
{
    routes(service, own_domain, Settings::default()).into_router()
}

/// The RPCs of an implementation of [`Cargohold`], with these settings, for a router that may
/// serve other components too.
pub fn routes<S>(service: S, own_domain: Domain, settings: Settings) -> Routes
where
    S: Cargohold<Error: Into<Failure>>,
{
    let mut routes = Routes::new("cargohold", service, own_domain, settings);
    routes.call(rpcs::GET_ASSET, <S as Cargohold>::get_asset);
    routes.byte_stream(rpcs::STREAM_ASSET, <S as Cargohold>::stream_asset);
    routes.erased()
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
