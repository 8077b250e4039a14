//! From the [IR](crate::ir) to code that people can read.
//!
//! One file per output. Each emitter says what it emits with full paths; `imports` turns those into
//! `use` items, `format` lays the text out. Emitted code is a thin layer of names over
//! a runtime crate: an RPC costs about ten lines per side, and behaviour is never emitted.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::ir::{Component, Declaration, Kind, Rpc, Type};

mod client;
mod dynamic;
mod format;
mod handle;
mod imports;
mod mock;
mod operations;
mod publisher;
mod retrying;
mod rpcs;
mod server;

/// What can be emitted for a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// The axum router. Needs `federation-servers` and `federation-api`.
    Server,
    /// The client, the retrying wrapper, the mock, the handle that hides which implementation it
    /// holds, and the table of RPCs for tools. Needs `federation-clients` and `federation-api`.
    Client,
    /// The operations of the OpenAPI documents. Needs `federation-openapi` and `federation-api`.
    Document,
    /// The publisher, which leaves notifications with a queue, and an implementation of the trait that
    /// does so. Components without notifications have none. Needs `federation-notifications` and
    /// `federation-api`.
    Publisher,
}

impl Output {
    /// Every output.
    pub const ALL: [Self; 4] = [Self::Server, Self::Client, Self::Document, Self::Publisher];

    /// What its files are named after.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Document => "document",
            Self::Publisher => "publisher",
        }
    }

    /// Whether there is anything to emit for this component.
    #[must_use]
    pub fn concerns(self, component: &Component) -> bool {
        self != Self::Publisher || component.rpcs.iter().any(is_notification)
    }
}

/// A declaration that passed every check and still cannot be emitted: a fault of the generator, or a
/// description that was changed by hand.
#[derive(Debug, thiserror::Error)]
#[error("cannot emit {what}: {source}")]
pub struct EmitError {
    what: String,
    source: syn::Error,
}

/// The file of one component.
///
/// # Errors
///
/// [`EmitError`] if names in the description are no Rust.
pub fn component(
    declaration: &Declaration,
    component: &Component,
    output: Output,
) -> Result<String, EmitError> {
    emit(component, output)
        .map(|file| {
            let head = format!(
                "// Emitted by federation-codegen from {} of {}. Do not edit.\n\n",
                component.source, declaration.package
            );
            head + &format::format(&file)
        })
        .map_err(|source| EmitError {
            what: format!("the {output:?} output of {}", component.name),
            source,
        })
}

fn emit(component: &Component, output: Output) -> syn::Result<syn::File> {
    let rpcs = rpcs::emit(component)?;
    let body = match output {
        Output::Server => vec![server::emit(component)?],
        Output::Client => vec![
            client::emit(component)?,
            retrying::emit(component)?,
            handle::emit(component)?,
            mock::emit(component)?,
            dynamic::emit(component)?,
        ],
        Output::Document => vec![operations::emit(component)?],
        Output::Publisher => vec![publisher::emit(component)?],
    };
    let mut file: syn::File = syn::parse2(quote! { #(#body)* #rpcs })?;
    imports::shorten(&mut file);
    Ok(file)
}

/// The name of a component's file, without its extension.
#[must_use]
pub fn file_stem(component: &Component) -> String {
    component.name.as_str().replace('-', "_")
}

/// The name of the module that holds a component's emitted code: its name on the wire as an
/// identifier.
#[must_use]
pub fn module_name(component: &Component) -> String {
    let plain = file_stem(component);
    let is_ident = |name: &str| syn::parse_str::<syn::Ident>(name).is_ok();
    let raw = format!("r#{plain}");
    if is_ident(&plain) {
        plain
    } else if is_ident(&raw) {
        raw
    } else {
        // `self`, `super` and `crate` are keywords even so.
        plain + "_"
    }
}

/// The item that makes a module of a component's file.
#[must_use]
pub fn module(component: &Component, output: Output) -> String {
    let what = match output {
        Output::Server => "the router over an implementation",
        Output::Client => "the client, and what else implements its trait",
        Output::Document => "its operations",
        Output::Publisher => "what leaves its notifications with a queue",
    };
    format!(
        "/// The component `{}`: {what}.\npub mod {} {{\n    \
         include!(concat!(env!(\"OUT_DIR\"), \"/{}/{}.rs\"));\n}}\n",
        component.name,
        module_name(component),
        output.name(),
        file_stem(component),
    )
}

/// The pieces of an RPC that every emitter needs, parsed.
struct Pieces {
    /// The method's name.
    method: syn::Ident,
    /// The name of its argument.
    argument: syn::Ident,
    /// The constant in the module `rpcs`.
    constant: TokenStream,
    /// The request's type.
    request: syn::Type,
    /// The answer's type.
    response: syn::Type,
}

impl Pieces {
    fn of(rpc: &Rpc) -> syn::Result<Self> {
        let constant = constant_name(rpc);
        Ok(Self {
            method: ident(&rpc.method)?,
            argument: ident(&rpc.argument)?,
            constant: quote!(rpcs::#constant),
            request: parse_type(&rpc.request)?,
            response: parse_type(&rpc.response)?,
        })
    }

    /// `async fn method(&self, call: &Call, argument: Request) -> Result<Response, error>`, with or
    /// without the `async`.
    fn signature(&self, error: &TokenStream) -> TokenStream {
        let Self {
            method,
            argument,
            request,
            response,
            ..
        } = self;
        quote! {
            async fn #method(&self, call: &::federation_api::Call, #argument: #request)
                -> Result<#response, #error>
        }
    }
}

fn constant_name(rpc: &Rpc) -> syn::Ident {
    format_ident!("{}", unraw(&rpc.method).to_uppercase())
}

/// `r#type` is `type` where it is a part of another name, or in documentation.
fn unraw(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

fn ident(name: &str) -> syn::Result<syn::Ident> {
    syn::parse_str(name)
}

fn parse_type(written: &Type) -> syn::Result<syn::Type> {
    syn::parse_str(&written.0)
}

fn trait_path(component: &Component) -> syn::Result<syn::Path> {
    syn::parse_str(&component.trait_path)
}

/// Whether it goes through the sender's queue.
fn is_notification(rpc: &Rpc) -> bool {
    rpc.kind == Kind::Notification
}

/// The variant whose place this one has taken, if the two convert into each other.
fn older_of<'a>(component: &'a Component, rpc: &Rpc) -> Option<&'a Rpc> {
    let mut rpcs = component.rpcs.iter();
    rpcs.find(|older| older.superseded_by.as_ref() == Some(&rpc.method))
}

/// Whether the answer is raw bytes.
fn is_stream(rpc: &Rpc) -> bool {
    rpc.kind == Kind::ByteStream
}
