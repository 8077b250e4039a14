//! From types as they were written to types that emitted code can name from another crate.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};

use crate::ir;
use crate::scope::Scope;

/// A type with every path made absolute.
///
/// # Errors
///
/// Every name that the file neither declares nor imports, and everything that cannot be the type of a
/// request or response.
pub(crate) fn resolve(scope: &Scope, written: &syn::Type) -> Result<ir::Type, Vec<(Span, String)>> {
    let mut resolver = Resolver {
        scope,
        faults: Vec::new(),
    };
    let mut resolved = written.clone();
    resolver.visit_type_mut(&mut resolved);
    if resolver.faults.is_empty() {
        Ok(ir::Type(spell(&resolved)))
    } else {
        Err(resolver.faults)
    }
}

/// A type as a person would write it.
pub(crate) fn spell(node: &impl ToTokens) -> String {
    let mut text = node.to_token_stream().to_string();
    for (spaced, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" <", "<"),
        (" >", ">"),
        (" ,", ","),
        (" ;", ";"),
        ("( ", "("),
        (" )", ")"),
        ("& ", "&"),
    ] {
        text = text.replace(spaced, tight);
    }
    text.replace(",::", ", ::").trim().to_owned()
}

struct Resolver<'a> {
    scope: &'a Scope,
    faults: Vec<(Span, String)>,
}

impl VisitMut for Resolver<'_> {
    fn visit_type_mut(&mut self, node: &mut syn::Type) {
        match node {
            syn::Type::Path(_)
            | syn::Type::Tuple(_)
            | syn::Type::Array(_)
            | syn::Type::Paren(_) => {
                visit_mut::visit_type_mut(self, node);
            }
            other => self.faults.push((
                other.span(),
                format!(
                    "`{}` cannot be sent or received; requests and responses are owned, named types",
                    spell(other)
                ),
            )),
        }
    }

    fn visit_lifetime_mut(&mut self, node: &mut syn::Lifetime) {
        if node.ident != "static" {
            self.faults.push((
                node.span(),
                format!(
                    "nothing can be borrowed for `{node}`; requests and responses own what they hold"
                ),
            ));
        }
    }

    /// The length of an array, or a constant among the arguments of a type.
    fn visit_expr_mut(&mut self, node: &mut syn::Expr) {
        if !matches!(node, syn::Expr::Lit(_)) {
            self.faults.push((
                node.span(),
                format!(
                    "`{}` cannot be looked up here; write the number, or give the type a name",
                    spell(node)
                ),
            ));
        }
    }

    fn visit_type_path_mut(&mut self, node: &mut syn::TypePath) {
        if let Some(qself) = &node.qself {
            self.faults.push((
                qself.ty.span(),
                "a projection cannot be looked up here; name the type itself".to_owned(),
            ));
            return;
        }
        // Arguments first: they are resolved as types of their own.
        for segment in &mut node.path.segments {
            visit_mut::visit_path_arguments_mut(self, &mut segment.arguments);
        }
        if node.path.leading_colon.is_some() {
            return;
        }
        let segments: Vec<String> = node
            .path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if let [name] = segments.as_slice()
            && !self.scope.knows(name)
        {
            self.faults.push((
                node.path.span(),
                format!(
                    "`{name}` is not known here; import it by name (`use …::{name};`, no glob) so that \
                     generated code can name it"
                ),
            ));
            return;
        }
        let absolute = self
            .scope
            .absolute(&segments)
            .and_then(|absolute| syn::parse_str::<syn::Path>(&absolute).ok());
        match absolute {
            Some(mut path) => {
                if let (Some(last), Some(written)) =
                    (path.segments.last_mut(), node.path.segments.last())
                {
                    last.arguments = written.arguments.clone();
                }
                node.path = path;
            }
            None => self.faults.push((
                node.path.span(),
                format!(
                    "`{}` leads to no type that generated code can name; import the type by name",
                    segments.join("::")
                ),
            )),
        }
    }
}
