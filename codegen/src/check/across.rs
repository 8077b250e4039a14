//! The rules that compare RPCs with each other.

use syn::ext::IdentExt;

use super::{Checked, Report};
use crate::ir::WireName;
use crate::parse::WrittenComponent;

/// `fn name` and `fn r#name` are one method, and so are two of one name.
pub(super) fn check_twins(component: &WrittenComponent, report: &mut Report<'_>) {
    let idents: Vec<_> = component
        .methods
        .iter()
        .map(|method| method.signature.ident.unraw())
        .collect();
    for (index, ident) in idents.iter().enumerate() {
        if idents[..index].contains(ident) {
            let span = component.methods[index].signature.ident.span();
            report.fault(
                span,
                format!("there is a method `{ident}` already; name this one differently"),
            );
        }
    }
}

/// One name means one variant in each version.
pub(super) fn check_ranges(rpcs: &[Checked], report: &mut Report<'_>) {
    for (index, later) in rpcs.iter().enumerate() {
        let overlapping = rpcs[..index].iter().find(|earlier| {
            earlier.rpc.name == later.rpc.name
                && earlier.rpc.method != later.rpc.method
                && earlier.rpc.versions.overlaps(later.rpc.versions)
        });
        if let Some(earlier) = overlapping {
            report.fault(
                later.span,
                format!(
                    "`{}` is `{}` in some of these versions already; give the two ranges that do not \
                     overlap (`until` on the older is the `from` of the newer)",
                    later.rpc.name, earlier.rpc.method
                ),
            );
        }
    }
}

/// `superseded_by` names the variant of the same name that begins where this one ends.
pub(super) fn check_successors(
    component: &WrittenComponent,
    rpcs: &[Checked],
    report: &mut Report<'_>,
) {
    for older in rpcs {
        let (Some(successor), Some(span)) = (&older.rpc.superseded_by, older.superseded_by) else {
            continue;
        };
        let Some(newer) = rpcs.iter().find(|newer| newer.rpc.method == *successor) else {
            let mut methods = component.methods.iter();
            // One that is there and not among the checked ones has been reported.
            if !methods.any(|method| method.signature.ident == *successor) {
                report.fault(
                    span,
                    format!("there is no method `{successor}` in this component"),
                );
            }
            continue;
        };
        let (older, newer) = (&older.rpc, &newer.rpc);
        if newer.name != older.name || older.versions.until != Some(newer.versions.from) {
            report.fault(
                span,
                format!(
                    "`{successor}` does not follow `{}`; it must have the name `{}` too, and its `from` \
                     must be the `until` of this one",
                    older.method, older.name
                ),
            );
        } else if newer.kind != older.kind {
            report.fault(
                span,
                format!(
                    "`{successor}` is another kind of RPC than `{}`; the two cannot convert into each \
                     other",
                    older.method
                ),
            );
        } else if newer.idempotent && !older.idempotent {
            // Who repeats the newer one repeats the older one where the target knows no other.
            report.fault(
                span,
                format!(
                    "`{successor}` is idempotent and stands for `{}` too; declare both so, or neither",
                    older.method
                ),
            );
        }
    }
}

/// The names of all components so far. Components may be merged one day: no name may be in two.
#[derive(Default)]
pub(super) struct Names(Vec<(WireName, String)>);

impl Names {
    /// Adds the names of the component with this trait.
    pub(super) fn check(&mut self, trait_path: &str, rpcs: &[Checked], report: &mut Report<'_>) {
        for checked in rpcs {
            let name = &checked.rpc.name;
            let other = self
                .0
                .iter()
                .find(|(taken, owner)| taken == name && owner != trait_path);
            if let Some((_, owner)) = other {
                report.fault(
                    checked.span,
                    format!(
                        "`{name}` is an RPC of `{}` too; a name is unique across all components",
                        owner.trim_start_matches("::")
                    ),
                );
            }
        }
        let names = rpcs.iter().map(|checked| checked.rpc.name.clone());
        self.0
            .extend(names.map(|name| (name, trait_path.to_owned())));
    }
}
