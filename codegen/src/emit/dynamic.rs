//! The table for tools that are told the name of an RPC when they run.

use proc_macro2::TokenStream;
use quote::quote;

use super::format::docs;
use super::{Pieces, is_stream};
use crate::ir::Component;

/// `pub const ALL: &[DynamicRpc]`
pub(super) fn emit(component: &Component) -> syn::Result<TokenStream> {
    let about = docs(&format!(
        "Every RPC of `{}`, for tools that are told its name when they run.",
        component.name
    ));
    let entries = component
        .rpcs
        .iter()
        .map(|rpc| {
            let Pieces {
                constant,
                request,
                response,
                ..
            } = Pieces::of(rpc)?;
            Ok(if is_stream(rpc) {
                quote!(::federation_clients::DynamicRpc::byte_stream::<#request>(#constant))
            } else {
                quote!(::federation_clients::DynamicRpc::call::<#request, #response>(#constant))
            })
        })
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(quote! {
        #about
        pub const ALL: &[::federation_clients::DynamicRpc] = &[#(#entries),*];
    })
}
