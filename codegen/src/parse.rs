//! From a source file to the declaration as it was written.
//!
//! Only shape is looked at here: which items are RPCs, what their attributes say, what their
//! signatures look like. Whether it makes sense is for [`check`](crate::check).

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Item, ItemTrait, Lit, Meta, Token, TraitItem};

use crate::fault::Fault;
use crate::nesting;
use crate::scope::Scope;

/// One trait with the attribute `#[component]`.
pub(crate) struct WrittenComponent {
    pub(crate) name: Option<(String, Span)>,
    pub(crate) item: ItemTrait,
    pub(crate) docs: String,
    pub(crate) methods: Vec<WrittenMethod>,
    /// What the names in this file stand for.
    pub(crate) scope: Scope,
    pub(crate) file: String,
}

/// One method that has one of the helper attributes, or none.
pub(crate) struct WrittenMethod {
    pub(crate) attributes: Vec<WrittenAttribute>,
    /// All its attributes as they stand there, the helpers among them.
    pub(crate) verbatim: Vec<syn::Attribute>,
    pub(crate) docs: String,
    pub(crate) signature: syn::Signature,
}

/// `#[rpc(…)]`, `#[notification(…)]` or `#[byte_stream(…)]`.
pub(crate) struct WrittenAttribute {
    pub(crate) name: Ident,
    /// Nothing where they could not be read, which has been reported: there is no telling what else
    /// they would have said.
    pub(crate) arguments: Option<Vec<Argument>>,
}

/// `key` or `key = value`.
pub(crate) struct Argument {
    pub(crate) key: Ident,
    pub(crate) value: Option<Value>,
}

/// The value of an argument.
pub(crate) enum Value {
    Text(String, Span),
    Word(Ident),
}

impl Value {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Text(_, span) => *span,
            Self::Word(word) => word.span(),
        }
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(<Ident as syn::ext::IdentExt>::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(if input.peek(syn::LitStr) {
                let text: syn::LitStr = input.parse()?;
                Value::Text(text.value(), text.span())
            } else {
                Value::Word(input.call(<Ident as syn::ext::IdentExt>::parse_any)?)
            })
        } else {
            None
        };
        Ok(Self { key, value })
    }
}

/// Reads one source file.
///
/// `module` is the absolute path of the module that the file is: `::federation_api::brig`.
pub(crate) fn parse(
    file: &str,
    source: &str,
    module: &str,
    faults: &mut Vec<Fault>,
) -> Vec<WrittenComponent> {
    // A parser that is given text says no more of brackets and quotes than that something is wrong.
    let tokens = match source.parse::<TokenStream>() {
        Ok(tokens) => tokens,
        Err(error) => {
            faults.push(Fault::new(
                file,
                error.span(),
                "cannot be read as Rust; a bracket, quote or comment does not match here, or begins \
                 somewhere above and does not end",
            ));
            return Vec::new();
        }
    };
    if let Some(span) = nesting::too_deep(tokens) {
        faults.push(Fault::new(
            file,
            span,
            format!(
                "nested too deep: more than {} tokens enclose this one or await what comes after it; \
                 give the inner part a name of its own",
                nesting::LIMIT
            ),
        ));
        return Vec::new();
    }
    let parsed = match syn::parse_file(source) {
        Ok(parsed) => parsed,
        Err(error) => {
            faults.push(Fault::new(
                file,
                error.span(),
                format!("cannot be parsed: {error}"),
            ));
            return Vec::new();
        }
    };
    let scope = Scope::of(&parsed.items, module);
    let mut components = Vec::new();
    let mut misplaced = false;
    for item in parsed.items {
        if let Item::Mod(inline) = &item {
            misplaced |= report_nested(file, inline, faults);
        }
        if let Item::Trait(item) = item
            && let Some(attribute) = component_attribute(&item)
        {
            let name = component_name(file, attribute, faults);
            let methods = methods(file, &item, faults);
            components.push(WrittenComponent {
                name,
                docs: docs(&item.attrs),
                methods,
                item,
                scope: scope.clone(),
                file: file.to_owned(),
            });
        }
    }
    if components.is_empty() && !misplaced {
        faults.push(Fault::of_file(
            file,
            "declares no component; put `#[component(\"name\")]` on its trait",
        ));
    }
    components
}

