//! The sequence diagram of what happened, as SVG.

use std::fmt::Write as _;

use super::layout::{Content, Layout, Row, STORY_LINE};
use crate::demo::hop::{Answer, Hop, Kind};
use crate::demo::tale::{Tale, milliseconds};

/// Colours come from classes, so that the drawing suits a dark surface, too.
const STYLE: &str = "\
svg{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;font-size:12px}\
.paper{fill:#fff}.box{fill:#f4f6fa;stroke:#d5dbe6}.line{stroke:#b9c2d0;stroke-dasharray:3 4}\
.text{fill:#1c2430}.faint{fill:#66708a}.good{fill:#1a7f43}.bad{fill:#c62828}.band{fill:#e3e9f5}\
.cold{fill:#1f6fb2}.warm{fill:#b35c00}\
.title{font-size:15px;font-weight:600}.head{font-weight:600}\
.label{font-size:11px;paint-order:stroke;stroke:#f4f6fa;stroke-width:4px;stroke-linejoin:round}\
.arrow{stroke:#3a4660;stroke-width:1.4;fill:none}.side{stroke:#8a94a8}.tls{stroke:#1a7f43;stroke-width:2.2}\
.wrong{stroke:#c62828}.tip{fill:#3a4660}.tip-side{fill:#8a94a8}.tip-tls{fill:#1a7f43}.tip-wrong{fill:#c62828}\
@media (prefers-color-scheme:dark){\
.paper{fill:#12161d}.box{fill:#1a202b;stroke:#303a4c}.line{stroke:#414d63}\
.text{fill:#e4e9f2}.faint{fill:#96a1b8}.good{fill:#5fd28c}.bad{fill:#ff7b72}.band{fill:#222b3a}\
.cold{fill:#6cb6ff}.warm{fill:#f0a35c}\
.label{stroke:#1a202b}\
.arrow{stroke:#a9b6d0}.side{stroke:#6f7b92}.tls{stroke:#5fd28c}.wrong{stroke:#ff7b72}\
.tip{fill:#a9b6d0}.tip-side{fill:#6f7b92}.tip-tls{fill:#5fd28c}.tip-wrong{fill:#ff7b72}}";

/// Writing into a text cannot fail.
macro_rules! put {
    ($to:expr, $($what:tt)+) => {{
        let _ = writeln!($to, $($what)+);
    }};
}

/// The drawing as an SVG document.
pub(crate) fn svg(tale: &Tale) -> String {
    let layout = Layout::of(tale);
    let (width, height) = (layout.width, layout.height);
    let mut svg = String::new();
    put!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">"#
    );
    put!(
        svg,
        "<title>Two backends federate: every hop of federation demo</title>"
    );
    put!(svg, "<style>{STYLE}</style>");
    put!(svg, "<defs>");
    for look in ["", "-side", "-tls", "-wrong"] {
        put!(
            svg,
            r#"<marker id="tip{look}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="tip{look}" d="M0,0.5 L8,4 L0,7.5 z"/></marker>"#
        );
    }
    put!(svg, "</defs>");
    put!(
        svg,
        r#"<rect class="paper" width="{width}" height="{height}"/>"#
    );
    backends(&mut svg, &layout);
    for row in &layout.rows {
        put_row(&mut svg, &layout, row);
    }
    put!(svg, "</svg>");
    svg
}

/// The boxes of the backends, and the lines of their parts.
fn backends(svg: &mut String, layout: &Layout<'_>) {
    let bottom = layout.height - 20;
    for (name, first, last) in layout.backends() {
        let (x, width, height) = (first - 70, last - first + 140, bottom - 14);
        put!(
            svg,
            r#"<rect class="box" x="{x}" y="14" width="{width}" height="{height}" rx="10"/>"#
        );
        let middle = first.midpoint(last);
        let name = escaped(name);
        put!(
            svg,
            r#"<text class="text title" x="{middle}" y="40" text-anchor="middle">{name}</text>"#
        );
    }
    for lifeline in &layout.lifelines {
        let x = lifeline.x;
        put!(
            svg,
            r#"<line class="line" x1="{x}" y1="58" x2="{x}" y2="{bottom}"/>"#
        );
    }
}

/// The names of the parts.
fn names(svg: &mut String, layout: &Layout<'_>, y: u32) {
    for lifeline in &layout.lifelines {
        let (x, name) = (lifeline.x, lifeline.place.short());
        let name = escaped(&name);
        put!(
            svg,
            r#"<text class="text head label" x="{x}" y="{y}" text-anchor="middle">{name}</text>"#
        );
    }
}

