//! JSON as the schema of each type describes it, made from random bytes: the type reads it.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let (held, random) = federation_fuzz::about(input);
    (held.instance)(held.name, random);
});
