//! The axum router over an implementation of a component.

use proc_macro2::TokenStream;
use quote::quote;

use super::format::{docs, link};
use super::{Pieces, is_stream, trait_path};
use crate::ir::Component;

/// `router` and `routes`.
pub(super) fn emit(component: &Component) -> syn::Result<TokenStream> {
    let implemented = trait_path(component)?;
    let component_name = component.name.as_str();
    let trait_link = link(&component.trait_path);
    let routes = component
        .rpcs
        .iter()
        .map(|rpc| {
            let Pieces {
                method, constant, ..
            } = Pieces::of(rpc)?;
            let register = if is_stream(rpc) {
                quote!(byte_stream)
            } else {
                quote!(call)
            };
            Ok(quote!(routes.#register(#constant, <S as #implemented>::#method);))
        })
        .collect::<syn::Result<Vec<_>>>()?;
    let about = docs(&format!(
        "Serves an implementation of {trait_link} under `/federation/…`, with default settings."
    ));
    let about_routes = docs(&format!(
        "The RPCs of an implementation of {trait_link}, with these settings, for a router that may \
         serve other components too."
    ));
    Ok(quote! {
        #about
        pub fn router<S>(service: S, own_domain: ::federation_api::Domain) -> ::axum::Router
        where
            S: #implemented<Error: Into<::federation_api::Failure>>,
        {
            routes(service, own_domain, ::federation_servers::Settings::default()).into_router()
        }

        #about_routes
        pub fn routes<S>(
            service: S,
            own_domain: ::federation_api::Domain,
            settings: ::federation_servers::Settings,
        ) -> ::federation_servers::Routes
        where
            S: #implemented<Error: Into<::federation_api::Failure>>,
        {
            let mut routes = ::federation_servers::Routes::new(#component_name, service, own_domain, settings);
            #(#routes)*
            routes.erased()
        }
    })
}
