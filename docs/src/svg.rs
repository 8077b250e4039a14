//! A flow as a sequence diagram.

use std::fmt::Write;

use crate::flows::{Flow, Kind, Step};
use crate::html::escaped;
use crate::site::SiteError;

// In pixels at the size of the text around.
const LANE: usize = 232;
const ROW: usize = 44;
const HEAD: usize = 34;
const MARGIN: usize = 36;
const BOX: usize = 156;

/// The SVG; `href` says where an RPC is in the reference.
pub(crate) fn diagram(
    flow: &Flow,
    href: &dyn Fn(&str) -> Result<String, SiteError>,
) -> Result<String, SiteError> {
    let width = MARGIN * 2 + BOX + LANE * (flow.lanes.len().saturating_sub(1));
    let height = MARGIN * 2 + HEAD + ROW * (flow.steps.len() + 1);
    let id = escaped(&flow.id);
    let mut svg = format!(
        "<svg class=\"flow\" role=\"group\" aria-label=\"Sequence diagram: {}\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" xmlns=\"http://www.w3.org/2000/svg\">\n\
         <defs><marker id=\"tip-{id}\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto-start-reverse\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n",
        escaped(&flow.title)
    );
    for (number, name) in flow.lanes.iter().enumerate() {
        let x = center(number);
        // Writing to a text cannot fail.
        let _ = writeln!(
            svg,
            "<line class=\"lane\" x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{}\"/>\
             <rect x=\"{}\" y=\"{MARGIN}\" width=\"{BOX}\" height=\"{HEAD}\" rx=\"6\"/>\
             <text class=\"who\" x=\"{x}\" y=\"{}\">{}</text>",
            MARGIN + HEAD,
            height - MARGIN,
            x - BOX / 2,
            MARGIN + HEAD / 2 + 5,
            escaped(name)
        );
    }
    for (number, step) in flow.steps.iter().enumerate() {
        let y = MARGIN + HEAD + ROW * (number + 1);
        match step {
            Step::Message {
                from,
                to,
                kind,
                text,
                rpc,
            } => {
                let (start, end) = (lane(flow, *from)?, lane(flow, *to)?);
                let class = match kind {
                    Kind::Call => "call",
                    Kind::Queued => "queued",
                    Kind::Answer => "answer",
                };
                let middle = usize::midpoint(start, end);
                let label = format!(
                    "<text x=\"{middle}\" y=\"{}\">{}</text>",
                    y - 7,
                    escaped(text)
                );
                let label = match rpc {
                    Some(rpc) => format!("<a href=\"{}\">{label}</a>", href(rpc)?),
                    None => label,
                };
                let _ = writeln!(
                    svg,
                    "<line class=\"{class}\" x1=\"{start}\" y1=\"{y}\" x2=\"{end}\" y2=\"{y}\" \
                     marker-end=\"url(#tip-{id})\"/>{label}"
                );
            }
            Step::Alone { at, text } => {
                let x = lane(flow, *at)?;
                let _ = writeln!(
                    svg,
                    "<rect class=\"alone\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"26\" rx=\"13\"/>\
                     <text x=\"{x}\" y=\"{}\">{}</text>",
                    x - LANE / 2 + 6,
                    y - 20,
                    LANE - 12,
                    y - 3,
                    escaped(text)
                );
            }
        }
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

const fn center(lane: usize) -> usize {
    // The outer lanes leave room for what somebody does alone.
    MARGIN + BOX / 2 + LANE * lane
}

fn lane(flow: &Flow, number: usize) -> Result<usize, SiteError> {
    if number < flow.lanes.len() {
        Ok(center(number))
    } else {
        Err(SiteError::Flows(format!(
            "{}: there is no lane {number}, counted from 0",
            flow.id
        )))
    }
}
