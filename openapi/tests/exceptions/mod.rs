//! What types refuse and JSON Schema does not, each with its reason.

use crate::mutate::Mutant;

/// Types that read whatever there is: old backends write what is meant in many ways.
pub(crate) const READS_ANYTHING: &[&str] = &["EmptyResponse", "Unit"];

/// Types that are written in another form for older readers: a vector is in the form of some versions.
pub(crate) const DEPEND_ON_THE_READER: &[&str] = &[
    "ConversationUpdateInAnswer",
    "ConversationUpdateResponse",
    "MlsMessageResponse",
];

/// What a schema lets pass although the type refuses it: the type, the end of the place, the beginning of what
/// was done, the reason.
const PASS: &[(&str, &str, &str, &str)] = &[(
    "UserClientMapOfNumbers",
    "",
    "becomes 1",
    "the limits of integers come with publishing; this map of numbers is in no document",
)];

/// Whether a mutant is one that a schema may let pass.
pub(crate) fn is_known(name: &str, mutant: &Mutant) -> bool {
    PASS.iter().any(|(of, place, how, _)| {
        *of == name && mutant.place.ends_with(place) && mutant.how.starts_with(how)
    })
}
