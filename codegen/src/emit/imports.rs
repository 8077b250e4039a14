//! From full paths to short names and `use` items.
//!
//! Emitters write every path in full. This pass imports each type that is named, module by module,
//! and shortens its uses, links in documentation among them. A name that would hide one of the
//! prelude's or one that the module declares, or that stands for two types, stays in full: emitted
//! code cannot be broken by what a declaration calls its types.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprLit, Item, Lit, LitStr, Meta, Path};

/// Names that emitted code takes from the prelude.
const PRELUDE: [&str; 15] = [
    "Box", "Clone", "Debug", "Default", "Err", "Into", "None", "Ok", "Option", "Result", "Send",
    "Some", "String", "Sync", "Vec",
];

/// Shortens the paths of a file, and of the modules in it.
pub(super) fn shorten(file: &mut syn::File) {
    shorten_items(&mut file.items);
    for item in &mut file.items {
        if let Item::Mod(module) = item
            && let Some((_, items)) = &mut module.content
        {
            shorten_items(items);
        }
    }
}

fn shorten_items(items: &mut Vec<Item>) {
    let mut found = Found::default();
    for item in items.iter().filter(|item| !matches!(item, Item::Mod(_))) {
        found.visit_item(item);
    }
    let mut declared = found.parameters;
    declared.extend(items.iter().filter_map(declared_name));
    let mut by_name: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
    for path in found.paths {
        if let Some(name) = path.last() {
            by_name.entry(name.clone()).or_default().insert(path);
        }
    }
    let mut shortened = BTreeSet::new();
    for (name, paths) in by_name {
        if paths.len() > 1 || declared.contains(&name) {
            continue;
        }
        let from_prelude = paths.iter().all(|path| is_prelude(path));
        if from_prelude || !PRELUDE.contains(&name.as_str()) {
            shortened.extend(paths);
        }
    }

    let mut shortener = Shortener::new(&shortened);
    for item in items
        .iter_mut()
        .filter(|item| !matches!(item, Item::Mod(_)))
    {
        shortener.visit_item_mut(item);
    }
    let imported = shortened.into_iter().filter(|path| !is_prelude(path));
    items.splice(0..0, use_items(imported));
}

fn declared_name(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Trait(item) => Some(item.ident.to_string()),
        // A unit struct of this name would be a second value of it.
        Item::Const(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// What needs no import: `::core::option::Option`, `::core::primitive::bool`.
fn is_prelude(path: &[String]) -> bool {
    let segments: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(
        segments.as_slice(),
        ["core", "primitive", _]
            | ["core", "option", "Option"]
            | ["core", "result", "Result"]
            | ["std", "vec", "Vec"]
            | ["std", "string", "String"]
            | ["std", "boxed", "Box"]
    )
}

/// `use ::parent::{A, B};` for each parent.
fn use_items(paths: impl Iterator<Item = Vec<String>>) -> Vec<Item> {
    let mut by_parent: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mut path in paths {
        if let Some(name) = path.pop() {
            by_parent.entry(path.join("::")).or_default().push(name);
        }
    }
    by_parent
        .into_iter()
        .filter_map(|(parent, names)| {
            let names = names.join(", ");
            syn::parse_str(&format!("use ::{parent}::{{{names}}};")).ok()
        })
        .collect()
}

/// The absolute path of the type that a path names, and how many of its segments that takes:
/// `::federation_api::Version::V1` is `Version`, a constant or function is nothing.
fn named_type(path: &Path) -> Option<(Vec<String>, usize)> {
    path.leading_colon?;
    let mut idents = path.segments.iter().map(|segment| &segment.ident);
    let primitive = idents.next().is_some_and(|first| first == "core")
        && idents.next().is_some_and(|second| second == "primitive");
    let position = if primitive {
        2
    } else {
        path.segments.iter().position(|segment| {
            segment
                .ident
                .to_string()
                .starts_with(|c: char| c.is_uppercase())
        })?
    };
    let segments = path.segments.iter().take(position + 1);
    Some((
        segments.map(|segment| segment.ident.to_string()).collect(),
        position,
    ))
}

#[derive(Default)]
struct Found {
    paths: BTreeSet<Vec<String>>,
    /// Type parameters, which hide types of their name.
    parameters: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Found {
    fn visit_path(&mut self, path: &'ast Path) {
        self.paths.extend(named_type(path).map(|(path, _)| path));
        visit::visit_path(self, path);
    }

    fn visit_type_param(&mut self, parameter: &'ast syn::TypeParam) {
        self.parameters.insert(parameter.ident.to_string());
        visit::visit_type_param(self, parameter);
    }
}

struct Shortener<'a> {
    types: &'a BTreeSet<Vec<String>>,
    /// What links in documentation are to, by its absolute path, and its name.
    links: BTreeMap<String, String>,
}

impl<'a> Shortener<'a> {
    fn new(types: &'a BTreeSet<Vec<String>>) -> Self {
        let bare = |path: &str| path.replace("r#", "");
        let links = types.iter().filter_map(|path| {
            let name = bare(path.last()?);
            Some((bare(&format!("::{}", path.join("::"))), name))
        });
        Self {
            types,
            links: links.collect(),
        }
    }

    /// The text with short names in its links (`format::link` makes them). Each link is looked up, and not each type
    /// looked for: the time must grow with the declaration, not with its square.
    fn shorten(&self, text: &str) -> String {
        let mut shortened = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, link)) = rest.split_once("[`") {
            shortened.push_str(before);
            shortened.push_str("[`");
            rest = link;
            if let Some((path, behind)) = link.split_once("`]")
                && let Some(name) = self.links.get(path)
            {
                shortened.push_str(name);
                shortened.push_str("`]");
                rest = behind;
            }
        }
        shortened.push_str(rest);
        shortened
    }
}

impl VisitMut for Shortener<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if let Some((named, position)) = named_type(path)
            && self.types.contains(&named)
        {
            path.leading_colon = None;
            path.segments = path.segments.iter().skip(position).cloned().collect();
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut syn::ExprPath) {
        // `<S as ::api::Trait>::method`: the position counts segments of the trait's path.
        if let Some(qself) = &mut expr.qself
            && let Some((named, position)) = named_type(&expr.path)
            && self.types.contains(&named)
        {
            qself.position = qself.position.saturating_sub(position);
        }
        visit_mut::visit_expr_path_mut(self, expr);
    }
    fn visit_attribute_mut(&mut self, attribute: &mut syn::Attribute) {
        if let Meta::NameValue(meta) = &mut attribute.meta
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) = &mut meta.value
        {
            let shortened = self.shorten(&text.value());
            *text = LitStr::new(&shortened, text.span());
        }
    }
}
