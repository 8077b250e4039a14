//! E-mail addresses.

use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

use crate::excerpt::excerpt;
use crate::scalar::{arbitrary, scalar_schema, text_scalar};

/// An e-mail address: `local@domain`, ASCII only.
///
/// The local part is made of atoms and quoted strings with dots between them and has at most 64
/// bytes; the domain is made of labels with dots between them (one is enough) and has at most 253, or
/// is a literal in square brackets. The whole has at most 254.
///
/// When read, comments and white space around atoms and labels, blanks inside of quoted strings and
/// literals, and a dot at the end of the domain are removed; the limits hold for what is left. Letter
/// case is kept, and counts when comparing.
///
/// Source: `common-types.md` §5.7, RFC 5322 §3.4.1.
///
/// ```
/// use federation_api::email::EmailAddress;
///
/// let address: EmailAddress = "mira (at work) . k@alpha.example.".parse()?;
/// assert_eq!(address.as_str(), "mira.k@alpha.example");
/// # Ok::<(), federation_api::email::EmailAddressError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(SmolStr);

/// Why a text is no [`EmailAddress`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmailAddressError {
    /// The part before the `@` is not made of atoms and quoted strings with dots between them.
    #[error("`{0}` is no e-mail address: expected local@domain, the local part is wrong")]
    Local(String),
    /// The part after the `@` is neither a domain name nor a literal in brackets.
    #[error("`{0}` is no e-mail address: expected local@domain, the domain is wrong")]
    Domain(String),
    /// A part or the whole is too long.
    #[error("{part} of an e-mail address has at most {max} bytes, this one has {found}")]
    TooLong {
        /// What is too long.
        part: &'static str,
        /// The most bytes it may have.
        max: usize,
        /// The bytes it has.
        found: usize,
    },
}

impl EmailAddress {
    /// The address, without comments and white space.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@` that separates the two, and the part after it.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        // An `@` may stand inside of a quoted string or of a literal, but not in a domain name.
        let at = match self.0.rfind('[') {
            Some(bracket) if self.0.ends_with(']') => self.0[..bracket].rfind('@'),
            _ => self.0.rfind('@'),
        };
        at.map_or(("", ""), |at| (&self.0[..at], &self.0[at + 1..]))
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, EmailAddressError> {
        let mut reader = Reader {
            rest: text.as_bytes(),
            out: String::new(),
        };
        let at = reader
            .local()
            .ok_or_else(|| EmailAddressError::Local(excerpt(text)))?;
        let is_literal = reader
            .domain()
            .ok_or_else(|| EmailAddressError::Domain(excerpt(text)))?;
        let address = reader.out;
        limit("the local part", 64, at)?;
        if !is_literal {
            limit("the domain", 253, address.len() - at - 1)?;
        }
        limit("the whole", 254, address.len())?;
        Ok(Self(SmolStr::new(address)))
    }
}

const fn limit(part: &'static str, max: usize, found: usize) -> Result<(), EmailAddressError> {
    if found > max {
        return Err(EmailAddressError::TooLong { part, max, found });
    }
    Ok(())
}

/// Reads from `rest` and writes what is kept to `out`. Every function says `None` for a fault.
struct Reader<'a> {
    rest: &'a [u8],
    out: String,
}

impl Reader<'_> {
    /// Atoms and quoted strings with dots between them, then the `@`; the length of what is kept.
    fn local(&mut self) -> Option<usize> {
        loop {
            self.blanks_and_comments()?;
            if self.rest.first() == Some(&b'"') {
                self.enclosed(b'"', b'"', |b| !matches!(b, b'"' | b'\\'))?;
            } else {
                self.run(is_atom_text)?;
            }
            self.blanks_and_comments()?;
            match self.take()? {
                b'.' => self.out.push('.'),
                b'@' => {
                    self.out.push('@');
                    return Some(self.out.len() - 1);
                }
                _ => return None,
            }
        }
    }

    /// A domain name or a literal, to the end of the text; whether it is a literal.
    fn domain(&mut self) -> Option<bool> {
        self.blanks_and_comments()?;
        if self.rest.first() == Some(&b'[') {
            self.enclosed(b'[', b']', |b| !matches!(b, b'[' | b']' | b'\\'))?;
            self.blanks_and_comments()?;
            return self.rest.is_empty().then_some(true);
        }
        loop {
            let begin = self.out.len();
            self.run(|b| b.is_ascii_alphanumeric() || b == b'-')?;
            let label = &self.out[begin..];
            if label.len() > 63 || label.starts_with('-') || label.ends_with('-') {
                return None;
            }
            self.blanks_and_comments()?;
            if self.rest.is_empty() {
                return Some(false);
            }
            (self.take()? == b'.').then_some(())?;
            self.blanks_and_comments()?;
            if self.rest.is_empty() {
                return Some(false);
            }
            self.out.push('.');
        }
    }

    /// Something between two marks, in which white space is dropped unless a backslash is before it.
    fn enclosed(&mut self, open: u8, close: u8, is_text: fn(u8) -> bool) -> Option<()> {
        (self.take()? == open).then(|| self.out.push(open.into()))?;
        loop {
            self.white_space()?;
            match self.take()? {
                byte if byte == close => {
                    self.out.push(close.into());
                    return Some(());
                }
                b'\\' => {
                    let escaped = self.take().filter(|b| is_escapable(*b))?;
                    self.out.push('\\');
                    self.out.push(escaped.into());
                }
                byte if byte.is_ascii_graphic() && is_text(byte) => self.out.push(byte.into()),
                _ => return None,
            }
        }
    }

    /// One or more bytes of a kind.
    fn run(&mut self, is_wanted: fn(u8) -> bool) -> Option<()> {
        let end = self.rest.iter().position(|b| !is_wanted(*b));
        let (run, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        self.out.push_str(std::str::from_utf8(run).ok()?);
        (!run.is_empty()).then_some(())
    }

    /// White space and comments, which may be nested; nothing of them is kept.
    fn blanks_and_comments(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            self.white_space()?;
            match self.rest.first() {
                Some(b'(') => depth += 1,
                _ if depth == 0 => return Some(()),
                Some(b')') => depth -= 1,
                Some(b'\\') => {
                    self.take()?;
                    is_escapable(*self.rest.first()?).then_some(())?;
                }
                Some(byte) if byte.is_ascii_graphic() => {}
                _ => return None,
            }
            self.take()?;
        }
    }

    /// Blanks and tabs; line breaks where a blank or a tab follows.
    fn white_space(&mut self) -> Option<()> {
        loop {
            match self.rest {
                [b' ' | b'\t', rest @ ..] => self.rest = rest,
                [b'\r', b'\n', b' ' | b'\t', rest @ ..] => self.rest = rest,
                [b'\r' | b'\n', ..] => return None,
                _ => return Some(()),
            }
        }
    }

    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }
}

