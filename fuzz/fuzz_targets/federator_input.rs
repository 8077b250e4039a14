//! What a federator reads of strangers: paths, the headers of an ingress, answers of the DNS.
//!
//! The first byte says what the rest is.

#![no_main]

use federation_federator::{fuzzing, in_order};
use http::{HeaderMap, HeaderValue, Method, Uri};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    match kind {
        b'C' => header("x-ssl-certificate", rest),
        b'F' => header("x-forwarded-for", rest),
        b'P' => path(rest),
        _ => srv(rest),
    }
});

/// A header that is given as often as the input has lines.
fn header(name: &'static str, lines: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(name, value);
        }
    }
    fuzzing::headers(&headers);
}

fn path(text: &[u8]) {
    if let Ok(uri) = Uri::try_from(text) {
        fuzzing::path(&Method::POST, &uri);
        fuzzing::path(&Method::GET, &uri);
    }
}

/// All targets are tried, those of a lower priority first, whatever is drawn.
fn srv(message: &[u8]) {
    let Some(targets) = fuzzing::srv_targets(message) else {
        return;
    };
    let mut draws = message.iter().cycle();
    let ordered = in_order(targets.clone(), |most| {
        u32::from(*draws.next().unwrap_or(&0)) % most.saturating_add(1).max(1)
    });
    assert!(ordered.is_sorted_by_key(|target| target.priority));
    let names = |targets: &[federation_federator::SrvTarget]| {
        let mut names: Vec<_> = targets
            .iter()
            .map(|target| {
                (
                    target.host.clone(),
                    target.port,
                    target.priority,
                    target.weight,
                )
            })
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&ordered), names(&targets));
}
