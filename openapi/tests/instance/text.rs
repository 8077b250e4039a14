//! Texts that a schema describes.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value};

use super::{Draws, number_of};

/// Of every length in UTF-8, and what JSON escapes.
const CHARACTERS: [char; 16] = [
    'a',
    'Z',
    '0',
    '9',
    '-',
    '_',
    '.',
    '@',
    ' ',
    '"',
    '\\',
    '\n',
    '\u{7f}',
    'ß',
    '漢',
    '\u{1f980}',
];

pub(super) fn text(keywords: &Map<String, Value>, draws: &mut Draws<'_>) -> String {
    if let Some(Value::String(pattern)) = keywords.get("pattern") {
        let pattern = regex_syntax::parse(pattern)
            .unwrap_or_else(|error| panic!("{pattern} is no regular expression: {error}"));
        let mut text = String::new();
        matching(&pattern, draws, &mut text);
        return text;
    }
    match keywords.get("format").and_then(Value::as_str) {
        Some("date-time") => return time(draws),
        Some(other) => panic!("texts of the format `{other}` have a pattern"),
        None => {}
    }
    let min = number_of(keywords, "minLength").unwrap_or(0);
    let count = draws.count(min, number_of(keywords, "maxLength"), 1 << 12);
    (0..count).map(|_| *draws.one_of(&CHARACTERS)).collect()
}

/// Appends a text that the pattern matches, from its beginning to its end.
fn matching(pattern: &Hir, draws: &mut Draws<'_>, text: &mut String) {
    match pattern.kind() {
        // The anchors: a pattern matches all of a text here.
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            let range = draws.one_of(class.ranges());
            let (start, end) = (u32::from(range.start()), u32::from(range.end()));
            let at = draws.below((end - start) as usize + 1) as u32;
            // Surrogates lie in no range, but may lie between its ends.
            text.push(char::from_u32(start + at).unwrap_or(range.start()));
        }
        HirKind::Class(Class::Bytes(_)) => panic!("a pattern of texts has no bytes"),
        HirKind::Repetition(repetition) => {
            let max = repetition.max.map(|max| max as usize);
            for _ in 0..draws.count(repetition.min as usize, max, 300) {
                matching(&repetition.sub, draws, text);
            }
        }
        HirKind::Capture(capture) => matching(&capture.sub, draws, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| matching(part, draws, text)),
        HirKind::Alternation(parts) => matching(draws.one_of(parts), draws, text),
    }
}

/// Any time that RFC 3339 can write, and some that are none.
fn time(draws: &mut Draws<'_>) -> String {
    let year = *draws.one_of(&[2031, 1970, 2000, 1900, 0, 1, 9999, 2024]);
    let (month, day) = (1 + draws.below(12), 1 + draws.below(31));
    let (hour, minute, second) = (draws.below(24), draws.below(60), draws.below(61));
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    let digits = draws.count(0, Some(12), 12);
    if digits > 0 {
        text.push('.');
        text.extend((0..digits).map(|_| char::from(b'0' + draws.below(10) as u8)));
    }
    match draws.below(4) {
        0 => text.push('Z'),
        1 => text.push_str("+00:00"),
        _ => {
            let sign = if draws.once_in(2) { '-' } else { '+' };
            text.push_str(&format!(
                "{sign}{:02}:{:02}",
                draws.below(24),
                draws.below(60)
            ));
        }
    }
    text
}