fn put_row(svg: &mut String, layout: &Layout<'_>, row: &Row<'_>) {
    let y = row.y;
    match row.content {
        Content::Step(number, step) => {
            let top = y + 20 - row.content.height();
            let (baseline, width) = (top + 18, layout.width - 48);
            put!(
                svg,
                r#"<rect class="band" x="24" y="{top}" width="{width}" height="26" rx="6"/>"#
            );
            let title = escaped(&format!("{number}. {}", step.title));
            put!(
                svg,
                r#"<text class="text title" x="36" y="{baseline}">{title}</text>"#
            );
            let mut y = top + 44;
            for line in step.story.lines() {
                let line = escaped(line);
                put!(
                    svg,
                    r#"<text class="faint label" x="36" y="{y}">{line}</text>"#
                );
                y += STORY_LINE;
            }
            // In each step: whoever has scrolled down does not see those above.
            names(svg, layout, y + 8);
        }
        Content::Act(act) => {
            let (y, title) = (y - 6, escaped(&act.title));
            put!(
                svg,
                r#"<text class="text head label" x="36" y="{y}">{title}</text>"#
            );
        }
        Content::Round(round) => {
            let (y, warmth) = (y - 8, round.warmth);
            let time = milliseconds(round.time);
            put!(
                svg,
                r#"<text class="{warmth} head label" x="36" y="{y}">{warmth}, {time}</text>"#
            );
        }
        Content::Hop(hop) => put_hop(svg, layout, y - 6, hop),
        Content::Result(round) => {
            let (look, mark, seen) = match &round.result {
                Ok(seen) => ("good", "✓", seen),
                Err(wrong) => ("bad", "✗", wrong),
            };
            let (y, seen) = (y - 8, escaped(seen));
            put!(
                svg,
                r#"<text class="{look} label" x="36" y="{y}">{mark} {seen}</text>"#
            );
        }
    }
}

fn put_hop(svg: &mut String, layout: &Layout<'_>, y: u32, hop: &Hop) {
    let (Some(from), Some(to)) = (layout.x(&hop.sender), layout.x(&hop.receiver)) else {
        return;
    };
    let good = matches!(hop.answer, Answer::Status(200..300) | Answer::Said(_));
    let look = match hop.kind {
        _ if !good => "wrong",
        Kind::Dns | Kind::Tls => "side",
        Kind::Between => "tls",
        _ => "",
    };
    let tip = if look.is_empty() {
        "tip".to_owned()
    } else {
        format!("tip-{look}")
    };
    let (label, detail) = (escaped(&label(hop)), escaped(&detail(hop)));
    put!(svg, "<g><title>{detail}</title>");
    put!(
        svg,
        r#"<line class="arrow {look}" x1="{from}" y1="{y}" x2="{to}" y2="{y}" marker-end="url(#{tip})"/>"#
    );
    // The text begins or ends at that end of the arrow which is farther outside.
    let (left, right) = (from.min(to), from.max(to));
    let (x, anchor) = if left.midpoint(right) > layout.width / 2 {
        (right - 8, "end")
    } else {
        (left + 8, "start")
    };
    let (x, anchor) = match hop.kind {
        Kind::Between | Kind::Tls => (left.midpoint(right), "middle"),
        _ => (x, anchor),
    };
    let (y, colour) = (y - 5, if good { "text" } else { "bad" });
    put!(
        svg,
        r#"<text class="{colour} label" x="{x}" y="{y}" text-anchor="{anchor}">{label}</text></g>"#
    );
}

/// What stands at an arrow.
fn label(hop: &Hop) -> String {
    let time = milliseconds(hop.time);
    let what = &hop.what;
    match (&hop.answer, hop.kind) {
        (Answer::Said(said), Kind::Tls) => format!("{said} · {time}"),
        (Answer::Said(said), _) => format!("{what} = {said} · {time}"),
        (Answer::Status(status), _) => {
            let version = hop.version.as_ref();
            let version = version.map_or(String::new(), |version| format!(" v{version}"));
            format!("{what}{version} · {status} · {time}")
        }
        (Answer::Nothing(reason), _) => format!("{what} · {reason} · {time}"),
    }
}

/// What is shown when one points at an arrow.
fn detail(hop: &Hop) -> String {
    let mut detail = format!("{} → {}: {}", hop.sender, hop.receiver, label(hop));
    for (name, value) in [("HTTP", &hop.http), ("TLS", &hop.tls)] {
        if let Some(value) = value {
            let _ = write!(detail, "\n{name}: {value}");
        }
    }
    let began = milliseconds(hop.began);
    let _ = write!(detail, "\nbegan at {began}\nrequest id: {}", hop.request_id);
    detail
}

/// As text in XML and in HTML, also inside of quotes. Characters that XML cannot have are replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_of_a_text_is_taken_for_markup() {
        assert_eq!(
            escaped("<a href=\"x\">'&\u{0}\u{1b}"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\u{fffd}\u{fffd}"
        );
    }
}
