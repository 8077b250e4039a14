//! The layout of emitted text.

use proc_macro2::TokenStream;
use quote::quote;

/// Formats a file, with a blank line between items as a person would leave it.
pub(super) fn format(file: &syn::File) -> String {
    space_out(&prettyplease::unparse(file))
}

fn space_out(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + text.len() / 16);
    let mut previous = "";
    let mut among_imports = false;
    for line in text.lines() {
        if begins_item(line) && ends_item(previous) && !(among_imports && is_use(line)) {
            spaced.push('\n');
        }
        if begins_item(line) {
            among_imports = is_use(line);
        }
        spaced.push_str(line);
        spaced.push('\n');
        previous = line;
    }
    spaced
}

/// Items stand at most two levels deep in emitted files.
fn begins_item(line: &str) -> bool {
    let item = line.trim_start();
    line.len() - item.len() <= 4
        && [
            "///", "#[", "pub ", "impl", "async fn", "fn ", "trait ", "mod ", "use ",
        ]
        .iter()
        .any(|begin| item.starts_with(begin))
}

fn ends_item(line: &str) -> bool {
    line.trim_end() == "}" || line == "    }" || line.ends_with(';')
}

fn is_use(line: &str) -> bool {
    line.trim_start().starts_with("use ")
}

/// The attributes that make these paragraphs the documentation of an item, wrapped as `rustfmt`
/// would leave them.
pub(super) fn docs(text: &str) -> TokenStream {
    let mut lines = vec![String::new()];
    let mut width = 0;
    for word in text.split(' ') {
        // Links will be shortened.
        let name = word.rfind("::").filter(|_| word.starts_with("[`::"));
        let word_width = name.map_or(word.len(), |name| word.len() - name + 1);
        if width > 0 && width + word_width > 94 {
            lines.push(String::new());
            width = 0;
        }
        width += word_width + 1;
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    quote!(#(#[doc = #lines])*)
}

/// A link to what has this path, which documentation shows as code.
pub(super) fn link(path: &str) -> String {
    format!("[`{}`]", path.replace("r#", ""))
}
