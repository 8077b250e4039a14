//! Offending text, shortened for error messages.

/// The most characters of a peer's text that an error message repeats.
const LONGEST: usize = 60;

/// `text` as an error message shows it: whole if short, else its beginning and its length.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
    }
}

/// The most characters that are kept of each end of a text whose middle is left out.
const END: usize = 200;

/// `text` without its middle, if it is long: what is told at both ends of a message stays.
pub(crate) fn without_middle(text: &str) -> String {
    let begin = text.char_indices().nth(END);
    let end = text.char_indices().nth_back(END - 1);
    match (begin, end) {
        (Some((begin, _)), Some((end, _))) if begin < end => {
            let left_out = text[begin..end].chars().count();
            let (begin, end) = (&text[..begin], &text[end..]);
            format!("{begin}… ({left_out} characters) …{end}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{excerpt, without_middle};

    #[test]
    fn only_a_long_middle_is_left_out() {
        let short = "ü".repeat(400);
        assert_eq!(without_middle(&short), short);
        let cut = without_middle(&format!("{short}!"));
        let (begin, end) = ("ü".repeat(200), "ü".repeat(199));
        assert_eq!(cut, format!("{begin}… (1 characters) …{end}!"));
    }

    #[test]
    fn only_long_text_is_cut() {
        assert_eq!(excerpt("short"), "short");
        let cut = excerpt(&"ü".repeat(1000));
        assert!(cut.ends_with("… (1000 characters)"), "{cut}");
        assert!(cut.len() < 200);
    }
}
