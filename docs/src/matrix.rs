//! Which version has which RPC.

use std::fmt::Write;

use federation_api::{Kind, Version};
use federation_openapi::{Component, Operation};

use crate::html::{escaped, link};

/// The versions that have an RPC of this name.
pub(crate) fn versions_of(component: &Component, name: &str) -> impl Iterator<Item = Version> {
    Version::ALL
        .into_iter()
        .filter(move |version| variant(component, name, *version).is_some())
}

/// What a name means in a version.
pub(crate) fn variant<'a>(
    component: &'a Component,
    name: &str,
    version: Version,
) -> Option<&'a Operation> {
    component
        .operations_in(version)
        .find(|operation| operation.rpc().name == name)
}

/// One table for each component. A cell leads to the RPC in the reference.
pub(crate) fn html(components: &[Component]) -> String {
    let mut html = String::from(
        "<p>A cell leads to the RPC as it is in that version. Where one name has several variants, the cell says \
         which.</p>\n",
    );
    for component in components {
        // Writing to a text cannot fail.
        let _ = write!(
            html,
            "<section>\n<h2 id=\"{name}\">{name}</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{name}\">\n\
             <table>\n<thead><tr><th scope=\"col\">RPC</th><th scope=\"col\">Kind</th>",
            name = component.name()
        );
        for version in Version::ALL {
            let _ = write!(html, "<th scope=\"col\">V{}</th>", version.number());
        }
        html.push_str("</tr></thead>\n<tbody>\n");
        let mut names: Vec<&str> = Vec::new();
        for operation in component.operations() {
            let name = operation.rpc().name;
            if !names.contains(&name) {
                names.push(name);
                row(&mut html, component, operation);
            }
        }
        html.push_str("</tbody>\n</table>\n</div>\n</section>\n");
    }
    html
}

fn row(html: &mut String, component: &Component, operation: &Operation) {
    let rpc = operation.rpc();
    let kind = match rpc.kind {
        Kind::Call => "call",
        Kind::Notification => "notification",
        Kind::ByteStream => "byte stream",
    };
    let variants = component
        .operations()
        .iter()
        .filter(|other| other.rpc().name == rpc.name);
    let ranges: Vec<_> = variants.map(|variant| variant.rpc().versions).collect();
    let _ = write!(
        html,
        "<tr><th scope=\"row\"><code>{}</code></th><td>{kind}</td>",
        escaped(rpc.name)
    );
    for version in Version::ALL {
        let number = ranges.iter().position(|range| range.contains(version));
        let Some(number) = number else {
            html.push_str("<td class=\"none\"><span aria-label=\"no\">–</span></td>");
            continue;
        };
        let text = if ranges.len() > 1 {
            format!("variant {}", number + 1)
        } else {
            "yes".to_owned()
        };
        let href = link(version.number(), component.name(), &operation.id());
        let _ = write!(
            html,
            "<td><a href=\"{href}\" aria-label=\"{} in V{}: {text}\">{text}</a></td>",
            escaped(rpc.name),
            version.number(),
        );
    }
    html.push_str("</tr>\n");
}