fn is_atom_text(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// What a backslash may stand before.
fn is_escapable(byte: u8) -> bool {
    byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t')
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for EmailAddress {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

text_scalar!(
    EmailAddress,
    "an e-mail address, such as \"mira@alpha.example\"",
    |address, serializer| serializer.serialize_str(&address.0)
);

// Not the format `email`: its checkers refuse addresses that are good here, such as those with a
// quoted local part.
scalar_schema!(EmailAddress, {
    "type": "string",
    "description": "An e-mail address as in RFC 5322, without comments and white space.",
    "minLength": 3,
    "maxLength": 254,
    "pattern": "^(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+|\"(?:[\\t !#-\\[\\]-~]|\\\\[\\t -~])*\")(?:\\.(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+|\"(?:[\\t !#-\\[\\]-~]|\\\\[\\t -~])*\"))*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*|\\[(?:[\\t !-Z^-~]|\\\\[\\t -~])*\\])$",
    "examples": ["mira@alpha.example"]
});

arbitrary!(
    EmailAddress,
    (
        r#"([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,9}|"([!#-\[\]-~]|\\[ -~]){0,5}")(\.[a-z0-9]{1,9}){0,2}"#,
        r"[A-Za-z0-9]([A-Za-z0-9-]{0,8}[A-Za-z0-9])?(\.[a-z]{1,8}){0,3}|\[[!-Z^-~]{0,15}\]",
    )
        .prop_map(|(local, domain)| format!("{local}@{domain}")
            .parse()
            .expect("the patterns are the grammar"))
);

#[cfg(test)]
mod tests {
    use super::EmailAddress;

    #[test]
    fn what_is_read_and_what_is_kept() {
        for (text, expected) in [
            ("some@example", "some@example"),
            ("A.b+c@Alpha.Example.", "A.b+c@Alpha.Example"),
            (" a . b (c (d) \\) e) @ f . g ", "a.b@f.g"),
            ("\"a b\"@x", "\"ab\"@x"),
            ("\"a\\ b\".c@x", "\"a\\ b\".c@x"),
            ("\"\"@x", "\"\"@x"),
            ("a@[192.0.2.1]", "a@[192.0.2.1]"),
            ("a@ [ IPv6:2001:db8::1 ] ", "a@[IPv6:2001:db8::1]"),
            ("a\r\n @x", "a@x"),
        ] {
            let parsed: EmailAddress = text.parse().expect(text);
            assert_eq!(parsed.as_str(), expected, "{text}");
            let (local, domain) = parsed.parts();
            assert_eq!(format!("{local}@{domain}"), expected);
        }
        let odd: EmailAddress = "\"a@[b\"@[c@d]".parse().unwrap();
        assert_eq!(odd.parts(), ("\"a@[b\"", "[c@d]"));
    }

    #[test]
    fn what_is_refused() {
        let long = [
            format!("{}@x", "a".repeat(65)),
            format!("a@{}", "b".repeat(64)),
            format!("a@{}", vec!["b".repeat(63); 4].join(".")),
            format!("a@[{}]", "b".repeat(251)),
        ];
        for text in [
            "",
            "a",
            "@",
            "a@",
            "@x",
            "a@@x",
            "a..b@x",
            ".a@x",
            "a.@x",
            "a@x..y",
            "a@.x",
            "a@x-",
            "a@-x",
            "a@x y",
            "a b@x",
            "a@[x",
            "a@x]",
            "\"a@x",
            "a(b@x",
            "a)b@x",
            "ü@x",
            "a@ü",
            "a\n@x",
            "\"\u{0}\"@x",
            "a@x..",
            "a@1_2",
            "a@[b]c",
            "a@[b[]",
        ]
        .into_iter()
        .chain(long.iter().map(String::as_str))
        {
            assert!(text.parse::<EmailAddress>().is_err(), "{text}");
        }
        assert!(
            format!("{}@x", "a".repeat(64))
                .parse::<EmailAddress>()
                .is_ok()
        );
    }
}
