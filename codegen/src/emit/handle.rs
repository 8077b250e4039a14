//! The type that hides which implementation it holds.
//!
//! A trait whose methods return `impl Future` cannot be a trait object. The emitter makes a private
//! twin that boxes the futures, and a public handle over it that implements the trait again.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::format::{docs, link};
use super::{Pieces, trait_path, unraw};
use crate::ir::{Component, Rpc};

/// `Handle`, its implementation of the trait, and the boxed twin.
pub(super) fn emit(component: &Component) -> syn::Result<TokenStream> {
    let implemented = trait_path(component)?;
    let trait_link = link(&component.trait_path);
    let about = docs(&format!(
        "Some implementation of {trait_link}; which one is not in the type."
    ));
    let about_new = docs(&format!(
        "Hides which implementation of {trait_link} `inner` is."
    ));
    let each = |emit: fn(&syn::Path, &Rpc) -> syn::Result<TokenStream>| {
        component
            .rpcs
            .iter()
            .map(|rpc| emit(&implemented, rpc))
            .collect::<syn::Result<Vec<_>>>()
    };
    let (handed_on, declared, boxed) = (each(handed_on)?, each(declared)?, each(boxed)?);
    Ok(quote! {
        #about
        pub struct Handle<E>(::std::sync::Arc<dyn Boxed<E>>);

        impl<E: Send + 'static> Handle<E> {
            #about_new
            pub fn new(inner: impl #implemented<Error = E>) -> Self {
                Self(::std::sync::Arc::new(inner))
            }
        }

        impl<E> Clone for Handle<E> {
            fn clone(&self) -> Self {
                Self(::std::sync::Arc::clone(&self.0))
            }
        }

        impl<E> ::core::fmt::Debug for Handle<E> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct("Handle").finish_non_exhaustive()
            }
        }

        impl<E: Send + 'static> #implemented for Handle<E> {
            type Error = E;

            #(#handed_on)*
        }

        trait Boxed<E>: Send + Sync {
            #(#declared)*
        }

        impl<S: #implemented> Boxed<S::Error> for S {
            #(#boxed)*
        }
    })
}

/// What a method is called in the twin. Not by its own name, so that `self.method(…)` is never
/// ambiguous, and no lint finds that `into_…` or `new` ought to look differently.
fn twin(rpc: &Rpc) -> syn::Ident {
    format_ident!("boxed_{}", unraw(&rpc.method))
}

fn handed_on(_: &syn::Path, rpc: &Rpc) -> syn::Result<TokenStream> {
    let pieces = Pieces::of(rpc)?;
    let argument = &pieces.argument;
    let twin = twin(rpc);
    let signature = pieces.signature(&quote!(E));
    Ok(quote!(#signature { self.0.#twin(call, #argument).await }))
}

fn boxed_signature(rpc: &Rpc, pieces: &Pieces, error: &TokenStream) -> TokenStream {
    let twin = twin(rpc);
    let Pieces {
        argument,
        request,
        response,
        ..
    } = pieces;
    quote! {
        fn #twin<'a>(&'a self, call: &'a ::federation_api::Call, #argument: #request)
            -> ::federation_clients::BoxFuture<'a, Result<#response, #error>>
    }
}

fn declared(_: &syn::Path, rpc: &Rpc) -> syn::Result<TokenStream> {
    let signature = boxed_signature(rpc, &Pieces::of(rpc)?, &quote!(E));
    Ok(quote!(#signature;))
}

fn boxed(implemented: &syn::Path, rpc: &Rpc) -> syn::Result<TokenStream> {
    let pieces = Pieces::of(rpc)?;
    let Pieces {
        method, argument, ..
    } = &pieces;
    let signature = boxed_signature(rpc, &pieces, &quote!(S::Error));
    Ok(quote!(#signature { Box::pin(#implemented::#method(self, call, #argument)) }))
}
