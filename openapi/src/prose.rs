//! From doc comments to the texts of a document.
//!
//! Doc comments are written for readers of the sources: lines are wrapped, code is linked, sources are
//! named. A document has other readers.

/// A doc comment as Markdown for readers of a document: paragraphs on one line each, lists kept;
/// without examples in Rust, without notes on sources, without links into code.
pub(crate) fn markdown(docs: &str) -> String {
    let mut text = String::new();
    let mut in_code = false;
    let mut in_source_note = false;
    let mut paragraph_ended = false;
    for line in docs.lines().map(str::trim) {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code {
        } else if line.is_empty() {
            in_source_note = false;
            paragraph_ended = true;
        } else if in_source_note || line.starts_with("Source: ") {
            in_source_note = true;
        } else {
            if !text.is_empty() {
                text.push_str(if paragraph_ended {
                    "\n\n"
                } else if is_list_item(line) {
                    "\n"
                } else {
                    " "
                });
            }
            paragraph_ended = false;
            text.push_str(line);
        }
    }
    without_code_links(&text)
}

/// The first sentence of a text, without its full stop, and what comes after it.
pub(crate) fn summary(text: &str) -> (&str, &str) {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    let (first, rest) = text.split_at(end);
    (
        first.trim_end_matches('.'),
        rest.trim_start_matches(['.', ' ', '\n']),
    )
}

fn is_list_item(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with("* ")
}

/// ``[`Call`](crate::Call)`` and ``[`Call`]`` become `` `Call` ``; links to pages stay.
fn without_code_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        out.push_str(before);
        let Some((label, after)) = link.split_once(']') else {
            out.push('[');
            rest = link;
            continue;
        };
        let target = after.strip_prefix('(').and_then(|s| s.split_once(')'));
        rest = match target {
            Some((target, _)) if target.contains("://") => {
                out.push_str(&format!("[{label}]({target})"));
                &after[target.len() + 2..]
            }
            Some((_, after)) => {
                out.push_str(label);
                after
            }
            None if label.starts_with('`') => {
                out.push_str(label);
                after
            }
            // Brackets that are no link: a list in JSON.
            None => {
                out.push('[');
                link
            }
        };
    }
    out.push_str(rest);
    out
}

/// The errors that a doc comment names: ``400 `mls-protocol-error` `` is (400, "mls-protocol-error").
///
/// So the declaration is the only place that says which errors of its own an RPC has.
pub(crate) fn named_errors(text: &str) -> Vec<(u16, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let pairs = words.windows(2);
    pairs
        .filter_map(|pair| {
            let code: u16 = pair[0].parse().ok()?;
            let label = pair[1].strip_prefix('`')?.split('`').next()?;
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let is_label = !label.is_empty() && label.chars().all(kebab);
            ((400..600).contains(&code) && is_label).then(|| (code, label.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_are_joined_and_notes_dropped() {
        let docs = "One\ntwo.\n\nThree [`Call`](crate::Call), [`Version`] and\n[a page](https://a.example), `[]`.\n\n```\nlet x = 1;\n```\n\nSource: `x.md` §1,\nmore.\n\n- `a`: one\n- `b`: two\n  lines";
        assert_eq!(
            markdown(docs),
            "One two.\n\nThree `Call`, `Version` and [a page](https://a.example), `[]`.\n\n- `a`: one\n- `b`: two lines"
        );
    }

    #[test]
    fn the_first_sentence_is_the_summary() {
        assert_eq!(summary("One. Two.\n\nThree."), ("One", "Two.\n\nThree."));
        assert_eq!(summary("One.\n\nTwo. Three."), ("One", "Two. Three."));
        assert_eq!(summary("One."), ("One", ""));
        assert_eq!(summary(""), ("", ""));
    }

    #[test]
    fn errors_in_docs() {
        assert_eq!(
            named_errors(
                "An unknown suite is 400 `mls-protocol-error`. 15 `things`, 404 nothing, 404 `not-found`."
            ),
            [
                (400, "mls-protocol-error".to_owned()),
                (404, "not-found".to_owned())
            ]
        );
    }
}
