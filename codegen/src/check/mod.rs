//! From the declaration as it was written to one that follows the conventions of a federation API.
//!
//! Each rule is a function over what was parsed; each fault says where it is and how to mend it. The
//! [IR](crate::ir) is made only of what has passed, so nothing that is wrong can reach an emitter.
//! What depends on something wrong is passed over in silence: one mistake, one fault.
//!
//! The conventions: `transport.md` §15. Each rule has a fixture in `tests/faults`.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{TraitItem, TraitItemType, Visibility};

use crate::fault::Fault;
use crate::ir::{Component, Rpc, WireName};
use crate::parse::WrittenComponent;

mod across;
mod attribute;
mod method;
mod signature;

/// The newest version of the federation API that a declaration can name.
pub const NEWEST_VERSION: u8 = 3;

/// A checked RPC and where it was written, for the rules that compare several.
struct Checked {
    rpc: Rpc,
    span: Span,
    superseded_by: Option<Span>,
}

struct Report<'a> {
    file: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Report<'_> {
    fn fault(&mut self, span: Span, message: impl Into<String>) {
        self.faults.push(Fault::new(self.file, span, message));
    }
}

/// Checks all components of a crate together.
pub(crate) fn check(written: &[WrittenComponent], faults: &mut Vec<Fault>) -> Vec<Component> {
    let mut components: Vec<Component> = Vec::new();
    let mut names = across::Names::default();
    for component in written {
        let mut report = Report {
            file: &component.file,
            faults,
        };
        let trait_path = component.scope.own(&component.item.ident.to_string());
        let rpcs = check_component(component, &mut report);
        names.check(&trait_path, &rpcs, &mut report);
        let Some(name) = component_name(component, &mut report) else {
            continue;
        };
        if components.iter().any(|other| other.name == name) {
            report.fault(
                component.item.ident.span(),
                format!("there is a component `{name}` already; a name stands for one component"),
            );
        }
        components.push(Component {
            name,
            trait_path,
            docs: component.docs.clone(),
            source: component.file.clone(),
            rpcs: rpcs.into_iter().map(|checked| checked.rpc).collect(),
        });
    }
    components
}

fn component_name(component: &WrittenComponent, report: &mut Report<'_>) -> Option<WireName> {
    let (name, span) = component.name.clone()?;
    WireName::new(name)
        .map_err(|name| report.fault(span, not_kebab_case("a component", &name)))
        .ok()
}

fn check_component(component: &WrittenComponent, report: &mut Report<'_>) -> Vec<Checked> {
    let item = &component.item;
    if component.docs.is_empty() {
        report.fault(item.ident.span(), missing_docs(&item.ident.to_string()));
    }
    check_trait(component, report);
    check_associated_types(component, report);

    let mut rpcs: Vec<Checked> = Vec::new();
    for written in &component.methods {
        rpcs.extend(method::check(component, written, report));
    }
    across::check_twins(component, report);
    across::check_ranges(&rpcs, report);
    across::check_successors(component, &rpcs, report);
    rpcs
}

fn check_trait(component: &WrittenComponent, report: &mut Report<'_>) {
    let item = &component.item;
    if matches!(item.vis, Visibility::Inherited) {
        report.fault(
            item.trait_token.span(),
            "emitted code names the trait from outside its module; write `pub trait`",
        );
    }
    if let Some(keyword) = &item.unsafety {
        report.fault(
            keyword.span(),
            "a component is implemented by emitted code, which is safe; remove `unsafe`",
        );
    }
    let parameter = item.generics.params.first().map(Spanned::span);
    let clause = item.generics.where_clause.as_ref().map(Spanned::span);
    if let Some(span) = parameter.or(clause) {
        report.fault(
            span,
            "a component is one trait, not a family; remove the generic parameters",
        );
    }
    check_conditions(&item.attrs, report);
}

/// Whether a condition holds is known when the declaring crate is compiled, too late for its build
/// script and not at all in the crates that emit.
fn check_conditions(attributes: &[syn::Attribute], report: &mut Report<'_>) {
    for attribute in attributes {
        if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            report.fault(
                attribute.span(),
                "emitted code cannot know whether this condition holds; declare without it",
            );
        }
    }
}

fn check_associated_types(component: &WrittenComponent, report: &mut Report<'_>) {
    let mut error = false;
    for item in &component.item.items {
        match item {
            TraitItem::Type(associated) if associated.ident == "Error" => {
                error = true;
                check_error_type(associated, report);
            }
            TraitItem::Type(associated) => report.fault(
                associated.span(),
                "a component has one associated type, `Error`; requests and responses are named types",
            ),
            _ => {}
        }
    }
    if !error {
        report.fault(
            component.item.ident.span(),
            "each implementation has its own error type; add `type Error;` to the trait",
        );
    }
}

/// Emitted implementations are generic over the error type, and know of it what `#[component]` says.
fn check_error_type(error: &TraitItemType, report: &mut Report<'_>) {
    let parameter = error.generics.params.first().map(Spanned::span);
    let bound = error.bounds.first().map(Spanned::span);
    let default = error.default.as_ref().map(|(_, default)| default.span());
    if let Some(span) = parameter.or(bound).or(default) {
        report.fault(
            span,
            "each implementation chooses its error type, and `#[component]` adds the bounds that \
             emitted code needs; write `type Error;`",
        );
    }
}

fn missing_docs(name: &str) -> String {
    format!(
        "`{name}` has no documentation, which is the text of the published document; add a doc comment"
    )
}

fn not_kebab_case(what: &str, name: &str) -> String {
    format!(
        "`{name}` cannot name {what}; a name is lower-case ASCII words of letters and digits joined by \
         single hyphens, a letter first"
    )
}
