//! JSON of a stranger, as every type reads it.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let (held, body) = federation_fuzz::about(input);
    (held.document)(held.name, body);
});
