//! A page with the drawing, and with every hop in a table.

use std::fmt::Write as _;

use super::drawing::{escaped, svg};
use crate::demo::hop::{Answer, Hop};
use crate::demo::tale::{Round, Tale, milliseconds};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;padding:24px;font:14px/1.45 system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;background:#fff;color:#1c2430}\
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 10px}p{margin:0 0 12px}\
.scroll{overflow-x:auto;border:1px solid #d5dbe6;border-radius:8px}svg{display:block}\
table{border-collapse:collapse;font-size:12px;width:100%}\
th,td{padding:4px 10px;text-align:left;white-space:nowrap;border-bottom:1px solid #e4e8f0}\
th{position:sticky;top:0;background:#f4f6fa}.number{text-align:right;font-variant-numeric:tabular-nums}\
code{font:12px ui-monospace,'DejaVu Sans Mono',monospace}.good{color:#1a7f43}.bad{color:#c62828}\
@media (prefers-color-scheme:dark){body{background:#12161d;color:#e4e9f2}.scroll{border-color:#303a4c}\
th,td{border-color:#2a3342}th{background:#1a202b}.good{color:#5fd28c}.bad{color:#ff7b72}}";

/// The page as an HTML document that needs nothing from elsewhere.
pub(crate) fn html(tale: &Tale) -> String {
    let mut page =
        String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str("<title>Two backends federate</title>\n");
    let _ = write!(page, "<style>{STYLE}</style>\n</head>\n<body>\n");
    page.push_str("<h1>Two backends federate</h1>\n");
    let (look, verdict) = match tale.failed() {
        0 => ("good", "all as expected".to_owned()),
        failed => ("bad", format!("{failed} not as expected")),
    };
    let _ = writeln!(
        page,
        "<p>{} calls between the backends, over mutual TLS; {} hops; {} results, <span class=\"{look}\">{verdict}</span>.</p>",
        tale.calls(),
        tale.hops(),
        tale.results()
    );
    summary(&mut page, tale);
    page.push_str("<h2>What happened</h2>\n<div class=\"scroll\">\n");
    page.push_str(&svg(tale));
    page.push_str("</div>\n<h2>Every hop</h2>\n");
    hops(&mut page, tale);
    page.push_str("</body>\n</html>\n");
    page
}

fn summary(page: &mut String, tale: &Tale) {
    page.push_str("<div class=\"scroll\"><table id=\"summary\">\n<thead><tr><th>step</th>");
    page.push_str("<th class=\"number\">calls</th><th class=\"number\">cold</th><th class=\"number\">warm</th>");
    page.push_str("<th>results</th></tr></thead>\n<tbody>\n");
    for (number, step) in (1..).zip(&tale.steps) {
        let [cold, warm] = step.times().map(milliseconds);
        let mark = if step.is_good() {
            "<span class=\"good\">✓</span>"
        } else {
            "<span class=\"bad\">✗</span>"
        };
        let _ = writeln!(
            page,
            "<tr><td>{number}. {}</td><td class=\"number\">{}</td><td class=\"number\">{cold}</td><td class=\"number\">{warm}</td><td>{mark}</td></tr>",
            escaped(&step.title),
            step.calls(),
        );
    }
    page.push_str("</tbody></table></div>\n");
}

fn hops(page: &mut String, tale: &Tale) {
    page.push_str("<div class=\"scroll\"><table id=\"hops\">\n<thead><tr>");
    for name in [
        "step",
        "act",
        "round",
        "sender",
        "receiver",
        "what",
        "version",
        "answer",
        "HTTP",
        "TLS",
        "time",
        "request id",
    ] {
        let _ = write!(page, "<th>{name}</th>");
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for (number, step) in (1..).zip(&tale.steps) {
        for act in &step.acts {
            for round in &act.rounds {
                for hop in &round.hops {
                    row(page, number, &act.title, round, hop);
                }
            }
        }
    }
    page.push_str("</tbody></table></div>\n");
}

fn row(page: &mut String, step: u32, act: &str, round: &Round, hop: &Hop) {
    let (look, answer) = match &hop.answer {
        Answer::Status(status @ 200..300) => ("good", status.to_string()),
        Answer::Status(status) => ("bad", status.to_string()),
        Answer::Said(said) => ("", said.clone()),
        Answer::Nothing(reason) => ("bad", reason.clone()),
    };
    let text = |text: &Option<String>| escaped(text.as_deref().unwrap_or("–"));
    let _ = writeln!(
        page,
        "<tr><td>{step}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td><td>{}</td><td class=\"{look}\">{}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td><td><code>{}</code></td></tr>",
        escaped(act),
        round.warmth,
        escaped(&hop.sender.to_string()),
        escaped(&hop.receiver.to_string()),
        escaped(&hop.what),
        text(&hop.version),
        escaped(&answer),
        text(&hop.http),
        text(&hop.tls),
        milliseconds(hop.time),
        escaped(&hop.request_id),
    );
}
