//! The address of the calling backend, out of what the ingress noted.
//!
//! Source: `transport.md` §6.2.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The first entry of `X-Forwarded-For` that is an address.
pub(crate) fn of(headers: &HeaderMap) -> Option<IpAddr> {
    let values = headers.get_all(&FORWARDED_FOR).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(entry)
}

/// An address: bare, with a port, or with brackets and perhaps a port.
fn entry(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || text.parse().ok();
    let portless = match text.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => text,
    };
    let unbracketed = || {
        let inner = portless.strip_prefix('[')?.strip_suffix(']')?;
        inner.parse().ok()
    };
    bare()
        .or_else(|| portless.parse().ok())
        .or_else(unbracketed)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    #[test]
    fn the_table_of_the_reference() {
        for (text, wanted) in [
            (" 127.0.0.1 ", "127.0.0.1"),
            ("192.0.2.10:8443", "192.0.2.10"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::2]:443", "2001:db8::2"),
            ("2001:db8::3", "2001:db8::3"),
            ("[::ffff:192.168.0.1]:123", "::ffff:192.168.0.1"),
        ] {
            assert_eq!(super::entry(text).unwrap().to_string(), wanted);
        }
        for text in ["unknown", "not-an-ip", "", "[", "[]:1", ":80", "1.2.3"] {
            assert_eq!(super::entry(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_usable_entry_of_the_header() {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_static("unknown, [2001:db8::1]:443, 127.0.0.43");
        headers.insert("x-forwarded-for", value);
        assert_eq!(super::of(&headers).unwrap().to_string(), "2001:db8::1");
    }
}
