//! What the signature of a method must look like:
//! `async fn name(&self, call: &Call, argument: Request) -> Result<Response, Self::Error>`.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{FnArg, Pat, ReturnType, Safety};

use super::Report;
use crate::ir::Type;
use crate::parse::WrittenComponent;
use crate::types;

/// What a signature says about an RPC.
pub(super) struct Signature {
    pub(super) argument: String,
    pub(super) request: Type,
    pub(super) response: Type,
}

/// Checks a signature, and finds what its types are.
pub(super) fn check(
    component: &WrittenComponent,
    signature: &syn::Signature,
    report: &mut Report<'_>,
) -> Option<Signature> {
    check_qualifiers(signature, report);
    if !check_generics(signature, report) {
        // Whatever else it says, it says in terms of its parameters.
        return None;
    }
    let request = check_arguments(component, signature, report);
    let response = check_output(component, signature, report);
    let ((argument, request), response) = (request?, response?);
    Some(Signature {
        argument,
        request,
        response,
    })
}

fn check_qualifiers(signature: &syn::Signature, report: &mut Report<'_>) {
    if signature.asyncness.is_none() {
        report.fault(
            signature.fn_token.span(),
            "an RPC is asynchronous; write `async fn`",
        );
    }
    let others = [
        signature.constness.as_ref().map(Spanned::span),
        match &signature.safety {
            Safety::Safe(keyword) => Some(keyword.span()),
            Safety::Unsafe(keyword) => Some(keyword.span()),
            Safety::Default => None,
        },
        signature.abi.as_ref().map(Spanned::span),
    ];
    if let Some(span) = others.into_iter().flatten().next() {
        report.fault(
            span,
            "an RPC is a plain `async fn`; remove `const`, `unsafe` and `extern`",
        );
    }
}

fn check_generics(signature: &syn::Signature, report: &mut Report<'_>) -> bool {
    let parameter = signature.generics.params.first().map(Spanned::span);
    let clause = signature.generics.where_clause.as_ref().map(Spanned::span);
    if let Some(span) = parameter.or(clause) {
        report.fault(
            span,
            "the types of an RPC are fixed on the wire; remove the generic parameters",
        );
        return false;
    }
    true
}

fn check_arguments(
    component: &WrittenComponent,
    signature: &syn::Signature,
    report: &mut Report<'_>,
) -> Option<(String, Type)> {
    let mut arguments = signature.inputs.iter();
    let receiver = arguments.next();
    let call = arguments.next();
    let request = arguments.next();
    let by_reference = matches!(receiver, Some(FnArg::Receiver(receiver))
        if receiver.to_token_stream().to_string() == "& self");
    let with_call = matches!(call, Some(FnArg::Typed(typed)) if is_call(component, &typed.ty));
    let (true, true, Some(FnArg::Typed(request)), None) =
        (by_reference, with_call, request, arguments.next())
    else {
        let odd = match (by_reference, with_call) {
            (false, _) => receiver,
            (true, false) => call,
            (true, true) => signature.inputs.get(3),
        };
        report.fault(
            odd.map_or(signature.paren_token.span.close(), Spanned::span),
            "an RPC takes `&self`, `call: &Call` and exactly one argument, its request \
             (`nothing: Unit` if there is nothing to say)",
        );
        return None;
    };
    let resolved = resolve(component, &request.ty, "Unit", report);
    match &*request.pat {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            if name.ident == "call" {
                report.fault(
                    name.ident.span(),
                    "`call` is the envelope; give the request another name",
                );
            }
            Some((name.ident.to_string(), resolved?))
        }
        other => {
            report.fault(other.span(), "give the request a plain name");
            None
        }
    }
}

/// `&Call`, by whatever name it was imported.
fn is_call(component: &WrittenComponent, written: &syn::Type) -> bool {
    let syn::Type::Reference(reference) = written else {
        return false;
    };
    reference.mutability.is_none()
        && reference.lifetime.is_none()
        && match types::resolve(&component.scope, &reference.elem) {
            Ok(resolved) => resolved.name() == "Call",
            // It is not imported, which the compiler will say.
            Err(_) => types::spell(&reference.elem) == "Call",
        }
}

fn check_output(
    component: &WrittenComponent,
    signature: &syn::Signature,
    report: &mut Report<'_>,
) -> Option<Type> {
    let written = match &signature.output {
        ReturnType::Type(_, written) => written,
        ReturnType::Default => {
            report.fault(
                signature.ident.span(),
                "an RPC answers; write `-> Result<Response, Self::Error>` \
                 (`EmptyResponse` if there is nothing to tell)",
            );
            return None;
        }
    };
    let Some((response, error)) = result_arguments(written) else {
        report.fault(
            written.span(),
            "a call can always fail; write `-> Result<Response, Self::Error>`",
        );
        return None;
    };
    if error.to_token_stream().to_string() != "Self :: Error" {
        report.fault(
            error.span(),
            format!(
                "each implementation has its own error type; write `Self::Error` in place of `{}`",
                types::spell(error)
            ),
        );
    }
    resolve(component, response, "EmptyResponse", report)
}

/// The two arguments of `Result<T, E>`.
fn result_arguments(written: &syn::Type) -> Option<(&syn::Type, &syn::Type)> {
    let syn::Type::Path(path) = written else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Result")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().map(|argument| match argument {
        syn::GenericArgument::Type(argument) => Some(argument),
        _ => None,
    });
    match (types.next(), types.next(), types.next()) {
        (Some(Some(response)), Some(Some(error)), None) => Some((response, error)),
        _ => None,
    }
}

/// `()` is null in JSON, which can never get a field; `instead` can.
fn resolve(
    component: &WrittenComponent,
    written: &syn::Type,
    instead: &str,
    report: &mut Report<'_>,
) -> Option<Type> {
    if matches!(written, syn::Type::Tuple(tuple) if tuple.elems.is_empty()) {
        report.fault(
            written.span(),
            format!("`()` leaves no room for a field to be added later; write `{instead}`"),
        );
        return None;
    }
    match types::resolve(&component.scope, written) {
        Ok(resolved) => Some(resolved),
        Err(faults) => {
            for (span, message) in faults {
                report.fault(span, message);
            }
            None
        }
    }
}
