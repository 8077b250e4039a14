//! The implementation that answers as a test tells it.

use proc_macro2::TokenStream;
use quote::quote;

use super::format::{docs, link};
use super::{Pieces, trait_path};
use crate::ir::{Component, Rpc};

/// `Mock` and its implementation of the trait.
pub(super) fn emit(component: &Component) -> syn::Result<TokenStream> {
    let implemented = trait_path(component)?;
    let about = docs(&format!(
        "A {} that answers as it was told, RPC by RPC, and remembers what it was asked.",
        link(&component.trait_path)
    ));
    let fields = component
        .rpcs
        .iter()
        .map(field)
        .collect::<syn::Result<Vec<_>>>()?;
    let methods = component
        .rpcs
        .iter()
        .map(method)
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(quote! {
        #about
        #[derive(Debug, Default)]
        pub struct Mock {
            #(#fields)*
        }

        impl #implemented for Mock {
            type Error = ::federation_clients::CallError;

            #(#methods)*
        }
    })
}

fn field(rpc: &Rpc) -> syn::Result<TokenStream> {
    let Pieces {
        method,
        request,
        response,
        ..
    } = Pieces::of(rpc)?;
    let about = docs(&format!("Answers `{}`.", rpc.name));
    Ok(quote! {
        #about
        pub #method: ::federation_clients::Mocked<#request, #response>,
    })
}

fn method(rpc: &Rpc) -> syn::Result<TokenStream> {
    let pieces = Pieces::of(rpc)?;
    let Pieces {
        method,
        argument,
        constant,
        ..
    } = &pieces;
    let signature = pieces.signature(&quote!(::federation_clients::CallError));
    Ok(quote!(#signature { self.#method.answer(&#constant, call, #argument).await }))
}
