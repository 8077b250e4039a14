//! The flows between backends, read from `flows.json` and drawn.

use std::fmt::Write;

use federation_api::Version;
use federation_openapi::Component;
use serde::Deserialize;

use crate::html::{escaped, link};
use crate::matrix::versions_of;
use crate::site::SiteError;
use crate::svg;

/// One sequence diagram.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flow {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Where the protocol reference tells it.
    pub(crate) source: String,
    /// Who takes part, from left to right.
    pub(crate) lanes: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

/// What happens next.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Step {
    /// Something goes from one lane to another.
    Message {
        from: usize,
        to: usize,
        #[serde(default)]
        kind: Kind,
        text: String,
        /// `component/name`, where it is an RPC.
        rpc: Option<String>,
    },
    /// Somebody does something alone.
    Alone { at: usize, text: String },
}

/// How a message travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// The sender waits for the answer.
    #[default]
    Call,
    /// Through the queue of the sender's backend, until it is delivered.
    Queued,
    /// What comes back.
    Answer,
}

/// All flows.
fn all() -> Result<Vec<Flow>, SiteError> {
    serde_json::from_str(include_str!("../flows.json"))
        .map_err(|error| SiteError::Flows(error.to_string()))
}

/// The page: each flow as a picture and, for those who cannot see it, as a list.
pub(crate) fn html(components: &[Component]) -> Result<String, SiteError> {
    let mut html = String::from(
        "<p>Backends A and B, users Alice and Bob. A solid line is a call that waits for its answer (dotted), a dashed \
         line goes through the queue of the sender's backend. RPCs lead to the reference.</p>\n",
    );
    for flow in all()? {
        let href = |rpc: &str| reference(components, rpc);
        let drawn = svg::diagram(&flow, &href)?;
        // Writing to a text cannot fail.
        let _ = write!(
            html,
            "<section>\n<h2 id=\"{id}\">{title}</h2>\n<p>{text}</p>\n\
             <div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{id}\">\n{drawn}</div>\n\
             <details><summary>As a list</summary>\n<ol>\n",
            id = escaped(&flow.id),
            title = escaped(&flow.title),
            text = escaped(&flow.text),
        );
        for step in &flow.steps {
            let _ = writeln!(html, "<li>{}</li>", escaped(&sentence(&flow, step)));
        }
        let _ = write!(
            html,
            "</ol>\n</details>\n<p class=\"source\">{}</p>\n</section>\n",
            escaped(&flow.source)
        );
    }
    Ok(html)
}

fn sentence(flow: &Flow, step: &Step) -> String {
    let lane = |number: usize| flow.lanes.get(number).map_or("?", String::as_str);
    match step {
        Step::Message {
            from,
            to,
            kind,
            text,
            ..
        } => {
            let how = match kind {
                Kind::Call => "",
                Kind::Queued => " (queued)",
                Kind::Answer => " (answer)",
            };
            format!("{} to {}{how}: {text}", lane(*from), lane(*to))
        }
        Step::Alone { at, text } => format!("{}: {text}", lane(*at)),
    }
}

/// Where an RPC is in the reference, in the newest version that has it.
fn reference(components: &[Component], rpc: &str) -> Result<String, SiteError> {
    let unknown = || SiteError::Flows(format!("no component declares {rpc}"));
    let (component, name) = rpc.split_once('/').ok_or_else(unknown)?;
    let component = components
        .iter()
        .find(|each| each.name() == component)
        .ok_or_else(unknown)?;
    let newest: Version = versions_of(component, name).last().ok_or_else(unknown)?;
    let operation = crate::matrix::variant(component, name, newest).ok_or_else(unknown)?;
    Ok(link(newest.number(), component.name(), &operation.id()))
}

#[cfg(test)]
mod tests {
    use federation_openapi::components;

    use super::*;

    #[test]
    fn every_flow_is_drawn_and_names_declared_rpcs() {
        let html = html(&components()).expect("good data");
        let flows = all().expect("good data");
        assert_eq!(html.matches("<svg").count(), flows.len());
        assert!(html.contains("index.html#v3/brig/searchUsers"));
    }

    #[test]
    fn an_unknown_rpc_is_refused() {
        let error = reference(&components(), "brig/no-such").expect_err("there is none");
        assert!(error.to_string().contains("brig/no-such"));
    }
}
