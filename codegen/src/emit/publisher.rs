//! What leaves notifications with a queue.

use proc_macro2::TokenStream;
use quote::quote;

use super::format::{docs, link};
use super::{Pieces, is_notification, older_of, trait_path};
use crate::ir::{Component, Rpc};

/// `Publisher`, with a method for each notification, and `Queued`, which is the trait again.
pub(super) fn emit(component: &Component) -> syn::Result<TokenStream> {
    let publisher = publisher(component)?;
    let queued = queued(component)?;
    Ok(quote!(#publisher #queued))
}

/// The newest variants: what is superseded is written beside its successor.
fn notifications(component: &Component) -> impl Iterator<Item = &Rpc> {
    let newest = |rpc: &&Rpc| is_notification(rpc) && rpc.superseded_by.is_none();
    component.rpcs.iter().filter(newest)
}

fn publisher(component: &Component) -> syn::Result<TokenStream> {
    let about = docs(&format!(
        "Leaves notifications of {} for any number of backends at once.",
        link(&component.trait_path)
    ));
    let methods = notifications(component)
        .map(|rpc| publishing(component, rpc))
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(quote! {
        #about
        #[derive(Clone, Debug)]
        pub struct Publisher {
            outlet: ::federation_notifications::Outlet,
        }

        impl Publisher {
            /// A publisher that leaves its notifications with this outlet.
            pub fn new(outlet: ::federation_notifications::Outlet) -> Self {
                Self { outlet }
            }

            #(#methods)*
        }
    })
}

/// The payload has a name of ours: the declared one could be that of something else in here.
fn publishing(component: &Component, rpc: &Rpc) -> syn::Result<TokenStream> {
    let Pieces {
        method,
        constant,
        request,
        response,
        ..
    } = Pieces::of(rpc)?;
    let about = docs(&format!(
        "{}, written once for all targets.",
        link(&format!("{}::{}", component.trait_path, rpc.method))
    ));
    let older = older_forms(component, rpc)?;
    Ok(quote! {
        #about
        pub async fn #method(
            &self,
            to: &::federation_notifications::Announcement,
            payload: #request,
        ) -> Result<#response, ::federation_notifications::PublishError> {
            let mut bundle = self.outlet.bundle(to);
            bundle.add(&#constant, &payload)?;
            #older
            bundle.publish().await
        }
    })
}

/// The forms of the variants before this one, each made of the one after it.
fn older_forms(component: &Component, rpc: &Rpc) -> syn::Result<Option<TokenStream>> {
    let Some(older) = older_of(component, rpc) else {
        return Ok(None);
    };
    let Pieces {
        constant, request, ..
    } = Pieces::of(older)?;
    let before = older_forms(component, older)?;
    Ok(Some(quote! {
        if let Some(payload) = ::federation_notifications::older::<_, #request>(payload) {
            bundle.add(&#constant, &payload)?;
            #before
        }
    }))
}

fn queued(component: &Component) -> syn::Result<TokenStream> {
    let implemented = trait_path(component)?;
    let about = docs(&format!(
        "A {} whose notifications go through a queue; all other RPCs go to the one inside.",
        link(&component.trait_path)
    ));
    let methods = component
        .rpcs
        .iter()
        .filter(|rpc| !is_notification(rpc) || rpc.superseded_by.is_none())
        .map(|rpc| method(&implemented, rpc))
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(quote! {
        #about
        #[derive(Clone, Debug)]
        pub struct Queued<S> {
            inner: S,
            publisher: Publisher,
        }

        impl<S> Queued<S> {
            /// Makes its calls on `inner` and leaves its notifications with `outlet`.
            pub fn new(inner: S, outlet: ::federation_notifications::Outlet) -> Self {
                Self { inner, publisher: Publisher::new(outlet) }
            }
        }

        impl<S> #implemented for Queued<S>
        where
            S: #implemented<Error: From<::federation_notifications::PublishError>>,
        {
            type Error = S::Error;

            #(#methods)*
        }
    })
}

fn method(implemented: &syn::Path, rpc: &Rpc) -> syn::Result<TokenStream> {
    let pieces = Pieces::of(rpc)?;
    let signature = pieces.signature(&quote!(S::Error));
    let Pieces {
        method, argument, ..
    } = &pieces;
    let body = if is_notification(rpc) {
        quote! {
            Ok(self
                .publisher
                .#method(&::federation_notifications::Announcement::of(call), #argument)
                .await?)
        }
    } else {
        quote!(#implemented::#method(&self.inner, call, #argument).await)
    };
    Ok(quote!(#signature { #body }))
}
