//! The client: the trait over a connection.

use proc_macro2::TokenStream;
use quote::quote;

use super::format::{docs, link};
use super::{Pieces, is_stream, older_of, trait_path};
use crate::ir::{Component, Rpc};

/// `Client` and its implementation of the trait.
pub(super) fn emit(component: &Component) -> syn::Result<TokenStream> {
    let implemented = trait_path(component)?;
    let about = docs(&format!(
        "Calls {} of another backend, over a [`::federation_clients::Connection`].",
        link(&component.trait_path)
    ));
    let methods = component
        .rpcs
        .iter()
        .map(|rpc| method(component, rpc))
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(quote! {
        #about
        #[derive(Clone, Debug)]
        pub struct Client {
            connection: ::federation_clients::Connection,
        }

        impl Client {
            /// A client that makes its calls over this connection.
            pub fn new(connection: ::federation_clients::Connection) -> Self {
                Self { connection }
            }
        }

        impl #implemented for Client {
            type Error = ::federation_clients::CallError;

            #(#methods)*
        }
    })
}

fn method(component: &Component, rpc: &Rpc) -> syn::Result<TokenStream> {
    let pieces = Pieces::of(rpc)?;
    let Pieces {
        argument, constant, ..
    } = &pieces;
    let signature = pieces.signature(&quote!(::federation_clients::CallError));
    let make = if is_stream(rpc) {
        quote!(byte_stream)
    } else {
        quote!(call)
    };
    let older = older_variant(component, rpc)?;
    Ok(quote! {
        #signature {
            #older
            self.connection.#make(&#constant, call, &#argument).await
        }
    })
}

/// Where the target speaks only the older variant of an RPC and the two convert into each other, the
/// older one is called: callers see only the newest.
fn older_variant(component: &Component, rpc: &Rpc) -> syn::Result<Option<TokenStream>> {
    let Some(older) = older_of(component, rpc) else {
        return Ok(None);
    };
    let implemented = trait_path(component)?;
    let Pieces {
        method, constant, ..
    } = Pieces::of(older)?;
    let Pieces {
        argument,
        constant: newer,
        ..
    } = Pieces::of(rpc)?;
    Ok(Some(quote! {
        if self.connection.is_older(&#newer, call).await? {
            let request = ::federation_clients::convert(&#constant, #argument)?;
            let response = #implemented::#method(self, call, request).await?;
            return ::federation_clients::convert(&#newer, response);
        }
    }))
}
