//! The wrapper that repeats what may be repeated.

use proc_macro2::TokenStream;
use quote::quote;

use super::format::{docs, link};
use super::{Pieces, is_stream, trait_path};
use crate::ir::{Component, Rpc};

/// `Retrying` and its implementation of the trait.
pub(super) fn emit(component: &Component) -> syn::Result<TokenStream> {
    let implemented = trait_path(component)?;
    let about = docs(&format!(
        "Repeats calls that failed for a passing reason, if their RPC is declared idempotent; hands \
         all others to the {} inside as they are.",
        link(&component.trait_path)
    ));
    let methods = component
        .rpcs
        .iter()
        .map(|rpc| method(&implemented, rpc))
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(quote! {
        #about
        #[derive(Clone, Debug)]
        pub struct Retrying<S> {
            inner: S,
            retry: ::federation_clients::Retry,
        }

        impl<S> Retrying<S> {
            /// Repeats calls on `inner` as `retry` says.
            pub fn new(inner: S, retry: ::federation_clients::Retry) -> Self {
                Self { inner, retry }
            }
        }

        impl<S> #implemented for Retrying<S>
        where
            S: #implemented<Error: ::federation_clients::Retryable>,
        {
            type Error = S::Error;

            #(#methods)*
        }
    })
}

fn method(implemented: &syn::Path, rpc: &Rpc) -> syn::Result<TokenStream> {
    let pieces = Pieces::of(rpc)?;
    let Pieces {
        method,
        argument,
        constant,
        ..
    } = &pieces;
    let signature = pieces.signature(&quote!(S::Error));
    // A stream that broke off in the middle is its reader's to judge; its beginning can be repeated.
    let body = if rpc.idempotent && !is_stream(rpc) {
        quote! {
            self.retry
                .run(&#constant, call, #argument, |#argument| {
                    #implemented::#method(&self.inner, call, #argument)
                })
                .await
        }
    } else {
        quote!(#implemented::#method(&self.inner, call, #argument).await)
    };
    Ok(quote!(#signature { #body }))
}
