//! The constants that say what is known of each RPC.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::constant_name;
use super::format::{docs, link};
use crate::ir::{Component, Kind, Rpc};

/// `pub mod rpcs { pub const GET_USER_BY_HANDLE: Rpc = …; … }`
pub(super) fn emit(component: &Component) -> syn::Result<TokenStream> {
    let about = docs(&format!(
        "What is known of each RPC of `{}`, under the name of its method.",
        component.name
    ));
    let constants = component.rpcs.iter().map(|rpc| constant(component, rpc));
    Ok(quote! {
        #about
        pub mod rpcs {
            #(#constants)*
        }
    })
}

fn constant(component: &Component, rpc: &Rpc) -> TokenStream {
    let constant = constant_name(rpc);
    let about = docs(&link(&format!("{}::{}", component.trait_path, rpc.method)));
    let component = component.name.as_str();
    let name = rpc.name.as_str();
    let mut value = quote!(::federation_api::Rpc::new(#component, #name));
    if rpc.versions.from > 0 {
        let version = format_ident!("V{}", rpc.versions.from);
        value.extend(quote!(.from(::federation_api::Version::#version)));
    }
    if let Some(until) = rpc.versions.until {
        let version = format_ident!("V{until}");
        value.extend(quote!(.until(::federation_api::Version::#version)));
    }
    match rpc.kind {
        Kind::Call => {}
        Kind::Notification => value.extend(quote!(.notification())),
        Kind::ByteStream => value.extend(quote!(.byte_stream())),
    }
    if rpc.idempotent {
        value.extend(quote!(.idempotent()));
    }
    quote! {
        #about
        pub const #constant: ::federation_api::Rpc = #value;
    }
}
