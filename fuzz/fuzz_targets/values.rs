//! Values of every type, drawn from random bytes.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let (held, random) = federation_fuzz::about(input);
    (held.value)(held.name, random);
});
