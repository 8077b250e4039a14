//! What the OpenAPI documents say about each RPC.

use proc_macro2::TokenStream;
use quote::quote;

use super::format::docs;
use super::{Pieces, is_stream};
use crate::ir::{Component, Rpc};

/// `pub fn component() -> Component`
pub(super) fn emit(component: &Component) -> syn::Result<TokenStream> {
    let name = component.name.as_str();
    let component_docs = component.docs.as_str();
    let about = docs(&format!(
        "The component `{name}`, as the documents describe it."
    ));
    let operations = component
        .rpcs
        .iter()
        .map(operation)
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(quote! {
        #about
        pub fn component() -> ::federation_openapi::Component {
            ::federation_openapi::Component::new(#name, #component_docs, [#(#operations),*])
        }
    })
}

fn operation(rpc: &Rpc) -> syn::Result<TokenStream> {
    let Pieces {
        constant,
        request,
        response,
        ..
    } = Pieces::of(rpc)?;
    let docs = rpc.docs.as_str();
    Ok(if is_stream(rpc) {
        quote!(::federation_openapi::Operation::byte_stream::<#request>(#constant, #docs))
    } else {
        quote!(::federation_openapi::Operation::call::<#request, #response>(#constant, #docs))
    })
}
