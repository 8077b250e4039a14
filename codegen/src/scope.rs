//! What the names in one source file stand for.
//!
//! The generator sees one file, not a compiled crate. It knows what the file itself says: its `use`
//! items, the items it declares, and the prelude. A glob import says nothing that can be seen here.

use std::collections::BTreeMap;

use syn::{Item, UseTree};

/// The names that one source file can use.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Absolute paths of what the file declares, of the prelude and of the primitives.
    declared: BTreeMap<String, String>,
    /// What `use` items bring in, as written. They are followed when they are used, because one
    /// `use` item may build on another that stands below it.
    imported: BTreeMap<String, Vec<String>>,
    module: String,
}

const PRELUDE: [(&str, &str); 5] = [
    ("Option", "::core::option::Option"),
    ("Result", "::core::result::Result"),
    ("Vec", "::std::vec::Vec"),
    ("String", "::std::string::String"),
    ("Box", "::std::boxed::Box"),
];

const PRIMITIVES: [&str; 17] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize",
];

impl Scope {
    /// The scope of a file with these items, which is the module `module`.
    pub(crate) fn of(items: &[Item], module: &str) -> Self {
        let mut scope = Self {
            declared: BTreeMap::new(),
            imported: BTreeMap::new(),
            module: module.to_owned(),
        };
        for (name, path) in PRELUDE {
            scope.declared.insert(name.to_owned(), path.to_owned());
        }
        for primitive in PRIMITIVES {
            let path = format!("::core::primitive::{primitive}");
            scope.declared.insert(primitive.to_owned(), path);
        }
        for item in items {
            let declared = match item {
                Item::Struct(item) => &item.ident,
                Item::Enum(item) => &item.ident,
                Item::Type(item) => &item.ident,
                Item::Union(item) => &item.ident,
                Item::Mod(item) => &item.ident,
                Item::Use(item) => {
                    let mut prefix = Vec::new();
                    if item.leading_colon.is_some() {
                        prefix.push(String::new());
                    }
                    scope.import(&item.tree, &mut prefix);
                    continue;
                }
                _ => continue,
            };
            let path = format!("{module}::{declared}");
            scope.declared.insert(declared.to_string(), path);
        }
        scope
    }

    fn import(&mut self, tree: &UseTree, prefix: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.import(&path.tree, prefix);
                prefix.pop();
            }
            UseTree::Name(name) => self.bring_in(&name.ident, None, prefix),
            UseTree::Rename(rename) => self.bring_in(&rename.ident, Some(&rename.rename), prefix),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, prefix);
                }
            }
            _ => {}
        }
    }

    fn bring_in(&mut self, name: &syn::Ident, alias: Option<&syn::Ident>, prefix: &[String]) {
        let mut path = prefix.to_vec();
        // `use a::b::{self}` is `use a::b`.
        if name != "self" || path.is_empty() {
            path.push(name.to_string());
        }
        let known_as = alias
            .map(ToString::to_string)
            .or_else(|| path.last().cloned());
        if let Some(known_as) = known_as {
            self.imported.insert(known_as, path);
        }
    }

    /// The absolute form of a path as it stands in a type; nothing where it leads nowhere: up beyond
    /// the root of the crate, or to a type parameter.
    pub(crate) fn absolute(&self, segments: &[String]) -> Option<String> {
        self.follow(segments, &mut Vec::new())
    }

    fn follow(&self, segments: &[String], on_the_way: &mut Vec<String>) -> Option<String> {
        let (mut base, mut rest) = (None, segments);
        while let [first, more @ ..] = rest {
            base = match (first.as_str(), base) {
                ("", None) => Some(String::new()),
                ("crate", None) => Some(self.root()),
                ("self", None) => Some(self.module.clone()),
                ("super", base) => Some(parent(base.as_deref().unwrap_or(&self.module))?),
                (_, base) => {
                    if base.is_none() {
                        let base = self.first(first, on_the_way)?;
                        return Some(join(base, more));
                    }
                    return base.map(|base| join(base, rest));
                }
            };
            rest = more;
        }
        base
    }

    /// What the first name of a path stands for.
    fn first(&self, name: &str, on_the_way: &mut Vec<String>) -> Option<String> {
        if name == "Self" {
            return None;
        }
        // `use user::user;` means the crate `user`, not itself.
        if let Some(path) = self.imported.get(name)
            && !on_the_way.iter().any(|passed| passed == name)
        {
            on_the_way.push(name.to_owned());
            return self.follow(path, on_the_way);
        }
        let declared = self.declared.get(name).cloned();
        Some(declared.unwrap_or_else(|| format!("::{name}")))
    }

    /// Whether the file says what a name stands for. Another one may still be a crate.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.imported.contains_key(name) || self.declared.contains_key(name)
    }

    fn root(&self) -> String {
        let crate_name = self.module.split("::").nth(1).unwrap_or_default();
        format!("::{crate_name}")
    }

    /// The trait or type of this name that the file itself declares.
    pub(crate) fn own(&self, name: &str) -> String {
        format!("{}::{name}", self.module)
    }
}

fn parent(module: &str) -> Option<String> {
    let (up, _) = module.rsplit_once("::")?;
    (!up.is_empty()).then(|| up.to_owned())
}

fn join(mut base: String, segments: &[String]) -> String {
    for segment in segments {
        base.push_str("::");
        base.push_str(segment);
    }
    base
}
