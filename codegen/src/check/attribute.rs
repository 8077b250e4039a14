//! What the attribute of a method says.

use proc_macro2::Span;
use syn::ext::IdentExt;

use super::{NEWEST_VERSION, Report};
use crate::ir::Versions;
use crate::parse::{Argument, Value};

/// The arguments of `#[rpc(…)]` and its siblings, each at most once.
pub(super) struct Options {
    pub(super) name: Option<(String, Span)>,
    pub(super) versions: Versions,
    pub(super) idempotent: bool,
    /// Where `called_by = owner` stands.
    pub(super) called_by_owner: Option<Span>,
    /// The method, without `r#`.
    pub(super) superseded_by: Option<(String, Span)>,
}

impl Options {
    pub(super) fn read(arguments: &[Argument], report: &mut Report<'_>) -> Self {
        let mut options = Self {
            name: None,
            versions: Versions {
                from: 0,
                until: None,
            },
            idempotent: false,
            called_by_owner: None,
            superseded_by: None,
        };
        let mut seen: Vec<String> = Vec::new();
        let mut bounds = None;
        for argument in arguments {
            let key = argument.key.to_string();
            if seen.contains(&key) {
                report.fault(
                    argument.key.span(),
                    format!("`{key}` is said twice; keep one"),
                );
                continue;
            }
            match (key.as_str(), &argument.value) {
                ("name", Some(Value::Text(name, span))) => {
                    options.name = Some((name.clone(), *span));
                }
                ("from", Some(value)) => {
                    options.versions.from = version(value, report).unwrap_or(0);
                    bounds = Some(value.span());
                }
                ("until", Some(value)) => {
                    options.versions.until = version(value, report);
                    bounds = Some(value.span());
                }
                ("idempotent", None) => options.idempotent = true,
                ("called_by", Some(Value::Word(word))) if word == "owner" => {
                    options.called_by_owner = Some(word.span());
                }
                ("superseded_by", Some(Value::Word(method))) => {
                    options.superseded_by = Some((method.unraw().to_string(), method.span()));
                }
                _ => report.fault(argument.key.span(), unknown_argument(argument)),
            }
            seen.push(key);
        }
        options.check_range(bounds, report);
        options
    }

    fn check_range(&self, bounds: Option<Span>, report: &mut Report<'_>) {
        let Versions { from, until } = self.versions;
        if let (Some(until), Some(span)) = (until, bounds)
            && until <= from
        {
            report.fault(
                span,
                format!(
                    "no version is from V{from} until V{until}; `until` is the first version without \
                     the RPC"
                ),
            );
        }
    }
}

fn unknown_argument(argument: &Argument) -> String {
    format!(
        "`{}` does not fit here; an RPC takes `name = \"kebab-case\"`, `from = V1`, `until = V2`, \
         `idempotent`, `superseded_by = method`, `called_by = owner`",
        argument.key
    )
}

fn version(value: &Value, report: &mut Report<'_>) -> Option<u8> {
    let known = match value {
        Value::Word(word) => (0..=NEWEST_VERSION).find(|number| word == &format!("V{number}")),
        Value::Text(..) => None,
    };
    if known.is_none() {
        report.fault(
            value.span(),
            format!("this is no version of the federation API; write V0 to V{NEWEST_VERSION}"),
        );
    }
    known
}
