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

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn only_long_text_is_cut() {
        assert_eq!(excerpt("short"), "short");
        let cut = excerpt(&"ü".repeat(1000));
        assert!(cut.ends_with("… (1000 characters)"), "{cut}");
        assert!(cut.len() < 200);
    }
}
