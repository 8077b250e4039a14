//! What types refuse and no JSON Schema of a bearable size says, each with its reason.

use federation_api::json::DecodeError;

/// A part of what is told of the fault, and the reason.
const BEYOND: &[(&str, &str)] = &[
    (
        "the local part of an e-mail address has at most 64 bytes",
        "only a look ahead can say that all that is before the `@` has 64 characters at most",
    ),
    (
        "expected i64",
        "numbers of a map that is in no document; those of documents are read by value",
    ),
    (
        "is no timestamp: write it as",
        "the format `date-time` has `t` and `z` in small letters, too",
    ),
    (
        "has an offset that no time zone has",
        "the format `date-time` has offsets up to 23:59",
    ),
    (
        "is no span of history: write `infinite` or a number of seconds up to 2^63-1",
        "the largest number of 19 digits is beyond what fits; a pattern counts digits",
    ),
    (
        "floating point `9.223372036854776e+18`, expected an integer from -9223372036854775808 to",
        "2^63 written with an exponent: the validator rounds the limit to a double, too",
    ),
];

/// Whether a fault is of a kind that schemas cannot describe.
pub(crate) fn says(fault: &DecodeError) -> bool {
    BEYOND.iter().any(|(part, _)| fault.reason().contains(part))
}
