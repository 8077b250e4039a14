//! The spacing of JSON text: one line, or one line for each value.
//!
//! Works on the text, so that keys keep their order and numbers their digits.

/// The same JSON without blanks between its parts: one line, whatever the text looked like.
pub(crate) fn compact(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    each_part(json, |part| line.push_str(part));
    line
}

/// The same JSON, each key and element on a line of its own, and with nothing in it that could steer
/// a terminal.
pub(crate) fn pretty(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let mut depth = 0;
    let mut opened = false;
    each_part(json, |part| match part {
        "{" | "[" => {
            if opened {
                new_line(&mut text, depth);
            }
            text.push_str(part);
            depth += 1;
            opened = true;
        }
        "}" | "]" => {
            depth -= 1;
            // Nothing in it: the two brackets stay together.
            if !opened {
                new_line(&mut text, depth);
            }
            text.push_str(part);
            opened = false;
        }
        "," => {
            text.push(',');
            new_line(&mut text, depth);
        }
        ":" => text.push_str(": "),
        part => {
            if opened {
                new_line(&mut text, depth);
                opened = false;
            }
            push_visible(&mut text, part);
        }
    });
    text
}

/// JSON leaves some control characters as they are (U+007F to U+009F); `\u00…` is the same text.
fn push_visible(text: &mut String, part: &str) {
    for c in part.chars() {
        if c.is_control() {
            text.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            text.push(c);
        }
    }
}

fn new_line(text: &mut String, depth: usize) {
    text.push('\n');
    for _ in 0..depth {
        text.push_str("  ");
    }
}

/// Calls `then` with each bracket, comma, colon, string and bare word of a JSON text.
fn each_part<'a>(json: &'a str, mut then: impl FnMut(&'a str)) {
    let bytes = json.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let end = match byte {
            b'"' => end_of_string(bytes, at),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => at + 1,
            b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            _ => end_of_word(bytes, at),
        };
        // Every end is behind an ASCII character or before one.
        then(json.get(at..end).unwrap_or_default());
        at = end;
    }
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_word(bytes: &[u8], start: usize) -> usize {
    bytes[start..]
        .iter()
        .position(|byte| b" \t\r\n\"{}[],:".contains(byte))
        .map_or(bytes.len(), |length| start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts() {
        let json = "{\"b\" :[1, -2.50 ,{}],\n\"a\": \"x: \\\" {\\\\\",\"c\":[ ],\"d\":[[null]]}";
        assert_eq!(
            compact(json),
            r#"{"b":[1,-2.50,{}],"a":"x: \" {\\","c":[],"d":[[null]]}"#
        );
        assert_eq!(
            pretty(json),
            "{\n  \"b\": [\n    1,\n    -2.50,\n    {}\n  ],\n  \"a\": \"x: \\\" {\\\\\",\n  \"c\": [],\n  \
             \"d\": [\n    [\n      null\n    ]\n  ]\n}"
        );
        assert_eq!(pretty("\"a\u{9b}1m\u{7f}\""), r#""a\u009b1m\u007f""#);
        for scalar in ["null", "\"ü\"", "7"] {
            assert_eq!(pretty(scalar), scalar);
            assert_eq!(compact(scalar), scalar);
        }
    }
}