fn component_attribute(item: &ItemTrait) -> Option<&syn::Attribute> {
    let is_component = |attribute: &&syn::Attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|segment| segment.ident == "component")
    };
    item.attrs.iter().find(is_component)
}

/// A trait inside an inline module would be overlooked: the names in it mean something else than
/// those of the file.
fn report_nested(file: &str, inline: &syn::ItemMod, faults: &mut Vec<Fault>) -> bool {
    let mut found = false;
    for item in inline.content.iter().flat_map(|(_, items)| items) {
        match item {
            Item::Mod(inner) => found |= report_nested(file, inner, faults),
            Item::Trait(item) if component_attribute(item).is_some() => {
                found = true;
                faults.push(Fault::new(
                    file,
                    item.ident.span(),
                    format!(
                        "`{}` is inside the module `{}`; a component stands at the top of its file",
                        item.ident, inline.ident
                    ),
                ));
            }
            _ => {}
        }
    }
    found
}

fn component_name(
    file: &str,
    attribute: &syn::Attribute,
    faults: &mut Vec<Fault>,
) -> Option<(String, Span)> {
    match attribute.parse_args::<syn::LitStr>() {
        Ok(name) => Some((name.value(), name.span())),
        Err(_) => {
            faults.push(Fault::new(
                file,
                attribute.span(),
                "a component has its name on the wire here and nothing else; write `#[component(\"name\")]`",
            ));
            None
        }
    }
}

fn methods(file: &str, item: &ItemTrait, faults: &mut Vec<Fault>) -> Vec<WrittenMethod> {
    let mut methods = Vec::new();
    for item in &item.items {
        match item {
            TraitItem::Fn(method) => {
                let attributes = method
                    .attrs
                    .iter()
                    .filter_map(|attribute| helper(file, attribute, faults))
                    .collect();
                methods.push(WrittenMethod {
                    attributes,
                    verbatim: method.attrs.clone(),
                    docs: docs(&method.attrs),
                    signature: method.sig.clone(),
                });
            }
            TraitItem::Type(_) => {}
            other => faults.push(Fault::new(
                file,
                other.span(),
                "a component has methods and `type Error;`, nothing else; move this out of the trait",
            )),
        }
    }
    methods
}

fn helper(
    file: &str,
    attribute: &syn::Attribute,
    faults: &mut Vec<Fault>,
) -> Option<WrittenAttribute> {
    let name = attribute.path().get_ident()?.clone();
    if !["rpc", "notification", "byte_stream"]
        .iter()
        .any(|helper| name == helper)
    {
        return None;
    }
    let arguments = match &attribute.meta {
        Meta::Path(_) => Some(Vec::new()),
        _ => match attribute.parse_args_with(Punctuated::<Argument, Token![,]>::parse_terminated) {
            Ok(arguments) => Some(arguments.into_iter().collect()),
            Err(error) => {
                faults.push(Fault::new(
                    file,
                    error.span(),
                    format!("cannot be parsed: {error}; write `#[{name}(key, key = value)]`"),
                ));
                None
            }
        },
    };
    Some(WrittenAttribute { name, arguments })
}

/// The text of the doc comments, without the blank that `///` leaves in front.
fn docs(attributes: &[syn::Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(meta) = &attribute.meta
            && meta.path.is_ident("doc")
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) = &meta.value
        {
            let text = text.value();
            lines.extend(
                text.split('\n')
                    .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()),
            );
        }
    }
    lines.join("\n").trim().to_owned()
}
