//! The rules for one RPC.

use proc_macro2::Span;
use syn::ext::IdentExt;

use super::attribute::Options;
use super::{Checked, Report, check_conditions, missing_docs, not_kebab_case, signature};
use crate::ir::{Caller, Kind, Rpc, Type, WireName};
use crate::parse::{WrittenAttribute, WrittenComponent, WrittenMethod};

/// The RPC that a method is, if nothing is wrong with it.
pub(super) fn check(
    component: &WrittenComponent,
    method: &WrittenMethod,
    report: &mut Report<'_>,
) -> Option<Checked> {
    let ident = &method.signature.ident;
    let before = report.faults.len();
    if method.docs.is_empty() {
        report.fault(ident.span(), missing_docs(&ident.to_string()));
    }
    check_conditions(&method.verbatim, report);
    check_method_name(ident, report);
    let signature = signature::check(component, &method.signature, report);
    let attribute = only_attribute(method, report)?;
    let kind = match attribute.name.to_string().as_str() {
        "notification" => Kind::Notification,
        "byte_stream" => Kind::ByteStream,
        _ => Kind::Call,
    };
    let options = Options::read(attribute.arguments.as_ref()?, report);
    let name = rpc_name(ident, &options, report);
    if let Some(signature) = &signature {
        check_stream_versions(kind, &options, ident.span(), report);
        check_answer(kind, &signature.response, ident.span(), report);
    }
    if let Some(name) = &name {
        check_announcement(name, kind, &options, ident.span(), report);
    }
    if report.faults.len() > before {
        return None;
    }
    let (name, signature) = (name?, signature?);
    let superseded_by = options.superseded_by.as_ref();
    Some(Checked {
        rpc: Rpc {
            called_by: if announces(&name) {
                Caller::Owner
            } else {
                Caller::Other
            },
            name,
            method: ident.to_string(),
            docs: method.docs.clone(),
            kind,
            versions: options.versions,
            idempotent: options.idempotent,
            superseded_by: superseded_by.map(|(newer, _)| as_written(component, newer)),
            argument: signature.argument,
            request: signature.request,
            response: signature.response,
        },
        span: ident.span(),
        superseded_by: superseded_by.map(|(_, span)| *span),
    })
}

/// The method of this name as it is written, which is with `r#` where the name is a keyword.
fn as_written(component: &WrittenComponent, method: &str) -> String {
    let mut idents = component.methods.iter().map(|m| &m.signature.ident);
    idents
        .find(|ident| ident.unraw() == method)
        .map_or_else(|| method.to_owned(), ToString::to_string)
}

/// Emitted constants are named after the methods, in capitals.
fn check_method_name(ident: &syn::Ident, report: &mut Report<'_>) {
    let name = ident.unraw().to_string();
    let snake_case = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if !name.bytes().all(snake_case) {
        report.fault(
            ident.span(),
            format!(
                "`{name}` cannot name a method here; use lower-case ASCII letters, digits and `_`"
            ),
        );
    }
}

fn only_attribute<'a>(
    method: &'a WrittenMethod,
    report: &mut Report<'_>,
) -> Option<&'a WrittenAttribute> {
    let ident = &method.signature.ident;
    match method.attributes.as_slice() {
        [attribute] => Some(attribute),
        [] => {
            report.fault(
                ident.span(),
                format!(
                    "`{ident}` is no RPC yet; put `#[rpc]`, `#[notification]` or `#[byte_stream]` on it"
                ),
            );
            None
        }
        [_, second, ..] => {
            report.fault(
                second.name.span(),
                format!("`{ident}` is one kind of RPC; keep one of its attributes"),
            );
            None
        }
    }
}

/// The name that the attribute gives, or the method's own in kebab-case.
fn rpc_name(ident: &syn::Ident, options: &Options, report: &mut Report<'_>) -> Option<WireName> {
    if let Some((name, span)) = options.name.clone() {
        return WireName::new(name)
            .map_err(|name| report.fault(span, not_kebab_case("an RPC", &name)))
            .ok();
    }
    let own = ident.unraw().to_string();
    if !own.is_ascii() || own.bytes().any(|b| b.is_ascii_uppercase()) {
        // Reported as the name of a method.
        return None;
    }
    WireName::new(own.replace('_', "-"))
        .map_err(|name| {
            let fault = not_kebab_case("an RPC", &name);
            report.fault(ident.span(), fault + " (set it with `name = \"…\"`)");
        })
        .ok()
}

/// What the kind of an RPC says about its answer.
fn check_answer(kind: Kind, response: &Type, span: Span, report: &mut Report<'_>) {
    match (kind, response.name()) {
        (Kind::Notification, "EmptyResponse") | (Kind::ByteStream, "ByteStream") => {}
        (Kind::Notification, _) => report.fault(
            span,
            "a notification is delivered later, and its answer reaches nobody; \
             let it answer `EmptyResponse`",
        ),
        (Kind::ByteStream, _) => report.fault(
            span,
            "a byte stream answers raw bytes; let it answer `ByteStream`",
        ),
        (Kind::Call, "ByteStream") => report.fault(
            span,
            "an RPC that answers `ByteStream` is a `#[byte_stream]`",
        ),
        (Kind::Call, _) => {}
    }
}

/// No version travels with a byte stream, so every caller counts as one of V0.
fn check_stream_versions(kind: Kind, options: &Options, span: Span, report: &mut Report<'_>) {
    let restricted = options.versions.from > 0 || options.versions.until.is_some();
    if kind == Kind::ByteStream && restricted {
        report.fault(
            span,
            "no version travels with a byte stream, so it cannot be restricted to some; remove \
             `from` and `until`, and give a changed stream another name",
        );
    }
}

fn announces(name: &WireName) -> bool {
    name.as_str().starts_with("on-")
}

/// `on-…` is what the owner of a resource announces, and nothing else.
fn check_announcement(
    name: &WireName,
    kind: Kind,
    options: &Options,
    span: Span,
    report: &mut Report<'_>,
) {
    let (span, message) = match (announces(name), kind, options.called_by_owner) {
        (true, Kind::Notification, _) | (true, _, Some(_)) => return,
        (true, _, None) => (
            span,
            format!(
                "`{name}`: only the owner of a resource announces `on-…`; say `called_by = owner`, or \
                 name the RPC `<verb>-<object>`"
            ),
        ),
        (false, Kind::Notification, _) => (
            span,
            format!(
                "a notification announces what its sender has authority over: name it `on-…`, not \
                 `{name}`"
            ),
        ),
        (false, _, Some(owner)) => (
            owner,
            format!("what the owner of a resource announces is named `on-…`, not `{name}`"),
        ),
        (false, _, None) => return,
    };
    report.fault(span, message);
}
